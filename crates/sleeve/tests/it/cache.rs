//! `sleeve cache`, and what calls leave there.

use insta::assert_snapshot;
use serde_json::Value;

use crate::harness::{DANCE_MONKEY, Home};
use crate::peer::Peer;

#[test]
fn a_cache_that_is_not_there_is_empty_and_stays_away() {
    let home = Home::new();
    assert_snapshot!(home.run(&["cache", "info"]), @"
    exit status: 0
    --- stdout
    --- stderr
    sleeve: nothing is kept yet in ~/.cache/sleeve
    ");
    assert_snapshot!(home.run(&["cache", "purge"]), @"
    exit status: 0
    --- stdout
    --- stderr
    sleeve: 0 things forgotten; how apps are paced is kept, unless --pacing is given
    ");
    assert_eq!(std::fs::read_dir(home.path()).expect("a folder").count(), 0);
}

#[test]
fn how_an_app_is_paced_is_kept_between_runs_and_forgotten_only_when_that_is_asked_for() {
    let home = Home::new();
    let target = format!("/tracks/{DANCE_MONKEY}");
    let peer = Peer::with_head("Retry-After: 3600\r\n", &[(&target, 429, "")]);
    let track = || home.end(&mut peer.command(&home, &["track", DANCE_MONKEY]));
    let first = track();
    assert_eq!((first.code(), peer.asked().len()), (Some(75), 1), "{first}");
    // The pause is on disk: the next run does not even ask.
    let second = track();
    assert_eq!((second.code(), peer.asked().len()), (Some(75), 1), "{second}");
    let entries = || {
        let info: Value = serde_json::from_str(&home.run(&["cache", "info", "--json"]).out).expect("JSON");
        info["shelves"]["pacing"]["entries"].as_u64()
    };
    assert_eq!(entries(), Some(1));
    home.run(&["cache", "purge"]);
    assert_eq!(entries(), Some(1));
    assert_snapshot!(home.run(&["cache", "purge", "--pacing"]), @"
    exit status: 0
    --- stdout
    --- stderr
    sleeve: 1 thing forgotten
    ");
    assert_eq!(entries(), Some(0));
    let third = track();
    assert_eq!((third.code(), peer.asked().len()), (Some(75), 2), "{third}");
}

#[test]
fn a_budget_that_is_spent_ends_calls_with_status_75() {
    let home = Home::new();
    let target = format!("/tracks/{DANCE_MONKEY}");
    let others = ["75JFxkI2RXiU7L9VXzMkle", "0pqnGHJpmpxLKifKRmU6WP"];
    // The call for all three is one as well, and does not go through.
    let peer = Peer::new(&[
        (&format!("/tracks?ids={DANCE_MONKEY},{}", others.join(",")), 404, ""),
        (&target, 200, r#"{"name":"x"}"#),
    ]);
    let missing = peer.run(&["track", DANCE_MONKEY, others[0], others[1]]);
    assert_eq!((missing.code(), peer.asked().len()), (Some(4), 1), "{missing}");
    let peer = Peer::new(&[(&target, 200, r#"{"name":"x"}"#)]);
    let mut command = peer.command(&home, &["track", DANCE_MONKEY, others[0], others[1], "--budget", "3/day"]);
    let said = home.end(&mut command);
    assert_eq!((said.code(), said.out.lines().count(), peer.asked().len()), (Some(75), 1, 3), "{said}");
    assert!(said.err.contains("stopped at argument 3 of 3 (0pqnGHJpmpxLKifKRmU6WP), with 2 tracks done; "), "{said}");
    for flag in [["--pace", "fast"], ["--budget", "0/day"]] {
        assert_eq!(peer.run(&[&["track", DANCE_MONKEY], &flag[..]].concat()).code(), Some(2));
    }
}

#[test]
fn a_cache_folder_that_cannot_be_used_is_said_and_calls_go_on_without() {
    let home = Home::new();
    home.write(".cache/sleeve", "a file");
    let said = home.run(&["cache", "info"]);
    assert_eq!((said.code(), said.out.as_str(), said.err.lines().count() >= 1), (Some(2), "", true), "{said}");
    let target = format!("/tracks/{DANCE_MONKEY}");
    let peer = Peer::new(&[(&target, 200, r#"{"name":"x"}"#)]);
    let said = home.end(&mut peer.command(&home, &["track", DANCE_MONKEY]));
    assert_eq!((said.code(), said.out.as_str()), (Some(0), "{\"name\":\"x\"}\n"), "{said}");
}
