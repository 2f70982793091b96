//! Served lookups: sleeve beside nginx, turn by turn.

use std::net::SocketAddr;

use anyhow::{Result, ensure};

use crate::http;
use crate::nginx::Nginx;
use crate::process::Running;
use crate::report::{Report, bar, median, thousands};
use crate::setup::Tools;
use crate::sleeve::{Sleeve, tracks};
use crate::wrk::{Load, Turn};
use crate::{Effort, TRACK};

/// Lookups per second, of nginx's.
const BAR: f64 = 0.7;

/// One comparison: what sleeve is asked, and nginx the same.
struct Case {
    name: &'static str,
    sleeve: Load,
    nginx: Option<Load>,
    has_bar: bool,
}

pub(crate) fn measure(tools: &Tools, effort: Effort, report: &mut Report) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let sleeve = Sleeve::start(tools, &folder.join("data"), None)?;
    let nginx = Nginx::start(tools, &folder.join("nginx"), &sleeve)?;
    let same = http::get(nginx.plain, &Sleeve::target(TRACK), &[])?.body == sleeve.lookup()?.body;
    ensure!(same, "nginx and sleeve do not serve the same bytes");
    let mut rows = Vec::new();
    for case in cases(&sleeve, &nginx)? {
        eprintln!("  {}", case.name);
        let mut turns: (Vec<Turn>, Vec<Turn>) = Default::default();
        // The first round warms both up and does not count. Who goes first changes from round to round.
        for round in 0..=effort.rounds {
            let mut one = |ours: bool| -> Result<()> {
                let (load, running): (_, &Running) =
                    if ours { (Some(&case.sleeve), &sleeve.running) } else { (case.nginx.as_ref(), &nginx.running) };
                if let Some(load) = load {
                    let turn = load.turn(tools, folder, running, effort.turn)?;
                    let turns = if ours { &mut turns.0 } else { &mut turns.1 };
                    turns.extend((round > 0).then_some(turn));
                }
                Ok(())
            };
            let first = round % 2 == 0;
            one(first)?;
            one(!first)?;
        }
        rows.push(row(&case, &turns.0, &turns.1));
    }
    let head = [
        "lookups",
        "sleeve, /s",
        "nginx, /s",
        "sleeve ÷ nginx",
        "least … most",
        "sleeve p50 / p99, ms",
        "nginx p50 / p99, ms",
        "sleeve CPU µs",
        "nginx CPU µs",
        "bar",
    ];
    report.table("Served lookups", &head, &rows);
    Ok(())
}

fn row(case: &Case, ours: &[Turn], theirs: &[Turn]) -> Vec<String> {
    let mid = |turns: &[Turn], of: fn(&Turn) -> f64| median(turns.iter().map(of));
    let rate = |turns: &[Turn]| thousands(mid(turns, |turn| turn.per_second));
    let latency =
        |turns: &[Turn]| format!("{:.2} / {:.1}", mid(turns, |turn| turn.p50_ms), mid(turns, |turn| turn.p99_ms));
    let cpu = |turns: &[Turn]| format!("{:.1}", mid(turns, |turn| turn.cpu_us));
    // Each turn beside its neighbour: whatever else the machine does, both had to bear it.
    let ratios: Vec<f64> = ours.iter().zip(theirs).map(|(ours, theirs)| ours.per_second / theirs.per_second).collect();
    let ratio = median(ratios.iter().copied());
    let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
    let most = ratios.iter().copied().fold(0.0, f64::max);
    let alone = theirs.is_empty();
    let beside = |text: String| if alone { "–".to_owned() } else { text };
    vec![
        case.name.to_owned(),
        rate(ours),
        beside(rate(theirs)),
        beside(format!("**{ratio:.2}**")),
        beside(format!("{least:.2} … {most:.2}")),
        latency(ours),
        beside(latency(theirs)),
        cpu(ours),
        beside(cpu(theirs)),
        if case.has_bar { bar(ratio >= BAR, &format!("≥ {BAR}")) } else { "–".to_owned() },
    ]
}

fn cases(sleeve: &Sleeve, nginx: &Nginx) -> Result<Vec<Case>> {
    let load = |address: SocketAddr, headers: &[&String], connections| Load {
        address,
        target: Sleeve::target(TRACK),
        headers: headers.iter().copied().cloned().collect(),
        connections,
        script: String::new(),
    };
    // nginx gets the same request, though it does not look at the token.
    let bearer = &sleeve.bearer;
    let pair = |name, connections, address, has_bar| Case {
        name,
        sleeve: load(sleeve.address, &[bearer], connections),
        nginx: Some(load(address, &[bearer], connections)),
        has_bar,
    };
    let gzip = &"Accept-Encoding: gzip".to_owned();
    let known = |address: SocketAddr| -> Result<String> {
        let answer = http::get(address, &Sleeve::target(TRACK), std::slice::from_ref(bearer))?;
        Ok(format!("If-None-Match: {}", answer.header("etag")))
    };
    let (ours, theirs) = (known(sleeve.address)?, known(nginx.plain)?);
    let targets: Vec<String> = tracks().into_iter().map(Sleeve::target).collect();
    let any = |address| load(address, &[bearer], 32).any_of(&targets);
    let mut token = load(sleeve.address, &[], 32).posting(&sleeve.app.form());
    token.target = "/api/token".to_owned();
    let informative = |name, sleeve: Load, nginx: Option<Load>| Case { name, sleeve, nginx, has_bar: false };
    Ok(vec![
        pair("one track, 32 connections", 32, nginx.plain, true),
        pair("one track, 64 connections", 64, nginx.plain, true),
        pair("one track, 32 connections, nginx with open_file_cache", 32, nginx.kept_open, false),
        informative(
            "gzip (nginx: gzip_static)",
            load(sleeve.address, &[bearer, gzip], 32),
            Some(load(nginx.compressed, &[bearer, gzip], 32)),
        ),
        informative(
            "304 (If-None-Match)",
            load(sleeve.address, &[bearer, &ours], 32),
            Some(load(nginx.plain, &[bearer, &theirs], 32)),
        ),
        informative("any of 64 tracks", any(sleeve.address), Some(any(nginx.plain))),
        informative("a token: POST /api/token", token, None),
    ])
}
