//! `sleeve run`.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// `sleeve run` with a data folder of its own and nothing of ours in its environment.
fn sleeve(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sleeve"));
    command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", data).env("TMPDIR", data).arg("run");
    command.arg("--data").arg(data.join("data"));
    command
}

fn shell(script: &str, prepare: impl FnOnce(&mut Command)) -> Output {
    let place = tempfile::tempdir().expect("a folder");
    let mut command = sleeve(place.path());
    prepare(&mut command);
    let output = command.args(["--", "/bin/sh", "-c", script]).output().expect("sleeve runs");
    let left: Vec<_> = fs::read_dir(place.path()).expect("a folder").flatten().map(|entry| entry.file_name()).collect();
    assert!(left.iter().all(|name| name == "data"), "left behind: {left:?}");
    output
}

fn variables(prepare: impl FnOnce(&mut Command)) -> (HashMap<String, String>, String) {
    let output = shell("env", prepare);
    let text = String::from_utf8(output.stdout).expect("text");
    let variables = text.lines().filter_map(|line| line.split_once('='));
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    (variables, String::from_utf8(output.stderr).expect("text"))
}

#[test]
fn the_exit_status_is_the_childs() {
    for (script, expected) in [("exit 0", 0), ("exit 7", 7), ("kill -TERM $$", 143), ("kill -KILL $$", 137)] {
        assert_eq!(shell(script, |_| {}).status.code(), Some(expected), "{script}");
    }
}

#[test]
fn a_command_that_cannot_be_run_ends_as_in_a_shell() {
    let place = tempfile::tempdir().expect("a folder");
    let plain = place.path().join("plain");
    fs::write(&plain, "text").expect("written");
    for (command, expected) in [(Path::new("no-such-command"), 127), (&plain, 126)] {
        let output = sleeve(place.path()).arg("--").arg(command).output().expect("sleeve runs");
        assert_eq!(output.status.code(), Some(expected), "{command:?}");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(stderr.lines().last().is_some_and(|line| line.starts_with("sleeve: cannot run ")), "{stderr}");
    }
}

#[test]
fn input_and_output_are_the_childs_and_nothing_of_ours_is_in_them() {
    let place = tempfile::tempdir().expect("a folder");
    let mut command = sleeve(place.path());
    command.args(["-q", "cat", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("sleeve runs");
    child.stdin.take().expect("piped").write_all(b"one\0two").expect("written");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.stdout.as_slice(), output.stderr.as_slice()), (&b"one\0two"[..], &b""[..]));
}

#[test]
fn a_signal_that_is_sent_to_us_is_the_childs() {
    for (signal, number) in [("TERM", 15), ("INT", 2), ("HUP", 1), ("USR1", 10)] {
        let place = tempfile::tempdir().expect("a folder");
        let script = format!("trap 'exit {}' {signal}; echo ready; while :; do read line || :; done", 100 + number);
        // Whoever starts the tests may ignore signals (a shell's background jobs do); what is ignored stays ignored.
        let sleeve = sleeve(place.path());
        let mut command = Command::new("env");
        command.arg("--default-signal=TERM,INT,HUP,USR1").arg(sleeve.get_program()).args(sleeve.get_args());
        command.env_clear().envs(sleeve.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.args(["--", "/bin/sh", "-c", &script]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::null()).spawn().expect("sleeve runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("read");
        let sent = Command::new("/bin/sh").args(["-c", &format!("kill -{signal} {}", child.id())]).status();
        assert!(sent.expect("sh runs").success());
        assert_eq!(child.wait().expect("it ends").code(), Some(100 + number), "{signal}");
    }
}

#[test]
fn the_child_finds_the_proxy_the_authority_and_an_app_under_every_name() {
    let (found, stderr) = variables(|_| {});
    let url = &found["HTTPS_PROXY"];
    assert!(url.starts_with("http://127.0.0.1:"));
    for name in ["https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        assert_eq!(&found[name], url, "{name}");
    }
    assert_eq!(found["NO_PROXY"], "localhost,127.0.0.1,::1");
    assert_eq!(found["SSL_CERT_FILE"], found["REQUESTS_CA_BUNDLE"]);
    assert!(found["NODE_OPTIONS"].starts_with("--require=/") && found["NODE_OPTIONS"].ends_with("/preload.cjs"));
    assert_eq!((found["CLIENT_ID"].len(), found["CLIENT_SECRET"].len()), (32, 32));
    assert_eq!(found["SPOTIPY_CLIENT_ID"], found["CLIENT_ID"]);
    assert!(stderr.starts_with("sleeve: local Spotify for sh: 64 tracks, as the app of this run\n"), "{stderr}");
    assert!(stderr.contains("no request to Spotify came from sh"), "{stderr}");
}

#[test]
fn what_the_user_has_set_is_kept_but_for_what_leads_past_us() {
    let (found, stderr) = variables(|command| {
        command.envs([
            ("NODE_OPTIONS", "--no-warnings"),
            ("no_proxy", "intra.example.org,.spotify.com,10.0.0.0/8"),
            ("RSPOTIFY_CLIENT_ID", "mine"),
            ("RSPOTIFY_CLIENT_SECRET", "hidden"),
        ]);
    });
    assert!(found["NODE_OPTIONS"].starts_with("--no-warnings --require="));
    assert_eq!(found["NO_PROXY"], "localhost,127.0.0.1,::1,intra.example.org,10.0.0.0/8");
    assert_eq!((found["CLIENT_ID"].as_str(), found["SPOTIPY_CLIENT_SECRET"].as_str()), ("mine", "hidden"));
    assert!(stderr.contains("past the local Spotify: .spotify.com left out"), "{stderr}");
    assert!(!stderr.contains("hidden"), "{stderr}");
}

#[test]
fn half_a_pair_is_an_error_before_anything_runs() {
    let output = shell("echo ran", |command| {
        command.env("SPOTIPY_CLIENT_ID", "mine");
    });
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(2), &b""[..]));
    let expected = "sleeve: SPOTIPY_CLIENT_ID is set, but SPOTIPY_CLIENT_SECRET is not; set both, or none\n";
    assert_eq!(String::from_utf8_lossy(&output.stderr), expected);
}

