//! What a 429 tells about a limit that nobody names.

use serde::{Deserialize, Serialize};

use super::log::Log;
use super::millis;
use super::rules::{USUAL, Window};

/// A limit as it was met: at most `calls` in any stretch of `per_ms`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Learned {
    pub(super) calls: u32,
    pub(super) per_ms: u64,
    /// How many calls are known to be let in; fewer than `calls` while more are tried.
    good: u32,
    /// When more are tried next, and after how long another time; none where a try may cost a day.
    probe_at: Option<u64>,
    probe_after: u64,
    /// When it was met last, and for how long it is gone by.
    #[serde(default)]
    met: u64,
    #[serde(default)]
    lasts: u64,
    /// By which rules it was learned; another number's is forgotten.
    #[serde(default)]
    version: u32,
}

/// Goes up whenever what a 429 teaches is another thing.
const VERSION: u32 = 1;
const WEEK_MS: u64 = 7 * 24 * 60 * 60 * 1_000;
/// Where meeting it cost a lock, it is not soon met again on purpose.
const MONTH_MS: u64 = 30 * 24 * 60 * 60 * 1_000;

/// A 429: when the call went out, when the answer came, and how long it said to wait, all in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refusal {
    pub(super) sent: u64,
    pub(super) came: u64,
    pub(super) wait: u64,
    /// The longest that a request took lately.
    pub(super) slack: u64,
}

/// A `Retry-After` above this is a lock, and says nothing about a window.
const LONGEST_WINDOW_MS: u64 = 120_000;
const FIRST_PROBE_MS: u64 = 30 * 60 * 1_000;
const LAST_PROBE_MS: u64 = 24 * 60 * 60 * 1_000;

impl Learned {
    /// What a first 429 tells. The oldest call in the window leaves it when the service says that there is room again, so
    /// the window's length follows from when that call went out. It cannot be a call with another less than the wait
    /// before it, for that one would be in the window as well.
    pub(super) fn from_first(log: &Log, refusal: Refusal) -> Self {
        let Refusal { sent, came, wait, slack } = refusal;
        let usual = millis(USUAL);
        if wait > LONGEST_WINDOW_MS {
            // What a lock costs is worth a margin.
            let calls = log.count(sent.saturating_sub(usual)) * 19 / 20;
            return Self { lasts: MONTH_MS, ..Self::new(calls, usual, came, false) };
        }
        let (mut before, mut best) = (None, None);
        for burst in log.bursts() {
            let gap = before.map_or(u64::MAX, |before| burst.first.saturating_sub(before));
            before = Some(burst.last);
            let longest = (came + wait).saturating_sub(burst.first);
            // Whole seconds are rounded up: the true wait may be nearly one shorter.
            let is_oldest = gap.saturating_add(1_000) >= wait;
            let is_nearer = best.is_none_or(|(known, _)| off(longest, usual) < off(known, usual));
            if is_oldest && is_nearer {
                best = Some((longest, burst));
            }
        }
        let Some((longest, oldest)) = best else { return Self::new(1, usual, came, true) };
        let calls = log.count(oldest.first.saturating_sub(1));
        let shortest = (sent + wait).saturating_sub(1_000 + oldest.first + slack);
        Self::new(calls, roundest(longest, shortest), came, true)
    }

    /// What a 429 tells whoever never goes looking for the limit: how many calls went through in the documented window.
    pub(super) fn from_usual(log: &Log, refusal: Refusal) -> Self {
        let usual = millis(USUAL);
        let lasts = if refusal.wait > LONGEST_WINDOW_MS { MONTH_MS } else { WEEK_MS };
        let calls = log.count(refusal.sent.saturating_sub(usual));
        Self { lasts, ..Self::new(calls, usual, refusal.came, false) }
    }

