//! What is asked for: arguments, and the lines of standard input.

use std::io::{BufRead, BufReader, stdin};

use anyhow::{Context, Result};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// One thing that is asked for.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) text: String,
    /// Where it stands, for people: `argument 2`, `line 14`.
    pub(super) place: String,
}

/// What is read.
#[derive(Debug)]
pub(super) enum Read {
    Asked(Asked),
    /// There is no more for now: somebody is still writing, or thinking.
    Lull,
}

/// Everything that is asked for, in order. Standard input may be a pipe that nobody writes to, so it is read apart, and
/// never far ahead.
pub(super) fn all(arguments: Vec<String>) -> Receiver<Result<Read>> {
    let (sender, receiver) = channel(64);
    tokio::task::spawn_blocking(move || {
        // Where nobody asks any more, there is nothing left to read.
        let _ = read(arguments, &sender);
    });
    receiver
}

/// `None`: nobody asks any more.
fn read(arguments: Vec<String>, sender: &Sender<Result<Read>>) -> Option<()> {
    let send = |text, place| sender.blocking_send(Ok(Read::Asked(Asked { text, place }))).ok();
    for (place, text) in arguments.into_iter().enumerate() {
        if text != "-" {
            send(text, format!("argument {}", place + 1))?;
            continue;
        }
        // Wider than standard input's own buffer, so that what was read of it stands here.
        let mut input = BufReader::with_capacity(1 << 16, stdin().lock());
        for place in 1_u64.. {
            if input.buffer().is_empty() && !is_ready() {
                sender.blocking_send(Ok(Read::Lull)).ok()?;
            }
            let mut line = Vec::new();
            match input.read_until(b'\n', &mut line).context("cannot read standard input") {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => return sender.blocking_send(Err(error)).ok(),
            }
            // A line that is no text names nothing; the others still do.
            let text = String::from_utf8_lossy(&line).trim().to_owned();
            if !text.is_empty() {
                send(text, format!("line {place}"))?;
            }
        }
    }
    Some(())
}

/// Whether standard input has something to read, or has ended. What cannot be told is read.
fn is_ready() -> bool {
    let input = stdin();
    let mut watched = [PollFd::new(&input, PollFlags::IN)];
    poll(&mut watched, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })) != Ok(0)
}
