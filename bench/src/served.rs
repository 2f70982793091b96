//! Served lookups: sleeve beside nginx, turn by turn. Each request's token is opened, and the app's calls are counted.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::compare::{Bar, Case, compare};
use crate::http;
use crate::nginx::{Nginx, lay_out};
use crate::report::Report;
use crate::setup::Tools;
use crate::sleeve::{Sleeve, tracks};
use crate::wrk::Load;
use crate::{Effort, TRACK, tls};

/// Tokens per second, of nginx's requests.
const TOKENS: f64 = 0.35;
/// Compressed lookups per second, of nginx's.
const COMPRESSED: f64 = 0.9;

pub(crate) fn measure(tools: &Tools, effort: Effort, report: &mut Report) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (data, documents) = (folder.path().join("data"), folder.path().join("nginx"));
    let sleeve = Sleeve::start_limited(tools, &data)?;
    lay_out(&documents, &sleeve)?;
    let nginx = Nginx::start(tools, &documents)?;
    let same = http::get(nginx.plain, &Sleeve::target(TRACK), &[])?.body == sleeve.lookup()?.body;
    ensure!(same, "nginx and sleeve do not serve the same bytes");
    let pairs = Pairs { tools, folder: folder.path(), sleeve: &sleeve, nginx: &nginx, turn: effort.turn };
    compare("Served lookups", &pairs.cases()?, effort.rounds, report)?;
    tls::measure(tools, effort, &data, &sleeve.bearer, &nginx, report)
}

/// What makes cases.
struct Pairs<'a> {
    tools: &'a Tools,
    folder: &'a Path,
    sleeve: &'a Sleeve,
    nginx: &'a Nginx,
    turn: Duration,
}

impl<'a> Pairs<'a> {
    fn cases(&self) -> Result<Vec<Case<'a>>> {
        let Self { sleeve, nginx, .. } = self;
        let load = |address: SocketAddr, headers: &[&String], connections| Load {
            address,
            target: Sleeve::target(TRACK),
            headers: headers.iter().copied().cloned().collect(),
            connections,
            script: String::new(),
        };
        // nginx gets the same request, though it does not look at the token.
        let bearer = &sleeve.bearer;
        let both = |address, headers: &[&String], connections| {
            (load(sleeve.address, headers, connections), load(address, headers, connections))
        };
        let gzip = &"Accept-Encoding: gzip".to_owned();
        let known = |address: SocketAddr| -> Result<String> {
            let answer = http::get(address, &Sleeve::target(TRACK), std::slice::from_ref(bearer))?;
            Ok(format!("If-None-Match: {}", answer.header("etag")))
        };
        let unchanged = (
            load(sleeve.address, &[bearer, &known(sleeve.address)?], 64),
            load(nginx.plain, &[&known(nginx.plain)?], 64),
        );
        let targets: Vec<String> = tracks().into_iter().map(Sleeve::target).collect();
        let any = |address| load(address, &[bearer], 64).any_of(&targets);
        let mut token = load(sleeve.address, &[], 64).posting(&sleeve.app.form());
        token.target = "/api/token".to_owned();
        Ok(vec![
            self.case("one track, 64 connections", Bar::Everything, both(nginx.plain, &[bearer], 64)),
            self.case(
                "the same, gzip (nginx: gzip_static)",
                Bar::Rate(COMPRESSED),
                both(nginx.compressed, &[bearer, gzip], 64),
            ),
            self.case("the same, 32 connections", Bar::None, both(nginx.plain, &[bearer], 32)),
            self.case("the same, nginx with open_file_cache", Bar::None, both(nginx.kept_open, &[bearer], 64)),
            self.case("304 (If-None-Match)", Bar::None, unchanged),
            self.case("any of 64 tracks", Bar::None, (any(sleeve.address), any(nginx.plain))),
            self.case(
                "a token: POST /api/token (nginx: the track)",
                Bar::Rate(TOKENS),
                (token, load(nginx.plain, &[bearer], 64)),
            ),
        ])
    }

    fn case(&self, name: &str, bar: Bar, (ours, theirs): (Load, Load)) -> Case<'a> {
        let Self { tools, folder, sleeve, nginx, turn } = *self;
        Case {
            name: name.to_owned(),
            ours: ours.asked(tools, folder, &sleeve.running, turn),
            theirs: Some(theirs.asked(tools, folder, &nginx.running, turn)),
            bar,
        }
    }
}
