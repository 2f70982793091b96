//! What can go wrong with a catalogue.

use std::error::Error as StdError;
use std::fmt;

/// An error of a catalogue. Its `Display` is one line for a person.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What a caller can do about an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The store cannot be read or written.
    Storage,
    /// The store is damaged, or not a catalogue; it was left untouched.
    Damaged,
    /// A newer program wrote the store; it was left untouched.
    Newer,
    /// Another program is writing the store.
    Busy,
    /// A document is not one of Spotify's objects.
    NotAnObject,
    /// What is to be read in cannot be opened.
    Input,
    /// The store holds what its owner brought in, and would lose it.
    Occupied,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    pub(crate) fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What a caller can do about it.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
