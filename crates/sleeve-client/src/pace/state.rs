//! What is kept of an app's pace, and what decides over a call: a pure function of it, the rules and the time.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::learned::{Learned, Refusal};
use super::log::Log;
use super::rules::{EXTENDED, Policy, USUAL, Window};
use super::{DAY, Pace, Rules, Standing, Why, millis};

/// What all who share an app know. Times are milliseconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct State {
    /// When the next call is due, where calls are spread evenly; in microseconds.
    due_us: u64,
    hold: Option<Hold>,
    day: Option<Day>,
    log: Log,
    learned: Option<Learned>,
}

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It goes out, and is counted.
    Go,
    /// It comes back in so many milliseconds; nothing was taken for it.
    Wait(u64, Why),
    /// The day's budget is spent; it renews in so many milliseconds.
    Spent(u64),
}

/// A pause that the service asked for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Hold {
    /// When it was asked for first, by which of two 429s one is told from the consequences of the other.
    since: u64,
    said: u64,
    length: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Day {
    began: u64,
    calls: u32,
}

/// How far back calls are remembered while no limit is known, and how finely.
const MEMORY_MS: u64 = 64_000;
const GRAIN_MS: u64 = 1_000;
/// No window is longer.
const LAST_MS: u64 = 24 * 3_600_000;
/// A first 429 after fewer calls teaches nothing.
const FEWEST: u32 = 5;
/// How finely a known window is measured, in parts of it.
const PARTS: u64 = 256;

impl State {
    /// Asks leave for one call.
    pub(super) fn reserve(&mut self, now: u64, rules: &Rules, slack: u64) -> Outcome {
        self.settle(now);
        let held = self.held(now);
        if held > 0 {
            return Outcome::Wait(held, Why::RateLimit);
        }
        let left = self.day_left(now, rules);
        if left > 0 {
            return Outcome::Spent(left);
        }
        if let Some(wait) = self.look_at_window(now, rules, slack) {
            return Outcome::Wait(wait, Why::Pace);
        }
        self.turn_day(now);
        // Counted without a budget too: there may be one tomorrow, or in the next program.
        let day = self.day.get_or_insert(Day { began: now, calls: 0 });
        day.calls = day.calls.saturating_add(1);
        Outcome::Go
    }

    /// A pause from the future was asked for before the clock was set back: it counts from now, once. Whether it was one.
    pub(super) fn settle(&mut self, now: u64) -> bool {
        match &mut self.hold {
            Some(hold) if hold.said > now => {
                hold.said = now;
                true
            }
            _ => false,
        }
    }

    /// A call that was let out never reached the service.
    pub(super) fn take_back(&mut self, sent: u64) {
        self.log.refund(sent);
        if let Some(day) = self.day.as_mut().filter(|day| day.began <= sent) {
            day.calls = day.calls.saturating_sub(1);
        }
    }

    /// Keeps a pause that lasts until then at least.
    pub(super) fn hold_until(&mut self, until: u64, now: u64) {
        if until > now + self.held(now) {
            let since = self.hold.map_or(now, |hold| hold.since);
            self.hold = Some(Hold { since, said: now, length: until - now });
        }
    }

    /// How long the budget's day lasts yet; a whole one where none has begun.
    pub(super) fn rest_of_day(&self, now: u64) -> Duration {
        let ends = self.day.map(|day| day.began.min(now) + millis(DAY)).filter(|ends| *ends > now);
        Duration::from_millis(ends.map_or(millis(DAY), |ends| ends - now))
    }

    /// How long the service's pause still lasts: never longer than it was when the service asked for it, whatever
    /// happened to the clock.
    pub(super) fn held(&self, now: u64) -> u64 {
        self.hold.map_or(0, |hold| (hold.said + hold.length).saturating_sub(now).min(hold.length))
    }

    /// A 429 came to a call that went out at `sent`; or to something that is not paced, and nothing is learned.
    pub(super) fn refused(&mut self, refusal: Refusal, is_paced: bool, rules: &Rules) {
        let Refusal { sent, came, wait, .. } = refusal;
        let is_known = self.hold.is_some_and(|hold| sent <= hold.since && hold.since <= came);
        let held = self.held(came);
        if !is_known || held < wait {
            let since = self.hold.filter(|_| is_known).map_or(came, |hold| hold.since);
            self.hold = Some(Hold { since, said: came, length: held.max(wait) });
        }
        if !is_paced {
            return;
        }
        self.forget_old(came);
        let counted = self.log.refund(sent);
        match (rules.policy, &mut self.learned) {
            (Policy::Off | Policy::Fixed(_), _) => {}
            // Another call of those that were on their way when the first was refused.
            (_, Some(learned)) if is_known => {
                if counted {
                    learned.one_fewer();
                }
            }
            (Policy::Adaptive, Some(learned)) => learned.shrink(&self.log, refusal),
            // Somebody else used the app's window up: that says nothing of how wide it is.
            (Policy::Adaptive, None) if self.log.count(sent.saturating_sub(millis(USUAL))) < FEWEST => {}
            (Policy::Adaptive, None) => self.learned = Some(Learned::from_first(&self.log, refusal)),
            (Policy::Careful, _) => self.learned = Some(Learned::from_usual(&self.log, refusal)),
        }
    }

