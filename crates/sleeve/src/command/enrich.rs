//! `sleeve enrich`: a table's rows, with what Spotify knows of their tracks.

use std::io::{stdin, stdout};

use anyhow::{Result, bail};
use sleeve_client::model::Market;
use sleeve_enrich::{Config, Input, Output, Plan};

use crate::args::Enrich;
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
    let plan = tokio::task::block_in_place(|| Plan::new(config, input, output))?;
    let service = Service::choose(settings, Standin::InMemory)?;
    terminal.note(&service.line);
    terminal.note(&plan.id_column().to_string());
    let summary = sleeve_enrich::run(plan, &service.client, |progress| {
        let (rows, matched, tracks) = (progress.rows, progress.matched, progress.tracks);
        terminal.progress(&format!("{rows} rows, {matched} matched; {tracks} tracks in {} calls", progress.calls));
    })
    .await?;
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
