//! How many calls a day may have.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

/// How many calls go out in a day, as [`Builder::budget`](crate::Builder::budget) takes it; as text `900/day` or `off`. A
/// day begins with its first call and lasts 24 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Budget {
    /// As many as there are.
    Off,
    /// At most so many.
    PerDay(NonZeroU32),
}

/// Names no budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownBudget;

impl Budget {
    /// At most so many calls a day; `None` for none at all.
    pub fn per_day(calls: u32) -> Option<Self> {
        NonZeroU32::new(calls).map(Self::PerDay)
    }

    pub(super) fn calls(self) -> Option<u32> {
        match self {
            Self::Off => None,
            Self::PerDay(calls) => Some(calls.get()),
        }
    }
}

impl FromStr for Budget {
    type Err = UnknownBudget;

    fn from_str(text: &str) -> Result<Self, UnknownBudget> {
        if text == "off" {
            return Ok(Self::Off);
        }
        let calls = text.strip_suffix("/day").and_then(|calls| calls.parse().ok());
        calls.map(Self::PerDay).ok_or(UnknownBudget)
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::PerDay(calls) => write!(f, "{calls}/day"),
        }
    }
}

impl fmt::Display for UnknownBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a budget is a number of calls a day, as 900/day, or `off`")
    }
}

impl std::error::Error for UnknownBudget {}
