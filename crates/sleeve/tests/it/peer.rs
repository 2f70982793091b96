//! A Web API that answers as it is told.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;

use crate::harness::{Home, Said};

/// The status of a call that is never answered.
pub(crate) const NEVER: u16 = 0;

/// A Web API of few words.
pub(crate) struct Peer {
    pub(crate) origin: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Peer {
    /// Answers these targets under `/v1`; `ORIGIN` in a body is its own address. Everything else is 404.
    pub(crate) fn new(answers: &[(&str, u16, &str)]) -> Self {
        Self::with_head("", answers)
    }

    /// The same, with these lines in the head of every answer.
    pub(crate) fn with_head(head: &'static str, answers: &[(&str, u16, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let body = |body: &str| body.replace("ORIGIN", &format!("{origin}/v1"));
        let answers: Vec<_> =
            answers.iter().map(|(target, status, text)| ((*target).to_owned(), *status, body(text))).collect();
        let seen = asked.clone();
        // It ends with the tests.
        thread::spawn(move || {
            for stream in listener.incoming() {
                serve(stream.expect("a connection"), head, &answers, &seen);
            }
        });
        Self { origin, asked }
    }

    pub(crate) fn run(&self, args: &[&str]) -> Said {
        let home = Home::new();
        home.end(&mut self.command(&home, args))
    }

    /// The program, about to call it.
    pub(crate) fn command(&self, home: &Home, args: &[&str]) -> Command {
        let mut command = home.command(&[&["-q", "--api", &self.origin], args].concat());
        command.env("CLIENT_ID", "id").env("CLIENT_SECRET", "secret");
        command
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("nobody panics with it").clone()
    }
}

fn serve(mut stream: TcpStream, more: &str, answers: &[(String, u16, String)], asked: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
    let mut lines = reader.by_ref().lines().map_while(Result::ok);
    let Some(first) = lines.next() else { return };
    let length = lines.by_ref().take_while(|line| !line.is_empty()).find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>().expect("a number"))
    });
    if let Some(length) = length {
        lines.by_ref().take_while(|line| !line.is_empty()).for_each(drop);
        reader.read_exact(&mut vec![0; length]).expect("a body");
    }
    let target = first.split(' ').nth(1).unwrap_or_default();
    let (status, body) = match target.strip_prefix("/v1") {
        None => (200, r#"{"access_token":"BQ","token_type":"Bearer","expires_in":3600}"#),
        Some(target) => {
            asked.lock().expect("nobody panics with it").push(target.to_owned());
            let known = answers.iter().find(|(known, ..)| known == target);
            let missing = r#"{"error":{"status":404,"message":"Not found."}}"#;
            known.map_or((404, missing), |(_, status, body)| (*status, body.as_str()))
        }
    };
    if status == NEVER {
        // The connection stays open as long as the tests run.
        return std::mem::forget(stream);
    }
    let length = body.len();
    let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\n{more}Connection: close\r\n\r\n");
    stream.write_all(format!("{head}{body}").as_bytes()).expect("it reads");
}
