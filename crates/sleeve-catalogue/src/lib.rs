//! Stored objects of the local Spotify: documents with holes, kept in SQLite, with an index of their words.
//!
//! A catalogue answers by kind and id, by relation (an album's tracks, an artist's albums), and by words; it knows nothing
//! of HTTP, endpoints, apps or tokens. Not found is `Ok(None)`.
#![deny(missing_docs)]

mod address;
pub mod conformance;
mod counts;
mod current;
mod document;
mod error;
pub mod generate;
pub mod import;
mod links;
mod markets;
mod merge;
mod object;
mod prepared;
mod relinking;
mod sqlite;
mod starter;
pub mod text;

use std::fmt;

use sleeve_model::{AlbumGroup, Id, Kind, Market};

pub use counts::Counts;
pub use current::Current;
pub use document::{Document, MarketView, View};
pub use error::{Error, ErrorKind};
pub use markets::{MarketList, Markets};
pub use object::Object;
pub use prepared::{Prepared, Preparer};
pub use relinking::{Standing, standing};
pub use sqlite::{Change, Put, Store, Verified};
pub use starter::starter;

/// The kinds that a catalogue holds, those that others name first.
pub const KINDS: [Kind; 3] = [Kind::Artist, Kind::Album, Kind::Track];

/// Stored objects.
pub trait Catalogue: fmt::Debug + Send + Sync {
    /// A number that is another one after every change: what was answered under another may be stale.
    fn generation(&self) -> u64;

    /// Takes up what other processes have changed; cheap where they have not.
    ///
    /// # Errors
    /// Where the store cannot be read; what was known stays.
    fn refresh(&self) -> Result<(), Error>;

    /// One object.
    ///
    /// # Errors
    /// Where the store cannot be read; an object that is not there is `Ok(None)`.
    fn object(&self, kind: Kind, id: Id) -> Result<Option<Object>, Error>;

    /// Several objects as they are at one instant, in this order.
    ///
    /// # Errors
    /// As [`object`](Catalogue::object).
    fn several(&self, kind: Kind, ids: &[Id]) -> Result<Vec<Option<Object>>, Error>;

    /// The tracks that hold one recording, by its ISRC: the most popular first, then by id, and no more than a hundred.
    ///
    /// # Errors
    /// Where the store cannot be read.
    fn recordings(&self, isrc: &str) -> Result<Vec<Object>, Error>;

    /// The tracks that are known of an album, by disc and number.
    ///
    /// # Errors
    /// Where the store cannot be read.
    fn album_tracks(&self, album: Id, window: Window) -> Result<Listing, Error>;

    /// The albums of an artist in these groups, group by group, the newest first; with a market, those that play there.
    ///
    /// # Errors
    /// Where the store cannot be read.
    fn artist_albums(
        &self,
        artist: Id,
        groups: &[AlbumGroup],
        market: Option<Market>,
        window: Window,
    ) -> Result<Discography, Error>;

    /// The tracks of an artist, the most popular first; at most so many.
    ///
    /// # Errors
    /// Where the store cannot be read.
    fn top_tracks(&self, artist: Id, limit: u32) -> Result<Vec<Object>, Error>;

    /// What a search finds of a kind, the best first.
    ///
    /// # Errors
    /// Where the store or its text index cannot be read.
    fn search(&self, kind: Kind, query: &text::Query, find: &Find) -> Result<Listing, Error>;

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

    /// Every object of a kind, by id, until `each` says that it has enough.
    ///
    /// # Errors
    /// Where the store cannot be read, or holds something that cannot be (the object's id is named).
    fn each(&self, kind: Kind, each: &mut dyn FnMut(Object) -> std::ops::ControlFlow<()>) -> Result<(), Error>;

    /// How the catalogue was invented; `None` where it was not.
    ///
    /// # Errors
    /// Where the store cannot be read.
    fn invented(&self) -> Result<Option<String>, Error>;
}

/// A part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// How many are passed over.
    pub offset: u32,
    /// How many at most.
    pub limit: u32,
}

/// What is asked besides the words of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Find {
    /// Only what plays in this market.
    pub market: Option<Market>,
    /// The day of today as 20261124, for what is new.
    pub today: u32,
    /// Which part of what is found.
    pub window: Window,
}

/// A part of a list of objects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// How many there are in all.
    pub total: u32,
    /// Those of the window.
    pub objects: Vec<Object>,
}

/// A part of an artist's discography.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discography {
    /// How many albums there are in all.
    pub total: u32,
    /// Those of the window, each with how it stands to the artist.
    pub albums: Vec<(AlbumGroup, Object)>,
}
