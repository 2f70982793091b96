//! How an app stands, for whoever wants to say so before work begins.

use std::time::Duration;

use super::Pace;

/// What [`Spotify::standing`](crate::Spotify::standing) says. It is of that moment: others may share the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Standing {
    /// How fast calls go out now; [`Pace::Adaptive`] as long as no limit was met.
    pub pace: Pace,
    /// How long the service wants to be left alone yet; zero where it does not.
    pub pause: Duration,
    /// How many calls the day's budget is; `None` where there is none.
    pub budget: Option<u32>,
    /// How many of them are left.
    pub left: Option<u32>,
    /// How long until the budget renews, once its day has begun.
    pub renews_in: Option<Duration>,
}
