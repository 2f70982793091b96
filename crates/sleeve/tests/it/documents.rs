//! `sleeve track`, `album` and `artist`: what they have in common.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use insta::assert_snapshot;
use serde_json::Value;

use crate::harness::{DANCE_MONKEY, Home, Pair, interrupted, send};
use crate::peer::{NEVER, Peer};
use crate::pty::Pty;

const ALBUM: &str = "0RHX9XECH8IVI3LNgWDpmQ";
const BEYONCE: &str = "6vWDO969PvNqNYHIOW5v0m";

#[test]
fn albums_and_artists_come_by_id_uri_link_and_line() {
    let home = Home::new();
    let links = [
        ALBUM.to_owned(),
        format!("spotify:album:{ALBUM}"),
        format!("https://open.spotify.com/intl-de/album/{ALBUM}?si=0123"),
        format!("open.spotify.com/album/{ALBUM}#x"),
    ];
    home.write("albums", &links.join("\r\n"));
    let said = home.shell("\"$SLEEVE\" -q album - < albums");
    let expected = home.run(&["-q", "call", "get-an-album", &format!("id={ALBUM}")]).out;
    assert_eq!((said.code(), said.out), (Some(0), expected.repeat(4)));
    let said = home.run(&["-q", "artist", &format!("https://open.spotify.com/artist/{BEYONCE}?si=1")]);
    assert_eq!(said.out, home.run(&["-q", "call", "get-an-artist", &format!("id={BEYONCE}")]).out);
}

#[test]
fn what_names_something_else_or_nothing_is_said_with_what_to_do() {
    let home = Home::new();
    let said = |args: &[&str]| {
        let said = home.run(&[&["-q"], args].concat());
        assert_eq!((said.code(), said.out.as_str()), (Some(1), ""), "{said}");
        said.shown_err()
    };
    let short = "https://spotify.link/abcdefg";
    assert_snapshot!(said(&["album", short]), @"sleeve: argument 1 (https://spotify.link/abcdefg): a short link names nothing by itself; open it and take the open.spotify.com link");
    assert_snapshot!(said(&["artist", &format!("spotify:track:{DANCE_MONKEY}")]), @"sleeve: argument 1 (spotify:track:2XU0oxnq2qxCpomAAuJY8K): it names a track, not an artist");
    assert_snapshot!(said(&["album", DANCE_MONKEY]), @"sleeve: argument 1 (2XU0oxnq2qxCpomAAuJY8K): not in the local catalogue (64 albums); try 0RHX9XECH8IVI3LNgWDpmQ (A Rush of Blood to the Head), add it with `sleeve catalogue import`, or set CLIENT_ID and CLIENT_SECRET to ask Spotify");
}

#[test]
fn a_market_is_asked_for_where_there_are_markets() {
    let home = Home::new();
    let said = home.run(&["-q", "album", ALBUM, "--market", "gb", "--fields", "name,available_markets"]);
    assert_eq!(said.out, "{\"name\":\"A Rush of Blood to the Head\",\"available_markets\":null}\n", "{said}");
    assert_eq!(home.run(&["artist", BEYONCE, "--market", "GB"]).code(), Some(2));
}

