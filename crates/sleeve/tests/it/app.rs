//! `sleeve app`: the dashboard's work from a shell.

use insta::assert_snapshot;
use serde_json::Value;

use crate::harness::{Home, Pair};

const UNKNOWN: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn create_prints_two_lines_that_a_shell_can_eval() {
    let home = Home::new();
    assert_snapshot!(home.run(&["app", "create", "--name", "My App", "--description", "Plays $(songs)"]), @"
    exit status: 0
    --- stdout
    CLIENT_ID=[hex]
    CLIENT_SECRET=[hex]
    --- stderr
    ");
    let script =
        r#"eval "$("$SLEEVE" app create --name N --description D)"; export CLIENT_ID CLIENT_SECRET; "$SLEEVE" token"#;
    assert_snapshot!(home.shell(script), @"
    exit status: 0
    --- stdout
    [token]
    --- stderr
    sleeve: the local Spotify answers, from 64 tracks ([hex] is an app of ~/.local/share/sleeve)
    ");
}

#[test]
fn create_prints_a_json_object_when_asked() {
    let home = Home::new();
    let plain = home.run(&["app", "create", "--name", "My App", "--description", "D", "--json"]);
    assert_snapshot!(plain, @r#"
    exit status: 0
    --- stdout
    {"client_id":"[hex]","client_secret":"[hex]","name":"My App","description":"D","quota_mode":"extended","rate_limit":null,"daily_quota":null,"redirect_uris":[],"website":"","building":"","apis":["web-api"]}
    --- stderr
    "#);
    let full = [
        "app",
        "create",
        "--json",
        "--name",
        "  Ünicode \"quoted\"  ",
        "--description",
        "D",
        "--quota",
        "development",
        "--redirect-uri",
        "http://127.0.0.1:8888/callback",
        "--redirect-uri",
        "myapp://callback",
        "--website",
        "https://example.org",
        "--building",
        "A player",
        "--uses",
        "web-api",
        "--uses",
        "ios",
    ];
    assert_snapshot!(home.run(&full), @r#"
    exit status: 0
    --- stdout
    {"client_id":"[hex]","client_secret":"[hex]","name":"Ünicode \"quoted\"","description":"D","quota_mode":"development","rate_limit":null,"daily_quota":null,"redirect_uris":["http://127.0.0.1:8888/callback","myapp://callback"],"website":"https://example.org","building":"A player","apis":["web-api","ios"]}
    --- stderr
    "#);
}

#[test]
fn what_breaks_a_rule_is_said_in_one_line_and_nothing_is_made() {
    let home = Home::new();
    let create = |more: &[&str]| home.run(&[&["app", "create", "--name", "N", "--description", "D"], more].concat());
    assert_snapshot!(create(&["--redirect-uri", "http://localhost:8888", "--redirect-uri", "nowhere"]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: http://localhost:8888: `localhost` is not allowed; use http://127.0.0.1 or http://[::1]; nowhere: a redirect URI starts with https://, http://127.0.0.1 or a scheme of your own, as myapp://
    ");
    assert_snapshot!(create(&["--redirect-uri", "http://example.org/"]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: http://example.org/: plain http is insecure; use https, or http://127.0.0.1 on your own machine
    ");
    assert_snapshot!(create(&["--website", "example.org", "--uses", "telepathy"]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: a website starts with https:// or http://; `telepathy` is no API that an app can name
    ");
    assert_snapshot!(create(&["--quota", "unlimited"]), @"
    exit status: 2
    --- stdout
    --- stderr
    error: invalid value 'unlimited' for '--quota <MODE>': a quota mode is `development` or `extended`

    For more information, try '--help'.
    ");
    assert_snapshot!(home.run(&["app", "create", "--name", " ", "--description", ""]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: a name is needed; a description is needed
    ");
    assert_snapshot!(home.run(&["app", "list", "--json"]), @"
    exit status: 0
    --- stdout
    []
    --- stderr
    ");
}

#[test]
fn list_is_a_table_or_an_array_without_secrets_the_oldest_first() {
    let home = Home::new();
    assert_snapshot!(home.run(&["app", "list"]), @"
    exit status: 0
    --- stdout
    --- stderr
    sleeve: there are no apps yet; `sleeve app create --name N --description D` makes one
    ");
    let apps = [home.app(&[]), home.app(&["--quota", "development"])];
    let table = home.run(&["app", "list"]);
    assert_snapshot!(table, @"
    exit status: 0
    --- stdout
    CLIENT ID                         QUOTA MODE   NAME  DESCRIPTION
    [hex]  extended     Test  A test
    [hex]  development  Test  A test
    --- stderr
    ");
    assert!(table.out.find(&apps[0].id) < table.out.find(&apps[1].id));
    let json = home.run(&["app", "list", "--json"]);
    assert_snapshot!(json, @r#"
    exit status: 0
    --- stdout
    [{"client_id":"[hex]","name":"Test","description":"A test","quota_mode":"extended","rate_limit":null,"daily_quota":null,"redirect_uris":[],"website":"","building":"","apis":["web-api"]},{"client_id":"[hex]","name":"Test","description":"A test","quota_mode":"development","rate_limit":null,"daily_quota":null,"redirect_uris":[],"website":"","building":"","apis":["web-api"]}]
    --- stderr
    "#);
    assert!(!apps.iter().any(|app| json.out.contains(&app.secret) || table.out.contains(&app.secret)));
}

#[test]
fn show_hides_the_secret_until_it_is_asked_for() {
    let home = Home::new();
    let app = home.app(&["--redirect-uri", "https://example.org/a", "--redirect-uri", "myapp://b"]);
    let (hidden, shown) = (home.run(&["app", "show", &app.id]), home.run(&["app", "show", &app.id, "--secret"]));
    assert_snapshot!(hidden, @"
    exit status: 0
    --- stdout
    Name          Test
    Description   A test
    Client ID     [hex]
    Client secret (--secret shows it)
    Quota mode    extended
    APIs          web-api
    Redirect URI  https://example.org/a
    Redirect URI  myapp://b
    --- stderr
    ");
    assert_snapshot!(shown, @"
    exit status: 0
    --- stdout
    Name          Test
    Description   A test
    Client ID     [hex]
    Client secret [hex]
    Quota mode    extended
    APIs          web-api
    Redirect URI  https://example.org/a
    Redirect URI  myapp://b
    --- stderr
    ");
    assert!(!hidden.out.contains(&app.secret) && shown.out.contains(&app.secret));
    let hidden = document(&home, &["app", "show", &app.id, "--json"]);
    assert!(hidden.get("client_secret").is_none());
    let shown = document(&home, &["app", "show", &app.id, "--json", "--secret"]);
    assert_eq!(shown["client_secret"], app.secret.as_str());
}

#[test]
fn edit_changes_what_is_given_and_leaves_the_rest() {
    let home = Home::new();
    let app = home.app(&["--redirect-uri", "https://example.org/a", "--website", "https://example.org"]);
    let before = document(&home, &["app", "show", &app.id, "--json", "--secret"]);
    assert_snapshot!(home.run(&["app", "edit", &app.id, "--name", "Renamed", "--quota", "development"]), @"
    exit status: 0
    --- stdout
    Name          Renamed
    Description   A test
    Client ID     [hex]
    Client secret (--secret shows it)
    Quota mode    development
    APIs          web-api
    Website       https://example.org
    Redirect URI  https://example.org/a
    --- stderr
    ");
    let mut expected = before;
    expected["name"] = "Renamed".into();
    expected["quota_mode"] = "development".into();
    assert_eq!(document(&home, &["app", "show", &app.id, "--json", "--secret"]), expected);
    assert_snapshot!(home.run(&["app", "edit", &app.id, "--redirect-uri", "nowhere", "--json"]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: nowhere: a redirect URI starts with https://, http://127.0.0.1 or a scheme of your own, as myapp://
    ");
    let edited = document(&home, &["app", "edit", &app.id, "--json", "--redirect-uri", "https://example.org/b"]);
    assert_eq!(edited["redirect_uris"], serde_json::json!(["https://example.org/b"]));
}

#[test]
fn rotate_secret_prints_a_new_pair_and_ends_the_old_secret() {
    let home = Home::new();
    let app = home.app(&[]);
    let said = home.run(&["app", "rotate-secret", &app.id]);
    assert_snapshot!(said, @"
    exit status: 0
    --- stdout
    CLIENT_ID=[hex]
    CLIENT_SECRET=[hex]
    --- stderr
    ");
    let rotated = Pair::read(&said.out).expect("a pair");
    assert_eq!(rotated.id, app.id);
    assert_ne!(rotated.secret, app.secret);
    assert_eq!(home.run_as(&rotated, &["token", "-q"]).code(), Some(0));
    assert_eq!(home.run_as(&app, &["token", "-q"]).code(), Some(3));
    let json = document(&home, &["app", "rotate-secret", &app.id, "--json"]);
    assert_eq!(json["client_id"], app.id.as_str());
    assert_eq!(json["client_secret"].as_str().map(str::len), Some(32));
}

#[test]
fn delete_asks_first_and_nobody_there_to_ask_is_no() {
    let home = Home::new();
    let app = home.app(&[]);
    assert_snapshot!(home.run(&["app", "delete", &app.id]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: Test was not deleted; --yes deletes it without asking
    ");
    assert_eq!(home.run_on(b"y\n", &["app", "delete", &app.id]).code(), Some(2));
    assert_eq!(home.run(&["app", "show", &app.id]).code(), Some(0));
    assert_snapshot!(home.run(&["app", "delete", &app.id, "--yes"]), @"
    exit status: 0
    --- stdout
    --- stderr
    sleeve: deleted Test
    ");
    assert_eq!(home.run(&["app", "list", "--json"]).out, "[]\n");
}

#[test]
fn an_app_that_is_not_there_is_said_the_same_way_by_every_command() {
    let home = Home::new();
    let said = home.run(&["app", "show", UNKNOWN]);
    assert_snapshot!(said, @"
    exit status: 1
    --- stdout
    --- stderr
    sleeve: there is no app with the client id [hex]; `sleeve app list` shows them
    ");
    for command in [&["show"][..], &["edit"], &["rotate-secret"], &["delete"], &["delete", "--yes"]] {
        let other = home.run(&[&["app"], command, &[UNKNOWN]].concat());
        assert_eq!(other.to_string(), said.to_string(), "{command:?}");
    }
}

#[test]
fn a_name_cannot_draw_on_the_terminal() {
    let home = Home::new();
    let name = "red\x1b[31m\nCLIENT_ID=x";
    let said = home.run(&["app", "create", "--name", name, "--description", "D", "--json"]);
    assert_eq!(said.code(), Some(0), "{said}");
    let id = document(&home, &["app", "list", "--json"])[0]["client_id"].as_str().expect("an id").to_owned();
    for args in [&["app", "list"][..], &["app", "show", &id], &["app", "delete", &id]] {
        let said = home.run(args);
        assert!(!said.out.contains('\x1b') && !said.err.contains('\x1b'), "{said}");
        assert!(!said.out.contains("\nCLIENT_ID") && !said.err.contains("\nCLIENT_ID"), "{said}");
    }
}

fn document(home: &Home, args: &[&str]) -> Value {
    let said = home.run(args);
    assert_eq!(said.code(), Some(0), "{said}");
    serde_json::from_str(&said.out).expect("JSON")
}
