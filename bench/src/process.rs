//! Processes under measurement: what they cost, and that they end with us.

use std::fs;
use std::process::{Child, Command};
use std::time::Duration;

use anyhow::{Context, Result};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// In what `/proc/PID/stat` counts CPU time: USER_HZ, 100 on every Linux that people have.
const TICK: Duration = Duration::from_millis(10);

/// A process that is ended (SIGTERM) when this is dropped.
#[derive(Debug)]
pub(crate) struct Running(Child);

/// What a process has in memory, in MiB.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    pub(crate) resident: f64,
    /// What of it is its own: no file lies behind it.
    pub(crate) anonymous: f64,
    /// The most that was resident.
    pub(crate) peak: f64,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        Ok(Self(command.spawn().with_context(|| format!("{command:?}"))?))
    }

    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.0
    }

    /// The CPU time of the process and its children so far, user and system.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        let parent = self.0.id();
        let mut ticks = 0;
        for entry in fs::read_dir("/proc")? {
            let name = entry?.file_name();
            let Some(pid) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
            // One that has ended meanwhile was none of ours.
            let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) else { continue };
            // Behind the name, which may hold anything: state, parent, …, user ticks (12th), system ticks (13th).
            let (_, fields) = stat.rsplit_once(')').context("a stat line has a name")?;
            let fields: Vec<&str> = fields.split_ascii_whitespace().collect();
            if pid == parent || fields[1].parse() == Ok(parent) {
                ticks += fields[11].parse::<u32>()? + fields[12].parse::<u32>()?;
            }
        }
        Ok(TICK * ticks)
    }

    pub(crate) fn memory(&self) -> Result<Memory> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let mebibytes = |name: &str| -> Result<f64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            let kibibytes =
                line.and_then(|line| line.trim().strip_suffix(" kB")).context("a status line is missing")?;
            Ok(kibibytes.parse::<f64>()? / 1024.0)
        };
        Ok(Memory { resident: mebibytes("VmRSS")?, anonymous: mebibytes("RssAnon")?, peak: mebibytes("VmHWM")? })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Ok(pid) = i32::try_from(self.0.id()) {
            // It may have ended already.
            let _ = kill(Pid::from_raw(pid), Signal::SIGTERM);
        }
        let _ = self.0.wait();
    }
}

/// A command that runs on one CPU alone.
pub(crate) fn pinned(cpu: usize, program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new("taskset");
    command.arg("--cpu-list").arg(cpu.to_string()).arg(program);
    command
}
