//! What a client is told about pace and budget, with the defaults where it is told nothing.

use std::time::Duration;

use sleeve_model::QuotaMode;

use super::{Budget, DAY, Pace, millis};
use crate::Origins;

/// What decides over a call, apart from what is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rules {
    pub(super) policy: Policy,
    /// Calls a day.
    pub(super) budget: Option<u32>,
}

/// How a pace is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Policy {
    Off,
    Fixed(Window),
    /// Finds the limit, and uses it.
    Adaptive,
    /// Never goes looking for the limit, and stays well below one that it met.
    Careful,
}

/// So many calls in any stretch of so many milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) calls: u32,
    pub(super) per_ms: u64,
}

/// Towards Spotify, for an app that is not known to be extended: development apps were locked for a day after some 600
/// fast calls.
const DEVELOPMENT: Window = Window { calls: 1, per_ms: 1_000 };
const DEVELOPMENT_BUDGET: u32 = 500;
/// Towards Spotify, for an extended app, as long as no limit was met.
pub(super) const EXTENDED: Window = Window { calls: 3, per_ms: 1_000 };
/// Spotify's documented window; its number of calls is untold.
pub(super) const USUAL: Duration = Duration::from_secs(30);

/// The rules for whichever mode the app turns out to have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rulebook {
    usual: Rules,
    extended: Rules,
}

impl Rulebook {
    /// `mode`: the app's, if it is told; then nothing that is found out changes the rules.
    pub(crate) fn new(pace: Option<Pace>, budget: Option<Budget>, mode: Option<QuotaMode>, origins: &Origins) -> Self {
        let rules = |mode| Rules::new(pace, budget, mode, origins);
        Self { usual: rules(mode), extended: rules(mode.or(Some(QuotaMode::Extended))) }
    }

    pub(super) fn of(&self, is_extended: bool) -> &Rules {
        if is_extended { &self.extended } else { &self.usual }
    }

    /// Whether it matters which mode the app has.
    pub(super) fn asks_for_mode(&self) -> bool {
        self.usual != self.extended
    }
}

impl Rules {
    fn new(pace: Option<Pace>, budget: Option<Budget>, mode: Option<QuotaMode>, origins: &Origins) -> Self {
        let is_extended = mode == Some(QuotaMode::Extended);
        let policy = match pace {
            Some(Pace::Off) => Policy::Off,
            Some(Pace::Fixed { calls, per }) => {
                Policy::Fixed(Window { calls: calls.get(), per_ms: millis(per.min(DAY)).max(1) })
            }
            Some(Pace::Adaptive) => Policy::Adaptive,
            None if !origins.are_spotifys() => Policy::Adaptive,
            None if is_extended => Policy::Careful,
            None => Policy::Fixed(DEVELOPMENT),
        };
        let usual = (origins.are_spotifys() && !is_extended).then_some(DEVELOPMENT_BUDGET);
        Self { policy, budget: budget.map_or(usual, Budget::calls) }
    }

    /// Whether a call needs no leave but that nobody asked for a pause.
    pub(super) fn are_off(&self) -> bool {
        self.policy == Policy::Off && self.budget.is_none()
    }
}
