//! The README in two terminals, with the README's own commands: serve, the form, the two exports, the script.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use sleeve_outside::browser::{Browser, Setup};
use sleeve_outside::clients::python;
use sleeve_outside::form;
use sleeve_outside::readme::{block, with_values};
use sleeve_outside::serve::Server;
use sleeve_outside::sleeve::{Home, binary, finish, repository, transcript};

use crate::TRACK;

/// A terminal in the repository's folder, in which the README's commands are typed.
fn terminal(home: &Home, commands: &str) -> Command {
    let mut shell = home.program("bash");
    shell.args(["-euc", commands]).current_dir(repository());
    shell
}

#[test]
fn the_readme_leads_from_serve_to_the_first_call() {
    let home = Home::new();
    home.install("sleeve", binary());
    home.install("python3", &shim(&home, python()));

    let free = TcpListener::bind("127.0.0.1:8975").map(drop);
    free.unwrap_or_else(|error| panic!("127.0.0.1:8975, where the README's serve listens, is taken: {error}"));
    let server = Server::start_with(&mut terminal(&home, &format!("exec {}", block("serve").trim())));
    let browser = Browser::open(Setup::default());
    browser.go(&server.sign_in);
    form::create_app(&browser, form::NAME, form::DESCRIPTION);
    let app = form::show_secret(&browser);

    let pair = [("CLIENT_ID", app.client_id.as_str()), ("CLIENT_SECRET", app.client_secret.as_str())];
    let exports = with_values(&block("exports"), &pair);
    for (name, value) in pair {
        assert!(exports.contains(&format!("export {name}={value}")), "the README does not export {name}:\n{exports}");
    }
    let output = finish(&mut terminal(&home, &format!("{exports}\n{}", block("run"))));
    assert!(output.status.success(), "{}", transcript(&output));
    let stdout = String::from_utf8_lossy(&output.stdout);
    let line = |start: &str| {
        let found = stdout.lines().find_map(|line| line.strip_prefix(start));
        found.unwrap_or_else(|| panic!("no line {start:?}: {}", transcript(&output)))
    };
    let token = line("Response: ");
    assert!(token.starts_with("{'access_token': 'BQ") && token.ends_with("'scope': ''}"), "{token}");
    let track: Value = serde_json::from_str(line("Track Response: ")).expect("the script prints JSON");
    assert_eq!(track["id"], TRACK);
    assert_eq!(track["name"], "Dance Monkey");
    assert_eq!(track["href"], format!("https://api.spotify.com/v1/tracks/{TRACK}"));
    let preview = track["preview_url"].as_str().expect("an app in extended mode sees a preview");
    assert!(preview.ends_with(&format!("?cid={}", app.client_id)), "{preview} is not for the app of the form");
}

/// A `python3` for the terminal: a virtual environment's interpreter finds its packages by its own place, which a
/// link in another folder would hide.
fn shim(home: &Home, interpreter: &Path) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let file = home.work().join("python3");
    std::fs::write(&file, format!("#!/bin/sh\nexec '{}' \"$@\"\n", interpreter.display())).expect("ours");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).expect("ours");
    file
}
