//! What outlives a call, and on disk the program: how an app is paced, which mode it was found to have, and answers.

#[cfg(feature = "disk")]
mod disk;
mod memory;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io;
use std::time::{Duration, SystemTime};

#[cfg(feature = "disk")]
pub use disk::{DiskCache, Usage};
pub use memory::MemoryCache;

/// Where a client keeps what it learned. Deleting it never loses what a user made.
///
/// Times are the client's [`Clock`](crate::Clock)'s, so `now` comes along. Calls are short, for they are made from tasks: a store that another program
/// holds for more than a moment is an error of [`io::ErrorKind::WouldBlock`]; then it is asked again, or done without.
pub trait Cache: fmt::Debug + Send + Sync + 'static {
    /// What is kept under a key and has not ended yet.
    ///
    /// # Errors
    /// Where the store cannot be read.
    fn get(&self, shelf: Shelf, key: &str, now: SystemTime) -> io::Result<Option<Vec<u8>>>;

    /// Changes what is kept under a key, while nobody else does, in no other process either: `change` gets what there is
    /// and gives back what there shall be, and until when; `None` leaves it as it is. What ends at `now` or before is
    /// taken out. `change` runs once or, where the store has to be made anew, twice: only its last answer counts.
    ///
    /// # Errors
    /// Where the store cannot be written; then nothing was changed.
    fn update(&self, shelf: Shelf, key: &str, now: SystemTime, change: &mut Change<'_>) -> io::Result<()>;
}

/// What [`Cache::update`] does with a value.
pub type Change<'a> = dyn FnMut(Option<&[u8]>) -> Option<(Vec<u8>, SystemTime)> + 'a;

/// What a value is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Shelf {
    /// How an app is paced; under its client id and the service's origin.
    Pacing,
    /// What an app was found not to be allowed; under client id, origin and operation.
    Modes,
    /// Answers; under client id, origin, path and query. This shelf is bounded in bytes, and nothing stays on it for more
    /// than 30 days, whatever is asked for; the others hold a little for each app.
    Answers,
}

impl Shelf {
    /// Every shelf.
    pub const ALL: [Self; 3] = [Self::Pacing, Self::Modes, Self::Answers];
    /// How long an answer is kept at most: Spotify's terms allow keeping content only for a while.
    pub(crate) const LONGEST: Duration = Duration::from_secs(30 * 24 * 3600);

    /// What it is called: `pacing`, `modes`, `answers`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pacing => "pacing",
            Self::Modes => "modes",
            Self::Answers => "answers",
        }
    }

    /// Until when something is kept at most.
    fn last(self, now: SystemTime) -> Option<SystemTime> {
        (self == Self::Answers).then(|| now.checked_add(Self::LONGEST)).flatten()
    }

    /// When something ends that shall be kept until then.
    fn end(self, until: SystemTime, now: SystemTime) -> SystemTime {
        self.last(now).map_or(until, |last| until.min(last))
    }
}

/// What a value takes of its shelf's room, in bytes.
fn size(key: &str, value: &[u8]) -> u64 {
    (key.len() + value.len()) as u64
}
