//! What a call costs the client: sleeve-client beside rspotify and spotipy, each on a CPU of its own.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::Effort;
use crate::process::pinned;
use crate::report::{Report, median, thousands};
use crate::setup::Tools;
use crate::sleeve::Sleeve;

/// Calls in flight, where there are many.
const MANY: u32 = 64;

/// The client in Python; it does not call side by side.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/spotipy_calls.py");

/// One program's outcome in one turn.
struct Outcome {
    per_second: f64,
    cpu_us: f64,
}

/// Who calls, and how many at once; no number: the document is parsed, without a server.
struct Case {
    name: &'static str,
    peer: Peer,
    tasks: Option<u32>,
}

#[derive(Clone, Copy)]
enum Peer {
    Sleeve,
    Rspotify,
    Spotipy,
}

pub(crate) fn measure(tools: &Tools, effort: Effort, report: &mut Report) -> Result<()> {
    let folder = tempfile::tempdir()?;
    // With one CPU there is nothing to keep apart.
    let (server_cpu, client_cpu) = (0, std::thread::available_parallelism()?.get().min(2) - 1);
    let sleeve = Sleeve::start_on(server_cpu, tools, &folder.path().join("data"))?;
    let document = folder.path().join("track.json");
    fs::write(&document, sleeve.lookup()?.body)?;
    let case = |name, peer, tasks| Case { name, peer, tasks };
    let cases = [
        case("sleeve-client, one after the other", Peer::Sleeve, Some(1)),
        case("rspotify 0.16, one after the other", Peer::Rspotify, Some(1)),
        case("spotipy 2.26, one after the other", Peer::Spotipy, Some(1)),
        case("sleeve-client, 64 at once", Peer::Sleeve, Some(MANY)),
        case("rspotify 0.16, 64 at once", Peer::Rspotify, Some(MANY)),
        case("parsing alone: sleeve-model's `Track`", Peer::Sleeve, None),
        case("parsing alone: rspotify's `FullTrack`", Peer::Rspotify, None),
        case("parsing alone: Python's `json.loads`", Peer::Spotipy, None),
    ];
    let mut outcomes: [Vec<Outcome>; 8] = Default::default();
    for round in 0..effort.rounds {
        eprintln!("  round {} of {}", round + 1, effort.rounds);
        for (case, outcomes) in cases.iter().zip(&mut outcomes) {
            outcomes.push(case.turn(tools, client_cpu, &sleeve, &document, effort.turn)?);
        }
    }
    let mid = |outcomes: &[Outcome], of: fn(&Outcome) -> f64| median(outcomes.iter().map(of));
    let mut rows = Vec::new();
    for (case, turns) in cases.iter().zip(&outcomes) {
        // The same thing by sleeve, for the ratio.
        let ours = cases.iter().position(|other| matches!(other.peer, Peer::Sleeve) && other.tasks == case.tasks);
        let ours = mid(&outcomes[ours.context("sleeve does it too")?], |turn| turn.cpu_us);
        let cpu = mid(turns, |turn| turn.cpu_us);
        let rate = thousands(mid(turns, |turn| turn.per_second));
        rows.push(vec![case.name.to_owned(), format!("**{cpu:.1}**"), rate, format!("{:.2}", cpu / ours)]);
    }
    report.table("What a call costs the client", &["client", "CPU µs a call", "calls /s", "CPU ÷ sleeve's"], &rows);
    Ok(())
}

impl Case {
    fn turn(&self, tools: &Tools, cpu: usize, sleeve: &Sleeve, document: &Path, length: Duration) -> Result<Outcome> {
        let program = match self.peer {
            Peer::Sleeve | Peer::Rspotify => std::env::current_exe()?,
            Peer::Spotipy => tools.python.clone(),
        };
        let mut command = pinned(cpu, program);
        match (self.peer, self.tasks) {
            (Peer::Sleeve, Some(_)) => command.args(["client", "sleeve"]),
            (Peer::Sleeve, None) => command.args(["client", "parse-sleeve"]),
            (Peer::Rspotify, Some(_)) => command.args(["client", "rspotify"]),
            (Peer::Rspotify, None) => command.args(["client", "parse-rspotify"]),
            (Peer::Spotipy, Some(_)) => command.arg(SCRIPT),
            (Peer::Spotipy, None) => command.args([SCRIPT, "parse"]),
        };
        match self.tasks {
            Some(tasks) => {
                let app = &sleeve.app;
                command.arg(format!("http://{}", sleeve.address)).args([&app.client_id, &app.client_secret]);
                command.arg(tasks.to_string());
            }
            None => {
                command.arg(document);
            }
        }
        outcome(self.name, command.arg(length.as_millis().to_string()))
    }
}

/// Runs a child and reads its three numbers.
fn outcome(name: &str, command: &mut Command) -> Result<Outcome> {
    let output = command.stderr(Stdio::inherit()).output()?;
    ensure!(output.status.success(), "{name} failed");
    let text = String::from_utf8(output.stdout)?;
    let numbers: Vec<f64> = text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    let [calls, seconds, cpu_seconds] = numbers[..] else { anyhow::bail!("{name} prints {text}") };
    Ok(Outcome { per_second: calls / seconds, cpu_us: cpu_seconds * 1e6 / calls })
}
