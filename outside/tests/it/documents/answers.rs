//! Answers, how they came about, and those for the starter catalogue: its tracks in both modes and all markets.

use std::fs;

use reqwest::blocking::Client;
use serde_json::Value;
use sleeve_outside::openapi::When;
use sleeve_outside::serve::{Server, http_client};
use sleeve_outside::sleeve::{App, Home, repository};

use crate::{TRACK, UNKNOWN};

/// No market, one in which *Dance Monkey* plays, and one in which it does not.
const MARKETS: [Option<&str>; 3] = [None, Some("GB"), Some("AQ")];

/// One answer and how it came about.
pub(super) struct Answer {
    pub(super) operation: &'static str,
    pub(super) extended: bool,
    pub(super) market: Option<String>,
    pub(super) client_id: String,
    /// The path with its query.
    pub(super) request: String,
    pub(super) status: u16,
    pub(super) body: Value,
}

impl Answer {
    /// To whom it was given.
    pub(super) fn when(&self) -> When {
        match (self.extended, &self.market) {
            (false, _) => When::Development,
            (true, Some(_)) => When::InMarket,
            (true, None) => When::Extended,
        }
    }
}

/// An app with its token.
pub(super) struct Caller {
    client: Client,
    origin: String,
    app: App,
    pub(super) extended: bool,
    token: String,
}

impl Caller {
    /// Two apps, one in each quota mode.
    pub(super) fn both(home: &Home, server: &Server) -> [Self; 2] {
        ["extended", "development"].map(|mode| {
            let app = home.create_app(&["--quota", mode]);
            let token = server.token(&app);
            Self { client: http_client(), origin: server.origin.clone(), app, extended: mode == "extended", token }
        })
    }

    pub(super) fn ask(&self, operation: &'static str, market: Option<&str>, path: &str) -> Answer {
        self.ask_as(operation, market, path, Some(&self.token))
    }

    /// Without a token and with one that nobody issued.
    pub(super) fn ask_as_nobody(&self, operation: &'static str, path: &str) -> [Answer; 2] {
        [None, Some("BQnot-a-token")].map(|token| self.ask_as(operation, None, path, token))
    }

    fn ask_as(&self, operation: &'static str, market: Option<&str>, path: &str, token: Option<&str>) -> Answer {
        let separator = if path.contains('?') { '&' } else { '?' };
        let query = market.map(|market| format!("{separator}market={market}")).unwrap_or_default();
        let request = format!("{path}{query}");
        let mut call = self.client.get(format!("{}{request}", self.origin));
        if let Some(token) = token {
            call = call.bearer_auth(token);
        }
        let answer = call.send().expect("the server answers");
        let status = answer.status().as_u16();
        let body = answer.json().unwrap_or_else(|error| panic!("{request} did not answer JSON: {error}"));
        let client_id = self.app.client_id.clone();
        let market = market.map(str::to_owned);
        Answer { operation, extended: self.extended, market, client_id, request, status, body }
    }
}

/// Starts a server with the starter catalogue and asks it for every track.
pub(super) fn of_starter_tracks() -> Vec<Answer> {
    let home = Home::new();
    let server = Server::start(&home);
    let ids = catalogue();
    let mut answers = Vec::new();
    for caller in Caller::both(&home, &server) {
        for market in MARKETS {
            let one = |id: &String| caller.ask("get-track", market, &format!("/v1/tracks/{id}"));
            answers.extend(ids.iter().map(one));
            for some in ids.chunks(40) {
                let path = format!("/v1/tracks?ids={},{UNKNOWN}", some.join(","));
                answers.push(caller.ask("get-several-tracks", market, &path));
            }
        }
    }
    answers
}

/// The ids of the starter catalogue: the sheet's first column, and *Dance Monkey*, which has a file of its own.
fn catalogue() -> Vec<String> {
    let sheet = repository().join("crates/sleeve-catalogue/starter/tracks.tsv");
    let text = fs::read_to_string(&sheet).unwrap_or_else(|error| panic!("{}: {error}", sheet.display()));
    let ids = text.lines().skip(1).filter_map(|line| line.split('\t').next()).map(str::to_owned);
    let ids: Vec<String> = ids.chain([TRACK.to_owned()]).collect();
    assert_eq!(ids.len(), 64, "the starter catalogue has 64 tracks");
    ids
}
