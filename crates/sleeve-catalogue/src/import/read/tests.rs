//! Inputs of every kind, and damaged ones.

use std::io::{Cursor, Write};
use std::ops::ControlFlow;

use proptest::prelude::{any, proptest};

use super::{Progress, read};
use crate::import::{Bad, Input, Tally};
use crate::{Error, ErrorKind};

const A: &str = "0000000000000000000000";
const B: &str = "1111111111111111111111";

/// A piece as it is.
fn as_it_is(piece: super::Piece) -> super::Piece {
    piece
}

/// The first letters of the objects' ids, and the tally.
fn taken(inputs: Vec<Input>) -> (String, Tally) {
    let mut ids = String::new();
    let mut sink = |piece: super::Piece| {
        ids.push_str(&piece.id.as_str()[..1]);
        Ok(())
    };
    let tally = read(inputs, as_it_is, &mut sink, &mut |_| ControlFlow::Continue(()))
        .expect("readable")
        .expect("not broken off");
    (ids, tally)
}

fn of(text: impl AsRef<[u8]>) -> Input {
    Input::reader("x.json", Cursor::new(text.as_ref().to_vec()))
}

fn bad(tally: &Tally) -> Vec<String> {
    tally.first_bad.iter().map(Bad::to_string).collect()
}

