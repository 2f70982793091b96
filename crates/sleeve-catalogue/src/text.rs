//! Normalised text and the index for search: words to objects.
//!
//! One normaliser, one grammar and one index serve the search of the local Spotify and the enrichment of tables. Nothing
//! here knows SQLite, HTTP or the clock: entries come in by [`Builder::add`], answers are row numbers of the caller.
//!
//! The index is one immutable file, made anew when the catalogue changes: a dictionary (word to number), for each kind
//! the lists of the entries that hold a word, and each entry's words in order, and the row of each id. It is read by
//! positioned reads.

mod best;
mod builder;
mod candidates;
mod cursor;
mod format;
mod ids;
mod index;
mod normalise;
mod postings;
mod query;
mod search;
mod terms;
mod typos;
mod wildcard;

use sleeve_model::Id;

pub use builder::Builder;
pub use index::Index;
pub use normalise::{Word, normalise};
pub use query::Query;
pub use search::{Hits, Search};

/// The kinds of objects that the index holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the variants are the service's own words")]
pub enum Kind {
    Track,
    Album,
    Artist,
}

/// What the index learns of one object.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// What it is.
    pub kind: Kind,
    /// The caller's number for it; searches answer with it. One number stands for one entry of a kind.
    pub row: u32,
    /// Its id: entries of equal rank and popularity stand in the order of their ids.
    pub id: Id,
    /// Its name.
    pub name: &'a str,
    /// The names of its artists; none for an artist.
    pub artists: &'a [&'a str],
    /// The name of a track's album.
    pub album: Option<&'a str>,
    /// Its genres, or those of its artists.
    pub genres: &'a [&'a str],
    /// 0 to 100; the more popular stands first among equals.
    pub popularity: u8,
    /// `1981`, `1981-12` or `1981-12-15`; anything else counts as unknown.
    pub released: Option<&'a str>,
    /// A number of the caller's for the markets it is available in; handed to [`Search::plays`].
    pub markets: u32,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Track, Self::Album, Self::Artist];

    /// The kind, where the index holds such objects.
    pub fn of(kind: sleeve_model::Kind) -> Option<Self> {
        match kind {
            sleeve_model::Kind::Track => Some(Self::Track),
            sleeve_model::Kind::Album => Some(Self::Album),
            sleeve_model::Kind::Artist => Some(Self::Artist),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
