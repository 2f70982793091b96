//! `sleeve track`.

use insta::assert_snapshot;
use serde_json::Value;

use crate::harness::{DANCE_MONKEY, Home};

#[test]
fn with_nothing_configured_the_local_spotify_answers_and_nothing_is_written() {
    let home = Home::new();
    let said = home.run(&["track", DANCE_MONKEY]);
    assert_eq!(said.code(), Some(0), "{said}");
    assert_snapshot!(said.shown_err(), @"sleeve: the local Spotify answers, from 64 tracks (no CLIENT_ID is set)");
    assert_eq!(said.out.lines().count(), 1);
    let track: Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(track["name"], "Dance Monkey");
    assert_eq!(std::fs::read_dir(home.path()).expect("a folder").count(), 0);
}

#[test]
fn uris_and_links_name_tracks_as_well_and_come_in_the_order_asked() {
    let home = Home::new();
    let said = home.run(&[
        "track",
        "spotify:track:0pqnGHJpmpxLKifKRmU6WP",
        "https://open.spotify.com/track/2XU0oxnq2qxCpomAAuJY8K?si=abc",
        "https://open.spotify.com/intl-de/track/75JFxkI2RXiU7L9VXzMkle",
        "0pqnGHJpmpxLKifKRmU6WP",
    ]);
    assert_eq!(said.code(), Some(0), "{said}");
    assert_eq!(names(&said.out), ["Believer", "Dance Monkey", "The Scientist", "Believer"]);
}

#[test]
fn what_fails_is_said_with_its_place_and_the_others_come() {
    let home = Home::new();
    let said = home.run(&[
        "track",
        "-q",
        "spotify:album:0UywfDKYlyiu1b38DRrzYD",
        DANCE_MONKEY,
        "7xGfFoTpQ2E7fRF5lN10tr",
        "2XU0oxnq2qxCpomAAuJY8",
        "",
        "spotify:local:a:b:c:1",
    ]);
    assert_eq!(said.code(), Some(1));
    assert_eq!(names(&said.out), ["Dance Monkey"]);
    assert_snapshot!(said.shown_err(), @"
    sleeve: argument 1 (spotify:album:0UywfDKYlyiu1b38DRrzYD): it names an album, not a track
    sleeve: argument 3 (7xGfFoTpQ2E7fRF5lN10tr): not in the local catalogue (64 tracks); try 75JFxkI2RXiU7L9VXzMkle (The Scientist), add it with `sleeve catalogue import`, or set CLIENT_ID and CLIENT_SECRET to ask Spotify
    sleeve: argument 4 (2XU0oxnq2qxCpomAAuJY8): an id has 22 letters and digits
    sleeve: argument 5 (): it is empty
    sleeve: argument 6 (spotify:local:a:b:c:1): it names a local file, which Spotify does not know
    ");
}

#[test]
fn standard_input_is_read_a_line_each_and_blank_lines_are_passed_over() {
    let home = Home::new();
    let input = b"\n2XU0oxnq2qxCpomAAuJY8K\r\n   \nnonsense\n\xff\xfe\n7xGfFoTpQ2E7fRF5lN10tr\n spotify:track:75JFxkI2RXiU7L9VXzMkle ";
    let said = home.run_on(input, &["track", "-"]);
    assert_eq!(said.code(), Some(1));
    assert_eq!(names(&said.out), ["Dance Monkey", "The Scientist"]);
    assert_snapshot!(said.shown_err(), @"
    sleeve: the local Spotify answers, from 64 tracks (no CLIENT_ID is set)
    sleeve: line 4 (nonsense): an id has 22 letters and digits
    sleeve: line 5 (��): an id has 22 letters and digits
    sleeve: line 6 (7xGfFoTpQ2E7fRF5lN10tr): not in the local catalogue (64 tracks); try 75JFxkI2RXiU7L9VXzMkle (The Scientist), add it with `sleeve catalogue import`, or set CLIENT_ID and CLIENT_SECRET to ask Spotify
    ");
}

#[test]
fn standard_input_may_stand_between_arguments_and_may_be_empty() {
    let home = Home::new();
    let said = home.run_on(b"", &["track", DANCE_MONKEY, "-", "75JFxkI2RXiU7L9VXzMkle"]);
    assert_eq!(said.code(), Some(0), "{said}");
    assert_eq!(names(&said.out), ["Dance Monkey", "The Scientist"]);
}

#[test]
fn an_unknown_id_comes_with_one_that_is_known() {
    let said = Home::new().run(&["track", "7xGfFoTpQ2E7fRF5lN10tr", "-q"]);
    let message = "not in the local catalogue (64 tracks); try 75JFxkI2RXiU7L9VXzMkle (The Scientist), add it with `sleeve catalogue import`, or set CLIENT_ID and CLIENT_SECRET to ask Spotify\n";
    assert!(said.err.ends_with(message), "{said}");
    assert_snapshot!(said, @"
    exit status: 1
    --- stdout
    --- stderr
    sleeve: argument 1 (7xGfFoTpQ2E7fRF5lN10tr): not in the local catalogue (64 tracks); try 75JFxkI2RXiU7L9VXzMkle (The Scientist), add it with `sleeve catalogue import`, or set CLIENT_ID and CLIENT_SECRET to ask Spotify
    ");
}

#[test]
fn a_market_takes_the_lists_of_markets_out_and_says_whether_it_plays() {
    let home = Home::new();
    let said = home.run(&["track", "--market", "GB", DANCE_MONKEY]);
    let track: Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(track["is_playable"], true);
    assert!(track.get("available_markets").is_none());
    assert_snapshot!(home.run(&["track", DANCE_MONKEY, "--market", "XYZ"]), @"
    exit status: 2
    --- stdout
    --- stderr
    error: invalid value 'XYZ' for '--market <MARKET>': a market is a country code of two letters, as GB

    For more information, try '--help'.
    ");
}

#[test]
fn flags_stand_before_or_after_the_command() {
    let home = Home::new();
    let before = home.run(&["-q", "--color", "never", "--api", "local", "track", DANCE_MONKEY]);
    let after = home.run(&["track", DANCE_MONKEY, "--api", "local", "--color", "never", "-q"]);
    assert_eq!((before.code(), before.err.as_str()), (Some(0), ""), "{before}");
    // Each run is another app in memory, and `preview_url` names it.
    assert_eq!(before.to_string(), after.to_string());
}

#[test]
fn colours_come_into_a_pipe_only_when_they_are_asked_for() {
    let home = Home::new();
    let plain = home.run(&["track", "-q", "75JFxkI2RXiU7L9VXzMkle"]).out;
    let coloured = home.run(&["track", "-q", "75JFxkI2RXiU7L9VXzMkle", "--color", "always"]).out;
    assert_eq!(coloured.lines().count(), 1);
    assert!(!plain.contains('\x1b') && coloured.contains("\x1b[34m\"name\"\x1b[0m:\x1b[32m\"The Scientist\"\x1b[0m"));
    let mut bare = String::new();
    for part in coloured.split("\x1b[") {
        bare.push_str(
            part.split_once('m').filter(|(code, _)| code.parse::<u8>().is_ok()).map_or(part, |(_, rest)| rest),
        );
    }
    assert_eq!(bare, plain);
}

fn names(out: &str) -> Vec<String> {
    let name = |line: &str| {
        let track: Value = serde_json::from_str(line).expect("a document a line");
        track["name"].as_str().expect("a name").to_owned()
    };
    out.lines().map(name).collect()
}