    fn new(calls: u32, per_ms: u64, met: u64, is_probed: bool) -> Self {
        let (calls, probe_after) = (calls.max(1), FIRST_PROBE_MS);
        let probe_at = is_probed.then_some(met + probe_after);
        let (lasts, version) = (WEEK_MS, VERSION);
        Self { calls, per_ms: per_ms.max(1), good: calls, probe_at, probe_after, met, lasts, version }
    }

    /// Until when it is gone by: a week after it was met last, a month where that cost a lock. Its use does not renew it.
    pub(super) fn useful_until(&self) -> u64 {
        self.met + self.lasts
    }

    /// Whether it is gone by now. One from the future was met before a clock was set back.
    pub(super) fn is_valid(&self, now: u64) -> bool {
        self.version == VERSION && now < self.useful_until() && self.met <= now + MONTH_MS
    }

    /// What another 429 tells: a try for more failed, or the limit is lower now. The calls that leave the window while
    /// the wait lasts are those too many.
    pub(super) fn shrink(&mut self, log: &Log, refusal: Refusal) {
        let Refusal { sent, came, wait, .. } = refusal;
        self.met = came;
        self.lasts = if wait > LONGEST_WINDOW_MS { MONTH_MS } else { WEEK_MS };
        if self.good < self.calls {
            self.calls = self.good;
            self.probe_after = (self.probe_after * 2).min(LAST_PROBE_MS);
        } else {
            let in_window = |time: u64| log.count(time.saturating_sub(self.per_ms));
            let met = in_window(sent);
            let most = met.min(in_window((sent + wait).saturating_sub(1_000)));
            let least = in_window(came + wait) + 1;
            // Where most of them leave at once, that says nothing, but they were let in just now.
            let calls = if least * 5 >= most * 4 { least } else { most };
            self.calls = calls.clamp(1, self.calls.saturating_sub(1).max(1));
            self.good = self.calls;
        }
        self.probe_at = if wait > LONGEST_WINDOW_MS { None } else { self.probe_at.map(|_| came + self.probe_after) };
    }

    /// One call fewer was let in than was counted.
    pub(super) fn one_fewer(&mut self) {
        self.calls = self.calls.saturating_sub(1).max(1);
        self.good = self.good.min(self.calls);
    }

    pub(super) fn is_sound(&self) -> bool {
        let is_probed_soundly = self.probe_at.is_none_or(|at| at < 1 << 48) && self.probe_after <= LAST_PROBE_MS;
        let is_met_soundly = self.met < 1 << 48 && self.lasts <= MONTH_MS;
        is_met_soundly
            && (1..=self.calls).contains(&self.good)
            && (1..=LAST_PROBE_MS).contains(&self.per_ms)
            && is_probed_soundly
    }

    /// The limit.
    pub(super) fn window(&self) -> Window {
        Window { calls: self.calls, per_ms: self.per_ms }
    }

    /// Tries for a little more, now and then, where all that is known is used.
    pub(super) fn probe(&mut self, log: &Log, now: u64) {
        let Some(probe_at) = self.probe_at.filter(|at| *at <= now || *at > now + LAST_PROBE_MS) else { return };
        let is_used = log.count(now.saturating_sub(self.per_ms)) >= self.calls / 10 * 9;
        if is_used && probe_at <= now {
            self.good = self.calls;
            self.calls = self.calls.saturating_add((self.calls / 20).max(1));
        }
        self.probe_at = Some(now + 2 * self.per_ms);
    }
}

/// How far two lengths are apart, as a ratio in thousandths.
fn off(length: u64, usual: u64) -> u64 {
    length.max(usual) * 1_000 / length.min(usual).max(1)
}

/// Of the lengths that a 429 leaves open the roundest number of seconds, since people choose windows; of those equally
/// round the longest.
fn roundest(longest: u64, shortest: u64) -> u64 {
    let round = [30_000, 15_000, 10_000, 5_000, 1_000].map(|unit| longest / unit * unit);
    round.into_iter().find(|length| *length > shortest).unwrap_or(longest)
}
