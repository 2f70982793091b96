//! A large catalogue invented, exported, and imported: what that costs, beside SQLite taking the same lines as they are.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::Effort;
use crate::process::{Spent, spent};
use crate::report::{Report, bar, thousands};
use crate::setup::Tools;
use crate::sleeve::bare;

/// Seconds in which a million tracks are invented.
const INVENT: f64 = 60.0;
/// Seconds in which a million are imported.
const WALL: f64 = 90.0;
/// The CPU seconds of that.
const CPU: f64 = 160.0;
/// The most that is resident meanwhile, in MB.
const PEAK: f64 = 300.0;
/// What lies on the disk then, of the documents.
const DISK: f64 = 0.5;

pub(crate) fn measure(tools: &Tools, effort: Effort, report: &mut Report) -> Result<()> {
    let invented = tools.invented(effort.tracks)?;
    let scratch = invented.scratch()?;
    let lines = scratch.path().join("tracks.jsonl");
    eprintln!("  exporting");
    let mut command = Command::new(&tools.sleeve);
    let command = bare(&mut command, &invented.data()).args(["--quiet", "catalogue", "export", "--type", "track"]);
    let exported = spent(command.stdout(File::create(&lines)?))?;
    let documents = bytes(&lines)?;

    eprintln!("  importing");
    let data = scratch.path().join("data");
    let mut command = Command::new(&tools.sleeve);
    bare(&mut command, &data).args(["--quiet", "catalogue", "import"]).arg(&lines);
    let imported = spent(command.stdout(Stdio::null()))?;
    let kept = bytes(&data.join("catalogue"))? / documents;
    fs::remove_dir_all(&data)?;

    eprintln!("  importing into SQLite");
    let database = scratch.path().join("raw.db");
    let raw = sqlite(tools, &lines, &database)?;
    let raw_kept = bytes(&database)? / documents;

    let millions = invented.tracks as f64 / 1e6;
    let within = |spent: &Spent, most: f64| bar(seconds(spent) <= most * millions, &format!("≤ {} s", most * millions));
    let import = [
        within(&imported, WALL),
        bar(imported.cpu.as_secs_f64() <= CPU * millions, &format!("CPU ≤ {} s", CPU * millions)),
        bar(imported.peak <= PEAK, &format!("resident ≤ {PEAK} MB")),
        bar(kept <= DISK, &format!("disk ≤ {DISK}")),
    ];
    let rows = [
        row("`sleeve catalogue generate`", &invented.spent, None, within(&invented.spent, INVENT)),
        row("`sleeve catalogue export --type track`", &exported, None, "–".to_owned()),
        row("`sleeve catalogue import` of these lines", &imported, Some(kept), import.join("; ")),
        row("`sqlite3` importing them raw, one index on the id", &raw, Some(raw_kept), "–".to_owned()),
    ];
    let tracks = thousands(invented.tracks as f64);
    let title = format!("{tracks} tracks, {:.2} GB as JSON lines", documents / 1e9);
    report.table(&title, &["", "s", "CPU s", "resident at most, MB", "on disk ÷ the documents", "bar"], &rows);
    Ok(())
}

fn row(name: &str, spent: &Spent, kept: Option<f64>, verdict: String) -> Vec<String> {
    vec![
        name.to_owned(),
        format!("**{:.1}**", seconds(spent)),
        format!("{:.1}", spent.cpu.as_secs_f64()),
        format!("{:.0}", spent.peak),
        kept.map_or("–".to_owned(), |kept| format!("{kept:.2}")),
        verdict,
    ]
}

fn seconds(spent: &Spent) -> f64 {
    spent.wall.as_secs_f64()
}

/// The lines as the rows of a table, and an index on the id in them.
fn sqlite(tools: &Tools, lines: &Path, database: &Path) -> Result<Spent> {
    let mut command = Command::new(&tools.sqlite);
    command.args(["-batch", "-bail"]).arg(database);
    // Fields end where no document has anything, so that a line is one.
    command.args(["CREATE TABLE track (document TEXT NOT NULL)", ".mode ascii", r#".separator "\037" "\n""#]);
    command.arg(format!(".import {lines:?} track"));
    command.arg("CREATE UNIQUE INDEX track_id ON track (json_extract(document, '$.id'))");
    spent(&mut command)
}

/// How long a file is, or the files in a folder together.
fn bytes(path: &Path) -> Result<f64> {
    let size = |path: &Path| Ok(fs::metadata(path).with_context(|| format!("there is no {}", path.display()))?.len());
    if path.is_file() {
        return Ok(size(path)? as f64);
    }
    let sizes = fs::read_dir(path)?.map(|entry| size(&entry?.path())).sum::<Result<u64>>()?;
    Ok(sizes as f64)
}
