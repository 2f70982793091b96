//! The terminal: the only place that prints.

mod progress;
mod prompt;
mod table;
mod waits;

use std::io::{self, BufWriter, IsTerminal, Write, stderr, stdin, stdout};
use std::os::fd::AsFd;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustix::termios::tcgetwinsize;
use serde_json::Value;
use sleeve_client::Wait;
use tracing_subscriber::filter::LevelFilter;

pub(crate) use self::progress::{Done, Progress};
pub(crate) use self::waits::Waits;
use crate::args::{Color, Global};
use crate::moment;

/// A wait that is said, whoever is looking; short ones are once they are as long together.
const LONG: Duration = Duration::from_secs(10);
/// A wait that is worth a look.
const SHORT: Duration = Duration::from_secs(2);

/// Standard output and standard error.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    quiet: bool,
    colored: bool,
    indented: bool,
    live: bool,
}

/// Shows what clap has to say (usage, help, version), on the right stream and with the right status.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    // Where even that cannot be printed, the status still says it.
    let _ = error.print();
    ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}

impl Terminal {
    pub(crate) fn new(global: &Global) -> Self {
        let level = match global.verbose {
            _ if global.quiet => LevelFilter::ERROR,
            0 => LevelFilter::WARN,
            1 => LevelFilter::INFO,
            _ => LevelFilter::DEBUG,
        };
        tracing_subscriber::fmt()
            .with_max_level(level)
            .with_writer(stderr)
            .with_ansi(global.color != Color::Never && stderr().is_terminal())
            .without_time()
            .with_target(false)
            .init();
        let indented = stdout().is_terminal();
        let colored = match global.color {
            Color::Auto => indented,
            Color::Always => true,
            Color::Never => false,
        };
        Self { quiet: global.quiet, colored, indented, live: stderr().is_terminal() && !global.quiet }
    }

    /// A line for people, on standard error; not with `--quiet`.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            self.problem(text);
        }
    }

    /// What went wrong, on standard error.
    pub(crate) fn problem(&self, text: &str) {
        self.clear();
        // Where nobody can be told, there is nothing else to do.
        let _ = writeln!(stderr(), "sleeve: {text}");
    }

    /// A text for people on standard error, as it is.
    pub(crate) fn plain(&self, text: &str) {
        // Where nobody can be told, there is nothing else to do.
        let _ = writeln!(stderr(), "{text}");
    }

    /// Whether somebody reads standard output as it comes.
    pub(crate) fn is_read(&self) -> bool {
        self.indented
    }

    /// A line that the next one takes the place of; only where somebody is looking.
    pub(crate) fn progress(&self, text: &str) {
        if self.live {
            let width = columns(stderr()).unwrap_or(80);
            let text: String = text.chars().take(width.saturating_sub(1)).collect();
            let _ = write!(stderr(), "\r\x1b[2K{text}");
        }
    }

    /// Says that a call waits: where somebody is looking, if it is worth a look, and in any case once the waits since the
    /// last word are long.
    pub(crate) fn waiting(&self, wait: &Wait, waits: &Mutex<Waits>) {
        let untold = waits.lock().unwrap_or_else(PoisonError::into_inner).count(wait, LONG);
        let now = wait.until.checked_sub(wait.length).unwrap_or(wait.until);
        let (length, until) = (span(wait.length.as_secs()), moment::words(wait.until, now));
        let words = format!("{} waits {length}, until {until}: {}", wait.operation, wait.why);
        match untold {
            Some(_) if wait.length >= LONG => self.note(&words),
            Some(untold) if !self.live => {
                self.note(&format!("{words}; {} in all since the last word", span(untold.as_secs())))
            }
            _ if wait.length >= SHORT => self.progress(&words),
            _ => {}
        }
    }

    fn clear(&self) {
        if self.live {
            let _ = write!(stderr(), "\r\x1b[2K");
        }
    }

    /// A line of results, on standard output, written in one go.
    pub(crate) fn line(&self, text: &str) -> io::Result<()> {
        if self.indented {
            self.clear();
        }
        let mut out = stdout().lock();
        out.write_all(format!("{text}\n").as_bytes()).and_then(|()| out.flush()).map_err(|error| {
            // The kind stays: a pipe that nobody reads any more is no trouble.
            io::Error::new(error.kind(), format!("cannot write standard output: {error}"))
        })
    }

    /// Lines of results in any number, on standard output, which are not looked at one by one.
    pub(crate) fn lines(
        &self,
        write: impl FnOnce(&mut dyn FnMut(&str) -> io::Result<()>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let failed = |error: io::Error| io::Error::new(error.kind(), format!("cannot write standard output: {error}"));
        let mut out = BufWriter::with_capacity(1 << 16, stdout().lock());
        write(&mut |line| out.write_all(line.as_bytes()).and_then(|()| out.write_all(b"\n")).map_err(failed))?;
        Ok(out.flush().map_err(failed)?)
    }

    /// A JSON document: on one line, in a pipe; indented, and coloured, where somebody is looking.
    pub(crate) fn document(&self, json: &str) -> io::Result<()> {
        match serde_json::from_str(json) {
            Ok(value) if self.indented || self.colored => {
                let mut text = String::new();
                Painter { colored: self.colored, indented: self.indented, text: &mut text }.value(&value, 0);
                self.line(&text)
            }
            // Some services indent what they send.
            Ok(value) if json.trim_end().contains('\n') => self.line(&Value::to_string(&value)),
            _ => self.line(json.trim_end()),
        }
    }

    /// A table; cut to the terminal's width where somebody is looking.
    pub(crate) fn table(&self, headings: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
        let width = columns(stdout());
        let (lines, shown) = table::lines(headings, rows, width);
        lines.iter().try_for_each(|line| self.line(line))?;
        if shown < headings.len() {
            let left_out = headings.get(shown..).unwrap_or_default().join(", ");
            self.note(&format!("there is no room for {left_out}; a wider terminal or --fields shows more"));
        }
        Ok(())
    }

    /// A card: a name and a text a line; what is wider than the terminal goes on below.
    pub(crate) fn card(&self, lines: &[(&str, String)]) -> io::Result<()> {
        self.card_with(lines, |_| "34")
    }

    /// The same, with a colour for each name.
    pub(crate) fn card_with(&self, lines: &[(&str, String)], style: impl Fn(&str) -> &'static str) -> io::Result<()> {
        let width = columns(stdout());
        table::card(lines, width).iter().try_for_each(|(name, text)| {
            let mut line = String::new();
            Painter { colored: self.colored, indented: false, text: &mut line }.paint(style(name), name);
            self.line(&(line + text))
        })
    }

    /// Asks a question that `y` agrees to; nobody there to ask is no.
    pub(crate) fn ask(&self, question: &str) -> io::Result<bool> {
        if !stdin().is_terminal() {
            return Ok(false);
        }
        write!(stderr(), "{question} [y/N] ")?;
        let mut answer = String::new();
        stdin().read_line(&mut answer)?;
        Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
    }
}

