//! What stops a job.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::Path;

/// Why a job could not be planned, or stopped before its end. Its `Display` is one line for a person, and whole: what
/// caused it is in it. Nothing has appeared under the output's name.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    message: String,
    cause: Option<Cause>,
}

/// What a caller can do about an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The input cannot be read, or is no table of text: give another one, or mend the line that is named.
    Input,
    /// The column that was named is not there, or none holds track ids: name one.
    Column,
    /// The output cannot be written: another place, or room on the disk.
    Output,
    /// The credentials were refused, or the app may not ask for tracks.
    Refused,
    /// Nobody was reached.
    Unreachable,
    /// Somebody answered, but nothing that helps.
    Service,
}

#[derive(Debug)]
enum Cause {
    Io(io::Error),
    Client(sleeve_client::Error),
}

// === impl Error ===

impl Error {
    /// What can be done about it.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What the system said, where a file was the trouble: a broken pipe, a full disk.
    pub fn io_kind(&self) -> Option<io::ErrorKind> {
        match &self.cause {
            Some(Cause::Io(error)) => Some(error.kind()),
            _ => None,
        }
    }

    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), cause: None }
    }

    pub(crate) fn cannot_read(name: &str, error: io::Error) -> Self {
        Self { kind: Kind::Input, message: format!("cannot read {name}: {error}"), cause: Some(Cause::Io(error)) }
    }

    pub(crate) fn cannot_write(path: &Path, error: io::Error) -> Self {
        let message = format!("cannot write {}: {error}", path.display());
        Self { kind: Kind::Output, message, cause: Some(Cause::Io(error)) }
    }

    pub(crate) fn from_client(kind: Kind, error: sleeve_client::Error) -> Self {
        let mut message = error.to_string();
        // Fifty ids in the address say nothing to a person.
        if let Some((address, query)) = error.url().as_deref().and_then(|url| url.split_once('?')) {
            message = message.replacen(&format!("{address}?{query}"), address, 1);
        }
        Self { kind, message, cause: Some(Cause::Client(error)) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Error {
    /// What is behind the cause that the message names.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self.cause.as_ref()? {
            Cause::Io(error) => error.source(),
            Cause::Client(error) => error.source(),
        }
    }
}
