//! Every row comes back, in order, its own cells byte for byte.

use proptest::prelude::{Just, Strategy, any, prop, prop_oneof};
use proptest::{prop_assert, prop_assert_eq, proptest};
use sleeve_enrich::{Config, Status};

use crate::api::{Api, MONKEY, SCIENTIST, UNKNOWN, enrich, enrich_bytes};

const NAMES: &str = "track_id,name,artists,artist_ids,album,album_id,release_date,duration_ms,explicit,isrc,image,\
    match_status,match_method,match_score";

fn found(id: &str) -> String {
    format!(
        "{id},\"Song \"\"{}\"\"\",\"One, Two; Three\",a1; a2,Album,b1,2001,1000,true,XX1234567890,https://i/640,\
        matched,id,1.00",
        &id[..4]
    )
}

fn without(status: &str) -> String {
    format!(",,,,,,,,,,,{status},,")
}

/// `@` stands for the id of a track that is there, `%` for one that is not, `&` for the names of the new columns,
/// `+` for the cells of a track, `-x` for those of a row without one.
fn check(input: &str, expected: &str) {
    let input = input.replace('@', MONKEY).replace('%', UNKNOWN);
    let mut expected = expected.replace('@', MONKEY).replace('%', UNKNOWN).replace('&', NAMES);
    expected = expected.replace('+', &found(MONKEY));
    for status in Status::ALL {
        expected = expected.replace(&format!("-{}", status.as_str()), &without(status.as_str()));
    }
    assert_eq!(enrich(&Api::default(), &input).0, expected);
}

#[test]
fn each_row_gets_its_cells_and_its_status() {
    check(
        "when,track\n1,@\n2,%\n3,spotify:episode:@\n4,spotify:local:a:b:c:1\n5,oops\n6,\n7,spotify:album:@\n",
        "when,track,&\n1,@,+\n2,%,-not_found\n3,spotify:episode:@,-episode\n4,spotify:local:a:b:c:1,-local_file\n\
        5,oops,-invalid\n6,,-invalid\n7,spotify:album:@,-invalid\n",
    );
}

#[test]
fn what_the_rows_held_is_kept_byte_for_byte() {
    check(
        "\u{feff}\"when\" ,track\r\n \"a\" , @ \r\n\"x\ny\",\"@\"\n\"\"\"\",@\r\n",
        "\u{feff}\"when\" ,track,&\r\n \"a\" , @ ,+\r\n\"x\ny\",\"@\",+\n\"\"\"\",@,+\r\n",
    );
    check("track\n@", "track,&\n@,+");
    check("track,\n\n@,a\n\n", "track,,&\n\n@,a,+\n\n");
}

#[test]
fn new_cells_stand_in_their_own_columns_in_ragged_rows_too() {
    check("track,b,c\n@,1,2\n@\n@,1,2,3,4\n", "track,b,c,&\n@,1,2,+\n@,,,+\n@,1,2,+,3,4\n");
    // Names that are one short, as R writes them.
    check("track,b\n1,@,2\n2,@,3\n", "track,b,,&\n1,@,2,+\n2,@,3,+\n");
}

#[test]
fn a_table_without_names_gets_some() {
    check("1,@\r\n2,%,x\r\n", "column_1,column_2,column_3,&\r\n1,@,,+\r\n2,%,x,-not_found\r\n");
    check("@", "column_1,&\n@,+");
}

#[test]
fn separators_and_line_ends_are_those_of_the_file() {
    let (text, _) = enrich(&Api::default(), &format!("track;n\r{MONKEY};1\r"));
    let names = NAMES.replace(',', ";");
    let cells = "\"Song \"\"2XU0\"\"\";\"One, Two; Three\";\"a1; a2\"";
    let rest = "Album;b1;2001;1000;true;XX1234567890;https://i/640;matched;id;1.00";
    assert_eq!(text, format!("track;n;{names}\r{MONKEY};1;{MONKEY};{cells};{rest}\r"));
    let (text, _) = enrich(&Api::default(), &format!("sep=\t\ntrack\tn\n{MONKEY}\t1\n"));
    assert!(text.starts_with("sep=\t\ntrack\tn\ttrack_id\tname\t"), "{text}");
    assert!(text.contains("\tOne, Two; Three\ta1; a2\t"), "{text}");
}

