//! A wait, as it is told to whoever wants to see it.

use std::fmt;
use std::time::{Duration, SystemTime};

/// A call waits; [`Builder::on_wait`](crate::Builder::on_wait) is told when it begins to: each call for itself, also
/// one that stands in line behind others of the same client. Until when that is is an estimate, and it may wait again.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Wait {
    /// Spotify's name of the operation that waits (`get-track`); `token` for the token endpoint.
    pub operation: &'static str,
    /// Why.
    pub why: Why,
    /// For how long.
    pub length: Duration,
    /// Until when, by the client's clock.
    pub until: SystemTime,
}

/// Why a call waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Why {
    /// The service asked this app to wait (429).
    RateLimit,
    /// The client's own [`Pace`](crate::Pace).
    Pace,
    /// The last try failed.
    Retry,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RateLimit => "the service asked for a pause",
            Self::Pace => "the pace leaves no room yet",
            Self::Retry => "the last try failed",
        })
    }
}
