//! What a call costs the client: sleeve-client beside its peers, each on a CPU of its own.

mod cases;
mod document;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

use self::cases::{ALLOCATING, CALLING, Case, EVERYTHING};
use crate::Effort;
use crate::client::{DOCUMENT, Meter};
use crate::process::pinned;
use crate::report::{Report, bar, median, thousands};
use crate::setup::Tools;
use crate::sleeve::Sleeve;

/// Of rspotify's CPU, what a call may cost; and of a bare call's, what one may cost with everything on.
const OF_RSPOTIFY: f64 = 0.75;
const OF_BARE: f64 = 1.1;

/// Where the calls go, and what is measured with.
struct Bench<'a> {
    tools: &'a Tools,
    sleeve: Sleeve,
    /// The document as it is served, in a file.
    document: PathBuf,
    cpu: usize,
    length: Duration,
}

/// What one child printed in one turn.
struct Outcome {
    calls: f64,
    seconds: f64,
    counted: [f64; 2],
}

/// User and system time of this process, in seconds.
pub(crate) struct Cpu([f64; 2]);

impl Meter for Cpu {
    const LONGEST: Duration = Duration::MAX;

    fn start() -> Result<Self> {
        let usage = getrusage(UsageWho::RUSAGE_SELF)?;
        Ok(Self([usage.user_time(), usage.system_time()].map(|time| time.num_microseconds() as f64 / 1e6)))
    }

    fn spent(&self) -> Result<[f64; 2]> {
        let Self([user, system]) = Self::start()?;
        Ok([user - self.0[0], system - self.0[1]])
    }
}

pub(crate) fn measure(tools: &Tools, effort: Effort, report: &mut Report) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    document::import(tools, &data)?;
    // With one CPU there is nothing to keep apart.
    let (server_cpu, cpu) = (0, std::thread::available_parallelism()?.get().min(2) - 1);
    let sleeve = Sleeve::start_on(server_cpu, tools, &data)?;
    let document = folder.path().join("track.json");
    let body = sleeve.get(DOCUMENT.0)?.body;
    fs::write(&document, &body)?;
    let bench = Bench { tools, sleeve, document, cpu, length: effort.turn };
    bench.peers(effort.rounds, body.len(), report)?;
    bench.everything(effort.rounds, report)?;
    bench.allocations(report)
}

