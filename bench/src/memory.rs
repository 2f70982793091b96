//! Memory: after the start, and after many requests.

use std::time::Duration;

use anyhow::Result;

use crate::report::{Report, bar, thousands};
use crate::setup::Tools;
use crate::sleeve::{Sleeve, tracks};
use crate::wrk::Load;
use crate::{Effort, TRACK};

/// Resident at the end, in MiB.
const BAR: f64 = 40.0;

pub(crate) fn measure(tools: &Tools, effort: Effort, report: &mut Report) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let sleeve = Sleeve::start(tools, &folder.join("data"), None)?;
    let targets: Vec<String> = tracks().into_iter().map(Sleeve::target).collect();
    let load = Load {
        address: sleeve.address,
        target: Sleeve::target(TRACK),
        headers: vec![sleeve.bearer.clone()],
        connections: 64,
        script: String::new(),
    };
    let load = load.any_of(&targets);
    let begin = sleeve.running.memory()?;
    let mut requests = 0;
    while requests < effort.requests {
        requests += load.turn(tools, folder, &sleeve.running, Duration::from_secs(2))?.requests;
    }
    let end = sleeve.running.memory()?;
    let row = |name: String, memory: crate::process::Memory| {
        let figures = [memory.resident, memory.anonymous, memory.peak].map(|mebibytes| format!("{mebibytes:.1}"));
        let verdict = bar(memory.resident.max(memory.peak) <= BAR, &format!("≤ {BAR}"));
        [vec![name], figures.to_vec(), vec![verdict]].concat()
    };
    let rows = [
        row("after the start and one token".to_owned(), begin),
        row(format!("after {} requests for 64 tracks, 64 connections", thousands(requests as f64)), end),
    ];
    report.table("Memory of `sleeve serve`, MiB", &["", "resident", "of it anonymous", "peak", "bar"], &rows);
    Ok(())
}
