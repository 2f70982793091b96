//! Measures sleeve beside its peers: `cargo run --release --manifest-path bench/Cargo.toml`. README.md says what, how
//! and what came out.
//!
//! `--quick` takes one short round of each, with a smaller catalogue, and keeps README.md as it is; `served`, `random`,
//! `start`, `memory`, `search`, `import`, `calls`, `pacing` and `many` choose parts.

mod calls;
mod client;
mod compare;
mod http;
mod import;
mod invented;
mod many;
mod memory;
mod nginx;
mod pacing;
mod process;
mod random;
mod report;
mod search;
mod served;
mod setup;
mod sleeve;
mod start;
mod tls;
mod wrk;

use std::time::Duration;

use anyhow::{Result, bail};

use crate::report::Report;
use crate::setup::Tools;

/// The track that is asked for.
pub(crate) const TRACK: &str = "2XU0oxnq2qxCpomAAuJY8K";

/// How long and how often things are measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// How often each of the two or three that are compared takes its turn.
    pub(crate) rounds: usize,
    /// How long one turn lasts.
    pub(crate) turn: Duration,
    /// How often a program is started.
    pub(crate) starts: usize,
    /// How many requests the memory is measured after.
    pub(crate) requests: u64,
    /// How many tracks the large catalogue has.
    pub(crate) tracks: u64,
    /// How many searches are timed.
    pub(crate) queries: usize,
}

impl Effort {
    const FULL: Self = Self {
        rounds: 5,
        turn: Duration::from_secs(2),
        starts: 20,
        requests: 1_000_000,
        tracks: 1_000_000,
        queries: 3_000,
    };
    const QUICK: Self =
        Self { rounds: 1, turn: Duration::from_secs(1), starts: 3, requests: 50_000, tracks: 100_000, queries: 500 };
}

/// One part of the report.
type Part = (&'static str, fn(&Tools, Effort, &mut Report) -> Result<()>);

const PARTS: [Part; 9] = [
    ("served", served::measure),
    ("random", random::measure),
    ("start", start::measure),
    ("memory", memory::measure),
    ("search", search::measure),
    ("import", import::measure),
    ("calls", calls::measure),
    ("pacing", |tools, _, report| pacing::measure(tools, report)),
    ("many", |tools, _, report| many::measure(tools, report)),
];

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    if let ["client", rest @ ..] = args.as_slice() {
        return client::run::<calls::Cpu>(rest);
    }
    if let ["paced", rest @ ..] = args.as_slice() {
        return pacing::wall::child(rest);
    }
    let (flags, chosen): (Vec<&str>, Vec<&str>) = args.iter().partition(|arg| arg.starts_with('-'));
    let unknown = chosen.iter().find(|name| PARTS.iter().all(|(part, _)| part != *name));
    if let Some(unknown) = flags.iter().find(|flag| **flag != "--quick").or(unknown) {
        bail!("{unknown}: it is `--quick`, or any of {}", PARTS.map(|(part, _)| part).join(", "));
    }
    let effort = if flags.is_empty() { Effort::FULL } else { Effort::QUICK };
    let mut report = Report::new()?;
    let tools = Tools::ready()?;
    for (name, measure) in PARTS {
        if chosen.is_empty() || chosen.contains(&name) {
            eprintln!("measuring: {name}");
            measure(&tools, effort, &mut report)?;
        }
    }
    print!("{}", report.text());
    if chosen.is_empty() && flags.is_empty() {
        report.keep()?;
    }
    Ok(())
}
