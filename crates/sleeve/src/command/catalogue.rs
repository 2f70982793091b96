//! `sleeve catalogue`: what the local Spotify holds.

mod export;
mod generate;
mod import;
mod info;
mod reset;
mod verify;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, bail};
use sleeve_catalogue::{Catalogue, Current, KINDS, Store, starter};
use sleeve_client::model::Kind;
use sleeve_server::DataFolder;

use crate::args;
use crate::command::interruption;
use crate::config::Settings;
use crate::exit::{Exit, Usage};
use crate::terminal::{Terminal, counted};

pub(crate) async fn run(args: args::Catalogue, settings: &Settings, terminal: &Terminal) -> Result<Exit> {
    match args {
        args::Catalogue::Import { inputs, json } => import::run(inputs, json, settings, terminal).await,
        args::Catalogue::Generate { tracks, seed, replace, json } => {
            let order = sleeve_catalogue::generate::Order { tracks, seed, replace };
            generate::run(order, json, settings, terminal).await
        }
        args::Catalogue::Info { json } => info::run(json, settings, terminal),
        args::Catalogue::Export { kind } => export::run(kind.as_deref(), settings, terminal).await,
        args::Catalogue::Verify { json } => verify::run(json, settings, terminal).await,
        args::Catalogue::Reset { yes } => reset::run(yes, settings, terminal),
    }
}

/// Tells a job whether it is to go on.
#[derive(Clone, Debug, Default)]
struct Wish(Arc<AtomicBool>);

impl Wish {
    fn flow(&self) -> ControlFlow<()> {
        if self.0.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// Does a long job on a thread of its own. Interrupted, it is told so and given the time to undo what it did: `None`
/// where it broke off. A second interruption waits for nothing.
async fn job<T: Send + 'static>(work: impl FnOnce(Wish) -> Result<Option<T>> + Send + 'static) -> Result<Option<T>> {
    let mut interrupted = pin!(interruption()?);
    let wish = Wish::default();
    let mut job = tokio::task::spawn_blocking({
        let wish = wish.clone();
        move || work(wish)
    });
    tokio::select! {
        done = &mut job => return done.context("the job broke off")?,
        () = &mut interrupted => wish.0.store(true, Ordering::Relaxed),
    }
    let mut again = pin!(interruption()?);
    tokio::select! {
        done = &mut job => done.context("the job broke off")?,
        () = &mut again => bail!(Usage("interrupted twice; the old catalogue is there, or the new one".to_owned())),
    }
}

fn interrupted(terminal: &Terminal) -> Exit {
    terminal.problem("interrupted; the catalogue is as it was");
    Exit::Later
}

/// The file of the data folder's catalogue, whether it is there or not.
fn file(settings: &Settings) -> Result<PathBuf> {
    Ok(settings.data()?.join("catalogue").join(Current::FILE))
}

/// The data folder's catalogue, to be changed; made, and empty, where there is none.
fn open(settings: &Settings) -> Result<Store> {
    let folder = DataFolder::open(settings.data()?)?.subfolder("catalogue")?;
    Ok(Store::open(&folder.join(Current::FILE))?)
}

/// What is served: the data folder's catalogue, or the starter where that has nothing in it.
fn served(settings: &Settings) -> Result<Store> {
    Ok(Current::store_in(&settings.data()?.join("catalogue"))?)
}

/// How many objects there are.
fn objects_in(store: &Store) -> Result<u64> {
    Ok(KINDS.into_iter().map(|kind| store.count(kind)).sum::<Result<u64, _>>()?)
}

/// Says that the starter catalogue is not served any more.
fn step_aside(terminal: &Terminal) -> Result<()> {
    let tracks = counted(starter()?.count(Kind::Track)?, "track");
    terminal.note(&format!("the starter catalogue's {tracks} step aside; `sleeve catalogue reset` brings them back"));
    Ok(())
}
