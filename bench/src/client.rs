//! The child whose CPU is counted: one client that calls for a while. `calls.rs` starts it; it prints three numbers:
//! calls, seconds, and CPU seconds.

use std::cell::Cell;
use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use nix::sys::resource::UsageWho;
use rspotify::clients::BaseClient;
use rspotify::model::{FullTrack, TrackId};
use rspotify::{ClientCredsSpotify, Credentials};
use sleeve_client::model::Track;
use sleeve_client::{Origins, Spotify};

use crate::TRACK;
use crate::process::cpu_of;

/// Calls that connect, ask for the token and warm the client up before it counts.
const WARM_UP: usize = 500;

/// `sleeve|rspotify ORIGIN CLIENT_ID CLIENT_SECRET TASKS MILLISECONDS`, or `parse-sleeve|parse-rspotify FILE
/// MILLISECONDS`.
pub(crate) fn run(args: &[&str]) -> Result<()> {
    match args {
        ["parse-sleeve", file, length] => parse(file, length, |json| Ok(serde_json::from_str::<Track>(json)?.name)),
        ["parse-rspotify", file, length] => {
            parse(file, length, |json| Ok(serde_json::from_str::<FullTrack>(json)?.name))
        }
        [peer, origin, client_id, client_secret, tasks, length] => {
            // One thread, as one CPU is all that it has.
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let (tasks, length) = (tasks.parse()?, milliseconds(length)?);
            match *peer {
                "sleeve" => {
                    let spotify = Spotify::builder().credentials(*client_id, *client_secret);
                    let spotify = spotify.origins(Origins::at(origin)?).build()?;
                    runtime.block_on(call(tasks, length, async |task| {
                        // At an address of its own for each task: equal reads under way would be one request.
                        let target = format!("/tracks/{TRACK}?task={task}");
                        Ok(spotify.fetch::<Track>("get-track", &target).await?.document.name)
                    }))
                }
                "rspotify" => {
                    let config = rspotify::Config {
                        api_base_url: format!("{origin}/v1/"),
                        auth_base_url: format!("{origin}/"),
                        ..rspotify::Config::default()
                    };
                    let spotify = ClientCredsSpotify::with_config(Credentials::new(client_id, client_secret), config);
                    runtime.block_on(spotify.request_token())?;
                    let id = TrackId::from_id(TRACK)?;
                    runtime
                        .block_on(call(tasks, length, async |_| Ok(spotify.track(id.clone_static(), None).await?.name)))
                }
                _ => bail!("no client named {peer}"),
            }
        }
        _ => bail!("this is for the bench itself"),
    }
}

/// Calls by so many tasks side by side, each one call after the other.
async fn call(tasks: usize, length: Duration, once: impl AsyncFn(usize) -> Result<String>) -> Result<()> {
    let checked = async |task| -> Result<()> {
        let name = once(task).await?;
        ensure!(name == "Dance Monkey", "the answer is {name}");
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
    let meter = Meter::start()?;
    let calls = Cell::new(0);
    let work = |task| {
        let (checked, meter, calls) = (&checked, &meter, &calls);
        async move {
            while meter.began.elapsed() < length {
                checked(task).await?;
                calls.set(calls.get() + 1);
            }
            anyhow::Ok(())
        }
    };
    together((0..tasks).map(work)).await?;
    meter.print(calls.get())
}

async fn together(tasks: impl Iterator<Item = impl Future<Output = Result<()>>>) -> Result<()> {
    let mut tasks: futures::stream::FuturesUnordered<_> = tasks.collect();
    while let Some(outcome) = futures::stream::StreamExt::next(&mut tasks).await {
        outcome?;
    }
    Ok(())
}

fn parse(file: &str, length: &str, name: impl Fn(&str) -> Result<String>) -> Result<()> {
    let json = fs::read_to_string(file).context("the document")?;
    let length = milliseconds(length)?;
    let meter = Meter::start()?;
    let mut documents = 0;
    while meter.began.elapsed() < length {
        for _ in 0..100 {
            ensure!(name(std::hint::black_box(&json))? == "Dance Monkey", "another document");
        }
        documents += 100;
    }
    meter.print(documents)
}

struct Meter {
    began: Instant,
    cpu: Duration,
}

impl Meter {
    fn start() -> Result<Self> {
        Ok(Self { began: Instant::now(), cpu: cpu()? })
    }

    fn print(&self, calls: u64) -> Result<()> {
        let (elapsed, cpu) = (self.began.elapsed().as_secs_f64(), (cpu()? - self.cpu).as_secs_f64());
        println!("{calls} {elapsed} {cpu}");
        Ok(())
    }
}

/// What this process has spent so far, user and system.
fn cpu() -> Result<Duration> {
    cpu_of(UsageWho::RUSAGE_SELF)
}

fn milliseconds(text: &str) -> Result<Duration> {
    Ok(Duration::from_millis(text.parse()?))
}
