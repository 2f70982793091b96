//! Ids, URIs and links: the three ways in which people name a Spotify object.

use std::fmt;

mod object_id;

pub use object_id::{AlbumId, ArtistId, Named, NamedAlbum, NamedArtist, NamedTrack, ObjectId, TrackId};

/// The id of an object: 22 characters of base62.
///
/// **Source:** facts of the service's own conventions; user ids and category ids have another shape.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id([u8; Id::LENGTH]);

/// What kind of object an id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the variants are the service's own words")]
pub enum Kind {
    Album,
    Artist,
    Audiobook,
    Chapter,
    Episode,
    Playlist,
    Show,
    Track,
    User,
}

/// What a text names: a bare id, a URI or a link, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reference {
    /// 22 characters alone: the kind is for the reader to know.
    Bare(Id),
    /// `spotify:track:…` or `https://open.spotify.com/track/…`.
    Object(Kind, Id),
    /// `spotify:user:…`; user ids are not base62.
    User(String),
    /// `spotify:local:…`: a file on somebody's disk, of which the service knows nothing.
    LocalFile,
}

/// Why a text names no object. Its `Display` is one clause for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidReference(Why);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Why {
    Empty,
    NotAReference,
    ShortLink,
    BadId,
    UnknownKind,
    OtherKind { named: Kind, wanted: Kind },
    LocalFile,
}

// === impl Id ===

impl Id {
    /// How many characters an id has.
    pub const LENGTH: usize = 22;

    /// Takes 22 characters of `0-9a-zA-Z` and nothing else.
    ///
    /// # Errors
    /// [`InvalidReference`] for any other text.
    pub fn parse(text: &str) -> Result<Self, InvalidReference> {
        match <[u8; Self::LENGTH]>::try_from(text.as_bytes()) {
            Ok(bytes) if bytes.iter().all(u8::is_ascii_alphanumeric) => Ok(Self(bytes)),
            _ => Err(InvalidReference(Why::BadId)),
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("an id holds ASCII letters and digits only")
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({self})")
    }
}

// === impl Kind ===

impl Kind {
    const ALL: [Self; 9] = [
        Self::Album,
        Self::Artist,
        Self::Audiobook,
        Self::Chapter,
        Self::Episode,
        Self::Playlist,
        Self::Show,
        Self::Track,
        Self::User,
    ];

    /// The word that URIs, links and the member `type` use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Album => "album",
            Self::Artist => "artist",
            Self::Audiobook => "audiobook",
            Self::Chapter => "chapter",
            Self::Episode => "episode",
            Self::Playlist => "playlist",
            Self::Show => "show",
            Self::Track => "track",
            Self::User => "user",
        }
    }

    fn article(self) -> &'static str {
        match self {
            Self::Album | Self::Artist | Self::Audiobook | Self::Episode => "an",
            _ => "a",
        }
    }

    /// The kind that a word of a URI, a link or the member `type` names, in capitals or not.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(word))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

// === impl Reference ===

impl Reference {
    /// Takes a text apart: a bare id, `spotify:track:…`, or a link to `open.spotify.com` or `play.spotify.com`
    /// (with or without scheme, `/intl-xx/`, `/embed/`, `?si=…`). Scheme, host and kind may be in capitals; white space,
    /// quotes and angle brackets around it are passed over.
    ///
    /// # Errors
    /// [`InvalidReference`] says in words why the text names nothing.
    pub fn parse(text: &str) -> Result<Self, InvalidReference> {
        let text = unwrapped(text);
        if text.is_empty() {
            return Err(InvalidReference(Why::Empty));
        }
        if let Some((scheme, rest)) = text.split_once(':')
            && scheme.eq_ignore_ascii_case("spotify")
        {
            return Self::from_segments(rest.split(':'));
        }
        let scheme_end = text.find("://").map_or(0, |at| at + 3);
        let has_web_scheme = matches!(&*text[..scheme_end].to_ascii_lowercase(), "https://" | "http://");
        let rest = &text[scheme_end..];
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        match &*host.to_ascii_lowercase() {
            "open.spotify.com" | "play.spotify.com" if has_web_scheme || scheme_end == 0 => {
                let path = path.split(['?', '#']).next().unwrap_or_default();
                let skipped =
                    |segment: &&str| segment.starts_with("intl-") || *segment == "embed" || segment.is_empty();
                Self::from_segments(path.split('/').skip_while(skipped))
            }
            "spotify.link" | "spotify.app.link" => Err(InvalidReference(Why::ShortLink)),
            _ if text.contains(['/', ':', '.']) => Err(InvalidReference(Why::NotAReference)),
            _ => Id::parse(text).map(Self::Bare),
        }
    }

    /// The id of an object of this kind: a bare id, or a URI or link that names such an object.
    ///
    /// # Errors
    /// [`InvalidReference`] where the text names nothing, or an object of another kind.
    pub fn id_of(wanted: Kind, text: &str) -> Result<Id, InvalidReference> {
        match Self::parse(text)? {
            Self::Bare(id) => Ok(id),
            Self::Object(named, id) if named == wanted => Ok(id),
            Self::Object(named, _) => Err(InvalidReference(Why::OtherKind { named, wanted })),
            Self::User(_) => Err(InvalidReference(Why::OtherKind { named: Kind::User, wanted })),
            Self::LocalFile => Err(InvalidReference(Why::LocalFile)),
        }
    }

    fn from_segments<'a>(mut segments: impl Iterator<Item = &'a str>) -> Result<Self, InvalidReference> {
        let word = segments.next().unwrap_or_default();
        if word == "local" {
            return Ok(Self::LocalFile);
        }
        let kind = Kind::from_word(word).ok_or(InvalidReference(Why::UnknownKind))?;
        let id = segments.next().unwrap_or_default();
        // Old URIs of playlists: spotify:user:<name>:playlist:<id>.
        match (kind, segments.next()) {
            (Kind::User, Some("playlist")) => {
                Id::parse(segments.next().unwrap_or_default()).map(|id| Self::Object(Kind::Playlist, id))
            }
            (Kind::User, _) if !id.is_empty() => Ok(Self::User(id.to_owned())),
            (_, None | Some("")) => Id::parse(id).map(|id| Self::Object(kind, id)),
            _ => Err(InvalidReference(Why::NotAReference)),
        }
    }
}

/// What is left of a text without what people and programs put around links.
fn unwrapped(text: &str) -> &str {
    let mut text = text.trim();
    for (open, close) in [('<', '>'), ('"', '"'), ('\'', '\''), ('<', '>')] {
        if let Some(inner) = text.strip_prefix(open).and_then(|text| text.strip_suffix(close)) {
            text = inner.trim();
        }
    }
    text
}

// === impl InvalidReference ===

impl fmt::Display for InvalidReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Why::Empty => f.write_str("it is empty"),
            Why::NotAReference => f.write_str("it is no Spotify id, URI or link"),
            Why::ShortLink => {
                f.write_str("a short link names nothing by itself; open it and take the open.spotify.com link")
            }
            Why::BadId => write!(f, "an id has {} letters and digits", Id::LENGTH),
            Why::UnknownKind => f.write_str("it names no kind of object that Spotify has"),
            Why::OtherKind { named, wanted } => {
                write!(f, "it names {} {named}, not {} {wanted}", named.article(), wanted.article())
            }
            Why::LocalFile => f.write_str("it names a local file, which Spotify does not know"),
        }
    }
}

impl std::error::Error for InvalidReference {}

#[cfg(test)]
mod tests;
