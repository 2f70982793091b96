//! `sleeve token`.

use insta::assert_snapshot;
use serde_json::Value;

use crate::harness::{DANCE_MONKEY, Home};

#[test]
fn a_token_is_printed_and_nothing_else() {
    assert_snapshot!(Home::new().run(&["token"]), @"
    exit status: 0
    --- stdout
    [token]
    --- stderr
    sleeve: the local Spotify answers, from 64 tracks (no CLIENT_ID is set)
    ");
}

#[test]
fn json_is_the_endpoints_answer_as_it_came() {
    assert_snapshot!(Home::new().run(&["token", "--json", "-q"]), @r#"
    exit status: 0
    --- stdout
    {"access_token":"[token]","token_type":"Bearer","expires_in":3600,"scope":""}
    --- stderr
    "#);
}

#[test]
fn the_app_behind_it_is_made_once_and_its_token_works_at_serve() {
    let home = Home::new();
    let first = home.run(&["token", "-q"]).out;
    let second = home.run(&["token", "-q"]).out;
    assert_ne!(first, second);
    let apps: Value = serde_json::from_str(&home.run(&["app", "list", "--json"]).out).expect("JSON");
    assert_eq!(apps.as_array().map(Vec::len), Some(1));
    assert_eq!(apps[0]["name"], "sleeve");
    let server = home.serve();
    for token in [first, second] {
        assert_eq!(server.get(&format!("/v1/tracks/{DANCE_MONKEY}"), token.trim()).status, 200);
    }
}

#[test]
fn without_a_place_for_the_app_it_says_where_one_could_be() {
    let home = Home::new();
    assert_snapshot!(home.end(home.command(&["token"]).env_remove("HOME")), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: there is no place for the data folder: set HOME or SLEEVE_DATA, or use --data
    ");
}
