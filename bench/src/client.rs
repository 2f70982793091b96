//! The child whose cost is counted: one client that calls for a while. `calls.rs` starts it; it prints calls, seconds, and
//! the two numbers of its meter.

mod ours;

use std::cell::Cell;
use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rspotify::clients::BaseClient;
use rspotify::model::{FullTrack, TrackId};
use rspotify::{ClientCredsSpotify, Credentials};
use sleeve_client::model::Track;
use tokio::runtime::Runtime;

/// The track that is asked for, and its name.
pub(crate) const DOCUMENT: (&str, &str) = ("0FiveKilobytesOfTracks", "Five Kilobytes");

/// Calls that connect, ask for the token and warm the client up before it counts.
const WARM_UP: usize = 500;

/// What is counted of a client.
pub(crate) trait Meter: Sized {
    /// No turn is longer.
    const LONGEST: Duration;

    fn start() -> Result<Self>;

    /// What was spent since the start.
    fn spent(&self) -> Result<[f64; 2]>;
}

/// Where a client calls, and for how long.
#[derive(Clone, Copy, Debug)]
struct Turn<'a> {
    origin: &'a str,
    client_id: &'a str,
    client_secret: &'a str,
    tasks: usize,
    length: Duration,
}

/// `CLIENT ORIGIN CLIENT_ID CLIENT_SECRET TASKS MILLISECONDS`, or `parse-sleeve|parse-rspotify FILE MILLISECONDS`.
pub(crate) fn run<M: Meter>(args: &[&str]) -> Result<()> {
    match *args {
        ["parse-sleeve", file, length] => {
            parse::<M>(file, length, |json| Ok(serde_json::from_str::<Track>(json)?.name))
        }
        ["parse-rspotify", file, length] => {
            parse::<M>(file, length, |json| Ok(serde_json::from_str::<FullTrack>(json)?.name))
        }
        [client, origin, client_id, client_secret, tasks, length] => {
            // One thread, as one CPU is all that it has.
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let (tasks, length) = (tasks.parse()?, milliseconds(length)?);
            let turn = Turn { origin, client_id, client_secret, tasks, length };
            match client {
                "rspotify" => rspotify::<M>(&runtime, turn),
                _ => ours::run::<M>(&runtime, client, turn),
            }
        }
        _ => bail!("this is for the bench itself"),
    }
}

fn rspotify<M: Meter>(runtime: &Runtime, turn: Turn<'_>) -> Result<()> {
    let config = rspotify::Config {
        api_base_url: format!("{}/v1/", turn.origin),
        auth_base_url: format!("{}/", turn.origin),
        ..rspotify::Config::default()
    };
    let pair = Credentials::new(turn.client_id, turn.client_secret);
    let spotify = ClientCredsSpotify::with_config(pair, config);
    runtime.block_on(spotify.request_token())?;
    let id = TrackId::from_id(DOCUMENT.0)?;
    runtime.block_on(call::<M>(turn, async |_| Ok(spotify.track(id.clone_static(), None).await?.name)))
}

/// Calls by so many tasks side by side, each one call after the other.
async fn call<M: Meter>(turn: Turn<'_>, once: impl AsyncFn(usize) -> Result<String>) -> Result<()> {
    let Turn { tasks, length, .. } = turn;
    let checked = async |task| -> Result<()> {
        let name = once(task).await?;
        ensure!(name == DOCUMENT.1, "the answer is {name}");
        Ok(())
    };
    let warm = |task| {
        let checked = &checked;
        async move {
            for _ in 0..WARM_UP.div_ceil(tasks) {
                checked(task).await?;
            }
            anyhow::Ok(())
        }
    };
    together((0..tasks).map(warm)).await?;
    let (meter, began) = (M::start()?, Instant::now());
    let calls = Cell::new(0);
    let work = |task| {
        let (checked, calls) = (&checked, &calls);
        async move {
            while began.elapsed() < length.min(M::LONGEST) {
                checked(task).await?;
                calls.set(calls.get() + 1);
            }
            anyhow::Ok(())
        }
    };
    together((0..tasks).map(work)).await?;
    print(&meter, began, calls.get())
}

async fn together(tasks: impl Iterator<Item = impl Future<Output = Result<()>>>) -> Result<()> {
    let mut tasks: futures::stream::FuturesUnordered<_> = tasks.collect();
    while let Some(outcome) = futures::stream::StreamExt::next(&mut tasks).await {
        outcome?;
    }
    Ok(())
}

fn parse<M: Meter>(file: &str, length: &str, name: impl Fn(&str) -> Result<String>) -> Result<()> {
    let json = fs::read_to_string(file).context("the document")?;
    let length = milliseconds(length)?.min(M::LONGEST);
    let (meter, began) = (M::start()?, Instant::now());
    let mut documents = 0;
    while began.elapsed() < length {
        for _ in 0..100 {
            ensure!(name(std::hint::black_box(&json))? == DOCUMENT.1, "another document");
        }
        documents += 100;
    }
    print(&meter, began, documents)
}

fn print(meter: &impl Meter, began: Instant, calls: u64) -> Result<()> {
    let (elapsed, [first, second]) = (began.elapsed().as_secs_f64(), meter.spent()?);
    println!("{calls} {elapsed} {first} {second}");
    Ok(())
}

fn milliseconds(text: &str) -> Result<Duration> {
    Ok(Duration::from_millis(text.parse()?))
}
