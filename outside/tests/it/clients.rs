//! Unmodified clients through `sleeve run`, each with its own words for a track that is not there.

use std::ffi::OsString;
use std::path::Path;

use sleeve_outside::clients::{folder, node, node_programs, python};
use sleeve_outside::report::Report;
use sleeve_outside::sleeve::{Home, finish, transcript};

use crate::{TRACK, UNKNOWN};

/// What a client prints after `token:` for a fresh token.
const TOKEN: (&str, &str) = ("token", "Bearer 3600");

/// A client program and the lines that it must print.
pub(crate) struct Client {
    pub(crate) name: &'static str,
    pub(crate) command: Vec<OsString>,
    pub(crate) expected: Vec<(&'static str, String)>,
}

impl Client {
    fn new(name: &'static str, command: &[&dyn AsRef<Path>]) -> Self {
        let command = command.iter().map(|part| part.as_ref().as_os_str().to_owned()).collect();
        Self { name, command, expected: Vec::new() }
    }

    fn says(mut self, expected: &[(&'static str, &str)]) -> Self {
        self.expected = expected.iter().map(|(label, text)| (*label, (*text).to_owned())).collect();
        self
    }

    /// Compares every expected line of what was printed, and the exit status.
    pub(crate) fn check(&self, report: &mut Report, output: &std::process::Output) {
        let stdout = String::from_utf8_lossy(&output.stdout);
        for (label, expected) in &self.expected {
            let start = format!("{label}: ");
            let seen = stdout.lines().find_map(|line| line.strip_prefix(&start)).unwrap_or("nothing");
            report.check(self.name, label, seen, expected);
        }
        report.verdict(self.name, "exit status 0", output.status.success(), || transcript(output));
    }
}

/// Spotify's words for [`UNKNOWN`].
fn missing() -> String {
    format!("Non existing id: 'spotify:track:{UNKNOWN}'")
}

/// The clients that take a base URL as their last argument, and everything through `run` as well.
pub(crate) fn with_base_url() -> Vec<Client> {
    let track = ("track", "Dance Monkey");
    let program = |name: &str| folder().join(name);
    let missing = missing();
    let python = python();
    let node20 = node(20);
    let fetch = node_programs().join("fetch_client.mjs");
    vec![
        Client::new("curl", &[&"sh", &program("curl.sh")]).says(&[
            ("token", r#"{"token_type":"Bearer","expires_in":3600,"scope":""}"#),
            track,
            ("unknown", "404 exit 22"),
        ]),
        Client::new("requests", &[&python, &program("requests_client.py")]).says(&[
            TOKEN,
            track,
            ("unknown", &format!("HTTPError 404 {missing}")),
        ]),
        Client::new("urllib", &[&python, &program("urllib_client.py")]).says(&[
            TOKEN,
            track,
            ("unknown", &format!("HTTPError 404 {missing}")),
        ]),
        Client::new("httpx", &[&python, &program("httpx_client.py"), &"1"]).says(&[
            TOKEN,
            track,
            ("http", "HTTP/1.1"),
            ("unknown", &format!("HTTPStatusError 404 {missing}")),
        ]),
        Client::new("spotipy", &[&python, &program("spotipy_client.py")]).says(&[
            TOKEN,
            track,
            ("tracks", "['Dance Monkey', None]"),
            ("unknown", &format!("SpotifyException 404 {missing}")),
        ]),
        Client::new("Node 20 fetch", &[&node20, &fetch]).says(&[TOKEN, track, ("unknown", &format!("404 {missing}"))]),
        Client::new("reqwest", &[&env!("CARGO_BIN_EXE_reqwest_client")]).says(&[
            TOKEN,
            track,
            ("unknown", "HTTP status client error (404 Not Found)"),
        ]),
        Client::new("rspotify", &[&env!("CARGO_BIN_EXE_rspotify_client")]).says(&[
            ("token", "3600"),
            track,
            ("unknown", &format!("404 Not Found {missing}")),
        ]),
    ]
}

/// The clients that have Spotify's addresses compiled in, or that need TLS to show what they can.
pub(crate) fn without_base_url() -> Vec<Client> {
    let track = ("track", "Dance Monkey");
    let missing = missing();
    let python = python();
    let program = |name: &str| node_programs().join(name);
    let status = format!("404 {missing}");
    let body = format!(r#"{{ "error" : {{ "status" : 404, "message" : "{missing}" }} }}"#);
    let sdk = format!("Unrecognised response code: 404 - Not Found. Body: {body}");
    let mut clients = vec![
        Client::new("tekore", &[&python, &folder().join("tekore_client.py")]).says(&[
            TOKEN,
            track,
            ("tracks", "['Dance Monkey']"),
            ("unknown", &format!("NotFound 404 {missing}")),
        ]),
        Client::new("httpx, HTTP/2", &[&python, &folder().join("httpx_client.py"), &"2"]).says(&[
            TOKEN,
            track,
            ("http", "HTTP/2"),
            ("unknown", &format!("HTTPStatusError 404 {missing}")),
        ]),
    ];
    for (major, https, web_api_node, ts_sdk) in [
        (20, "Node 20 https", "spotify-web-api-node on Node 20", "official TypeScript SDK on Node 20"),
        (24, "Node 24 https", "spotify-web-api-node on Node 24", "official TypeScript SDK on Node 24"),
    ] {
        let node = node(major);
        let web_api_error = format!("WebapiRegularError 404 {missing}");
        clients.extend([
            Client::new(https, &[&node, &program("https_client.mjs")]).says(&[TOKEN, track, ("unknown", &status)]),
            Client::new(ts_sdk, &[&node, &program("ts_sdk_client.mjs")]).says(&[
                TOKEN,
                track,
                ("tracks", "[ 'Dance Monkey', null ]"),
                ("unknown", &sdk),
            ]),
            Client::new(web_api_node, &[&node, &program("spotify_web_api_node_client.mjs")]).says(&[
                TOKEN,
                track,
                ("unknown", &web_api_error),
            ]),
        ]);
    }
    let fetch = program("fetch_client.mjs");
    clients.push(Client::new("Node 24 fetch", &[&node(24), &fetch]).says(&[TOKEN, track, ("unknown", &status)]));
    clients
}

#[test]
fn unmodified_clients_work_through_run() {
    let mut report = Report::default();
    for client in with_base_url().into_iter().chain(without_base_url()) {
        let home = Home::new();
        let arguments = client.command.iter().map(OsString::as_os_str).chain([TRACK.as_ref(), UNKNOWN.as_ref()]);
        client.check(&mut report, &finish(&mut home.run(arguments)));
    }
    report.finish();
}

#[test]
fn http_2_is_spoken_to_clients_that_offer_it() {
    let mut report = Report::default();
    let home = Home::new();
    let curl = folder().join("curl.sh");
    for (name, command, expected) in [
        ("curl", vec![Path::new("sh"), &curl], "2"),
        ("reqwest", vec![Path::new(env!("CARGO_BIN_EXE_reqwest_client"))], "HTTP/2.0"),
    ] {
        let arguments = command.into_iter().chain([Path::new(TRACK), Path::new(UNKNOWN)]);
        let output = finish(&mut home.run(arguments));
        let stdout = String::from_utf8_lossy(&output.stdout);
        let seen = stdout.lines().find_map(|line| line.strip_prefix("http: ")).unwrap_or("nothing");
        report.check(name, "HTTP/2", seen, expected);
    }
    report.finish();
}
