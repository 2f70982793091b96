//! One line per check, `client, operation, PASS|FAIL|NA, remark`, and a verdict at the end.

use std::io::Write;

/// The checks of one test. They are printed as they come; [`Report::finish`] fails if one of them failed.
#[derive(Debug, Default)]
pub struct Report {
    checks: usize,
    not_applicable: usize,
    failures: Vec<String>,
}

impl Report {
    /// Passes where `seen` is `expected`, and else keeps both for the end.
    pub fn check(&mut self, client: &str, operation: &str, seen: &str, expected: &str) {
        self.verdict(client, operation, seen == expected, || format!("expected {expected:?}, saw {seen:?}"));
    }

    /// Passes where `holds`; `explain` says what was seen otherwise.
    pub fn verdict(&mut self, client: &str, operation: &str, holds: bool, explain: impl FnOnce() -> String) {
        self.checks += 1;
        if holds {
            say(&format!("{client}, {operation}, PASS"));
        } else {
            let why = explain();
            say(&format!("{client}, {operation}, FAIL, {}", why.lines().next().unwrap_or_default()));
            self.failures.push(format!("{client}, {operation}: {why}"));
        }
    }

    /// Says what a client cannot do by its own design. It counts neither as passed nor as failed.
    pub fn not_applicable(&mut self, client: &str, operation: &str, reason: &str) {
        self.not_applicable += 1;
        say(&format!("{client}, {operation}, NA, {reason}"));
    }

    /// The verdict. A report in which nothing was checked is a failure too.
    pub fn finish(self) {
        assert!(self.checks > 0, "nothing was checked");
        let failed = self.failures.len();
        say(&format!("{} PASS, {failed} FAIL, {} NA", self.checks - failed, self.not_applicable));
        assert!(failed == 0, "{failed} of {} checks failed\n{}", self.checks, self.failures.join("\n"));
    }
}

/// A line on stderr, past the test harness, which would keep it from view while all is well.
pub fn say(line: &str) {
    let mut stderr = std::io::stderr().lock();
    // A closed stderr takes nothing from the verdict.
    let _ = writeln!(stderr, "{line}");
}