impl Bench<'_> {
    /// Our client beside others.
    fn peers(&self, rounds: usize, length: usize, report: &mut Report) -> Result<()> {
        let outcomes = self.rounds(&CALLING, rounds)?;
        let cpu_of = |program: &str, tasks| {
            let found = CALLING.iter().position(|case| case.is(program) && case.tasks == tasks);
            Ok::<_, anyhow::Error>(outcomes[found.with_context(|| format!("{program} is measured"))?].cpu())
        };
        let mut rows = Vec::new();
        for (case, turns) in CALLING.iter().zip(&outcomes) {
            let (ours, theirs) = match case.tasks {
                Some(_) => (cpu_of("sleeve", case.tasks)?, cpu_of("rspotify", case.tasks)?),
                None => (cpu_of("parse-sleeve", None)?, f64::NAN),
            };
            let held_to = case.is("sleeve").then(|| {
                let ratio = turns.cpu() / theirs;
                bar(ratio <= OF_RSPOTIFY, &format!("{ratio:.2} × rspotify's, ≤ {OF_RSPOTIFY}"))
            });
            rows.push(vec![
                case.name.to_owned(),
                format!("**{:.1}**", turns.cpu()),
                format!("{:.1}", turns.system()),
                turns.rate(),
                format!("{:.2}", turns.cpu() / ours),
                held_to.unwrap_or_else(|| "–".into()),
            ]);
        }
        let title = format!("What a call costs the client: a track of {} bytes", thousands(length as f64));
        let head = ["client", "CPU µs a call", "of it in the kernel", "calls /s", "CPU ÷ sleeve's", "bar"];
        report.table(&title, &head, &rows);
        Ok(())
    }

    /// Our client bare, and with everything on.
    fn everything(&self, rounds: usize, report: &mut Report) -> Result<()> {
        let outcomes = self.rounds(&EVERYTHING, rounds)?;
        let rows = EVERYTHING.iter().zip(&outcomes).map(|(case, turns)| {
            let ratio = turns.cpu() / outcomes[0].cpu();
            let held_to =
                if case.is("sleeve-v") { bar(ratio <= OF_BARE, &format!("≤ {OF_BARE}")) } else { "–".into() };
            vec![
                case.name.to_owned(),
                format!("**{:.1}**", turns.cpu()),
                format!("{:.1}", turns.system()),
                turns.rate(),
                format!("{ratio:.2}"),
                held_to,
            ]
        });
        let rows: Vec<_> = rows.collect();
        let head = ["sleeve-client, 64 at once", "CPU µs a call", "of it in the kernel", "calls /s", "÷ bare", "bar"];
        report.table("What pacing, kept answers and tracing cost a call", &head, &rows);
        Ok(())
    }

    /// What is allocated, by children with an allocator that counts.
    fn allocations(&self, report: &mut Report) -> Result<()> {
        let program = self.tools.allocations()?;
        let mut rows = Vec::new();
        for case in &ALLOCATING {
            let Outcome { calls, counted: [blocks, bytes], .. } = self.turn(case, Some(&program))?;
            rows.push(vec![case.name.to_owned(), format!("**{:.1}**", blocks / calls), thousands(bytes / calls)]);
        }
        report.table("What a call allocates", &["client", "allocations a call", "bytes a call"], &rows);
        Ok(())
    }

    fn rounds(&self, cases: &[Case], rounds: usize) -> Result<Vec<Turns>> {
        let mut outcomes: Vec<Turns> = cases.iter().map(|_| Turns(Vec::new())).collect();
        for round in 0..rounds {
            eprintln!("  round {} of {rounds}", round + 1);
            for (case, outcomes) in cases.iter().zip(&mut outcomes) {
                outcomes.0.push(self.turn(case, None)?);
            }
        }
        Ok(outcomes)
    }

    fn turn(&self, case: &Case, counting: Option<&Path>) -> Result<Outcome> {
        let mut command = case.command(self, counting)?;
        match case.tasks {
            Some(tasks) => {
                let app = &self.sleeve.app;
                command.arg(format!("http://{}", self.sleeve.address)).args([&app.client_id, &app.client_secret]);
                command.arg(tasks.to_string());
            }
            None => {
                command.arg(&self.document);
            }
        }
        outcome(case.name, command.arg(self.length.as_millis().to_string()))
    }

    /// A program alone on the CPU of clients.
    fn pinned(&self, program: impl AsRef<Path>) -> Command {
        pinned(self.cpu, program.as_ref())
    }
}

/// A case's outcomes.
struct Turns(Vec<Outcome>);

impl Turns {
    fn mid(&self, of: impl Fn(&Outcome) -> f64) -> f64 {
        median(self.0.iter().map(of))
    }

    /// CPU µs a call.
    fn cpu(&self) -> f64 {
        self.mid(|turn| (turn.counted[0] + turn.counted[1]) * 1e6 / turn.calls)
    }

    fn system(&self) -> f64 {
        self.mid(|turn| turn.counted[1] * 1e6 / turn.calls)
    }

    fn rate(&self) -> String {
        thousands(self.mid(|turn| turn.calls / turn.seconds))
    }
}

/// Runs a child and reads its four numbers.
fn outcome(name: &str, command: &mut Command) -> Result<Outcome> {
    let output = command.stderr(Stdio::inherit()).output()?;
    ensure!(output.status.success(), "{name} failed");
    let text = String::from_utf8(output.stdout)?;
    let numbers: Vec<f64> = text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    let [calls, seconds, first, second] = numbers[..] else { anyhow::bail!("{name} prints {text}") };
    Ok(Outcome { calls, seconds, counted: [first, second] })
}
