//! Stored objects of the local Spotify: documents with holes, kept in SQLite.
//!
//! A catalogue answers by kind and id; it knows nothing of HTTP, endpoints, apps or tokens. Not found is `Ok(None)`.
#![deny(missing_docs)]

pub mod conformance;
mod document;
mod error;
pub mod generate;
pub mod import;
mod markets;
mod object;
mod relinking;
mod sqlite;
mod starter;
pub mod text;

use std::fmt;

use sleeve_model::{Id, Kind};

pub use document::{Document, MarketView, View};
pub use error::{Error, ErrorKind};
pub use markets::Markets;
pub use object::Object;
pub use relinking::{Standing, standing};
pub use sqlite::Store;
pub use starter::starter;

/// Stored objects.
pub trait Catalogue: fmt::Debug + Send + Sync {
    /// One object.
    ///
    /// # Errors
    /// Where the store cannot be read; an object that is not there is `Ok(None)`.
    fn object(&self, kind: Kind, id: Id) -> Result<Option<Object>, Error>;

    /// The tracks that hold one recording, by its ISRC: the most popular first, then by id.
    ///
    /// # Errors
    /// Where the store cannot be read.
    fn recordings(&self, isrc: &str) -> Result<Vec<Object>, Error>;

    /// Stores objects, all or none; one that is there already is replaced.
    ///
    /// # Errors
    /// Where the store cannot be written.
    fn put(&self, objects: &[Object]) -> Result<(), Error>;

    /// How many objects of a kind there are.
    ///
    /// # Errors
    /// Where the store cannot be read.
    fn count(&self, kind: Kind) -> Result<u64, Error>;

    /// Some object of a kind to show as an example: always the same, the one stored first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    fn example(&self, kind: Kind) -> Result<Option<Object>, Error>;
}
