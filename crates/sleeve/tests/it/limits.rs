//! `--rate-limit` and `--daily-quota`: limits to test against.

use insta::assert_snapshot;
use serde_json::json;

use crate::harness::{DANCE_MONKEY, Home, PATIENCE, Pair, Server, within};

/// The statuses of so many calls, one after the other.
fn calls<const N: usize>(server: &Server, pair: &Pair) -> [u16; N] {
    let token = server.token(pair);
    [(); N].map(|()| server.get(&format!("/v1/tracks/{DANCE_MONKEY}"), &token).status)
}

#[test]
fn a_server_holds_every_app_to_its_limit_and_an_app_with_its_own_to_that() {
    let home = Home::new();
    let server = home.serve_with(&["--rate-limit", "2/86400s"]);
    let (plain, own) = (home.app(&[]), home.app(&["--rate-limit", "3/86400s"]));
    assert_eq!(calls(&server, &plain), [200, 200, 429]);
    assert_eq!(calls(&server, &own), [200, 200, 200, 429]);
    let refused = server.get(&format!("/v1/tracks/{DANCE_MONKEY}"), &server.token(&plain));
    assert_eq!(refused.body, r#"{"error":{"status":429,"message":"API rate limit exceeded"}}"#);
}

#[test]
fn a_server_without_limits_takes_up_an_apps_own_and_lets_go_of_it() {
    let home = Home::new();
    let server = home.serve();
    let app = home.app(&[]);
    assert_eq!(calls(&server, &app), [200; 20]);
    let edit = |limit: &str| assert_eq!(home.run(&["app", "edit", &app.id, "--daily-quota", limit]).code(), Some(0));
    let comes = |status: u16| {
        within(PATIENCE, "the changed limit", || (calls(&server, &app) == [status]).then_some(()));
    };
    edit("1");
    comes(429);
    let refused = server.get(&format!("/v1/tracks/{DANCE_MONKEY}"), &server.token(&app));
    assert_eq!(refused.body, r#"{"error":{"status":429,"message":"Too many requests","reason":"QUOTA_EXCEEDED"}}"#);
    edit("off");
    comes(200);
}

#[test]
fn a_run_holds_its_program_to_the_limit() {
    let home = Home::new();
    let script = r#"
        "$SLEEVE" -q run --daily-quota 2 -- sh -c '
            for i in 1 2 3; do
                "$SLEEVE" -q track 2XU0oxnq2qxCpomAAuJY8K --api "$SLEEVE_URL" > out || break
                echo "$i"
            done'"#;
    let said = home.shell(script);
    assert_eq!(said.out, "1\n2\n", "{said}");
}

#[test]
fn an_app_shows_its_limits() {
    let home = Home::new();
    let app = home.app(&["--rate-limit", "180/30s", "--daily-quota", "500"]);
    let json = home.run(&["app", "show", &app.id, "--json"]).out;
    let shown = |json: &str| -> serde_json::Value { serde_json::from_str(json).expect("JSON") };
    assert_eq!((&shown(&json)["rate_limit"], &shown(&json)["daily_quota"]), (&json!("180/30s"), &json!(500)));
    assert_eq!(home.run(&["app", "list", "--json"]).out, format!("[{}]\n", json.trim_end()));
    assert_snapshot!(home.run(&["app", "edit", &app.id, "--name", "Renamed"]), @"
    exit status: 0
    --- stdout
    Name          Renamed
    Description   A test
    Client ID     [hex]
    Client secret (--secret shows it)
    Quota mode    extended
    Rate limit    180/30s
    Daily quota   500
    APIs          web-api
    --- stderr
    ");
    let json = home.run(&["app", "edit", &app.id, "--rate-limit", "off", "--daily-quota", "off", "--json"]).out;
    assert_eq!((&shown(&json)["rate_limit"], &shown(&json)["daily_quota"]), (&json!(null), &json!(null)));
}

#[test]
fn a_limit_that_is_none_is_said_with_what_it_should_be() {
    let home = Home::new();
    assert_snapshot!(home.run(&["serve", "--rate-limit", "180"]), @"
    exit status: 2
    --- stdout
    --- stderr
    error: invalid value '180' for '--rate-limit <CALLS/SECONDS>': a rate limit is calls and a window of 1 to 86400 seconds, as 180/30s

    For more information, try '--help'.
    ");
    assert_snapshot!(home.run(&["run", "--daily-quota", "0", "--", "true"]), @"
    exit status: 2
    --- stdout
    --- stderr
    error: invalid value '0' for '--daily-quota <CALLS>': a daily quota is a number of calls from 1 to 4294967295, as 500

    For more information, try '--help'.
    ");
    for command in [&["serve"][..], &["app", "create", "--name", "N", "--description", "D"], &["app", "edit", "x"]] {
        for limit in ["180/30", "0/30s", "180/0s", "180/86401s", "-1/30s", "30s", "many"] {
            let said = home.run(&[command, &[&format!("--rate-limit={limit}")]].concat());
            assert!(said.code() == Some(2) && said.err.contains("as 180/30s"), "{said}");
        }
    }
}
