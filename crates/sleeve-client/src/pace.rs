//! The pause that all tasks of a client keep together.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Until when nothing is sent: the rate limit is the app's, so one task's 429 is everybody's.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    until_ms: AtomicU64,
}

impl Pace {
    /// Stops everybody until then, on the clock's steady scale; an earlier end than the one that stands changes nothing.
    pub(crate) fn hold(&self, until: Duration) {
        self.until_ms.fetch_max(u64::try_from(until.as_millis()).unwrap_or(u64::MAX), Ordering::AcqRel);
    }

    /// How long the pause still lasts.
    pub(crate) fn left(&self, now: Duration) -> Duration {
        Duration::from_millis(self.until_ms.load(Ordering::Acquire)).saturating_sub(now)
    }
}
