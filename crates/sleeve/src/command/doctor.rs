//! `sleeve doctor`: what a call goes through, looked at one by one.

mod calls;
mod surroundings;

use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use sleeve_client::{Clock, Standing, SystemClock};

use crate::args::{CallFlags, Doctor};
use crate::config::{Api, Settings};
use crate::exit::{self, Exit};
use crate::moment;
use crate::service::{Place, Service, Standin};
use crate::terminal::{Terminal, span};

/// What is looked at, in the order in which it is shown.
const CHECKS: [&str; 10] = ["app", "api", "pace", "token", "call", "mode", "clock", "proxy", "certificates", "cache"];

/// What was found, in the order in which it is shown.
#[derive(Debug, Default)]
struct Findings(Vec<Finding>);

#[derive(Debug)]
struct Finding {
    check: &'static str,
    state: State,
    /// What there is, and what to do about it.
    words: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Ok,
    Warn,
    /// Not tried, since something before it failed.
    Skip,
    /// Calls do not go through; with the status that one would end with.
    Fail(Exit),
}

pub(crate) async fn run(args: &Doctor, settings: &Settings, terminal: &Terminal) -> Result<Exit> {
    // A person waits for it, and wants to see what fails.
    let timeout = args.calls.timeout.or(Some(Duration::from_secs(10)));
    let flags = CallFlags { timeout, retries: args.calls.retries.or(Some(0)), ..args.calls };
    let mut findings = Findings::default();
    let place = match Service::choose(settings, Standin::InMemory, flags, terminal) {
        Ok(service) => {
            if matches!(service.place, Place::Elsewhere(_)) {
                terminal.note("asking for a token, then making two calls");
            }
            findings.app(&service, settings);
            findings.api(&service, settings);
            findings.pace(&service.client.standing());
            if let Err(error) = calls::look(&service, &mut findings).await {
                findings.add("call", State::Fail(exit::of(&error)), exit::message(&error));
            }
            Some(service.place)
        }
        Err(error) => {
            let check = if settings.credentials().is_err() { "app" } else { "api" };
            findings.add(check, State::Fail(exit::of(&error)), exit::message(&error));
            None
        }
    };
    surroundings::look(place.as_ref(), settings, &mut findings);
    findings.fill();
    findings.show(args.json, terminal)?;
    Ok(findings.exit())
}

impl Findings {
    fn add(&mut self, check: &'static str, state: State, words: impl Into<String>) {
        self.0.push(Finding { check, state, words: words.into() });
    }

    /// Puts everything into its order, and says of what was not tried why.
    fn fill(&mut self) {
        let failed = self.0.iter().find(|finding| matches!(finding.state, State::Fail(_)));
        let why = failed.map_or("not tried".to_owned(), |finding| format!("not tried: see `{}`", finding.check));
        for check in CHECKS {
            if !self.0.iter().any(|finding| finding.check == check) {
                self.add(check, State::Skip, why.clone());
            }
        }
        self.0.sort_by_key(|finding| CHECKS.iter().position(|check| *check == finding.check));
    }

    /// Which app, and where its pair is set.
    fn app(&mut self, service: &Service, settings: &Settings) {
        let words = match (&service.place, settings.credentials()) {
            (Place::Here | Place::Elsewhere(_), Ok(Some(pair))) => {
                format!("{}, set in {}", service.client_id, pair.source)
            }
            _ => "one in memory, as long as the command; `sleeve login` or CLIENT_ID set another".to_owned(),
        };
        self.add("app", State::Ok, words);
    }

    /// Which API, and why.
    fn api(&mut self, service: &Service, settings: &Settings) {
        let why = match (&settings.api, &service.place) {
            (Api::Spotify | Api::Local | Api::At(_), _) => "--api says so",
            (Api::Auto, Place::Standin) => "no pair is set",
            (Api::Auto, Place::Here) => "it issued the pair",
            (Api::Auto, Place::Elsewhere(_)) => "the local Spotify did not issue the pair",
        };
        let words = match &service.place {
            Place::Elsewhere(origins) => format!("{} ({why})", origins.api()),
            Place::Standin | Place::Here => format!("the local Spotify, in this process ({why})"),
        };
        self.add("api", State::Ok, words);
    }

    /// How calls are held back, and whether the service asked for a pause: before anything is sent.
    fn pace(&mut self, standing: &Standing) {
        let pace = standing.pace;
        let budget = match (standing.budget, standing.left) {
            (Some(budget), Some(left)) => format!(", {left} of {budget} calls left today"),
            _ => ", no budget".to_owned(),
        };
        let (state, pause) = if standing.pause.is_zero() {
            (State::Ok, String::new())
        } else {
            let now = SystemClock::default().now();
            let until = moment::words(now + standing.pause, now);
            (State::Warn, format!("; the service asks to wait until {until}"))
        };
        let spent = standing.left == Some(0);
        let renews = standing.renews_in.filter(|_| spent).map(|time| format!("; more in {}", span(time.as_secs())));
        let state = if spent { State::Warn } else { state };
        self.add("pace", state, format!("{pace}{budget}{}{pause}", renews.unwrap_or_default()));
    }

    fn show(&self, is_json: bool, terminal: &Terminal) -> Result<()> {
        if is_json {
            let finding = |Finding { check, state, words }: &Finding| json!({ "check": check, "state": state.word(), "message": words });
            let list: Vec<_> = self.0.iter().map(finding).collect();
            return Ok(terminal.document(&json!(list).to_string())?);
        }
        let names: Vec<_> =
            self.0.iter().map(|finding| format!("{:<5} {}", finding.state.word(), finding.check)).collect();
        let texts = self.0.iter().map(|finding| finding.words.clone());
        let lines: Vec<_> = names.iter().map(String::as_str).zip(texts).collect();
        Ok(terminal.card_with(&lines, |name| match name.split(' ').next() {
            Some("ok") => "32",
            Some("warn") => "33",
            Some("skip") => "2",
            _ => "31",
        })?)
    }

    /// The status that the first failure means.
    fn exit(&self) -> Exit {
        let failed = self.0.iter().find_map(|finding| match finding.state {
            State::Fail(exit) => Some(exit),
            State::Ok | State::Warn | State::Skip => None,
        });
        failed.unwrap_or(Exit::Well)
    }
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Skip => "skip",
            Self::Fail(_) => "fail",
        }
    }
}
