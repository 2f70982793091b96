//! The line of calls that wait for the pace.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::MutexGuard;

use super::Why;

/// Calls that wait stand in line, so that one asks at a time; whoever leaves holds up nobody.
#[derive(Debug, Default)]
pub(crate) struct Line {
    head: tokio::sync::Mutex<()>,
    /// How many stand behind the head.
    behind: AtomicUsize,
    /// Until when the head waits, by the steady clock, and why.
    wait: Mutex<Option<(Duration, Why)>>,
}

/// A place behind the head, until it is dropped.
pub(crate) struct Place<'a>(&'a Line, usize);

impl Line {
    /// The place at the head, where nobody stands there.
    pub(crate) fn free_head(&self) -> Option<MutexGuard<'_, ()>> {
        self.head.try_lock().ok()
    }

    /// A place at the end.
    pub(crate) fn end(&self) -> Place<'_> {
        Place(self, self.behind.fetch_add(1, Ordering::AcqRel))
    }

    /// The head begins to wait.
    pub(crate) fn waits(&self, until: Duration, why: Why) {
        *self.wait.lock().unwrap_or_else(PoisonError::into_inner) = Some((until, why));
    }
}

impl<'a> Place<'a> {
    /// How long it will be until the head is reached and may go, and why, as far as it can be told now. `step`: how far
    /// calls are apart.
    pub(crate) fn outlook(&self, now: Duration, step: Duration) -> (Duration, Why) {
        let wait = *self.0.wait.lock().unwrap_or_else(PoisonError::into_inner);
        let (until, why) = wait.unwrap_or((now, Why::Pace));
        let ahead = u32::try_from(self.1).unwrap_or(u32::MAX).saturating_add(1);
        (until.saturating_sub(now) + step.saturating_mul(ahead), why)
    }

    /// Comes back at the head.
    pub(crate) async fn advance(self) -> MutexGuard<'a, ()> {
        self.0.head.lock().await
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.behind.fetch_sub(1, Ordering::AcqRel);
    }
}
