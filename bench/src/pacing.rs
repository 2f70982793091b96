//! How well the client's `adaptive` pace uses a limit that nobody tells it: on a clock that leaps, so that a day takes no
//! time, and through the whole client but for the sockets; and on the wall clock, with real processes and a real server.
//! And what pacing costs a call.

mod picture;
mod service;
pub(crate) mod wall;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures::future::join_all;
use nix::sys::resource::UsageWho;
use sleeve_client::endpoints::tracks::GetTrack;
use sleeve_client::{Cache, MemoryCache, Origins, Pace, Spotify};

use self::service::{Limit, Seen, Service};
use crate::TRACK;
use crate::process::cpu_of;
use crate::report::{Report, bar};
use crate::setup::{HERE, Tools};

pub(crate) const DAY: Duration = Duration::from_secs(24 * 3600);
/// Windows to learn in, and windows that are looked at then.
const LEARNING: u32 = 3;
const LOOKED_AT: u32 = 5;
const COST_CALLS: u32 = 100_000;
/// So many tasks in so many processes.
const PROCESSES: [(usize, usize); 6] = [(1, 1), (8, 1), (64, 1), (1, 3), (8, 3), (64, 3)];
const HEAD: [&str; 6] =
    ["limit, untold", "tasks × processes", "429s, first of each limit", "of them on their way", "used", "bar"];

/// A service: its name, and from when which limit holds.
type Case = (&'static str, Vec<(Duration, Limit)>);

pub(crate) fn measure(tools: &Tools, report: &mut Report) -> Result<()> {
    leaping(report)?;
    wall::measure(tools, report)?;
    cost(report)
}

/// On the clock that leaps.
fn leaping(report: &mut Report) -> Result<()> {
    let mut rows = Vec::new();
    for (name, limits) in cases() {
        for (tasks, processes) in PROCESSES {
            let length = limits.last().context("a limit")?.1.per * 20
                + if limits.iter().any(|(_, limit)| limit.lock.is_some()) { DAY } else { Duration::ZERO };
            let seen = watch(&limits, tasks, processes, length)?;
            rows.extend(row(name, &limits, tasks, processes, &seen)?);
            if limits.len() > 1 && (tasks, processes) == (8, 1) {
                let picture = picture::draw(&limits, &seen, length);
                fs::write(Path::new(HERE).join("pacing.svg"), picture)?;
            }
        }
    }
    report.table("Pacing: `adaptive` on a clock that leaps", &HEAD, &rows);
    Ok(())
}

fn cases() -> Vec<Case> {
    let limit = |calls, seconds| Limit { calls, per: Duration::from_secs(seconds), lock: None };
    let half_way = Duration::from_secs(300);
    vec![
        ("120 in 15 s", vec![(Duration::ZERO, limit(120, 15))]),
        ("180 in 30 s", vec![(Duration::ZERO, limit(180, 30))]),
        ("20 in 30 s", vec![(Duration::ZERO, limit(20, 30))]),
        ("180, then 90 in 30 s", vec![(Duration::ZERO, limit(180, 30)), (half_way, limit(90, 30))]),
        ("180 in 30 s, or locked for a day", vec![(Duration::ZERO, Limit { lock: Some(DAY), ..limit(180, 30) })]),
    ]
}

/// Lets tasks call as fast as they may, for so long.
fn watch(limits: &[(Duration, Limit)], tasks: usize, processes: usize, length: Duration) -> Result<Seen> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
    runtime.block_on(async {
        let service = Service::new(limits.to_vec());
        let cache: Arc<dyn Cache> = Arc::new(MemoryCache::default());
        let clients = (0..processes).map(|_| {
            let builder = Spotify::builder().credentials("an id", "a secret").transport(service.clone());
            let builder = builder.origins(Origins::at("http://127.0.0.1:8975")?).cache(Arc::clone(&cache));
            Ok(builder.random(fastrand::f64).longest_wait(2 * DAY).build()?)
        });
        let clients = clients.collect::<Result<Vec<Spotify>>>()?;
        // Each a track of its own: equal reads would be one call.
        let work =
            clients.iter().flat_map(|client| (0..tasks).map(move |task| (client, task))).map(|(client, task)| {
                let id = format!("{task:022}").parse();
                async move {
                    let id = id.expect("22 digits are an id");
                    while client.send(GetTrack::new(id)).await.is_ok() {}
                }
            });
        let ended = tokio::time::timeout(length, join_all(work)).await;
        ensure!(ended.is_err(), "a call failed");
        Ok(service.seen())
    })
}

fn row(
    name: &str,
    limits: &[(Duration, Limit)],
    tasks: usize,
    processes: usize,
    seen: &Seen,
) -> Result<Vec<Vec<String>>> {
    let episodes = seen.episodes();
    ensure!(!episodes.is_empty(), "{name}: no limit was met");
    let used = |(index, (_, limit)): (usize, &(Duration, Limit))| {
        let from = episodes.get(index)?.over + limit.per * LEARNING;
        let calls = seen.admitted(from, from + limit.per * LOOKED_AT);
        Some(calls as f64 / f64::from(limit.calls * LOOKED_AT))
    };
    let used: Vec<f64> = limits.iter().enumerate().filter_map(used).collect();
    let is_met = episodes.len() == limits.len()
        && episodes.iter().all(|episode| episode.refused <= episode.under_way)
        && used.len() == limits.len()
        && used.iter().all(|used| (0.9..=1.0).contains(used));
    let each = |words: Vec<String>| words.join(", ");
    Ok(vec![vec![
        name.to_owned(),
        format!("{tasks} × {processes}"),
        each(
            episodes
                .iter()
                .map(|episode| format!("{} at {:.0} s", episode.refused, episode.came.as_secs_f64()))
                .collect(),
        ),
        each(episodes.iter().map(|episode| episode.under_way.to_string()).collect()),
        each(used.iter().map(|used| format!("**{:.0} %**", used * 100.0)).collect()),
        bar(is_met, "≥ 90 %, one 429 and what was on its way"),
    ]])
}

/// CPU of a call through the client to a service that answers at once, with and without a pace.
fn cost(report: &mut Report) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let mut rows = Vec::new();
    for (name, pace) in [("off", Pace::Off), ("adaptive, no limit met", Pace::Adaptive)] {
        let service = Service::at_once();
        let builder = Spotify::builder().credentials("an id", "a secret").transport(service);
        let client = builder.origins(Origins::at("http://127.0.0.1:8975")?).pace(pace).build()?;
        let id = TRACK.parse()?;
        let before = cpu_of(UsageWho::RUSAGE_SELF)?;
        runtime.block_on(async {
            for _ in 0..COST_CALLS {
                client.send(GetTrack::new(id)).await?;
            }
            anyhow::Ok(())
        })?;
        let spent = cpu_of(UsageWho::RUSAGE_SELF)?.saturating_sub(before);
        rows.push(vec![name.to_owned(), format!("{:.1}", spent.as_secs_f64() * 1e6 / f64::from(COST_CALLS))]);
    }
    report.table("Pacing: CPU µs a call, without sockets and with a document of one member", &["pace", "µs"], &rows);
    Ok(())
}
