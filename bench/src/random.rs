//! Lookups of any track in a large catalogue: sleeve beside nginx, which has each document as a file.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use sleeve_catalogue::{MarketView, View};
use sleeve_client::model::{Form, QuotaMode};

use crate::Effort;
use crate::compare::{Bar, Case, compare};
use crate::http;
use crate::invented::Invented;
use crate::nginx::Nginx;
use crate::report::{Report, bar, median, thousands};
use crate::setup::Tools;
use crate::sleeve::Sleeve;
use crate::wrk::Load;

/// Lookups per second, of nginx's.
const BAR: f64 = 0.35;
/// How many tracks are asked for at once.
const MANY: u32 = 50;
/// What the server may spend on one of them: 12 µs on a machine where nginx spends 7.0 µs on a file of one document.
/// Microseconds differ from machine to machine, so it is measured beside that.
const DOCUMENT: f64 = 12.0 / 7.0;

pub(crate) fn measure(tools: &Tools, effort: Effort, report: &mut Report) -> Result<()> {
    let invented = tools.invented(effort.tracks)?;
    let scratch = invented.scratch()?;
    let folder = scratch.path();
    let sleeve = Sleeve::start_limited(tools, &invented.data())?;
    lay_out(invented, &sleeve, folder)?;
    let nginx = Nginx::start(tools, folder)?;
    let target = Sleeve::target(&invented.id()?);
    let theirs = http::get(nginx.plain, &target, &[])?;
    let ours = http::get(sleeve.address, &target, std::slice::from_ref(&sleeve.bearer))?;
    ensure!(ours.status == 200 && ours.body == theirs.body, "nginx and sleeve do not serve the same bytes");
    let load = |address: SocketAddr, target: &str, count| {
        let headers = vec![sleeve.bearer.clone()];
        let load = Load { address, target: target.to_owned(), headers, connections: 64, script: String::new() };
        load.drawing(&invented.ids(), count)
    };
    let one = |address| load(address, "/v1/tracks/@", 1);
    let case = Case {
        name: format!("any of {} tracks, 64 connections", thousands(invented.tracks as f64)),
        ours: one(sleeve.address).asked(tools, folder, &sleeve.running, effort.turn),
        theirs: Some(one(nginx.plain).asked(tools, folder, &nginx.running, effort.turn)),
        bar: Bar::Rate(BAR),
    };
    compare("Lookups by chance in a large catalogue (nginx: a file each)", &[case], effort.rounds, report)?;

    let many = load(sleeve.address, "/v1/tracks?ids=@", MANY);
    let headers = vec![sleeve.bearer.clone()];
    let file = Load { address: nginx.plain, target, headers, connections: 64, script: String::new() };
    let (mut turns, mut yardstick) = (Vec::new(), Vec::new());
    for round in 0..=effort.rounds {
        let turn = many.turn(tools, folder, &sleeve.running, effort.turn)?;
        turns.extend((round > 0).then_some(turn));
        yardstick.push(file.turn(tools, folder, &nginx.running, effort.turn)?.cpu_us);
    }
    let documents = f64::from(MANY);
    let cpu = median(turns.iter().map(|turn| turn.cpu_us / documents));
    let file = median(yardstick.into_iter());
    let row = vec![
        format!("{MANY} of {} tracks, 64 connections", thousands(invented.tracks as f64)),
        thousands(median(turns.iter().map(|turn| turn.per_second))),
        thousands(median(turns.iter().map(|turn| turn.per_second * documents))),
        format!("**{cpu:.1}**"),
        format!("{file:.1}"),
        format!("**{:.2}**", cpu / file),
        bar(cpu / file <= DOCUMENT, &format!("12 µs where nginx needs 7.0: ≤ {DOCUMENT:.2}")),
    ];
    report.table(
        "Many tracks in one answer (nginx: one file, for the measure of the machine)",
        &[
            "asked for",
            "requests /s",
            "documents /s",
            "CPU µs a document",
            "nginx, CPU µs a file",
            "sleeve ÷ nginx",
            "bar",
        ],
        &[row],
    );
    Ok(())
}

/// Writes each track as the server sends it to this app.
fn lay_out(invented: &Invented, sleeve: &Sleeve, folder: &Path) -> Result<()> {
    eprintln!("  laying out {} files", invented.tracks);
    let documents = folder.join("v1/tracks");
    fs::create_dir_all(&documents)?;
    let base = format!("http://{}/v1/", sleeve.address);
    let view = View {
        base: &base,
        client_id: &sleeve.app.client_id,
        quota_mode: QuotaMode::Extended,
        form: Form::Full,
        market: MarketView::NotAsked,
        album_group: None,
        tracks: "",
    };
    let mut text = Vec::new();
    invented.each(|track| {
        text.clear();
        track.document.write(&view, &mut text);
        fs::write(documents.join(track.id.as_str()), &text).context("a file cannot be written")
    })
}
