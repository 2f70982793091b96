//! Questions that are answered with a line.

use std::io::{self, IsTerminal, Write, stderr, stdin};

use anyhow::{Context, Result};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use super::Terminal;

impl Terminal {
    /// Asks for a line, and waits for it; `hidden`: what is typed is not shown. From a pipe the next line is taken, and
    /// nothing is asked. At the end of the input it is empty.
    pub(crate) async fn prompt(&self, question: &str, hidden: bool) -> Result<String> {
        let mut hush = None;
        if stdin().is_terminal() {
            if hidden {
                hush = Some(Hush::new().context("cannot hide what is typed")?);
            }
            write!(stderr(), "{question}: ")?;
        }
        let read = tokio::task::spawn_blocking(|| {
            let mut line = String::new();
            stdin().read_line(&mut line).map(|_| line)
        });
        let line = read.await?.context("cannot read standard input")?;
        drop(hush);
        Ok(line.trim().to_owned())
    }
}

/// The terminal does not show what is typed, until this is dropped.
struct Hush(Termios);

impl Hush {
    fn new() -> io::Result<Self> {
        let shown = tcgetattr(stdin())?;
        let mut hidden = shown.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        hidden.local_modes.insert(LocalModes::ECHONL);
        tcsetattr(stdin(), OptionalActions::Now, &hidden)?;
        Ok(Self(shown))
    }
}

impl Drop for Hush {
    fn drop(&mut self) {
        // A terminal that is gone needs no more.
        let _ = tcsetattr(stdin(), OptionalActions::Now, &self.0);
    }
}
