//! The walkers: a program for each client, which prints a line of JSON for each step.

use std::ffi::OsString;
use std::path::Path;
use std::process::Output;

use serde::Deserialize;
use serde_json::Value;
use sleeve_outside::clients::{folder, node, node_programs, python};
use sleeve_outside::report::Report;
use sleeve_outside::sleeve::transcript;

use super::checks::Truth;
use super::compare;

/// The error of a client whose own models require more than was sent.
const DEFECT: &str = "ValidationError";
const REASON: &str = "a defect of the client (peers.md A, missing field): it requires popularity and followers";

/// A program that walks with a client.
pub(super) struct Walker {
    pub(super) name: &'static str,
    pub(super) command: Vec<OsString>,
    /// Whether it takes a base URL behind the plan.
    pub(super) takes_base_url: bool,
    /// What the client returns is in types of its own.
    typed: bool,
    /// How the client puts a refusal: its own error, with what was answered.
    refusal: fn(u16, &str) -> String,
    /// Steps that the client itself cannot do in development mode.
    defects: &'static [&'static str],
}

/// What a walker prints for a step.
#[derive(Deserialize)]
struct Said {
    check: String,
    returned: Option<Value>,
    refused: Option<String>,
}

/// tekore's models cannot take what development mode leaves out of full objects.
const TEKORE_DEMANDS: &[&str] = &["get-track", "get-track, in a market", "get-an-album", "get-an-artist", "search"];

pub(super) fn all() -> Vec<Walker> {
    let program = |name: &str| folder().join(name);
    let node_program = |name: &str| node_programs().join(name);
    let node = node(24);
    vec![
        Walker::new("spotipy", &[python(), &program("spotipy_walk.py")], |status, body| {
            format!("SpotifyException {status} {}", message(body))
        })
        .with_base_url(),
        Walker::new("tekore", &[python(), &program("tekore_walk.py")], |status, body| {
            let names = [(400, "BadRequest"), (403, "Forbidden"), (404, "NotFound")];
            let name = names.iter().find(|(of, _)| *of == status).map_or("HTTPError", |(_, name)| name);
            format!("{name} {status} {}", message(body))
        })
        .typed()
        .with_defects(TEKORE_DEMANDS),
        Walker::new("rspotify", &[Path::new(env!("CARGO_BIN_EXE_rspotify_walk"))], |status, body| {
            format!("{} {}", phrase(status), message(body))
        })
        .typed()
        .with_base_url(),
        Walker::new("official TypeScript SDK", &[&node, &node_program("ts_sdk_walk.mjs")], |status, body| {
            let body = body.split_whitespace().collect::<Vec<_>>().join(" ");
            match status {
                403 => format!(
                    "Bad OAuth request (wrong consumer key, bad nonce, expired timestamp...). Unfortunately, \
                     re-authenticating the user won't help here. Body: {body}"
                ),
                _ => format!("Unrecognised response code: {}. Body: {body}", phrase(status).replacen(' ', " - ", 1)),
            }
        }),
        Walker::new(
            "spotify-web-api-node",
            &[&node, &node_program("spotify_web_api_node_walk.mjs")],
            |status, body| format!("WebapiRegularError {status} {}", message(body)),
        ),
    ]
}

impl Walker {
    fn new(name: &'static str, command: &[&Path], refusal: fn(u16, &str) -> String) -> Self {
        let command = command.iter().map(|part| part.as_os_str().to_owned()).collect();
        Self { name, command, takes_base_url: false, typed: false, refusal, defects: &[] }
    }

    fn with_base_url(self) -> Self {
        Self { takes_base_url: true, ..self }
    }

    fn typed(self) -> Self {
        Self { typed: true, ..self }
    }

    fn with_defects(self, defects: &'static [&'static str]) -> Self {
        Self { defects, ..self }
    }

    /// Judges every step by what the server answers without a client, and the exit status.
    pub(super) fn check(&self, report: &mut Report, name: &str, mode: &str, output: &Output, truths: &[Truth]) {
        let printed = String::from_utf8_lossy(&output.stdout);
        let said: Vec<Said> = printed.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        for truth in truths {
            let check = &truth.check;
            let Some(said) = said.iter().find(|said| said.check == check.name) else {
                report.verdict(name, check.name, false, || "the walker says nothing of it".to_owned());
                continue;
            };
            if mode == "development" && self.defects.contains(&check.name) {
                // Where a newer version has it mended, its line here is out of date.
                let seen = said.refused.as_deref().unwrap_or("no error");
                match seen == DEFECT {
                    true => report.not_applicable(name, check.name, REASON),
                    false => report.check(name, check.name, seen, DEFECT),
                }
                continue;
            }
            let result = match &truth.returned {
                Some(sent) => self.returned(said, sent),
                None => self.refused(said, truth),
            };
            report.verdict(name, check.name, result.is_ok(), || result.err().unwrap_or_default());
        }
        report.verdict(name, "exit status 0", output.status.success(), || transcript(output));
    }

    fn returned(&self, said: &Said, sent: &Value) -> Result<(), String> {
        let returned = said.returned.as_ref().ok_or_else(|| format!("it refused: {:?}", said.refused))?;
        match self.typed {
            true => compare::as_far_as_typed(returned, sent),
            false => compare::exactly(returned, sent),
        }
    }

    fn refused(&self, said: &Said, truth: &Truth) -> Result<(), String> {
        let expected = (self.refusal)(truth.status, &truth.body);
        match said.refused.as_ref() {
            Some(refused) if *refused == expected => Ok(()),
            refused => Err(format!("expected {expected:?}, saw {refused:?}")),
        }
    }
}

/// The message of a fault.
pub(super) fn message(body: &str) -> String {
    let fault: Value = serde_json::from_str(body).unwrap_or_default();
    fault["error"]["message"].as_str().unwrap_or("without a message").to_owned()
}

fn phrase(status: u16) -> &'static str {
    match status {
        400 => "400 Bad Request",
        403 => "403 Forbidden",
        404 => "404 Not Found",
        _ => "a status that no step expects",
    }
}
