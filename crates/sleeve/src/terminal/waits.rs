//! How much calls waited since somebody was told.

use std::time::{Duration, SystemTime};

use sleeve_client::Wait;

/// Waits of many calls at once, as one: time is counted once, however many wait through it.
#[derive(Debug)]
pub(crate) struct Waits {
    counted_until: SystemTime,
    untold: Duration,
}

impl Default for Waits {
    fn default() -> Self {
        Self { counted_until: SystemTime::UNIX_EPOCH, untold: Duration::ZERO }
    }
}

impl Waits {
    /// Counts a wait; where those that nobody was told of are so long by now, says how long, and counts anew.
    pub(super) fn count(&mut self, wait: &Wait, enough: Duration) -> Option<Duration> {
        self.add(wait.until, wait.length, enough)
    }

    fn add(&mut self, until: SystemTime, length: Duration, enough: Duration) -> Option<Duration> {
        let counted = until.duration_since(self.counted_until).unwrap_or_default().min(length);
        self.counted_until = self.counted_until.max(until);
        self.untold += counted;
        (self.untold >= enough).then(|| std::mem::take(&mut self.untold))
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::Waits;

    #[test]
    fn short_waits_are_told_once_they_are_long_together_and_waits_at_once_count_once() {
        let second = Duration::from_secs;
        let time = |seconds| SystemTime::UNIX_EPOCH + second(1_000_000 + seconds);
        let mut waits = Waits::default();
        let told: Vec<_> = (1..=25).filter(|n| waits.add(time(*n), second(1), second(10)).is_some()).collect();
        assert_eq!(told, [10, 20], "one call after the other, a second each");
        let mut waits = Waits::default();
        let line: Vec<_> = (1..=64).filter_map(|n| waits.add(time(n), second(n), second(10))).collect();
        assert_eq!(line, [second(10); 6], "64 calls in one line");
        assert_eq!(waits.add(time(40), second(30), second(10)), None, "everybody knows");
        assert_eq!(waits.add(time(4_000), second(3_000), second(10)), Some(second(3_004)));
    }
}
