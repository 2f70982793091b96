//! Processes under measurement: what they cost, and that they end with us.

use std::fs;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// In what `/proc/PID/stat` counts CPU time: USER_HZ, 100 on every Linux that people have.
const TICK: Duration = Duration::from_millis(10);

/// What one whole run of a program took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spent {
    pub(crate) wall: Duration,
    pub(crate) cpu: Duration,
    /// The most that was resident, in MB.
    pub(crate) peak: f64,
}

/// A process that is ended (SIGTERM) when this is dropped.
#[derive(Debug)]
pub(crate) struct Running(Child);

/// How often it is looked how much memory a process has.
const LOOK: Duration = Duration::from_millis(10);

/// What a process has in memory, in MB of a million bytes.
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
        memory(self.0.id())
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

/// Runs a program to its end. Nothing else that this program has started may end meanwhile.
pub(crate) fn spent(command: &mut Command) -> Result<Spent> {
    let before = cpu_of(UsageWho::RUSAGE_CHILDREN)?;
    let began = Instant::now();
    let mut child = command.spawn().with_context(|| format!("{command:?}"))?;
    let mut peak = 0.0;
    let status = loop {
        // One that has just ended has no memory any more; the most is what was seen before.
        if let Ok(memory) = memory(child.id()) {
            peak = memory.peak;
        }
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(LOOK);
    };
    let wall = began.elapsed();
    ensure!(status.success(), "{command:?} failed");
    Ok(Spent { wall, cpu: cpu_of(UsageWho::RUSAGE_CHILDREN)?.saturating_sub(before), peak })
}

/// What this process or its children that have ended have spent so far, user and system.
pub(crate) fn cpu_of(who: UsageWho) -> Result<Duration> {
    let usage = getrusage(who)?;
    let time = |value: nix::sys::time::TimeVal| -> Result<Duration> {
        Ok(Duration::new(value.tv_sec().try_into()?, u32::try_from(value.tv_usec())? * 1000))
    };
    Ok(time(usage.user_time())? + time(usage.system_time())?)
}

fn memory(pid: u32) -> Result<Memory> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let megabytes = |name: &str| -> Result<f64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")).context("a status line is missing")?;
        Ok(kibibytes.parse::<f64>()? * 1024.0 / 1e6)
    };
    Ok(Memory { resident: megabytes("VmRSS")?, anonymous: megabytes("RssAnon")?, peak: megabytes("VmHWM")? })
}
