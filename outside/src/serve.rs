//! A running `sleeve serve` on a port of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use reqwest::blocking::{Client, Response};
use serde_json::Value;

use crate::sleeve::{App, Home};

/// How long each of the two lines may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// The process, killed when dropped unless it was [stopped](Server::stop).
pub struct Server {
    child: Child,
    /// Kept, so that the server can go on printing.
    _lines: mpsc::Receiver<String>,
    /// `http://ADDRESS:PORT`.
    pub origin: String,
    /// The one-time link to the dashboard, the second line on stdout.
    pub sign_in: String,
}

impl Server {
    /// Starts on a free port and returns when the server said that it would answer.
    pub fn start(home: &Home) -> Self {
        let ready = home.work().join("ready");
        let mut command = home.sleeve(["serve", "--listen", "127.0.0.1:0", "--ready-file"]);
        let server = Self::start_with(command.arg(&ready));
        let answer = http_client().get(&server.origin).send().expect("the address that was printed accepts");
        assert!(answer.status().as_u16() < 500, "the first answer is {}", answer.status());
        assert!(ready.exists(), "it answers, but did not write its ready file");
        server
    }

    /// Starts `command`, whatever it is, and reads the two lines that `serve` prints.
    pub fn start_with(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the server can be started");
        let stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
        let (say, lines) = mpsc::channel();
        thread::spawn(move || {
            // Until the end of the server, or of whoever listens.
            let _ = stdout.lines().map_while(Result::ok).try_for_each(|line| say.send(line));
        });
        let line = || lines.recv_timeout(PATIENCE).unwrap_or_default();
        let (first, second) = (line(), line());
        let Some(origin) = first.strip_prefix("listening on ") else {
            panic!("the first line of serve is {first:?}; its stderr is above");
        };
        let link = second.find("http").map(|start| second[start..].to_owned());
        let sign_in = link.unwrap_or_else(|| panic!("the second line of serve has no link: {second:?}"));
        Self { child, _lines: lines, origin: origin.to_owned(), sign_in }
    }

    /// A client-credentials token of `app`.
    pub fn token(&self, app: &App) -> String {
        let answer: Value = http_client()
            .post(format!("{}/api/token", self.origin))
            .basic_auth(&app.client_id, Some(&app.client_secret))
            .form(&[("grant_type", "client_credentials")])
            .send()
            .and_then(Response::json)
            .expect("the token endpoint answers JSON");
        answer["access_token"].as_str().unwrap_or_else(|| panic!("no token: {answer}")).to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client for what the tests ask themselves: loopback only, past any proxy.
pub fn http_client() -> Client {
    // A second installation finds the first one in place, which is the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().build().expect("a client with no special wishes can be built")
}
