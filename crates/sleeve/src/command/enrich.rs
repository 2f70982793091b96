//! `sleeve enrich`: a table's rows, with what Spotify knows of their tracks.

use std::io::{stdin, stdout};
use std::pin::pin;

use anyhow::{Context, Result, bail};
use sleeve_client::model::Market;
use sleeve_enrich::{Config, Input, Output, Plan};

use crate::args::Enrich;
use crate::command::interruption;
use crate::config::Settings;
use crate::exit::{Exit, Usage};
use crate::service::{Service, Standin};
use crate::terminal::Terminal;

pub(crate) async fn run(args: Enrich, settings: &Settings, terminal: &Terminal) -> Result<Exit> {
    let market = match args.market.as_deref().map(str::parse::<Market>).transpose() {
        Ok(market) => market,
        Err(why) => bail!(Usage(format!("--market: {why}"))),
    };
    let input = match args.input.to_str() {
        Some("-") => Input::stream("standard input", stdin()),
        _ => Input::file(&args.input),
    };
    let output = match args.output.to_str() {
        Some("-") => Output::stream("standard output", stdout()),
        _ => Output::file(&args.output),
    };
    let config = Config { id_column: args.id_column, market, ..Config::default() };
    let mut interrupted = pin!(interruption()?);
    // The input may be a pipe that nobody writes to: waiting for it must not keep us from ending.
    let planning = tokio::task::spawn_blocking(move || Plan::new(config, input, output));
    let plan = tokio::select! {
        plan = planning => plan.context("the plan broke off")??,
        () = &mut interrupted => return Ok(given_up(terminal)),
    };
    let service = Service::choose(settings, Standin::InMemory, args.calls, terminal)?;
    terminal.note(&service.line);
    terminal.note(&plan.id_column().to_string());
    let job = sleeve_enrich::run(plan, &service.client, |progress| {
        let (rows, matched, tracks) = (progress.rows, progress.matched, progress.tracks);
        terminal.progress(&format!("{rows} rows, {matched} matched; {tracks} tracks in {} calls", progress.calls));
    });
    // Dropped, the job takes its unfinished output with it.
    let summary = tokio::select! {
        summary = job => summary?,
        () = &mut interrupted => return Ok(given_up(terminal)),
    };
    for note in summary.notes() {
        terminal.note(&note);
    }
    terminal.note(&summary.to_string());
    Ok(match &summary.stopped {
        Some(_) => Exit::Later,
        None if args.strict && summary.unmatched() > 0 => Exit::SomeFailed,
        None if !summary.failures.is_empty() => Exit::SomeFailed,
        None => Exit::Well,
    })
}

fn given_up(terminal: &Terminal) -> Exit {
    terminal.problem("interrupted; no output was written, so run it again");
    Exit::Later
}
