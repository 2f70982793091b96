//! The child process: it has our terminal, gets the signals that are sent to us, and its end is ours.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH};
use signal_hook::iterator::SignalsInfo;
use signal_hook::iterator::exfiltrator::WithOrigin;

/// The signals that are the child's when they come to us.
const SIGNALS: [i32; 7] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH];

/// How the child ended, as a shell tells it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// Its status, or 128 and the signal that killed it.
    Ran(u8),
    /// It could not be started: 127 where it was not found, else 126.
    NotStarted { status: u8, why: String },
}

/// Runs a command to its end.
pub(super) async fn run(command: &[OsString], changes: Vec<(&'static str, OsString)>) -> Result<Ended> {
    let Some((program, arguments)) = command.split_first() else {
        return Ok(Ended::NotStarted { status: 127, why: "no command was given".to_owned() });
    };
    let mut command = Command::new(program);
    command.args(arguments).envs(changes);
    // Before the child is there, so that none is lost; what we ignored from the start, it ignores as well.
    let ignored = ignored_signals();
    let caught = SIGNALS.into_iter().filter(|signal| !ignored.contains(signal));
    let mut signals = SignalsInfo::<WithOrigin>::new(caught).context("cannot catch signals")?;
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return Ok(not_started(&error)),
    };
    let pid = Arc::new(Mutex::new(Some(pid_of(&child)?)));
    let closer = signals.handle();
    let forwarder = thread::spawn({
        let pid = pid.clone();
        move || {
            for origin in signals.forever() {
                // The terminal's own signals (Ctrl-C, its size, its end) come to the child by themselves.
                if origin.process.is_some() {
                    forward(&pid, origin.signal);
                }
            }
        }
    });
    let waited = tokio::task::spawn_blocking(move || wait(&mut child, &pid)).await;
    closer.close();
    // It ends with its signals, and has no error to tell.
    let _ = forwarder.join();
    Ok(Ended::Ran(status(
        waited.context("the wait for the command broke off")?.context("cannot wait for the command")?,
    )))
}

/// Waits for the child, and forgets its number while that is still its own.
fn wait(child: &mut Child, pid: &Mutex<Option<Pid>>) -> io::Result<ExitStatus> {
    let ended = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    while waitid(WaitId::Pid(pid_of(child)?), ended).is_err_and(|error| error == Errno::INTR) {}
    *pid.lock().unwrap_or_else(PoisonError::into_inner) = None;
    child.wait()
}

fn pid_of(child: &Child) -> io::Result<Pid> {
    let number = i32::try_from(child.id()).ok();
    number.and_then(Pid::from_raw).ok_or_else(|| io::Error::other("the command has no process id"))
}

fn forward(pid: &Mutex<Option<Pid>>, signal: i32) {
    let pid = pid.lock().unwrap_or_else(PoisonError::into_inner);
    if let (Some(pid), Some(signal)) = (*pid, Signal::from_named_raw(signal)) {
        // It may be ending just now.
        let _ = kill_process(pid, signal);
    }
}

fn status(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

fn not_started(error: &io::Error) -> Ended {
    match error.kind() {
        io::ErrorKind::NotFound => Ended::NotStarted { status: 127, why: "command not found".to_owned() },
        io::ErrorKind::PermissionDenied => Ended::NotStarted { status: 126, why: "it is not executable".to_owned() },
        _ => Ended::NotStarted { status: 126, why: error.to_string() },
    }
}

/// The signals that this process ignores since its start, as under `nohup`: where the system tells.
fn ignored_signals() -> Vec<i32> {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = text.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    SIGNALS.into_iter().filter(|signal| mask >> (signal - 1) & 1 == 1).collect()
}