#[test]
fn bytes_that_are_no_text_are_kept_and_counted() {
    let input = [b"when,track\nK\xFCche \0,", MONKEY.as_bytes(), b"\n1,\xFF\n"].concat();
    let (output, summary) = enrich_bytes(&Api::default(), Config::default(), &input).expect("a job");
    let found = [b"K\xFCche \0,", MONKEY.as_bytes(), b",", found(MONKEY).as_bytes(), b"\n"].concat();
    let invalid = [b"1,\xFF,", without("invalid").as_bytes(), b"\n"].concat();
    let expected = [found, invalid].concat();
    assert!(output.ends_with(&expected), "{}", output.escape_ascii());
    assert_eq!(summary.rows_not_utf8, 2);
}

#[test]
fn names_that_are_taken_are_told_apart() {
    let (text, _) = enrich(&Api::default(), &format!("name,track,isrc,spotify_isrc\na,{MONKEY},b,c\n"));
    let names = NAMES.replace("name,", "spotify_name,").replace("isrc", "spotify_spotify_isrc");
    assert!(text.starts_with(&format!("name,track,isrc,spotify_isrc,{names}\n")), "{text}");
}

#[test]
fn an_output_can_be_enriched_again() {
    let (once, _) = enrich(&Api::default(), &format!("when,track\n1,{MONKEY}\n"));
    let (twice, summary) = enrich(&Api::default(), &once);
    let lines: Vec<_> = once.lines().collect();
    let again: Vec<_> = twice.lines().collect();
    assert!(again[0].starts_with(&format!("{},spotify_track_id,spotify_name,", lines[0])), "{twice}");
    assert_eq!(again[1], format!("{},{}", lines[1], found(MONKEY)));
    assert_eq!(summary.count(Status::Matched), 1);
}

#[test]
fn the_example_is_enriched() {
    let (text, summary) = enrich(&Api::default(), include_str!("../../../../examples/plays.csv"));
    let expected =
        "20 rows: 14 matched, 1 not found, 3 invalid, 1 local file, 1 episode; 14 tracks asked for in 1 call";
    assert_eq!(summary.to_string(), expected);
    assert_eq!(text.lines().count(), 22); // one row has two lines
}

// === any table ===

/// A cell as some program wrote it: quoted or not, with whatever its file's separators allow.
fn cell(separator: char) -> impl Strategy<Value = String> {
    let inside = "[a-c ,;|\t\"\n\r\u{e4}=]{0,6}".prop_map(|text| format!("\"{}\"", text.replace('"', "\"\"")));
    let bare = "[a-c ,;|\t\"=\u{e4}]{0,6}"
        .prop_map(move |text| text.replace(separator, "").trim_start_matches('"').to_owned());
    prop_oneof![
        bare,
        inside,
        Just(MONKEY.to_owned()),
        Just(format!("spotify:track:{SCIENTIST}")),
        Just(format!("\"https://open.spotify.com/track/{UNKNOWN}?si=1\"")),
    ]
}

