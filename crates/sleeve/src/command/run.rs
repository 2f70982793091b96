//! `sleeve run`: a program that has Spotify's addresses compiled in meets the local Spotify, as it is.
//!
//! The child gets a proxy and a certificate authority in its environment; nothing outside it is changed.

mod child;
mod credentials;
mod environment;
mod files;
mod last_words;

use std::ffi::OsStr;
use std::future::pending;
use std::net::Ipv4Addr;
use std::path::Path;

use anyhow::{Context, Result};
use sleeve_server::apps::Limits;
use sleeve_server::proxy;
use sleeve_server::tls::{Authority, Terminator};
use sleeve_server::{Apps, Clock, DataFolder, Random, listen};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

use self::credentials::Pair;
use self::environment::Places;
use self::files::Files;
use crate::args::Run;
use crate::config::{self, Settings};
use crate::exit::Exit;
use crate::service::{local, open_apps, open_catalogue, tracks_of};
use crate::terminal::Terminal;

pub(crate) async fn run(args: Run, settings: &Settings, terminal: &Terminal) -> Result<Exit> {
    let environment = config::environment();
    let name = args.command.first().map(|program| shown(program)).unwrap_or_default();
    let apps = apps(settings)?;
    let pair = Pair::choose(&environment, &apps, &Random::system())?;
    let (upstream, notes) = environment::upstream(&environment);
    for note in notes {
        terminal.note(&note);
    }
    let catalogue = open_catalogue(settings)?;
    let tracks = tracks_of(&*catalogue)?;
    let authority = authority(settings)?;
    let files = Files::write(&environment, &authority, &Random::system())?;
    if files.lacks_system_roots {
        terminal.note("this system has no root certificates: programs here trust only the local Spotify");
    }

    let local = local(apps, catalogue, args.limits.change(Limits::default()), true);
    let (door, plain) = (bind().await?, bind().await?);
    let printer = *terminal;
    local.open_dashboard(plain.local_addr()?, move |path| {
        printer.note(&format!("the next sign-in link of the dashboard: https://developer.spotify.com{path}"));
    });
    let places = Places {
        proxy: door.local_addr()?,
        plain: plain.local_addr()?,
        sign_in_path: local.sign_in_path(),
        files: &files,
    };
    let (changes, dropped) = environment::changes(&environment, &places, &pair);
    if !dropped.is_empty() {
        let entries = dropped.join(", ");
        terminal.note(&format!("NO_PROXY would lead past the local Spotify: {entries} left out in this run"));
    }
    let is_offline = args.offline || upstream.is_none();
    let config = proxy::Config {
        local: local.clone(),
        terminator: Terminator::new(authority),
        upstream: upstream.unwrap_or_default(),
        is_offline,
    };
    let tasks = serve(door, plain, config);
    let offline = if args.offline { ", offline" } else { "" };
    terminal.note(&format!("local Spotify for {name}: {tracks}, as the app {}{offline}", pair.source()));

    let status = child::run(&args.command, changes).await;
    tasks.iter().for_each(AbortHandle::abort);
    drop(files);
    let status = match status? {
        child::Ended::Ran(status) => status,
        child::Ended::NotStarted { status, why } => {
            terminal.problem(&format!("cannot run {name}: {why}"));
            return Ok(Exit::Child(status));
        }
    };
    for line in last_words::of(local.tally(), &name, &tracks, args.offline) {
        terminal.note(&line);
    }
    Ok(Exit::Child(status))
}

/// Serves the proxy and the plain door, and takes up what other programs change, until each is told to stop.
fn serve(door: TcpListener, plain: TcpListener, config: proxy::Config) -> [AbortHandle; 3] {
    let (local, watched) = (config.local.clone(), config.local.clone());
    [
        tokio::spawn(proxy::serve(door, config, pending())).abort_handle(),
        tokio::spawn(listen::serve(plain, local, pending())).abort_handle(),
        tokio::spawn(async move { watched.watch().await }).abort_handle(),
    ]
}

/// The data folder's apps, or none where it has none: a run needs no folder. One that cannot be read ends it, since a pair
/// that was issued there could not be checked.
fn apps(settings: &Settings) -> Result<Apps> {
    if settings.data().is_ok_and(DataFolder::holds_apps) {
        return open_apps(settings);
    }
    Ok(Apps::in_memory(Clock::system(), Random::system()))
}

/// The data folder's certificate authority, or one for this run where the folder cannot be written.
fn authority(settings: &Settings) -> Result<Authority> {
    let (clock, random) = (Clock::system(), Random::system());
    let opened = match settings.data() {
        Ok(data) => DataFolder::open(data).and_then(|folder| Authority::open(&folder, clock.clone(), random.clone())),
        Err(_) => return Ok(Authority::ephemeral(clock, random)),
    };
    match opened {
        Err(error) if error.kind() == sleeve_server::Kind::Folder => {
            tracing::info!("{error}; the certificate authority of this run ends with it");
            Ok(Authority::ephemeral(clock, random))
        }
        authority => Ok(authority?),
    }
}

async fn bind() -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("cannot listen on 127.0.0.1")
}

/// A program's name for people.
fn shown(program: &OsStr) -> String {
    Path::new(program).file_name().unwrap_or(program).to_string_lossy().into_owned()
}
