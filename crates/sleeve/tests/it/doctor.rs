//! `sleeve doctor`.

use insta::assert_snapshot;
use serde_json::Value;

use crate::harness::{DANCE_MONKEY, Home, Pair, Said};
use crate::peer::Peer;
use crate::pty::Pty;

/// What it says, without what it took.
fn said(said: &Said) -> String {
    let text = said.to_string();
    let words = text.split(' ').collect::<Vec<_>>();
    let is_time = |place: usize| words.get(place + 1).is_some_and(|unit| unit.starts_with("ms"));
    let masked: Vec<_> = (0..words.len()).map(|place| if is_time(place) { "[n]" } else { words[place] }).collect();
    masked.join(" ")
}

#[test]
fn with_nothing_configured_all_is_well() {
    let home = Home::new();
    assert_snapshot!(said(&home.run(&["doctor"])), @"
    exit status: 0
    --- stdout
    ok    app           one in memory, as long as the command; `sleeve login` or CLIENT_ID set another
    ok    api           the local Spotify, in this process (no pair is set)
    ok    pace          off, no budget
    ok    token         got one in [n] ms; it lives 60 min
    ok    call          a track came in [n] ms
    ok    mode          extended: get-an-artists-top-tracks is answered
    ok    clock         the local Spotify goes by this machine's
    ok    proxy         none: nothing leaves this process
    ok    certificates  none needed
    ok    cache         ~/.cache/sleeve, not made yet
    --- stderr
    ");
    assert_eq!(std::fs::read_dir(home.path()).expect("a folder").count(), 0);
}

#[test]
fn a_server_is_asked_for_everything() {
    let home = Home::new();
    let server = home.serve();
    let app = home.app(&["--quota", "development"]);
    assert_snapshot!(said(&home.run_as(&app, &["doctor", "--api", &server.origin])), @"
    exit status: 0
    --- stdout
    ok    app           [hex], set in CLIENT_ID
    ok    api           http://127.0.0.1:[port]/v1 (--api says so)
    ok    pace          adaptive, no budget
    ok    token         got one in [n] ms; it lives 60 min
    ok    call          a track came in [n] ms
    ok    mode          development: get-an-artists-top-tracks is refused
    ok    clock         within 1 s of the service's
    ok    proxy         none: the address is on this machine
    ok    certificates  none needed: the address is http
    ok    cache         ~/.cache/sleeve
    --- stderr
    sleeve: asking for a token, then making two calls
    ");
    let here = home.run_as(&app, &["doctor"]);
    assert!(here.out.contains("development: ") && here.out.contains("it issued the pair"), "{here}");
}

#[test]
fn what_fails_is_said_with_the_status_that_a_call_would_end_with() {
    let home = Home::new();
    let app = home.app(&[]);
    let wrong = Pair { id: app.id.clone(), secret: "5ecre7".to_owned() };
    let refused = home.run_as(&wrong, &["doctor"]);
    assert_snapshot!(said(&refused), @"
    exit status: 3
    --- stdout
    ok    app           [hex], set in CLIENT_ID
    ok    api           the local Spotify, in this process (it issued the pair)
    ok    pace          off, no budget
    fail  token         token https://accounts.spotify.com/api/token: 400 Bad Request (Invalid client secret, invalid_client); check the client id and secret in the dashboard
    skip  call          not tried: see `token`
    skip  mode          not tried: see `token`
    skip  clock         not tried: see `token`
    ok    proxy         none: nothing leaves this process
    ok    certificates  none needed
    ok    cache         ~/.cache/sleeve, not made yet
    --- stderr
    ");
    let nowhere = home.run_as(&app, &["doctor", "--api", "http://127.0.0.1:1"]);
    assert_snapshot!(said(&nowhere), @"
    exit status: 4
    --- stdout
    ok    app           [hex], set in CLIENT_ID
    ok    api           http://127.0.0.1:1/v1 (--api says so)
    ok    pace          adaptive, no budget
    fail  token         token http://127.0.0.1:1/api/token: nothing listens at http://127.0.0.1:1; start it, or check the address
    skip  call          not tried: see `token`
    skip  mode          not tried: see `token`
    skip  clock         not tried: see `token`
    ok    proxy         none: the address is on this machine
    ok    certificates  none needed: the address is http
    ok    cache         ~/.cache/sleeve
    --- stderr
    sleeve: asking for a token, then making two calls
    ");
    assert_snapshot!(home.end(home.command(&["doctor"]).env("CLIENT_ID", "x")), @"
    exit status: 2
    --- stdout
    fail  app           CLIENT_ID is set, but CLIENT_SECRET is not; set both, or none
    skip  api           not tried: see `app`
    skip  pace          not tried: see `app`
    skip  token         not tried: see `app`
    skip  call          not tried: see `app`
    skip  mode          not tried: see `app`
    skip  clock         not tried: see `app`
    ok    proxy         none is set
    ok    certificates  the machine's own
    ok    cache         ~/.cache/sleeve
    --- stderr
    ");
    let server = home.serve_with(&["--daily-quota", "1"]);
    let spent = |run: &str| {
        let said = home.run_as(&app, &["-q", "doctor", "--api", &server.origin]);
        let words = if run == "first" { "QUOTA_EXCEEDED" } else { "the service asks to wait until " };
        assert!(said.out.contains(words), "{run}: {said}");
        said.code()
    };
    // The first call goes through, the one for the mode does not.
    assert_eq!((spent("first"), spent("second")), (Some(0), Some(75)));
}

#[test]
fn a_clock_that_is_wrong_is_told_by_the_services_own() {
    let track = format!("/tracks/{DANCE_MONKEY}");
    let peer = Peer::with_head("Date: Mon, 01 Jan 2001 00:00:00 GMT\r\n", &[(&track, 200, r#"{"id":"x"}"#)]);
    let said = peer.run(&["doctor"]);
    assert_eq!(said.code(), Some(0), "{said}");
    let clock = said.out.lines().find(|line| line.contains("clock")).unwrap_or_else(|| panic!("{said}"));
    assert!(clock.starts_with("warn  clock") && clock.contains("s ahead of the service's; set it"), "{clock}");
    assert_eq!(peer.asked().len(), 2, "two calls are all that it costs");
    let peer = Peer::new(&[(&track, 200, r#"{"id":"x"}"#)]);
    assert!(peer.run(&["doctor"]).out.contains("not compared: the answer bore no date"));
}

#[test]
fn the_proxy_is_named_without_its_password_and_certificates_that_are_not_there_fail() {
    let home = Home::new();
    let mut command = home.command(&["doctor"]);
    command.env("CLIENT_ID", "x").env("CLIENT_SECRET", "5ecre7");
    command.env("HTTPS_PROXY", "http://me:hunter2@127.0.0.1:1").env("NO_PROXY", "example.org");
    command.env("SSL_CERT_FILE", "/nowhere.pem");
    let said = home.end(&mut command);
    assert!(!said.to_string().contains("hunter2") && !said.to_string().contains("5ecre7"), "{said}");
    assert!(said.out.contains("127.0.0.1:1, set in HTTPS_PROXY, but for NO_PROXY's hosts (example.org)"), "{said}");
    assert!(said.out.contains("SSL_CERT_FILE names /nowhere.pem: No such file"), "{said}");
    assert!(!matches!(said.code(), Some(0)), "{said}");
}

#[test]
fn a_cache_folder_that_cannot_be_written_is_a_warning() {
    let home = Home::new();
    home.write(".cache/sleeve", "a file");
    let said = home.run(&["doctor"]);
    assert_eq!(said.code(), Some(0), "{said}");
    assert!(said.out.contains("warn  cache"), "{said}");
    let away = home.end(home.command(&["doctor"]).env_remove("HOME"));
    assert!(away.out.contains("there is no place for the cache folder: set HOME or XDG_CACHE_HOME"), "{away}");
}

#[test]
fn it_can_be_read_by_programs() {
    let home = Home::new();
    let said = home.run(&["-q", "doctor", "--json"]);
    let checks: Vec<Value> = serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said}"));
    let names: Vec<_> = checks.iter().map(|check| check["check"].as_str().expect("a name")).collect();
    assert_eq!(names, ["app", "api", "pace", "token", "call", "mode", "clock", "proxy", "certificates", "cache"]);
    assert!(checks.iter().all(|check| check["state"] == "ok" && check["message"].is_string()), "{said}");
}

#[test]
fn its_states_are_coloured_and_fit_a_terminal() {
    let home = Home::new();
    let (status, shown) = Pty::start(&mut home.command(&["-q", "doctor"]), 60).end();
    assert!(status.success() && shown.starts_with("\x1b[32mok    app           \x1b[0mone in memory"), "{shown}");
}
