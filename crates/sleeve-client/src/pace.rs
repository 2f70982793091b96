//! How fast calls go out: one pace and one budget for an app, shared by all tasks of a client and, through its
//! [`Cache`](crate::Cache), by all processes that share that.
//!
//! What is not here: repeating what failed (`retry`), and the way of one call through all of it (`attempt`).

mod budget;
mod learned;
mod line;
mod log;
mod pacer;
mod rules;
mod standing;
mod state;
mod wait;

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

pub use budget::{Budget, UnknownBudget};
pub(crate) use line::Line;
pub(crate) use pacer::{OnWait, Pacer};
pub(crate) use rules::Rulebook;
use rules::Rules;
pub use standing::Standing;
pub(crate) use state::Outcome;
pub use wait::{Wait, Why};

/// How fast calls go out, as [`Builder::pace`](crate::Builder::pace) takes it; as text `3/s`, `180/30s`, `adaptive` or
/// `off`.
///
/// ```
/// use std::time::Duration;
/// use sleeve_client::Pace;
///
/// assert_eq!("180/30s".parse(), Ok(Pace::fixed(180, Duration::from_secs(30)).expect("more than none")));
/// assert_eq!("1/s".parse::<Pace>().expect("a pace").to_string(), "1/s");
/// assert!("fast".parse::<Pace>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pace {
    /// Calls go out as they come. After a 429 everybody waits all the same.
    Off,
    /// At most so many calls in any stretch of time of that length.
    Fixed {
        /// How many.
        calls: NonZeroU32,
        /// In how long; at least a millisecond.
        per: Duration,
    },
    /// As fast as the service allows: the first 429 tells the limit, which is then kept to and used fully. Towards
    /// Spotify itself that 429 may lock an app for a day.
    Adaptive,
}

/// Names no pace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownPace;

impl Pace {
    /// At most so many calls in any stretch of time of that length; `None` where that would be none, or in no time, or in
    /// more than a day.
    pub fn fixed(calls: u32, per: Duration) -> Option<Self> {
        let is_stretch = (Duration::from_millis(1)..=DAY).contains(&per);
        NonZeroU32::new(calls).filter(|_| is_stretch).map(|calls| Self::Fixed { calls, per })
    }
}

const DAY: Duration = Duration::from_secs(24 * 3600);

impl FromStr for Pace {
    type Err = UnknownPace;

    fn from_str(text: &str) -> Result<Self, UnknownPace> {
        match text {
            "off" => return Ok(Self::Off),
            "adaptive" => return Ok(Self::Adaptive),
            _ => {}
        }
        let (calls, per) = text.split_once('/').ok_or(UnknownPace)?;
        let (number, unit) = per.split_at(per.bytes().take_while(u8::is_ascii_digit).count());
        let number = if number.is_empty() { 1 } else { number.parse().map_err(|_| UnknownPace)? };
        let unit = match unit {
            "s" => 1,
            "min" => 60,
            "h" => 3600,
            _ => return Err(UnknownPace),
        };
        let per = Duration::from_secs(unit).checked_mul(number).ok_or(UnknownPace)?;
        Self::fixed(calls.parse().map_err(|_| UnknownPace)?, per).ok_or(UnknownPace)
    }
}

impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::Adaptive => f.write_str("adaptive"),
            Self::Fixed { calls, per } if *per == Duration::from_secs(1) => write!(f, "{calls}/s"),
            Self::Fixed { calls, per } => write!(f, "{calls}/{}s", per.as_secs_f64()),
        }
    }
}

impl fmt::Display for UnknownPace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a pace is calls in a time, as 3/s or 180/30s, or `adaptive`, or `off`")
    }
}

impl std::error::Error for UnknownPace {}

/// A duration as whole milliseconds, the unit of everything that is kept.
fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Budget, Pace};

    #[test]
    fn a_pace_is_read_and_written() {
        for (text, calls, seconds) in
            [("3/s", 3, 1), ("1/s", 1, 1), ("180/30s", 180, 30), ("20/min", 20, 60), ("9/2h", 9, 7200)]
        {
            let pace = Pace::fixed(calls, Duration::from_secs(seconds)).expect(text);
            assert_eq!(text.parse(), Ok(pace));
            assert_eq!(pace.to_string().parse(), Ok(pace));
        }
        assert_eq!("adaptive".parse(), Ok(Pace::Adaptive));
        assert_eq!("off".parse(), Ok(Pace::Off));
        for text in [
            "",
            "/",
            "3",
            "3/",
            "0/s",
            "-1/s",
            "3/0s",
            "3/x",
            "3/s ",
            "1.5/s",
            "3/25h",
            "3/99999999999999999999s",
            "3/é",
        ] {
            assert!(text.parse::<Pace>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_budget_is_read_and_written() {
        assert_eq!("900/day".parse().ok(), Budget::per_day(900));
        assert_eq!("off".parse(), Ok(Budget::Off));
        assert_eq!("900/day".parse::<Budget>().expect("a budget").to_string(), "900/day");
        for text in ["", "900", "0/day", "-1/day", "900/s", "/day", "9999999999/day"] {
            assert!(text.parse::<Budget>().is_err(), "{text}");
        }
    }
}