fn track(id: &str) -> String {
    format!(r#"{{"id":"{id}","type":"track","name":"a \"]}}[{{ b","available_markets":["SE"]}}"#)
}

#[test]
fn json_is_read_in_every_arrangement() {
    let pretty = |text: String| {
        let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        serde_json::to_string_pretty(&value).expect("JSON")
    };
    let (a, b) = (track(A), track(B));
    let arrangements = [
        format!("{a}\n{b}\n"),
        format!("{a}\r\n\r\n{b}"),
        format!("\u{feff}{a}{b}"),
        format!("{a},{b}"),
        format!("[{a},{b}]"),
        format!("[\n{a},\n{b}\n]\n"),
        format!("[{a}]\n[{b}]\n"),
        format!(" [[{a},{b}]]"),
        format!("{}\n{}\n", pretty(a.clone()), pretty(b.clone())),
        format!("{a}\n{}", pretty(b.clone())),
        pretty(format!("[{a},{b}]")),
        pretty(format!("[{a},{b}]")).lines().map(|line| format!("{}\n", line.trim_start())).collect(),
        pretty(format!("{{\"items\":[{a},{b}]}}")).lines().map(|line| format!("{}\n", line.trim_start())).collect(),
    ];
    for text in arrangements {
        let (ids, tally) = taken(vec![of(&text)]);
        assert_eq!((ids.as_str(), bad(&tally)), ("01", vec![]), "{text}");
    }
}

#[test]
fn bad_records_are_named_by_line_and_skipped() {
    let (a, b) = (track(A), track(B));
    let cases = [
        (format!("{a}\n{{\"id\":\n{b}\n"), "01", vec!["x.json:2: cut off before its end"]),
        (format!("{{\"id\":\"\n{b}\n"), "1", vec!["x.json:1: a text is not closed before the line ends"]),
        (format!("{{\"id\":[\"x\"}}\n{b}\n"), "1", vec!["x.json:1: brackets do not match"]),
        (format!("[\n  {a},\n  {{\"id\":\n  {b}\n]\n"), "01", vec!["x.json:3: cut off before its end"]),
        (format!("{a}\nhello, you\n{b}\n"), "01", vec!["x.json:2: not JSON: neither an object nor a list begins here"]),
        (format!("[{a},{{\"id\":oops}},{b}]"), "01", vec!["x.json:1: not JSON: expected value (column 7)"]),
        (format!("{a}\n{{\"a\":1e999}}\n{b}\n"), "01", vec!["x.json:2: not JSON: number out of range (column 10)"]),
        (
            format!("{a}\n{{\"a\":1}}\n{b}\n"),
            "01",
            vec!["x.json:2: holds no object of Spotify's (no `type`, `uri` or `href`)"],
        ),
        (format!("{a}\n{{\n\"a\":\nx}}\n{b}\n"), "01", vec!["x.json:2: not JSON: expected value (line 4, column 1)"]),
        (
            format!("{a}\n{}\n{b}\n", "{\"a\":".repeat(500) + "1" + &"}".repeat(500)),
            "01",
            vec!["x.json:2: not JSON: recursion limit exceeded (column 636)"],
        ),
        (format!("ame\":1}}\n{b}\n"), "1", vec!["x.json:1: not JSON: neither an object nor a list begins here"]),
        (format!("[{a},{b}"), "01", vec!["x.json:1: the list is cut off"]),
        (format!("{a}\n{{\"id\":\"{A}\",\"id\":\"{B}\",\"type\":\"track\"}}"), "01", vec![]),
    ];
    for (text, expected, why) in cases {
        let (ids, tally) = taken(vec![of(&text)]);
        assert_eq!((ids.as_str(), bad(&tally)), (expected, why.iter().map(|why| why.to_string()).collect()), "{text}");
        assert_eq!(tally.bad, why.len() as u64, "{text}");
    }
}

#[test]
fn a_record_with_a_bad_id_is_named_once_and_its_other_objects_come() {
    let (a, b) = (track(A), track(B));
    let text = format!(
        "{}\n{{\"items\":[{a},{},{}]}}\n{{\"type\":\"track\",\"id\":null}}\n{b}\n",
        track("bad"),
        track("x"),
        track("y")
    );
    let (ids, tally) = taken(vec![of(text)]);
    assert_eq!(ids, "01");
    assert_eq!(bad(&tally), ["x.json:1: its id `bad` is no id", "x.json:2: its id `x` is no id"]);
    assert_eq!(tally.passed_over.iter().collect::<Vec<_>>(), [("no_id", 1)]);
    let many: String = (0..200).map(|_| track("bad") + "\n").collect();
    let (ids, tally) = taken(vec![of(many + &a)]);
    assert_eq!((ids.as_str(), tally.bad, tally.first_bad.len()), ("0", 200, Tally::WORDS));
}

#[test]
fn a_row_with_a_bad_cell_is_named_and_its_other_facts_come() {
    let rows = [
        "Track URI,Track Name,Track Duration (ms),Explicit,Popularity".to_owned(),
        format!("spotify:track:{A},\"N\nM\",abc,maybe,7"),
        "spotify:track:bad,N,abc,true,7".to_owned(),
        format!("spotify:track:{B},N,1000,maybe,"),
        format!("spotify:track:{B},N,1000,true,7"),
    ];
    let mut said = Vec::new();
    let mut sink = |piece: super::Piece| {
        said.push((piece.json["duration_ms"].as_u64(), piece.json["popularity"].as_u64()));
        Ok(())
    };
    let input = Input::reader("playlists.csv", Cursor::new(rows.join("\n")));
    let tally =
        read(vec![input], as_it_is, &mut sink, &mut |_| ControlFlow::Continue(())).expect("readable").expect("whole");
    assert_eq!(said, [(None, Some(7)), (Some(1000), None), (Some(1000), Some(7))]);
    let expected = [
        "playlists.csv:2: \"Track Duration (ms)\" is no number: abc",
        "playlists.csv:4: its URI `spotify:track:bad` names no track",
        "playlists.csv:5: \"Explicit\" is neither true nor false: maybe",
    ];
    assert_eq!((bad(&tally), tally.bad), (expected.map(str::to_owned).to_vec(), 3));
    assert_eq!((tally.records, tally.passed_over.total()), (4, 0));
    for (end, expected) in [("\r\n", [2, 4, 5]), ("\n\n", [3, 6, 8]), ("\r\n\r\n", [3, 6, 8]), ("\r", [1, 1, 1])] {
        let (ids, tally) = taken(vec![of(rows.join(end))]);
        let lines: Vec<_> = tally.first_bad.iter().filter_map(|bad| bad.line).collect();
        assert_eq!((ids.as_str(), lines, tally.records), ("011", expected.to_vec(), 4), "{end:?}");
    }
}

#[test]
fn long_records_go_over_before_a_batch_has_all_its_objects() {
    let long = |id: &str| track(id).replace("a ", &"a".repeat(5 << 20)) + "\n";
    let mut batches = Vec::new();
    let mut note = |at: &Progress| {
        batches.push(at.objects);
        ControlFlow::Continue(())
    };
    let text = of(long(A) + &long(A) + &long(B));
    read(vec![text], as_it_is, &mut |_| Ok(()), &mut note).expect("readable");
    batches.dedup();
    assert_eq!(batches.iter().filter(|objects| **objects > 0).collect::<Vec<_>>(), [&2, &3]);
}

#[test]
fn invalid_utf_8_is_one_bad_record() {
    let mut text = track(A).into_bytes();
    text.extend(b"\n{\"name\":\"\xff\"}\n");
    text.extend(track(B).into_bytes());
    let (ids, tally) = taken(vec![of(text)]);
    assert_eq!((ids.as_str(), tally.bad, tally.records), ("01", 1, 3));
    assert_eq!(tally.first_bad[0].line, Some(2));
}

#[test]
fn what_is_no_text_of_this_kind_is_said_in_one_line() {
    let cases = [
        ("", "x.json: it is empty"),
        (" \n\n", "x.json: it is empty"),
        ("<!DOCTYPE html>\n<p>{}", "x.json: it is HTML or XML, not JSON"),
        ("PK\x03\x04\0\0", "x.json: it is a ZIP archive: unpack it first"),
        ("ab\0c", "x.json: it is not a text"),
        ("artist,title\na,b\n", "x.json: it is neither JSON nor a playlist exporter's CSV with a column `Track URI`"),
    ];
    for (text, why) in cases {
        assert_eq!(bad(&taken(vec![of(text)]).1), [why], "{text}");
    }
    let (_, tally) = taken(vec![of("{}\n".repeat(1000))]);
    assert_eq!((tally.bad, tally.first_bad.len()), (101, Tally::WORDS));
}

#[test]
fn a_cut_keeps_the_whole_records_before_it() {
    let (a, b) = (track(A), track(B));
    for (text, first, second) in [
        (format!("{a}\n{b}\n"), a.len(), a.len() + 1 + b.len()),
        (format!("[{a},{b}]"), 1 + a.len(), 2 + a.len() + b.len()),
        (format!("[\n  {a},\n  {b}\n]\n"), 4 + a.len(), 8 + a.len() + b.len()),
    ] {
        for end in 0..text.len() {
            let (ids, tally) = taken(vec![of(&text[..end])]);
            let expected = if end >= second {
                "01"
            } else if end >= first {
                "0"
            } else {
                ""
            };
            assert_eq!(ids, expected, "{end}: {}", &text[..end]);
            assert!(tally.bad <= 1, "{end}: {:?}", bad(&tally));
        }
    }
}

#[test]
fn packed_inputs_are_known_by_their_first_bytes() {
    let gzip = |text: &str| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(text.as_bytes()).expect("memory");
        packer.finish().expect("memory")
    };
    let zstd = |text: &str| zstd::encode_all(text.as_bytes(), 1).expect("memory");
    let (a, b) = (track(A) + "\n", track(B) + "\n");
    let skippable = [&[0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 7][..], &zstd(&a)].concat();
    for (packed, expected) in
        [([gzip(&a), gzip(&b)].concat(), "01"), ([zstd(&a), zstd(&b)].concat(), "01"), (gzip(""), ""), (skippable, "0")]
    {
        assert_eq!(taken(vec![of(packed)]).0, expected);
    }
    let many: String = (0..20_000).map(|_| a.as_str()).collect();
    for packed in [gzip(&many), zstd(&many)] {
        let (ids, tally) = taken(vec![of(&packed[..packed.len() - 9])]);
        assert_eq!(tally.bad, 1, "{:?}", bad(&tally));
        assert!(tally.first_bad[0].why.starts_with("cannot be read further: "), "{}", tally.first_bad[0]);
        assert_eq!(ids.len() as u64, tally.objects.tracks);
    }
}