    /// How the app stands.
    pub(super) fn standing(&self, now: u64, rules: &Rules) -> Standing {
        let mut fresh = self.clone();
        fresh.forget_old(now);
        let window = fresh.window(rules);
        let fixed = window.and_then(|window| Pace::fixed(window.calls, Duration::from_millis(window.per_ms)));
        let unknown = if rules.policy == Policy::Off { Pace::Off } else { Pace::Adaptive };
        let ends = |day: Day| (day.began.min(now) + millis(DAY)).saturating_sub(now);
        let day = self.day.filter(|day| rules.budget.is_some() && ends(*day) > 0);
        Standing {
            pace: fixed.unwrap_or(unknown),
            pause: Duration::from_millis(self.held(now)),
            budget: rules.budget,
            left: rules.budget.map(|budget| budget.saturating_sub(day.map_or(0, |day| day.calls))),
            renews_in: day.map(|day| Duration::from_millis(ends(day))),
        }
    }

    /// Whether it can be one that was kept by us: all of its times are in range.
    pub(super) fn is_sound(&self) -> bool {
        const RANGE: u64 = 1 << 48;
        let hold = self.hold.is_none_or(|hold| hold.since.max(hold.said).max(hold.length) < RANGE);
        let day = self.day.is_none_or(|day| day.began < RANGE);
        let learned = self.learned.as_ref().is_none_or(Learned::is_sound);
        hold && day && learned && self.due_us < RANGE * 1_000 && self.log.is_sound(RANGE)
    }

    /// Until when it is worth keeping.
    pub(super) fn useful_until(&self, now: u64) -> u64 {
        let hold = self.hold.map_or(0, |hold| hold.said + hold.length);
        let day = self.day.map_or(0, |day| day.began + millis(DAY));
        let learned = self.learned.as_ref().map_or(0, Learned::useful_until);
        // What the log holds is over by then.
        hold.max(day).max(learned).max(now + LAST_MS)
    }

    /// Forgets a limit that was met too long ago, or by another rule than today's: however much it is used, it may be
    /// another by now.
    fn forget_old(&mut self, now: u64) {
        self.learned = self.learned.take().filter(|learned| learned.is_valid(now));
    }

    /// How long the day lasts whose budget is spent; 0 while there is some left.
    fn day_left(&mut self, now: u64, rules: &Rules) -> u64 {
        let Some(budget) = rules.budget else { return 0 };
        self.turn_day(now);
        self.day.filter(|day| day.calls >= budget).map_or(0, |day| day.began + millis(DAY) - now)
    }

    /// Forgets a day that is over. One from the future began now: the clock was set back.
    fn turn_day(&mut self, now: u64) {
        self.day = self.day.map(|day| Day { began: day.began.min(now), ..day });
        self.day = self.day.filter(|day| now < day.began + millis(DAY));
    }

    /// How long until there is room in the window; where there is, the call takes it.
    fn look_at_window(&mut self, now: u64, rules: &Rules, slack: u64) -> Option<u64> {
        if rules.policy == Policy::Off {
            return None;
        }
        self.forget_old(now);
        if let (Policy::Adaptive, Some(learned)) = (rules.policy, &mut self.learned) {
            learned.probe(&self.log, now);
        }
        // A call counts at the service when it gets there, which is up to `slack` after it went out.
        let slack = if rules.policy == Policy::Adaptive { slack } else { 0 };
        let window = self
            .window(rules)
            .map(|Window { calls, per_ms }| Window { calls, per_ms: per_ms + slack.min(per_ms / 10) });
        let memory = match rules.policy {
            Policy::Fixed(window) => window.per_ms,
            Policy::Careful => millis(USUAL),
            _ => window.map_or(MEMORY_MS, |window| window.per_ms.max(millis(USUAL))),
        };
        self.log.trim(now.saturating_sub(memory), now);
        let grain = window.map_or(GRAIN_MS, |window| (window.per_ms / PARTS).max(1));
        if let Some(window) = window {
            let wait = self.room(now, window);
            if wait > 0 {
                return Some(wait);
            }
        }
        self.log.push(now, grain);
        None
    }

    /// How far calls are apart once they wait.
    pub(super) fn step(&self, rules: &Rules) -> Duration {
        self.window(rules)
            .map_or(Duration::ZERO, |Window { calls, per_ms }| Duration::from_millis(per_ms) / calls.max(1))
    }

    /// What is kept to; `None` where no limit was met yet, or none is wanted.
    fn window(&self, rules: &Rules) -> Option<Window> {
        let learned = self.learned.as_ref().map(Learned::window);
        match rules.policy {
            Policy::Off => None,
            Policy::Fixed(window) => Some(window),
            Policy::Adaptive => learned,
            Policy::Careful => Some(learned.map_or(EXTENDED, |Window { calls, per_ms }| Window {
                calls: (u64::from(calls) * 4 / 5).try_into().unwrap_or(calls).max(1),
                per_ms,
            })),
        }
    }

    /// Spreads calls evenly over the window, but lets the first quarter of it go at once after a rest.
    fn room(&mut self, now: u64, Window { calls, per_ms }: Window) -> u64 {
        let now_us = now * 1_000;
        let step_us = (per_ms * 1_000).div_ceil(u64::from(calls));
        // Set back, or left over from a slower pace: nobody waits longer for it than for one call.
        let due_us = self.due_us.clamp(now_us.saturating_sub(per_ms * 250), now_us + step_us);
        let blocked = self.log.blocking(now.saturating_sub(per_ms), calls).map(|blocking| blocking + per_ms);
        if let Some(free) = blocked {
            // What was not used while it could be is not made up for.
            self.due_us = due_us.max(free * 1_000);
        }
        let wait =
            blocked.map_or(0, |free| free.saturating_sub(now)).max(due_us.saturating_sub(now_us).div_ceil(1_000));
        if wait > 0 {
            return wait;
        }
        self.due_us = due_us + step_us;
        0
    }
}

#[cfg(test)]
mod tests;
