//! The commands, a file each.

mod app;
mod cache;
mod call;
mod catalogue;
mod columns;
mod completions;
mod doctor;
mod documents;
mod enrich;
mod login;
mod man;
mod run;
mod search;
mod serve;
mod token;

use anyhow::{Result, bail};
use sleeve_client::model::Kind;
use tokio::signal::unix::{SignalKind, signal};

use crate::args::Command;
use crate::config::{Api, Settings};
use crate::exit::{Exit, Usage};
use crate::terminal::Terminal;

/// Does what was asked for.
pub(crate) async fn run(command: Command, settings: &Settings, terminal: &Terminal) -> Result<Exit> {
    let is_ours = matches!(command, Command::Serve(_) | Command::App(_) | Command::Run(_) | Command::Catalogue(_));
    if is_ours && matches!(settings.api, Api::Spotify | Api::At(_)) {
        bail!(Usage(
            "--api is for calls; `serve`, `app`, `run` and `catalogue` are always about the local Spotify".to_owned()
        ));
    }
    match command {
        Command::Track(args) => documents::run(Kind::Track, args.documents, args.market, settings, terminal).await,
        Command::Album(args) => documents::run(Kind::Album, args.documents, args.market, settings, terminal).await,
        Command::Artist(args) => documents::run(Kind::Artist, args, None, settings, terminal).await,
        Command::Search(args) => search::run(args, settings, terminal).await,
        Command::Call(args) => call::run(args, settings, terminal).await,
        Command::Token(args) => token::run(&args, settings, terminal).await,
        Command::Login(args) => login::run(&args, settings, terminal).await,
        Command::Doctor(args) => doctor::run(&args, settings, terminal).await,
        Command::Cache(args) => cache::run(&args, settings, terminal),
        Command::Completions(args) => completions::run(&args, terminal),
        Command::Man(args) => man::run(&args, terminal),
        Command::Serve(args) => serve::run(args, settings, terminal).await,
        Command::App(args) => app::run(args, settings, terminal),
        Command::Run(args) => run::run(args, settings, terminal).await,
        Command::Enrich(args) => enrich::run(args, settings, terminal).await,
        Command::Catalogue(args) => catalogue::run(args, settings, terminal).await,
    }
}

/// Ends when somebody wants us to end: Ctrl-C or SIGTERM, caught from now on.
pub(crate) fn interruption() -> Result<impl Future<Output = ()>> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
