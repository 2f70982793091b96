//! Many programs on one data folder at once.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;

use crate::harness::{DANCE_MONKEY, Home, Pair, within};

/// What the contract allows a running server to take up a change.
const A_SECOND: Duration = Duration::from_secs(1);

/// What a loaded machine may add: the poll itself is an HTTP request.
const LENIENCE: Duration = Duration::from_millis(500);

#[test]
fn programs_that_come_first_together_share_one_new_folder() {
    for _ in 0..4 {
        let home = Home::new();
        let children: Vec<_> = (0..6)
            .map(|n| {
                let name = format!("app {n}");
                let mut command = home.command(&["app", "create", "--name", &name, "--description", "D"]);
                command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts")
            })
            .collect();
        let server = home.serve();
        for child in children {
            let output = child.wait_with_output().expect("it ends");
            let text = String::from_utf8_lossy(&output.stdout);
            let pair = Pair::read(&text).unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)));
            server.token(&pair);
        }
        let apps: Value = serde_json::from_str(&home.run(&["app", "list", "--json"]).out).expect("JSON");
        assert_eq!(apps.as_array().map(Vec::len), Some(6));
    }
}

#[test]
fn tokens_that_are_asked_for_together_come_from_one_app() {
    let home = Home::new();
    let children: Vec<_> = (0..6)
        .map(|_| home.command(&["token", "-q"]).stdout(Stdio::piped()).spawn().expect("the program starts"))
        .collect();
    for child in children {
        assert!(child.wait_with_output().expect("it ends").status.success());
    }
    let apps: Value = serde_json::from_str(&home.run(&["app", "list", "--json"]).out).expect("JSON");
    assert_eq!(apps.as_array().map(Vec::len), Some(1), "{apps}");
}

#[test]
fn edits_of_different_members_together_are_all_kept() {
    let home = Home::new();
    let app = home.app(&[]);
    for round in 0..5 {
        let name = format!("name {round}");
        let building = format!("building {round}");
        let website = format!("https://example.org/{round}");
        let edits = [["--name", &name], ["--building", &building], ["--website", &website]].map(|[flag, value]| {
            let mut command = home.command(&["app", "edit", &app.id, flag, value]);
            command.stdout(Stdio::null()).spawn().expect("the program starts")
        });
        for mut edit in edits {
            assert!(edit.wait().expect("it ends").success());
        }
        let said = home.run(&["app", "show", &app.id, "--json"]);
        let document: Value = serde_json::from_str(&said.out).expect("JSON");
        assert_eq!(
            [&document["name"], &document["building"], &document["website"]],
            [name.as_str(), building.as_str(), website.as_str()],
            "round {round}"
        );
    }
}

#[test]
fn a_running_server_knows_a_new_app_at_once() {
    let home = Home::new();
    let server = home.serve();
    for _ in 0..3 {
        let app = home.app(&[]);
        let token = server.token(&app);
        assert_eq!(server.get(&format!("/v1/tracks/{DANCE_MONKEY}"), &token).status, 200);
        // A token that another program made works at once as well.
        let token = home.run_as(&app, &["token", "-q"]).out;
        assert_eq!(server.get(&format!("/v1/tracks/{DANCE_MONKEY}"), token.trim()).status, 200);
    }
}

#[test]
fn a_running_server_takes_up_changes_within_a_second() {
    let home = Home::new();
    let app = home.app(&[]);
    let server = home.serve();
    let token = server.token(&app);
    let one = format!("/v1/tracks/{DANCE_MONKEY}");
    let several = format!("/v1/tracks?ids={DANCE_MONKEY}");
    assert_eq!(server.get(&several, &token).status, 200);

    assert!(home.run(&["app", "edit", &app.id, "--quota", "development"]).status.success());
    let refused = || (server.get(&several, &token).status == 403).then_some(());
    within(A_SECOND + LENIENCE, "a change of the quota mode", refused);
    assert_eq!(server.get(&one, &token).status, 200);

    let rotated = Pair::read(&home.run(&["app", "rotate-secret", &app.id]).out).expect("a pair");
    within(A_SECOND + LENIENCE, "the new secret", || (server.grant(&rotated).status == 200).then_some(()));
    let old = server.grant(&app);
    assert_eq!(old.status, 400);
    assert!(old.body.contains("Invalid client secret"), "{}", old.body);
    assert_eq!(server.get(&one, &token).status, 200, "a token outlives its app's secret");

    assert!(home.run(&["app", "delete", &app.id, "--yes"]).status.success());
    within(A_SECOND + LENIENCE, "a deletion", || (server.get(&one, &token).status == 401).then_some(()));
    let gone = server.grant(&rotated);
    assert!(gone.status == 400 && gone.body.contains("Failed to get client"), "{}", gone.body);
}
