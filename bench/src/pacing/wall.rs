//! The same on the wall clock: `sleeve serve` with an app for each row, whose limit it does not tell, and processes of the
//! client that share a cache folder. All rows go at the same time, as each calls little.

mod child;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, ensure};

pub(crate) use self::child::run as child;
use super::picture;
use super::row;
use super::service::{Limit, Seen};
use crate::report::Report;
use crate::setup::{HERE, Tools};
use crate::sleeve::{App, Sleeve};

/// How long after the answer with a 429 calls may still go out as not knowing of it: until it is written down for the other
/// processes.
pub(super) const SETTLED: Duration = Duration::from_millis(50);

/// The row that is drawn.
const PICTURED: (&str, usize, usize) = ("120, then 60 in 10 s", 8, 3);

/// One row under way.
struct Watched {
    name: &'static str,
    limits: Vec<(Duration, Limit)>,
    tasks: usize,
    processes: usize,
    length: Duration,
    app: App,
    folder: PathBuf,
}

pub(super) fn measure(tools: &Tools, report: &mut Report) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let mut watched = Vec::new();
    for (name, limits) in cases() {
        for (tasks, processes) in super::PROCESSES {
            let app = App::create(tools, &data, &["--rate-limit", &limits[0].1.to_string()])?;
            let folder = folder.path().join(&app.client_id);
            fs::create_dir(&folder)?;
            let length = limits.last().context("a limit")?.0 + limits[0].1.per * 10;
            watched.push(Watched { name, limits: limits.clone(), tasks, processes, length, app, folder });
        }
    }
    let sleeve = Sleeve::start(tools, &data)?;
    let began = SystemTime::now();
    std::thread::scope(|scope| {
        let all = watched.iter().map(|one| {
            let (program, address, data) = (&*tools.sleeve, sleeve.address, &*data);
            scope.spawn(move || one.watch(program, address, data))
        });
        // All of them begin before the first is waited for.
        let all: Vec<_> = all.collect();
        all.into_iter().try_for_each(|one| one.join().expect("a thread that panics has said why"))
    })?;
    let mut rows = Vec::new();
    for one in &watched {
        let seen = Seen::read(&one.folder, began, SETTLED)?;
        rows.extend(row(one.name, &one.limits, one.tasks, one.processes, &seen)?);
        if (one.name, one.tasks, one.processes) == PICTURED {
            let picture = picture::draw(&one.limits, &seen, one.length);
            fs::write(Path::new(HERE).join("pacing-wall.svg"), picture)?;
        }
    }
    report.table("Pacing: `adaptive` on the wall clock", &super::HEAD, &rows);
    Ok(())
}

fn cases() -> Vec<super::Case> {
    let limit = |calls, seconds| Limit { calls, per: Duration::from_secs(seconds), lock: None };
    vec![
        ("120 in 15 s", vec![(Duration::ZERO, limit(120, 15))]),
        ("60 in 10 s", vec![(Duration::ZERO, limit(60, 10))]),
        ("20 in 10 s", vec![(Duration::ZERO, limit(20, 10))]),
        ("60, then 30 in 5 s", vec![(Duration::ZERO, limit(60, 5)), (Duration::from_secs(50), limit(30, 5))]),
        ("120, then 60 in 10 s", vec![(Duration::ZERO, limit(120, 10)), (Duration::from_secs(95), limit(60, 10))]),
    ]
}

impl Watched {
    /// Lets the processes call as fast as they may, and changes the limit when it is time.
    fn watch(&self, program: &Path, address: SocketAddr, data: &Path) -> Result<()> {
        let began = SystemTime::now();
        let cache = self.folder.join("cache");
        let processes = (0..self.processes).map(|process| {
            let mut command = std::process::Command::new(std::env::current_exe()?);
            command.arg("paced").arg(format!("http://{address}"));
            command.args([&self.app.client_id, &self.app.client_secret]);
            command.args([self.tasks.to_string(), self.length.as_millis().to_string()]);
            command.arg(&cache).arg(self.folder.join(format!("{process}.log")));
            command.stdout(Stdio::null()).spawn().context("a process of the client")
        });
        let processes = processes.collect::<Result<Vec<_>>>()?;
        for (from, limit) in &self.limits[1..] {
            std::thread::sleep(from.saturating_sub(began.elapsed()?));
            self.app.edit(program, data, &["--rate-limit", &limit.to_string()])?;
        }
        for mut process in processes {
            ensure!(process.wait()?.success(), "{}: a process of the client failed", self.name);
        }
        Ok(())
    }
}
