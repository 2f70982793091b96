//! How an album stands to an artist.

use std::fmt;
use std::str::FromStr;

/// How an album stands to an artist: the groups of an artist's discography, in the order in which they are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the variants are the service's own words")]
pub enum AlbumGroup {
    Album,
    Single,
    Compilation,
    /// The artist has a track on somebody else's album.
    AppearsOn,
}

/// Names no album group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownAlbumGroup;

impl AlbumGroup {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::Album, Self::Single, Self::Compilation, Self::AppearsOn];

    /// The service's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Album => "album",
            Self::Single => "single",
            Self::Compilation => "compilation",
            Self::AppearsOn => "appears_on",
        }
    }
}

impl FromStr for AlbumGroup {
    type Err = UnknownAlbumGroup;

    fn from_str(word: &str) -> Result<Self, UnknownAlbumGroup> {
        Self::ALL.into_iter().find(|group| group.as_str() == word).ok_or(UnknownAlbumGroup)
    }
}

impl fmt::Display for UnknownAlbumGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an album group is `album`, `single`, `compilation` or `appears_on`")
    }
}

impl std::error::Error for UnknownAlbumGroup {}