/// How many columns a terminal has; `None` where it does not say, or is none.
fn columns(stream: impl AsFd) -> Option<usize> {
    let size = tcgetwinsize(stream).ok()?;
    Some(usize::from(size.ws_col)).filter(|columns| *columns > 0)
}

/// A number with commas between its thousands.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A length as people write it: `3:29`; nothing where it is not known.
pub(crate) fn length(duration_ms: Option<u64>) -> String {
    let seconds = duration_ms.map(|milliseconds| milliseconds / 1_000);
    seconds.map(|seconds| format!("{}:{:02}", seconds / 60, seconds % 60)).unwrap_or_default()
}

/// A number of things: `1 track`, `1,234 tracks`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// A time in the unit that suits it: `90 s`, `15 min`, `23 h`; never less than it is.
pub(crate) fn span(seconds: u64) -> String {
    match seconds {
        0..100 => format!("{seconds} s"),
        100..6_000 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h", seconds.div_ceil(3_600)),
    }
}

/// A text of any length as it can stand in a line.
pub(crate) fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().take(80).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(80).is_some() {
        shown.push('…');
    }
    shown
}

/// Writes JSON for a person.
struct Painter<'a> {
    colored: bool,
    indented: bool,
    text: &'a mut String,
}

impl Painter<'_> {
    fn value(&mut self, value: &Value, depth: usize) {
        match value {
            Value::Object(map) => self.list(('{', '}'), map.len(), depth, map.iter(), |this, (name, value)| {
                this.paint("34", &Value::from(name.as_str()).to_string());
                this.text.push_str(if this.indented { ": " } else { ":" });
                this.value(value, depth + 1);
            }),
            Value::Array(list) => {
                self.list(('[', ']'), list.len(), depth, list.iter(), |this, value| this.value(value, depth + 1));
            }
            Value::String(_) => self.paint("32", &value.to_string()),
            Value::Null => self.paint("2", "null"),
            scalar => self.paint("33", &scalar.to_string()),
        }
    }

    fn list<T>(
        &mut self,
        (open, close): (char, char),
        length: usize,
        depth: usize,
        items: impl Iterator<Item = T>,
        each: impl Fn(&mut Self, T),
    ) {
        self.text.push(open);
        for (place, item) in items.enumerate() {
            if place > 0 {
                self.text.push(',');
            }
            self.new_line(depth + 1);
            each(self, item);
        }
        if length > 0 {
            self.new_line(depth);
        }
        self.text.push(close);
    }

    fn new_line(&mut self, depth: usize) {
        if self.indented {
            self.text.push('\n');
            self.text.extend(std::iter::repeat_n("  ", depth));
        }
    }

    fn paint(&mut self, style: &str, text: &str) {
        if self.colored {
            self.text.extend(["\x1b[", style, "m", text, "\x1b[0m"]);
        } else {
            self.text.push_str(text);
        }
    }
}
