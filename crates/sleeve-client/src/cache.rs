//! What outlives a call, and with [`DiskCache`] the program: how an app is paced, which mode it was found to have, and
//! answers.

mod memory;

use std::fmt;
use std::io;
use std::time::SystemTime;

pub use memory::MemoryCache;

/// Where a client keeps what it learned. Deleting it never loses what a user made.
///
/// Times are the client's [`Clock`](crate::Clock)'s, so `now` comes along. Calls are short: they may be made from a task.
pub trait Cache: fmt::Debug + Send + Sync + 'static {
    /// What is kept under a key and has not ended yet.
    ///
    /// # Errors
    /// Where the store cannot be read.
    fn get(&self, shelf: Shelf, key: &str, now: SystemTime) -> io::Result<Option<Vec<u8>>>;

    /// Changes what is kept under a key, while nobody else does, in no other process either: `change` gets what there is
    /// and gives back what there shall be, and until when; `None` leaves it as it is.
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
    /// How an app is paced; under its client id.
    Pacing,
    /// What an app was found not to be allowed; under its client id and the operation.
    Modes,
    /// Answers; under the client id and the address. This shelf is bounded in bytes, the others hold a little for each app.
    Answers,
}
