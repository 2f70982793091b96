//! What came of a job.

use std::fmt;

use crate::source::Batch;
use crate::stage::lookup::Tally;
use crate::stage::{Failure, Outcome, Status, Stopped};

/// What came of a job. Its `Display` is one line:
/// `20 rows: 14 matched, 1 not found, 3 invalid, 1 local file, 1 episode; 13 tracks asked for in 1 call`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Summary {
    /// Rows in and out, without the names.
    pub rows: u64,
    /// Tracks that were asked for; each once.
    pub tracks: u64,
    /// Calls that were made for them.
    pub calls: u64,
    /// Rows that have fewer cells than the table has columns; they were filled up.
    pub short_rows: u64,
    /// Rows that have more; what is more follows the new cells.
    pub long_rows: u64,
    /// Rows that are not UTF-8; their bytes are as they were.
    pub rows_not_utf8: u64,
    /// Why calls failed.
    pub failures: Vec<Failure>,
    /// Why it stopped asking, if it did: rows are [`Status::Deferred`], and another run may know them.
    pub stopped: Option<Stopped>,
    statuses: [u64; Status::ALL.len()],
}

/// How far a job has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Rows that are written.
    pub rows: u64,
    /// Those of them that are matched.
    pub matched: u64,
    /// Tracks that were asked for.
    pub tracks: u64,
    /// Calls that were made for them.
    pub calls: u64,
}

// === impl Summary ===

impl Summary {
    /// How many rows stand so.
    pub fn count(&self, status: Status) -> u64 {
        Status::ALL.iter().position(|known| *known == status).map_or(0, |place| self.statuses[place])
    }

    /// How many rows are not [`Status::Matched`].
    pub fn unmatched(&self) -> u64 {
        self.rows - self.count(Status::Matched)
    }

    /// What a user should know besides, a line each: odd rows, calls that failed, what to do about a stop.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let mut note = |number: u64, one: &str, many: &str| match number {
            0 => {}
            1 => notes.push(format!("1 row {one}")),
            _ => notes.push(format!("{number} rows {many}")),
        };
        note(self.short_rows, "is too short; it was filled up", "are too short; they were filled up");
        note(
            self.long_rows,
            "has more cells than there are columns; they follow the new ones",
            "have more cells than there are columns; they follow the new ones",
        );
        note(self.rows_not_utf8, "is not UTF-8; its bytes are kept", "are not UTF-8; their bytes are kept");
        for Failure { reason, tracks, .. } in &self.failures {
            notes.push(format!("{} failed: {reason}", plural(*tracks, "track")));
        }
        if let Some(Stopped { reason, .. }) = &self.stopped {
            notes.push(format!("stopped asking: {reason}"));
        }
        notes
    }

    pub(crate) fn add(&mut self, batch: &Batch, outcomes: &[Outcome], width: usize) {
        for (row, outcome) in batch.rows().zip(outcomes) {
            if row.cells() == 0 {
                continue; // a line with nothing on it is no row
            }
            self.rows += 1;
            self.short_rows += u64::from(row.cells() < width);
            self.long_rows += u64::from(row.cells() > width);
            self.rows_not_utf8 += u64::from(std::str::from_utf8(row.content()).is_err());
            if let Some(place) = Status::ALL.iter().position(|status| *status == outcome.status) {
                self.statuses[place] += 1;
            }
        }
    }

    pub(crate) fn progress(&self, tally: &Tally) -> Progress {
        Progress { rows: self.rows, matched: self.count(Status::Matched), tracks: tally.ids, calls: tally.calls }
    }

    pub(crate) fn close(mut self, tally: &Tally) -> Self {
        self.tracks = tally.ids;
        self.calls = tally.calls;
        self.failures.clone_from(&tally.failures);
        self.stopped.clone_from(&tally.stopped);
        self
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&plural(self.rows, "row"))?;
        let mut mark = ':';
        for (status, count) in Status::ALL.iter().zip(self.statuses) {
            if count > 0 {
                write!(f, "{mark} {count} {}", status.as_str().replace('_', " "))?;
                mark = ',';
            }
        }
        write!(f, "; {} asked for in {}", plural(self.tracks, "track"), plural(self.calls, "call"))
    }
}

fn plural(number: u64, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::{Stopped, Summary};

    #[test]
    fn a_summary_is_one_line_for_people() {
        let mut summary = Summary { rows: 20, tracks: 13, calls: 1, ..Summary::default() };
        summary.statuses = [14, 1, 3, 1, 1, 0, 0];
        let line =
            "20 rows: 14 matched, 1 not found, 3 invalid, 1 local file, 1 episode; 13 tracks asked for in 1 call";
        assert_eq!(summary.to_string(), line);
        assert_eq!(Summary::default().to_string(), "0 rows; 0 tracks asked for in 0 calls");
    }

    #[test]
    fn notes_say_what_is_odd() {
        assert!(Summary::default().notes().is_empty());
        let summary = Summary {
            short_rows: 1,
            rows_not_utf8: 2,
            stopped: Some(Stopped { reason: "too fast".into(), retry_after: None }),
            ..Summary::default()
        };
        let expected = [
            "1 row is too short; it was filled up",
            "2 rows are not UTF-8; their bytes are kept",
            "stopped asking: too fast",
        ];
        assert_eq!(summary.notes(), expected);
    }
}