#[test]
fn fields_are_an_object_a_line_with_null_for_what_is_absent() {
    let home = Home::new();
    let fields = "name,artists.name,album.release_date,album.images.0.height,linked_from";
    let said = home.run(&["track", "-q", "--fields", fields, DANCE_MONKEY, "75JFxkI2RXiU7L9VXzMkle"]);
    assert_snapshot!(said, @r#"
    exit status: 0
    --- stdout
    {"name":"Dance Monkey","artists.name":["Tones and I"],"album.release_date":"2019-10-17","album.images.0.height":640,"linked_from":null}
    {"name":"The Scientist","artists.name":["Coldplay"],"album.release_date":"2002-08-27","album.images.0.height":640,"linked_from":null}
    --- stderr
    "#);
    // Twice is once, and spaces are passed over.
    let said = home.run(&["track", "-q", "--fields", "name, name", DANCE_MONKEY]);
    assert_eq!(said.out, "{\"name\":\"Dance Monkey\"}\n", "{said}");
}

#[test]
fn a_field_that_such_documents_do_not_have_is_refused_before_a_call() {
    let peer = Peer::new(&[]);
    let said = peer.run(&["artist", BEYONCE, "--fields", "name,nam"]);
    assert_snapshot!(said, @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: --fields: no artist has a member `nam`; there are external_urls, followers, genres, href, id, images, name, popularity, type, uri
    ");
    let said = peer.run(&["track", DANCE_MONKEY, "--fields", "album..name"]);
    assert_eq!((said.code(), said.out.as_str()), (Some(2), ""), "{said}");
    assert!(said.err.contains("a field is a member's name, or several with dots between"), "{said}");
    assert!(peer.asked().is_empty());
}

#[test]
fn every_member_of_a_document_is_a_field() {
    let home = Home::new();
    for (command, id) in [("track", DANCE_MONKEY), ("album", ALBUM), ("artist", BEYONCE)] {
        for market in [&[][..], &["--market", "GB"]] {
            let market = if command == "artist" { &[] } else { market };
            let whole = home.run(&[&["-q", command, id], market].concat());
            let document: Value = serde_json::from_str(&whole.out).expect("a document");
            let names: Vec<_> = document.as_object().expect("an object").keys().map(String::as_str).collect();
            let said = home.run(&[&["-q", command, id, "--fields", &names.join(",")], market].concat());
            let again: Value = serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said}"));
            assert_eq!(again.as_object().expect("an object").len(), names.len());
        }
    }
}

#[test]
fn one_is_a_card_and_several_are_a_table() {
    let home = Home::new();
    assert_snapshot!(home.run(&["-q", "artist", BEYONCE, "--table"]), @"
    exit status: 0
    --- stdout
    Name        Beyoncé
    Followers   0
    Popularity  0
    Id          6vWDO969PvNqNYHIOW5v0m
    Link        https://open.spotify.com/artist/6vWDO969PvNqNYHIOW5v0m
    --- stderr
    ");
    assert_snapshot!(home.run(&["-q", "album", ALBUM, "--table", "--market", "GB"]), @"
    exit status: 0
    --- stdout
    Name        A Rush of Blood to the Head
    Artists     Coldplay
    Type        album
    Released    2002-08-27
    Tracks      12
    Popularity  89
    Id          0RHX9XECH8IVI3LNgWDpmQ
    Link        https://open.spotify.com/album/0RHX9XECH8IVI3LNgWDpmQ

    #  NAME           ARTISTS   LENGTH
    4  The Scientist  Coldplay  5:09
    --- stderr
    ");
    let several =
        home.run(&["-q", "track", DANCE_MONKEY, "spotify:local:a:b:c:1", "75JFxkI2RXiU7L9VXzMkle", "--table"]);
    assert_snapshot!(several, @"
    exit status: 1
    --- stdout
    TRACK                   NAME           ARTISTS      ALBUM                                        RELEASED    LENGTH
    2XU0oxnq2qxCpomAAuJY8K  Dance Monkey   Tones and I  Dance Monkey (Stripped Back) / Dance Monkey  2019-10-17  3:29
    75JFxkI2RXiU7L9VXzMkle  The Scientist  Coldplay     A Rush of Blood to the Head                  2002-08-27  5:09
    --- stderr
    sleeve: argument 2 (spotify:local:a:b:c:1): it names a local file, which Spotify does not know
    ");
    let fields = ["--table", "--fields", "name,artists.name,duration_ms"];
    let said = home.run(&[&["-q", "track", DANCE_MONKEY, "75JFxkI2RXiU7L9VXzMkle"], &fields[..]].concat());
    assert_snapshot!(said, @"
    exit status: 0
    --- stdout
    name           artists.name  duration_ms
    Dance Monkey   Tones and I   209438
    The Scientist  Coldplay      309600
    --- stderr
    ");
}

#[test]
fn cards_and_tables_fit_60_columns_whatever_the_script_and_are_coloured() {
    let home = Home::new();
    let wide = r#"{"id":"aaaaaaaaaaaaaaaaaaaaaa","name":"강남스타일 (Gangnam Style) 강남스타일 (Gangnam Style) 강남스타일","type":"track","duration_ms":219000,"artists":[{"id":"bbbbbbbbbbbbbbbbbbbbbb","name":"싸이 PSY"}]}"#;
    home.write("wide.json", wide);
    home.run(&["-q", "catalogue", "import", "wide.json"]);
    let ids = ["aaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaa"];
    let (status, card) = Pty::start(&mut home.command(&["-q", "track", ids[0], "--table"]), 60).end();
    assert!(status.success(), "{card}");
    assert_snapshot!(card.replace('\x1b', "^"), @"
    ^[34mName        ^[0m강남스타일 (Gangnam Style) 강남스타일 (Gangnam
    ^[34m            ^[0mStyle) 강남스타일
    ^[34mArtists     ^[0m싸이 PSY
    ^[34mReleased    ^[0m0000
    ^[34mLength      ^[0m3:39
    ^[34mExplicit    ^[0mfalse
    ^[34mPopularity  ^[0m0
    ^[34mId          ^[0maaaaaaaaaaaaaaaaaaaaaa
    ^[34mLink        ^[0mhttps://open.spotify.com/track/aaaaaaaaaaaaaaaaaaaaaa
    ");
    let (status, table) = Pty::start(&mut home.command(&[&["-q", "track", "--table"], &ids[..]].concat()), 60).end();
    assert!(status.success(), "{table}");
    assert_snapshot!(table, @"
    TRACK                   NAME    ARTIS…  ALBUM  RELEA…  LENG…
    aaaaaaaaaaaaaaaaaaaaaa  강남…   싸이 …         0000    3:39
    aaaaaaaaaaaaaaaaaaaaaa  강남…   싸이 …         0000    3:39
    ");
}

#[test]
fn where_calls_end_the_place_to_go_on_from_is_said_and_what_came_is_shown() {
    let home = Home::new();
    let server = home.serve_with(&["--daily-quota", "1"]);
    let run = |more: &[&str]| {
        let ids = [DANCE_MONKEY, "75JFxkI2RXiU7L9VXzMkle", "0pqnGHJpmpxLKifKRmU6WP"];
        home.run_as(
            &home.app(&["--quota", "development"]),
            &[&["-q", "--api", &server.origin, "track"], &ids[..], more].concat(),
        )
    };
    let said = run(&["--fields", "name"]);
    let names = "{\"name\":\"Dance Monkey\"}\n";
    assert_eq!((said.code(), said.out.as_str()), (Some(75), names), "{said}");
    let words = format!(
        "sleeve: stopped at argument 2 of 3 (75JFxkI2RXiU7L9VXzMkle), with 1 track done; go on from there: get-track: the \
         service at {} ",
        server.origin
    );
    // The call behind it may be the one that is told first; then this one hears of the pause.
    let why = said.err.strip_prefix(&words).unwrap_or_else(|| panic!("{said}"));
    let told = "says that the app's quota is used up (QUOTA_EXCEEDED); run it again after ";
    assert!(why.starts_with(told) || why.starts_with("asks to wait until "), "{said}");
    let said = run(&["--fields", "name", "--table"]);
    assert_eq!((said.code(), said.out.as_str()), (Some(75), "name\nDance Monkey\n"), "{said}");
}

#[test]
fn an_interruption_leaves_whole_lines_and_says_where_to_go_on() {
    let home = Home::new();
    let first = format!("/tracks/{DANCE_MONKEY}");
    let peer = Peer::new(&[(&first, 200, r#"{"name":"x"}"#), ("/tracks/75JFxkI2RXiU7L9VXzMkle", NEVER, "")]);
    let mut command = peer.command(&home, &["track", DANCE_MONKEY, "75JFxkI2RXiU7L9VXzMkle"]);
    // Both at once are not known there, so each is asked for alone.
    let said = interrupted(&home, &mut command, || peer.asked().len() == 3);
    assert_snapshot!(said, @r#"
    exit status: 75
    --- stdout
    {"name":"x"}
    --- stderr
    sleeve: interrupted after 1 track; go on after argument 1 (2XU0oxnq2qxCpomAAuJY8K)
    "#);
}

#[test]
fn an_input_that_nobody_writes_to_any_more_can_be_interrupted() {
    let home = Home::new();
    let mut command = home.command(&["-q", "track", "-", "--fields", "name"]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut input = child.stdin.take().expect("piped");
    writeln!(input, "{DANCE_MONKEY}").expect("it reads");
    let mut out = BufReader::new(child.stdout.take().expect("piped"));
    let mut line = String::new();
    // It comes although the input has not ended.
    out.read_line(&mut line).expect("a line");
    assert_eq!(line, "{\"name\":\"Dance Monkey\"}\n");
    send("INT", &child);
    let said = home.said(child.wait_with_output().expect("it ends"));
    assert_snapshot!(said, @"
    exit status: 75
    --- stdout
    --- stderr
    sleeve: interrupted after 1 track; go on after line 1 (2XU0oxnq2qxCpomAAuJY8K)
    ");
    drop(input);
}

/// So many ids that differ, and what answers a call for several of them.
fn ids(count: usize) -> Vec<String> {
    (0..count).map(|place| format!("{place:022}")).collect()
}

fn several(ids: &[String]) -> String {
    let objects: Vec<_> = ids.iter().map(|id| format!(r#"{{"id":"{id}"}}"#)).collect();
    format!(r#"{{"tracks":[{}]}}"#, objects.join(","))
}

fn lines(ids: &[String]) -> String {
    ids.iter().map(|id| format!("{{\"id\":\"{id}\"}}\n")).collect()
}

#[test]
fn five_hundred_ids_cost_ten_calls_and_repeats_cost_none() {
    let ids = ids(500);
    let answers: Vec<_> = ids.chunks(50).map(|ids| (format!("/tracks?ids={}", ids.join(",")), several(ids))).collect();
    let answers: Vec<_> = answers.iter().map(|(target, body)| (target.as_str(), 200, body.as_str())).collect();
    let peer = Peer::new(&answers);
    let home = Home::new();
    let asked: Vec<_> = ids.iter().chain(&ids[..3]).map(String::as_str).collect();
    let said = home.end(&mut peer.command(&home, &[&["track"], &asked[..]].concat()));
    assert_eq!((said.code(), said.out), (Some(0), lines(&ids) + &lines(&ids[..3])), "{}", said.err);
    assert_eq!(peer.asked().len(), 10);
    // The same from a file.
    home.write("ids", &(ids.join("\n") + "\n"));
    let input = std::fs::File::open(home.path().join("ids")).expect("a file");
    let said = home.end(peer.command(&home, &["track", "-"]).stdin(input));
    assert_eq!((said.code(), said.out, peer.asked().len()), (Some(0), lines(&ids), 20), "{}", said.err);
}

#[test]
fn an_app_in_development_mode_asks_once_for_several_and_then_for_each_until_tomorrow() {
    let ids = ids(60);
    let mut answers = vec![(
        format!("/tracks?ids={}", ids[..50].join(",")),
        403,
        r#"{"error":{"status":403,"message":"Forbidden"}}"#.to_owned(),
    )];
    answers.extend(ids.iter().map(|id| (format!("/tracks/{id}"), 200, format!(r#"{{"id":"{id}"}}"#))));
    // One of them is not there, and one fails alone.
    answers.retain(|(target, ..)| *target != format!("/tracks/{}", ids[7]));
    (answers[3].1, answers[3].2) = (500, r#"{"error":{"status":500,"message":"Server error"}}"#.to_owned());
    let answers: Vec<_> =
        answers.iter().map(|(target, status, body)| (target.as_str(), *status, body.as_str())).collect();
    let peer = Peer::new(&answers);
    let home = Home::new();
    let asked: Vec<_> = ids.iter().map(String::as_str).collect();
    let run = || home.end(&mut peer.command(&home, &[&["track", "--retries", "0"], &asked[..]].concat()));
    let said = run();
    let expected = lines(&[&ids[..2], &ids[3..7], &ids[8..]].concat());
    assert_eq!((said.code(), said.out.as_str(), peer.asked().len()), (Some(1), expected.as_str(), 61), "{}", said.err);
    let problems: Vec<_> = said.err.lines().collect();
    assert!(
        problems.len() == 2 && problems[0].starts_with("sleeve: argument 3 (0000000000000000000002): get-track "),
        "{}",
        said.err
    );
    assert_eq!(problems[1], "sleeve: argument 8 (0000000000000000000007): there is no such track; check the id");
    assert_eq!((run().code(), peer.asked().len()), (Some(1), 121));
}

#[test]
fn null_among_several_is_an_id_that_is_not_there() {
    let target = "/tracks?ids=aaaaaaaaaaaaaaaaaaaaaa,bbbbbbbbbbbbbbbbbbbbbb,cccccccccccccccccccccc";
    let peer = Peer::new(&[(target, 200, r#"{"tracks":[{"n":1.50,"new":null},null,{"n":3}]}"#)]);
    let said = peer.run(&[
        "track",
        "aaaaaaaaaaaaaaaaaaaaaa",
        "bbbbbbbbbbbbbbbbbbbbbb",
        "cccccccccccccccccccccc",
        "spotify:track:aaaaaaaaaaaaaaaaaaaaaa",
    ]);
    assert_snapshot!(said, @r#"
    exit status: 1
    --- stdout
    {"n":1.50,"new":null}
    {"n":3}
    {"n":1.50,"new":null}
    --- stderr
    sleeve: argument 2 (bbbbbbbbbbbbbbbbbbbbbb): there is no such track; check the id
    "#);
    assert_eq!(peer.asked(), [target]);
}

#[test]
fn an_outage_ends_the_command_at_once_and_says_where_to_go_on() {
    let ids = ids(200);
    let asked: Vec<_> = ids.iter().map(String::as_str).collect();
    let run = |peer: &Peer| peer.run(&[&["track", "--retries", "0"], &asked[..]].concat());
    let first = (format!("/tracks?ids={}", ids[..50].join(",")), several(&ids[..50]));
    let second = format!("/tracks?ids={}", ids[50..100].join(","));
    for (status, body, exit) in [
        (503, "", 4),
        (502, "<html>Bad gateway</html>", 4),
        (200, "<html>Please log in to the hotel's network</html>", 4),
        (429, r#"{"error":{"status":429,"message":"Too many requests","reason":"QUOTA_EXCEEDED"}}"#, 75),
    ] {
        let peer = Peer::new(&[(&first.0, 200, &first.1), (&second, status, body)]);
        let said = run(&peer);
        assert_eq!((said.code(), said.out.as_str()), (Some(exit), lines(&ids[..50]).as_str()), "{}", said.err);
        let place =
            format!("sleeve: stopped at argument 51 of 200 ({}), with 50 tracks done; go on from there: ", ids[50]);
        assert!(said.err.lines().count() == 1 && said.err.starts_with(&place), "{}", said.err);
    }
}

#[test]
fn a_request_gets_the_time_and_the_tries_that_flags_give_it() {
    let target = format!("/tracks/{DANCE_MONKEY}");
    let never = Peer::new(&[(&target, NEVER, "")]);
    let said = never.run(&["track", DANCE_MONKEY, "--timeout", "100ms", "--retries", "1"]);
    assert_eq!((said.code(), never.asked().len()), (Some(4), 2), "{said}");
    assert!(said.err.contains("no answer within 0.1 s after 2 tries"), "{said}");
    let broken = Peer::new(&[(&target, 503, "")]);
    let said = broken.run(&["call", "get-track", &format!("id={DANCE_MONKEY}"), "--retries", "0"]);
    assert_eq!((said.code(), broken.asked().len()), (Some(4), 1), "{said}");
    for time in ["10", "0s", "soon"] {
        assert_eq!(broken.run(&["track", DANCE_MONKEY, "--timeout", time]).code(), Some(2));
    }
}

#[test]
fn a_long_wait_for_the_rate_limit_is_an_error_unless_it_is_asked_for() {
    let target = format!("/tracks/{DANCE_MONKEY}");
    let peer = Peer::with_head("Retry-After: 90\r\n", &[(&target, 429, "")]);
    let said = peer.run(&["track", DANCE_MONKEY]);
    assert_eq!((said.code(), said.out.as_str()), (Some(75), ""), "{said}");
    let words = format!("sleeve: get-track: the service at {} asks to wait until ", peer.origin);
    let until = said.err.lines().find_map(|line| line.strip_prefix(&words));
    let until = until.and_then(|until| until.strip_suffix("; run it again then, or wait with --wait"));
    assert!(until.is_some_and(|until| until.len() == 8 || until.ends_with(" tomorrow")), "{said}");
    let home = Home::new();
    let pair = Pair { id: "id".to_owned(), secret: "secret".to_owned() };
    let mut command = home.command(&["--api", &peer.origin, "track", DANCE_MONKEY, "--wait"]);
    command.env("CLIENT_ID", pair.id).env("CLIENT_SECRET", pair.secret);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains(": the service asked for a pause")));
    send("INT", &child);
    assert_eq!(child.wait().expect("it ends").code(), Some(75));
    assert_eq!(lines.last().as_deref(), Some("sleeve: interrupted before anything was done; run it again"));
}

#[test]
fn at_a_terminal_a_long_job_says_how_far_it_is_and_where_to_go_on_after_an_interruption() {
    let home = Home::new();
    home.write("ids", &format!("{DANCE_MONKEY}\n").repeat(200_000));
    let mut shell = home.in_shell("exec \"$SLEEVE\" track - --fields name < ids > out");
    let mut pty = Pty::start(&mut shell, 60);
    pty.wait_for("asking: ");
    send("INT", &pty.child);
    let (status, shown) = pty.end();
    assert_eq!(status.code(), Some(75), "{shown}");
    let out = home.read("out");
    let done = out.lines().count();
    assert_eq!(out, "{\"name\":\"Dance Monkey\"}\n".repeat(done));
    let words = shown.replace(',', "");
    let expected = format!("sleeve: interrupted after {done} tracks; go on after line {done} ({DANCE_MONKEY})");
    assert!(words.contains(&expected), "{done}: {shown}");
}
