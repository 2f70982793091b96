//! How far a long job has come: one line that is written over, with its rate and the time left.

use std::time::Duration;

use sleeve_client::{Clock, SystemClock};

use super::{Terminal, grouped, span};

/// Before this a job is too short to speak of, and after each line for this long nothing is said.
const FIRST: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(200);

/// How far a job has come. Its line fits 60 columns.
#[derive(Debug)]
pub(crate) struct Progress {
    terminal: Terminal,
    clock: SystemClock,
    stage: &'static str,
    /// When the stage began.
    began: Duration,
    /// When the next line may be written.
    next: Duration,
}

/// How much of a stage is done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Done {
    /// How many of its things.
    pub(crate) count: u64,
    /// What they are, as `tracks`.
    pub(crate) noun: &'static str,
    /// The part of the whole, from 0 to 1, where that is known.
    pub(crate) part: Option<f64>,
}

impl Progress {
    pub(crate) fn new(terminal: Terminal) -> Self {
        Self { terminal, clock: SystemClock::default(), stage: "", began: Duration::ZERO, next: FIRST }
    }

    /// Says where a stage stands, if it is time to.
    pub(crate) fn say(&mut self, stage: &'static str, done: Done) {
        let now = self.clock.monotonic();
        if stage != self.stage {
            (self.stage, self.began) = (stage, now);
        }
        if now >= self.next {
            self.next = now + PAUSE;
            self.terminal.progress(&line(stage, done, now.saturating_sub(self.began)));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.terminal.clear();
    }
}

fn line(stage: &str, done: Done, spent: Duration) -> String {
    let Done { count, noun, part } = done;
    let mut line = format!("{stage}: {} {noun}", grouped(count));
    let seconds = spent.as_secs_f64();
    if seconds >= 0.5 {
        line.push_str(&format!(", {}/s", grouped((count as f64 / seconds) as u64)));
    }
    if let Some(part) = part.filter(|part| (0.0..=1.0).contains(part)) {
        line.push_str(&format!(", {} %", (part * 100.0) as u64));
        if part >= 0.01 && seconds >= 0.5 {
            let left = (seconds * (1.0 - part) / part).ceil() as u64;
            line.push_str(&format!(", {} left", span(left)));
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Done, line};

    #[test]
    fn a_line_has_count_rate_part_and_time_left_and_fits_60_columns() {
        let at =
            |count, part, spent| line("reading", Done { count, noun: "objects", part }, Duration::from_secs(spent));
        assert_eq!(at(1_234_567, Some(0.25), 30), "reading: 1,234,567 objects, 41,152/s, 25 %, 90 s left");
        assert_eq!(at(1_234_567, Some(0.25), 300), "reading: 1,234,567 objects, 4,115/s, 25 %, 15 min left");
        assert_eq!(at(5, None, 10), "reading: 5 objects, 0/s");
        assert_eq!(at(5, Some(0.0), 0), "reading: 5 objects, 0 %");
        assert!(at(123_456_789, Some(0.5), 6_000_000).len() < 60);
    }
}
