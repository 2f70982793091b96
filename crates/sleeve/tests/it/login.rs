//! `sleeve login`.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use insta::assert_snapshot;

use crate::harness::{DANCE_MONKEY, Home, Pair, Said, send};
use crate::pty::Pty;

const FILE: &str = ".config/sleeve/config.toml";

fn login(home: &Home, pair: &Pair, more: &[&str]) -> Said {
    home.run_on(format!("{}\n{}\n", pair.id, pair.secret).as_bytes(), &[&["login"], more].concat())
}

#[test]
fn a_pair_that_is_taken_is_kept_for_its_owner_only_and_used_from_then_on() {
    let home = Home::new();
    let app = home.app(&[]);
    let said = login(&home, &app, &[]);
    assert_snapshot!(said, @"
    exit status: 0
    --- stdout
    --- stderr
    sleeve: the pair of [hex] is kept in ~/.config/sleeve/config.toml; it is an app of the local Spotify in ~/.local/share/sleeve, which answers its calls
    ");
    assert_eq!(home.read(FILE), format!("client_id = \"{}\"\nclient_secret = \"{}\"\n", app.id, app.secret));
    let mode = |path: &str| fs::metadata(home.path().join(path)).expect("it is there").permissions().mode() & 0o777;
    assert_eq!((mode(FILE), mode(".config/sleeve")), (0o600, 0o700));
    assert_eq!(fs::read_dir(home.path().join(".config/sleeve")).expect("a folder").count(), 1);
    assert!(home.run(&["track", DANCE_MONKEY]).out.contains(&format!("?cid={}", app.id)));
}

#[test]
fn what_else_is_in_the_file_stays() {
    let home = Home::new();
    let app = home.app(&[]);
    // Half a pair is what somebody may want to mend by this.
    home.write(FILE, "# mine\nclient_secret = 'old' # of May\n\n# the end\n");
    let said = login(&home, &app, &[]);
    assert_eq!(said.code(), Some(0), "{said}");
    let expected =
        format!("client_id = \"{}\"\n# mine\nclient_secret = \"{}\" # of May\n\n# the end\n", app.id, app.secret);
    assert_eq!(home.read(FILE), expected);
    let mode = fs::metadata(home.path().join(FILE)).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_file_that_is_a_link_stays_one() {
    let home = Home::new();
    let app = home.app(&[]);
    let kept = home.write("dotfiles/sleeve.toml", "");
    let link = home.write(FILE, "");
    fs::remove_file(&link).expect("it goes");
    std::os::unix::fs::symlink(&kept, &link).expect("a link");
    assert_eq!(login(&home, &app, &[]).code(), Some(0));
    assert!(fs::symlink_metadata(&link).expect("it is there").is_symlink());
    assert!(home.read("dotfiles/sleeve.toml").contains(&app.id));
}

#[test]
fn a_refused_pair_changes_nothing_and_is_status_3() {
    let home = Home::new();
    let app = home.app(&[]);
    let wrong = Pair { id: app.id.clone(), secret: "5ecre7".to_owned() };
    let said = login(&home, &wrong, &[]);
    assert_snapshot!(said, @"
    exit status: 3
    --- stdout
    --- stderr
    sleeve: nothing was written: token https://accounts.spotify.com/api/token: 400 Bad Request (Invalid client secret, invalid_client); check the client id and secret in the dashboard
    ");
    assert!(!home.path().join(".config").exists());
    home.write(FILE, "# mine\n");
    assert_eq!(login(&home, &wrong, &[]).code(), Some(3));
    assert_eq!(home.read(FILE), "# mine\n");
    let unknown = Pair { id: "unknown".to_owned(), secret: "5ecre7".to_owned() };
    let said = login(&home, &unknown, &["--api", "local"]);
    assert_snapshot!(said, @"
    exit status: 3
    --- stdout
    --- stderr
    sleeve: nothing was written: unknown is no app of the local Spotify; `sleeve app list` shows those that are
    ");
    let server = home.serve();
    let said = login(&home, &unknown, &["--api", &server.origin]);
    assert_eq!((said.code(), said.out.as_str()), (Some(3), ""), "{said}");
    assert!(!said.err.contains("5ecre7"), "{said}");
    let said = login(&home, &app, &["--api", "spotify"]);
    assert_eq!(said.code(), Some(2), "{said}");
    assert!(said.err.contains("was issued by the local Spotify"), "{said}");
    assert_eq!(home.read(FILE), "# mine\n");
}

#[test]
fn where_nobody_answers_nothing_is_written_either() {
    let home = Home::new();
    let pair = Pair { id: "id".to_owned(), secret: "5ecre7".to_owned() };
    // Port 1 is nobody's.
    let said = login(&home, &pair, &["--api", "http://127.0.0.1:1", "--retries", "0"]);
    assert_snapshot!(said, @"
    exit status: 4
    --- stdout
    --- stderr
    sleeve: nothing was written: token http://127.0.0.1:1/api/token: nothing listens at http://127.0.0.1:1; start it, or check the address
    ");
    assert!(!home.path().join(".config").exists());
}

#[test]
fn half_a_pair_and_a_broken_file_are_usage_errors() {
    let home = Home::new();
    let app = home.app(&[]);
    assert_snapshot!(home.run(&["login"]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: nothing was written: there is no client id: give it on the first line, and its secret on the second
    ");
    assert_snapshot!(home.run_on(b"id", &["login"]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: nothing was written: there is no client secret: give it on the line after the client id
    ");
    home.write(FILE, "client_id = [\n");
    let said = login(&home, &app, &[]);
    assert_snapshot!(said, @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: nothing was written: ~/.config/sleeve/config.toml, line 1: unclosed array, expected `]`
    ");
    assert_eq!(home.read(FILE), "client_id = [\n");
}

#[test]
fn variables_that_beat_the_file_are_named() {
    let home = Home::new();
    let app = home.app(&[]);
    let input = home.write("pair", &format!("{}\n{}\n", app.id, app.secret));
    let mut command = home.command(&["login"]);
    command.env("CLIENT_ID", "x").env("CLIENT_SECRET", "y").env("SPOTIFY_CLIENT_ID", " ");
    let said = home.end(command.stdin(fs::File::open(input).expect("a file")));
    assert_snapshot!(said, @"
    exit status: 0
    --- stdout
    --- stderr
    sleeve: the pair of [hex] is kept in ~/.config/sleeve/config.toml; it is an app of the local Spotify in ~/.local/share/sleeve, which answers its calls
    sleeve: set in the environment, which counts before the file: CLIENT_ID, CLIENT_SECRET; unset what is old
    ");
}

#[test]
fn a_server_that_takes_the_pair_is_named_with_what_calls_need() {
    let home = Home::new();
    let server = home.serve();
    let elsewhere = Home::new();
    let said = login(&elsewhere, &home.app(&[]), &["--api", &server.origin]);
    assert_snapshot!(said, @"
    exit status: 0
    --- stdout
    --- stderr
    sleeve: the pair of [hex] is kept in ~/.config/sleeve/config.toml; http://127.0.0.1:[port] takes it; calls go there with `--api http://127.0.0.1:[port]`
    ");
}

#[test]
fn at_a_terminal_the_secret_is_not_shown() {
    let home = Home::new();
    let app = home.app(&[]);
    let mut pty = Pty::start(&mut home.command(&["login"]), 60);
    pty.wait_for("Client ID: ");
    assert!(pty.echoes());
    pty.type_text(&format!("{}\n", app.id));
    pty.wait_for("Client secret (not shown): ");
    assert!(!pty.echoes());
    pty.type_text(&format!("{}\n", app.secret));
    pty.wait_for("is kept in");
    assert!(pty.echoes());
    let (status, shown) = pty.end();
    assert!(status.success() && shown.contains(&app.id) && !shown.contains(&app.secret), "{shown}");
    assert!(home.read(FILE).contains(&app.secret));
}

#[test]
fn an_interruption_shows_again_what_is_typed_and_writes_nothing() {
    let home = Home::new();
    let mut pty = Pty::start(&mut home.command(&["login"]), 60);
    pty.wait_for("Client ID: ");
    pty.type_text("id\n");
    pty.wait_for("Client secret (not shown): ");
    send("INT", &pty.child);
    pty.wait_for("interrupted; nothing was written");
    assert!(pty.echoes());
    assert_eq!(pty.end().0.code(), Some(75));
    assert!(!home.path().join(".config").exists());
}