#[test]
fn inputs_that_cannot_be_opened_are_said_before_anything_is_read() {
    let place = tempfile::tempdir().expect("a folder");
    for path in [place.path().to_owned(), place.path().join("missing.json")] {
        let inputs = vec![of(track(A)), Input::file(path)];
        let mut sink = |_| panic!("nothing may be read");
        let error = read(inputs, as_it_is, &mut sink, &mut |_| ControlFlow::Continue(())).expect_err("not readable");
        assert_eq!(error.kind(), ErrorKind::Input);
    }
}

#[test]
fn progress_counts_packed_bytes_and_can_break_off() {
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("x");
    let text: String = (0..1000).map(|_| track(A) + "\n").collect();
    std::fs::write(&path, &text).expect("written");
    let size = text.len() as u64;
    let mut last = Progress::default();
    let mut note = |at: &Progress| {
        last = *at;
        ControlFlow::Continue(())
    };
    read(vec![Input::file(&path)], as_it_is, &mut |_| Ok(()), &mut note).expect("readable");
    let whole = Progress { records: 1000, objects: 1000, bytes_read: size, bytes_total: Some(size) };
    assert_eq!(last, whole);
    let endless = Input::reader("x", Endless);
    assert_eq!(
        read(vec![endless], as_it_is, &mut |_| Ok(()), &mut |_| ControlFlow::Break(())).expect("readable"),
        None
    );
}

