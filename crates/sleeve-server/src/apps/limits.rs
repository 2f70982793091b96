//! How many calls of an app are let in, and how that is written.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

/// The longest window of a rate limit.
const LONGEST: u64 = 24 * 60 * 60;

/// What holds an app back; nothing, unless it was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// So many calls in a rolling window.
    pub rate: Option<RateLimit>,
    /// So many calls a day.
    pub daily_quota: Option<DailyQuota>,
}

/// So many calls in a rolling window; written `180/30s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// How many.
    pub calls: NonZeroU32,
    /// How long the window is: whole seconds, from one to a day.
    pub window: Duration,
}

/// So many calls in the 24 hours from an app's first one; written `500`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DailyQuota(pub NonZeroU32);

/// Is no rate limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRateLimit;

/// Is no daily quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoDailyQuota;

/// A limit as people type it: `off` and nothing at all are none.
///
/// # Errors
/// What the limit itself says of a text that it cannot read.
pub fn limit_or_off<T: FromStr>(typed: &str) -> Result<Option<T>, T::Err> {
    match typed.trim() {
        "" | "off" => Ok(None),
        limit => limit.parse().map(Some),
    }
}

// === impl Limits ===

impl Limits {
    /// These, and where one is missing, the others'.
    #[must_use]
    pub fn or(self, others: Self) -> Self {
        Self { rate: self.rate.or(others.rate), daily_quota: self.daily_quota.or(others.daily_quota) }
    }

    /// Whether nothing is held back.
    pub fn are_off(self) -> bool {
        self.rate.is_none() && self.daily_quota.is_none()
    }
}

// === impl RateLimit ===

impl FromStr for RateLimit {
    type Err = NoRateLimit;

    fn from_str(text: &str) -> Result<Self, NoRateLimit> {
        let (calls, window) = text.split_once('/').ok_or(NoRateLimit)?;
        let seconds = window.strip_suffix('s').and_then(whole).filter(|seconds| u64::from(seconds.get()) <= LONGEST);
        let window = Duration::from_secs(seconds.ok_or(NoRateLimit)?.get().into());
        Ok(Self { calls: whole(calls).ok_or(NoRateLimit)?, window })
    }
}

impl fmt::Display for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}s", self.calls, self.window.as_secs())
    }
}

impl fmt::Display for NoRateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a rate limit is calls and a window of 1 to 86400 seconds, as 180/30s")
    }
}

impl std::error::Error for NoRateLimit {}

// === impl DailyQuota ===

impl FromStr for DailyQuota {
    type Err = NoDailyQuota;

    fn from_str(text: &str) -> Result<Self, NoDailyQuota> {
        whole(text).map(Self).ok_or(NoDailyQuota)
    }
}

impl fmt::Display for DailyQuota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for NoDailyQuota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a daily quota is a number of calls from 1 to {}, as 500", u32::MAX)
    }
}

impl std::error::Error for NoDailyQuota {}

/// A whole number from 1, in digits alone.
fn whole(text: &str) -> Option<NonZeroU32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{DailyQuota, NoRateLimit, RateLimit, limit_or_off};

    #[test]
    fn a_limit_reads_back_as_it_is_written() {
        for text in ["180/30s", "1/1s", "4294967295/86400s"] {
            assert_eq!(text.parse::<RateLimit>().map(|limit| limit.to_string()).as_deref(), Ok(text));
        }
        for text in ["", "180", "180/", "/30s", "0/30s", "180/0s", "180/86401s", "180/30", "-1/30s", "+1/30s", "1/1m"] {
            assert_eq!(text.parse::<RateLimit>(), Err(NoRateLimit), "{text}");
        }
        assert_eq!("500".parse::<DailyQuota>().map(|quota| quota.to_string()).as_deref(), Ok("500"));
        for text in ["", "0", "-1", "+1", "5e2", "4294967296"] {
            assert!(text.parse::<DailyQuota>().is_err(), "{text}");
        }
        assert_eq!(limit_or_off::<DailyQuota>(" off "), Ok(None));
        assert_eq!(limit_or_off::<DailyQuota>(""), Ok(None));
        assert!(limit_or_off::<DailyQuota>("never").is_err());
    }
}
