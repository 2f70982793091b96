//! What is asked for: arguments, and the lines of standard input.

use std::io::{BufRead, stdin};

use anyhow::{Context, Result};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// One thing that is asked for.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) text: String,
    /// Where it stands, for people: `argument 2`, `line 14`.
    pub(super) place: String,
}

/// Everything that is asked for, in order. Standard input may be a pipe that nobody writes to, so it is read apart, and
/// never far ahead.
pub(super) fn all(arguments: Vec<String>) -> Receiver<Result<Asked>> {
    let (sender, receiver) = channel(16);
    tokio::task::spawn_blocking(move || {
        // Where nobody asks any more, there is nothing left to read.
        let _ = read(arguments, &sender);
    });
    receiver
}

/// `None`: nobody asks any more.
fn read(arguments: Vec<String>, sender: &Sender<Result<Asked>>) -> Option<()> {
    for (place, text) in arguments.into_iter().enumerate() {
        if text != "-" {
            let place = format!("argument {}", place + 1);
            sender.blocking_send(Ok(Asked { text, place })).ok()?;
            continue;
        }
        for (place, line) in stdin().lock().split(b'\n').enumerate() {
            let line = match line.context("cannot read standard input") {
                Ok(line) => line,
                Err(error) => return sender.blocking_send(Err(error)).ok(),
            };
            // A line that is no text names nothing; the others still do.
            let text = String::from_utf8_lossy(&line).into_owned();
            if !text.trim().is_empty() {
                sender.blocking_send(Ok(Asked { text, place: format!("line {}", place + 1) })).ok()?;
            }
        }
    }
    Some(())
}