#[test]
fn what_the_sink_says_ends_the_reading() {
    let mut sink = |_| Err(Error::new(ErrorKind::Storage, "the disk is full"));
    let error = read(vec![Input::reader("x", Endless)], as_it_is, &mut sink, &mut |_| ControlFlow::Continue(()));
    assert_eq!(error.expect_err("it says so").kind(), ErrorKind::Storage);
}

#[test]
fn rows_of_exporters_become_tracks_and_local_files_and_episodes_are_passed_over() {
    let text = format!(
        "Track URI,Track Name,Artist URI(s),Artist Name(s),Album URI,Album Name\n\
         spotify:track:{A},N,spotify:artist:{B},B,spotify:album:{B},L\n\
         spotify:local:a:b:c:1,N,,,,\nspotify:episode:{A},N,,,,\n,,,,,\n"
    );
    let (ids, tally) = taken(vec![of(text)]);
    let passed_over: Vec<_> = tally.passed_over.iter().collect();
    assert_eq!(ids, "110");
    assert_eq!((tally.records, tally.objects.tracks, tally.objects.albums, tally.objects.artists), (4, 1, 1, 1));
    assert_eq!(passed_over, [("episode", 1), ("local_file", 1), ("no_id", 1)]);
}

/// Tracks without end.
struct Endless;

impl std::io::Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let track = track(A);
        let count = track.len().min(buffer.len());
        buffer[..count].copy_from_slice(&track.as_bytes()[..count]);
        Ok(count)
    }
}

proptest! {
    #[test]
    fn garbage_is_never_more_than_bad(garbage in proptest::collection::vec(any::<u8>(), 0..300)) {
        taken(vec![of(&garbage)]);
        taken(vec![of([b"[".as_slice(), &garbage].concat())]);
        taken(vec![of([b"Track URI,Track Name\n".as_slice(), &garbage].concat())]);
    }

    #[test]
    fn garbage_of_brackets_is_never_more_than_bad(garbage in "[\\[\\]{}\",:\\\\\n 1a]{0,60}") {
        taken(vec![of(format!("{{{garbage}"))]);
        taken(vec![of(format!("{}\n{garbage}\n{}\n", track(A), track(B)))]);
    }
}
