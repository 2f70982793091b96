//! What can go wrong with the data folder and the apps in it.

use std::error::Error as StdError;
use std::fmt;

/// An error of the local Spotify. Its `Display` is one line for a person: what failed, where, what to do.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What a caller can do about an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// The data folder cannot be read or written: permissions, a full disk, no such place.
    Folder,
    /// Another program holds the data folder: it is to be stopped first.
    InUse,
    /// A newer program wrote the data folder; it was left untouched.
    Newer,
    /// The data folder is damaged; it was left untouched.
    Damaged,
    /// There is no such app.
    NoSuchApp,
    /// The app as described breaks a rule.
    InvalidApp,
}

impl Error {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    pub(crate) fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What a caller can do about it.
    pub fn kind(&self) -> Kind {
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
