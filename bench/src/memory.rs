//! Memory: after the start, and after many requests for few tracks and for many.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use crate::Effort;
use crate::process::Memory;
use crate::report::{Report, bar, thousands};
use crate::setup::Tools;
use crate::sleeve::{Sleeve, tracks};
use crate::wrk::Load;

/// Resident with the starter catalogue, in MB.
const FEW: f64 = 30.0;
/// Resident with a large one.
const MANY: f64 = 60.0;

pub(crate) fn measure(tools: &Tools, effort: Effort, report: &mut Report) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let invented = tools.invented(effort.tracks)?;
    let targets: Vec<String> = tracks().into_iter().map(Sleeve::target).collect();
    let few = Sleeve::start(tools, &folder.join("data"))?;
    let begin = few.running.memory()?;
    let (asked, end) = ask(tools, folder, &few, effort, |load| load.any_of(&targets))?;
    let mut rows = vec![
        row("after the start and one token".to_owned(), begin, FEW),
        row(format!("after {} requests for 64 tracks, 64 connections", thousands(asked as f64)), end, FEW),
    ];
    drop(few);
    let many = Sleeve::start(tools, &invented.data())?;
    let tracks = thousands(invented.tracks as f64);
    rows.push(row(format!("after the start with {tracks} tracks, and one token"), many.running.memory()?, MANY));
    let (asked, end) = ask(tools, folder, &many, effort, |load| load.drawing(&invented.ids(), 1))?;
    rows.push(row(format!("after {} requests for any of them", thousands(asked as f64)), end, MANY));
    report.table("Memory of `sleeve serve`, MB", &["", "resident", "of it anonymous", "peak", "bar"], &rows);
    Ok(())
}

/// Asks often enough; says how often, and what is in memory then.
fn ask(
    tools: &Tools,
    folder: &Path,
    sleeve: &Sleeve,
    effort: Effort,
    script: impl Fn(Load) -> Load,
) -> Result<(u64, Memory)> {
    let load = script(Load {
        address: sleeve.address,
        target: "/v1/tracks/@".to_owned(),
        headers: vec![sleeve.bearer.clone()],
        connections: 64,
        script: String::new(),
    });
    let mut requests = 0;
    while requests < effort.requests {
        requests += load.turn(tools, folder, &sleeve.running, Duration::from_secs(2))?.requests;
    }
    Ok((requests, sleeve.running.memory()?))
}

fn row(name: String, memory: Memory, most: f64) -> Vec<String> {
    let figures = [memory.resident, memory.anonymous, memory.peak].map(|megabytes| format!("{megabytes:.1}"));
    let verdict = bar(memory.resident.max(memory.peak) <= most, &format!("≤ {most}"));
    [vec![name], figures.to_vec(), vec![verdict]].concat()
}