#[test]
fn a_run_needs_no_place_for_a_data_folder() {
    let place = tempfile::tempdir().expect("a folder");
    // A file where the folder would be: root writes through a read-only mode, but not through this.
    fs::write(place.path().join("data"), "").expect("written");
    let output = sleeve(place.path()).args(["--", "true"]).output().expect("sleeve runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_authority_is_kept_for_the_next_run_and_its_key_is_the_owners_alone() {
    let place = tempfile::tempdir().expect("a folder");
    let root = || {
        assert!(sleeve(place.path()).args(["-q", "--", "true"]).status().expect("sleeve runs").success());
        fs::read(place.path().join("data/ca/root.pem")).expect("it is there")
    };
    assert_eq!(root(), root());
    let key = fs::metadata(place.path().join("data/ca/key.pem")).expect("it is there");
    assert_eq!(key.permissions().mode() & 0o777, 0o600);
    fs::write(place.path().join("data/ca/key.pem"), "x").expect("written");
    let output = sleeve(place.path()).args(["--", "true"]).output().expect("sleeve runs");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), stderr.lines().count()), (Some(2), 1), "{stderr}");
}

#[tokio::test]
async fn a_program_with_spotifys_addresses_compiled_in_is_answered() {
    let place = tempfile::tempdir().expect("a folder");
    let mut command = sleeve(place.path());
    let script = "echo $HTTPS_PROXY; echo $SSL_CERT_FILE; echo $CLIENT_ID; echo $CLIENT_SECRET; read line";
    command.args(["--offline", "--", "/bin/sh", "-c", script]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("sleeve runs");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let mut line = || lines.next().expect("a line").expect("text");
    let (proxy, bundle, id, secret) = (line(), line(), line(), line());

    // Another test may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let bundle = fs::read(bundle).expect("the bundle");
    let client = reqwest::Client::builder()
        .proxy(reqwest::Proxy::all(proxy).expect("a proxy"))
        .tls_certs_only(reqwest::Certificate::from_pem_bundle(&bundle).expect("certificates"))
        .build()
        .expect("a client");
    let token = client.post("https://accounts.spotify.com/api/token").basic_auth(id, Some(secret));
    let form = token.header("Content-Type", "application/x-www-form-urlencoded").body("grant_type=client_credentials");
    let answer = form.send().await.expect("answered").text().await.expect("text");
    let token =
        serde_json::from_str::<Value>(&answer).expect("JSON")["access_token"].as_str().expect(&answer).to_owned();
    let get = |url: &'static str| client.get(url).bearer_auth(&token).send();
    let track = get("https://api.spotify.com/v1/tracks/2XU0oxnq2qxCpomAAuJY8K").await.expect("answered");
    let track: Value = serde_json::from_str(&track.text().await.expect("text")).expect("JSON");
    assert_eq!(
        (&track["name"], &track["href"]),
        (&Value::from("Dance Monkey"), &Value::from("https://api.spotify.com/v1/tracks/2XU0oxnq2qxCpomAAuJY8K"))
    );
    let missed = get("https://api.spotify.com/v1/tracks/4iV5W9uYEdYUVa79Axb7Rh").await.expect("answered");
    assert_eq!(missed.status(), 404);
    get("https://example.org/").await.expect_err("refused");

    let stderr = String::from_utf8(child.wait_with_output().expect("it ends").stderr).expect("text");
    assert!(stderr.contains("of 64 tracks: 1 id (4iV5W9uYEdYUVa79Axb7Rh)"), "{stderr}");
    assert!(stderr.contains("refused (offline): 1 host (example.org)"), "{stderr}");
}
