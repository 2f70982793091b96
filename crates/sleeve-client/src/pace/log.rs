//! When calls went out lately.

use serde::{Deserialize, Serialize};

/// The calls of a while, the oldest first. Calls that went out close to each other share an entry, so that a log of any
/// number of calls stays short.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Log {
    /// What the offsets of the entries count from, in milliseconds since 1970.
    base: u64,
    entries: Vec<(u32, u32, u32)>,
}

/// Calls that went out close to each other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Burst {
    /// When the first did, in milliseconds since 1970.
    pub(super) first: u64,
    /// When the last did.
    pub(super) last: u64,
    /// How many that were.
    pub(super) calls: u32,
}

impl Log {
    /// The calls, the oldest first.
    pub(super) fn bursts(&self) -> impl DoubleEndedIterator<Item = Burst> + '_ {
        self.entries.iter().map(|&(first, length, calls)| {
            let first = self.base + u64::from(first);
            Burst { first, last: first + u64::from(length), calls }
        })
    }

    pub(super) fn is_sound(&self, range: u64) -> bool {
        let calls = self.entries.iter().try_fold(0_u32, |sum, entry| sum.checked_add(entry.2));
        let in_order = self.entries.is_sorted_by_key(|entry| entry.0);
        self.base < range && in_order && calls.is_some() && self.entries.iter().all(|entry| entry.2 > 0)
    }

    /// A call goes out; less than `grain` after the first of an entry it joins that.
    pub(super) fn push(&mut self, now: u64, grain: u64) {
        if self.entries.is_empty() {
            self.base = now;
        }
        let offset = u32::try_from(now.saturating_sub(self.base)).unwrap_or(u32::MAX);
        match self.entries.last_mut() {
            Some((first, length, calls)) if u64::from(offset.saturating_sub(*first)) < grain => {
                *length = (*length).max(offset.saturating_sub(*first));
                *calls += 1;
            }
            _ => self.entries.push((offset, 0, 1)),
        }
    }

    /// A call that went out then did not count after all. Whether it was there.
    pub(super) fn refund(&mut self, sent: u64) -> bool {
        let Some(index) = self.bursts().position(|burst| burst.first <= sent && sent <= burst.last) else {
            return false;
        };
        let entry = &mut self.entries[index];
        entry.2 -= 1;
        if entry.2 == 0 {
            self.entries.remove(index);
        }
        true
    }

    /// Forgets what went out before `since`, and what has not gone out yet, because the clock was set back.
    pub(super) fn trim(&mut self, since: u64, now: u64) {
        if self.bursts().next_back().is_some_and(|burst| burst.last > now) {
            self.entries.clear();
        }
        let old = self.bursts().take_while(|burst| burst.last < since).count();
        if old == 0 {
            return;
        }
        self.entries.drain(..old);
        if let Some(&(shift, _, _)) = self.entries.first() {
            self.base += u64::from(shift);
            self.entries.iter_mut().for_each(|entry| entry.0 -= shift);
        }
    }

    /// How many calls went out after `since`.
    pub(super) fn count(&self, since: u64) -> u32 {
        self.bursts().rev().take_while(|burst| burst.last > since).map(|burst| burst.calls).sum()
    }

    /// When the last of those went out that have to leave a window, beginning after `since`, for fewer than `most` to be
    /// left in it; `None` where there are fewer.
    pub(super) fn blocking(&self, since: u64, most: u32) -> Option<u64> {
        let mut left = self.count(since);
        let mut blocking = None;
        for burst in self.bursts().skip_while(|burst| burst.last <= since) {
            if left < most {
                break;
            }
            left -= burst.calls;
            blocking = Some(burst.last);
        }
        blocking
    }
}
