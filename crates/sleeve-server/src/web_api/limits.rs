//! The calls that were let in lately, by app: what a rate limit and a daily quota are measured by.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::Clock;
use crate::apps::{DailyQuota, Limits, RateLimit};

/// A window holds at most so many different times, whatever the limit. Up to as many calls it is exact to the
/// millisecond. Of more calls, each is forgotten late, by at most this part of the window: never are more let in.
const TIMES: u64 = 4_096;

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// Whose calls were let in, and when.
#[derive(Debug, Default)]
pub(super) struct Calls(Mutex<HashMap<String, OfApp>>);

/// Why a call is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exceeded {
    /// The window is full; so many milliseconds, at least one, until the next call would be let in.
    Rate { wait_ms: u64 },
    /// The day's quota is used up.
    Quota,
}

/// The calls of one app.
#[derive(Debug, Default)]
struct OfApp {
    /// The time of the last look, in milliseconds since 1970.
    now_ms: u64,
    /// Times, the oldest first, and how many calls were let in at each.
    times: VecDeque<(u64, u32)>,
    /// How many calls that is.
    in_window: u64,
    /// When the day of the quota began, and how many calls it has seen.
    day: Option<(u64, u32)>,
}

impl Calls {
    /// Lets a call in and counts it, or says why not. Without limits nothing is kept, and nothing is waited for.
    pub(super) fn admit(&self, client_id: &str, limits: Limits, clock: &Clock) -> Result<(), Exceeded> {
        if limits.are_off() {
            return Ok(());
        }
        // Counting ends with no panic; were there one elsewhere, the numbers would still be whole.
        let mut apps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Read behind the lock, so that times come in order.
        let now_ms = clock.unix_millis();
        match apps.get_mut(client_id) {
            Some(calls) => calls.admit(limits, now_ms),
            None => apps.entry(client_id.to_owned()).or_default().admit(limits, now_ms),
        }
    }
}

impl OfApp {
    /// What is refused does not count: a client that keeps calling is let in again all the same.
    fn admit(&mut self, limits: Limits, now_ms: u64) -> Result<(), Exceeded> {
        self.set_time(now_ms);
        limits.rate.map_or(Ok(()), |limit| self.look_at_window(limit))?;
        limits.daily_quota.map_or(Ok(()), |quota| self.look_at_day(quota))?;
        if let Some(limit) = limits.rate {
            self.count_in_window(limit);
        }
        if limits.daily_quota.is_some() {
            self.day.get_or_insert((self.now_ms, 0)).1 += 1;
        }
        Ok(())
    }

    /// A clock that is set back takes what it has seen along, so that nobody is locked out or let in for it.
    fn set_time(&mut self, now_ms: u64) {
        let back_ms = self.now_ms.saturating_sub(now_ms);
        if back_ms > 0 {
            let seen = self.times.iter_mut().map(|(time, _)| time);
            for time in seen.chain(self.day.as_mut().map(|(began, _)| began)) {
                *time = time.saturating_sub(back_ms);
            }
        }
        self.now_ms = now_ms;
    }

    fn look_at_window(&mut self, limit: RateLimit) -> Result<(), Exceeded> {
        let window_ms = millis(limit.window);
        while let Some((_, count)) = self.times.front().copied().filter(|(time, _)| time + window_ms <= self.now_ms) {
            self.times.pop_front();
            self.in_window -= u64::from(count);
        }
        let calls = u64::from(limit.calls.get());
        let mut left = self.in_window;
        let mut times = self.times.iter();
        let mut opens_ms = self.now_ms;
        // More than one step only where the limit was lowered meanwhile.
        while left >= calls
            && let Some((time, count)) = times.next()
        {
            left -= u64::from(*count);
            opens_ms = time + window_ms;
        }
        match opens_ms - self.now_ms {
            0 => Ok(()),
            wait_ms => Err(Exceeded::Rate { wait_ms }),
        }
    }

    fn count_in_window(&mut self, limit: RateLimit) {
        let step_ms = if u64::from(limit.calls.get()) <= TIMES { 1 } else { millis(limit.window).div_ceil(TIMES) };
        let time = self.now_ms.next_multiple_of(step_ms);
        self.in_window += 1;
        match self.times.back_mut() {
            Some((last, count)) if *last >= time => *count += 1,
            _ => self.times.push_back((time, 1)),
        }
    }

    fn look_at_day(&mut self, quota: DailyQuota) -> Result<(), Exceeded> {
        self.day = self.day.filter(|(began, _)| self.now_ms < began + DAY_MS);
        if self.day.is_some_and(|(_, count)| count >= quota.0.get()) { Err(Exceeded::Quota) } else { Ok(()) }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).expect("a window is at most a day")
}

#[cfg(test)]
mod tests;
