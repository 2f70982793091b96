//! How many objects, kind by kind.

use sleeve_model::Kind;

/// How many objects, kind by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// How many tracks.
    pub tracks: u64,
    /// How many albums.
    pub albums: u64,
    /// How many artists.
    pub artists: u64,
}

impl Counts {
    /// Counts one more; kinds that a catalogue does not hold are not counted.
    pub(crate) fn add(&mut self, kind: Kind) {
        match kind {
            Kind::Track => self.tracks += 1,
            Kind::Album => self.albums += 1,
            Kind::Artist => self.artists += 1,
            _ => {}
        }
    }

    /// All of them.
    pub fn total(&self) -> u64 {
        self.tracks + self.albums + self.artists
    }

    /// Each with the word for one of its kind.
    pub fn named(&self) -> [(u64, &'static str); 3] {
        [(self.tracks, "track"), (self.albums, "album"), (self.artists, "artist")]
    }
}