/// A table: its separator, its rows with their cells and what ends each, and whether the last one has an end.
fn table() -> impl Strategy<Value = (char, Vec<(Vec<String>, &'static str)>, bool)> {
    prop_oneof![Just(','), Just(';'), Just('\t'), Just('|')].prop_flat_map(|separator| {
        let cells = prop::collection::vec(cell(separator), 1..6);
        let row = (cells, prop_oneof![4 => Just("\n"), 1 => Just("\r\n")]);
        (Just(separator), prop::collection::vec(row, 0..12), any::<bool>())
    })
}

/// The new cells of a row whose first cell is this one, joined.
fn new_cells(cell: &str, separator: &str) -> String {
    let without = |status: &str| format!("{}{status}{}", separator.repeat(11), separator.repeat(2));
    let id = match cell {
        _ if cell == MONKEY => MONKEY,
        _ if cell.contains(SCIENTIST) => SCIENTIST,
        _ if cell.contains(UNKNOWN) => return without("not_found"),
        _ => return without("invalid"),
    };
    let name = format!("\"Song \"\"{}\"\"\"", &id[..4]);
    let texts = ["One, Two; Three", "a1; a2", "Album", "b1", "2001", "1000", "true", "XX1234567890", "https://i/640"];
    let quoted = |text: &str| if text.contains(separator) { format!("\"{text}\"") } else { text.to_owned() };
    let texts = texts.map(quoted).join(separator);
    [id, &name, &texts, "matched", "id", "1.00"].join(separator)
}

/// What a row must become in a table of three columns.
fn enriched(cells: &[String], separator: &str) -> String {
    if cells == [""] {
        return String::new();
    }
    let mut row = cells.to_vec();
    row.resize(row.len().max(3), String::new());
    row.insert(3, new_cells(&cells[0], separator));
    row.join(separator)
}

/// Any bytes, most of them such as mean something in a table.
fn odd_bytes() -> impl Strategy<Value = Vec<u8>> {
    let telling = prop::sample::select(b"\",;\t|\n\r \0a=\xEF\xBB\xBF".to_vec());
    let piece = prop_oneof![
        8 => telling.prop_map(|byte| vec![byte]),
        4 => any::<u8>().prop_map(|byte| vec![byte]),
        1 => Just(MONKEY.as_bytes().to_vec()),
    ];
    prop::collection::vec(piece, 0..80).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn rows_come_back_as_they_were((separator, rows, last_end) in table()) {
        let separator = &separator.to_string();
        let names = NAMES.replace(',', separator);
        // A header and some rows that leave no doubt about the form of the table.
        let mut input = ["track", "b", "c"].join(separator) + "\n";
        let mut expected = ["track", "b", "c", &names].join(separator) + "\n";
        let plain = [MONKEY, "1", "2"].map(str::to_owned);
        for _ in 0..12 {
            input += &(plain.join(separator) + "\n");
            expected += &(enriched(&plain, separator) + "\n");
        }
        for (place, (cells, end)) in rows.iter().enumerate() {
            let end = if last_end || place + 1 < rows.len() { *end } else { "" };
            input += &(cells.join(separator) + end);
            expected += &(enriched(cells, separator) + end);
        }
        let api = Api::default();
        let config = Config { id_column: Some("1".into()), ..Config::default() };
        let (output, summary) = enrich_bytes(&api, config, input.as_bytes()).expect("a good table");
        prop_assert_eq!(String::from_utf8(output).expect("text in, text out"), expected);

        let blank = rows.iter().filter(|(cells, _)| cells == &[""]).count();
        prop_assert_eq!(summary.rows, (12 + rows.len() - blank) as u64);
        let mut asked = api.ids();
        let all = asked.len();
        asked.sort();
        asked.dedup();
        prop_assert_eq!(asked.len(), all, "each id is asked for once");
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in odd_bytes(), named in any::<bool>()) {
        let mut input = format!("track,x\n{MONKEY},").into_bytes();
        input.extend(&bytes);
        let config = Config { id_column: named.then(|| "1".into()), ..Config::default() };
        for (config, input) in [(config, input), (Config::default(), bytes)] {
            // Whatever it is, it comes back: without the new cells, nothing is missing.
            if let Ok((output, summary)) = enrich_bytes(&Api::default(), config, &input) {
                prop_assert!(output.len() >= input.len());
                let counted: u64 = Status::ALL.iter().map(|status| summary.count(*status)).sum();
                prop_assert_eq!(counted, summary.rows);
            }
        }
    }
}
