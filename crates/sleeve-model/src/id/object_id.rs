//! Ids that know the kind of what they name.

use std::fmt;
use std::hash::Hash;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Id, InvalidReference, Kind, Reference};

/// The id of an object whose kind is known: [`TrackId`], [`AlbumId`], [`ArtistId`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId<N>(Id, PhantomData<N>);

/// What an [`ObjectId`] names. Types of this trait have no values; they only stand in types.
pub trait Named: Copy + Ord + Hash + Send + Sync + 'static {
    /// The kind of the object.
    const KIND: Kind;
    /// The name of the id type, for `Debug`.
    const TYPE: &'static str;
}

/// Stands in the type of album ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NamedAlbum {}

/// Stands in the type of artist ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NamedArtist {}

/// Stands in the type of track ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NamedTrack {}

/// The id of an album.
pub type AlbumId = ObjectId<NamedAlbum>;
/// The id of an artist.
pub type ArtistId = ObjectId<NamedArtist>;
/// The id of a track.
pub type TrackId = ObjectId<NamedTrack>;

impl Named for NamedAlbum {
    const KIND: Kind = Kind::Album;
    const TYPE: &'static str = "AlbumId";
}

impl Named for NamedArtist {
    const KIND: Kind = Kind::Artist;
    const TYPE: &'static str = "ArtistId";
}

impl Named for NamedTrack {
    const KIND: Kind = Kind::Track;
    const TYPE: &'static str = "TrackId";
}

// === impl ObjectId ===

impl<N: Named> ObjectId<N> {
    /// Takes the id as it stands, URIs and links not.
    ///
    /// # Errors
    /// [`InvalidReference`] for anything but 22 characters of base62.
    pub fn parse(id: &str) -> Result<Self, InvalidReference> {
        Id::parse(id).map(Self::from)
    }

    /// The id without its kind.
    pub fn id(self) -> Id {
        self.0
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl<N: Named> FromStr for ObjectId<N> {
    type Err = InvalidReference;

    /// Takes a bare id, a URI or a link.
    fn from_str(text: &str) -> Result<Self, InvalidReference> {
        Reference::id_of(N::KIND, text).map(Self::from)
    }
}

impl<N> From<Id> for ObjectId<N> {
    fn from(id: Id) -> Self {
        Self(id, PhantomData)
    }
}

impl<N> fmt::Display for ObjectId<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<N: Named> fmt::Debug for ObjectId<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({self})", N::TYPE)
    }
}

impl<N: Named> Serialize for ObjectId<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de, N: Named> Deserialize<'de> for ObjectId<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}
