//! Artists.

use serde::{Deserialize, Serialize};

use crate::{ExternalUrls, Followers, Image, lenient};

/// An artist as it stands inside tracks and albums.
///
/// **Shape:** of a local file, everything but the name is absent or null.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SimplifiedArtist {
    /// Links for people.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub external_urls: ExternalUrls,
    /// The Web API's own address of the artist.
    #[serde(default)]
    pub href: Option<String>,
    /// Null for local files.
    #[serde(default)]
    pub id: Option<String>,
    /// The name, as the service writes it.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub name: String,
    /// Always `artist`.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// `spotify:artist:…`.
    #[serde(default)]
    pub uri: Option<String>,
}

/// An artist, whole.
///
/// **Shape:** any member may be absent. **Quota mode:** development mode leaves `followers` and `popularity` out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Artist {
    /// Links for people.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub external_urls: ExternalUrls,
    /// How many people follow the artist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub followers: Option<Followers>,
    /// Kinds of music, in small letters; often empty.
    #[serde(default, deserialize_with = "lenient::list")]
    pub genres: Vec<String>,
    /// The Web API's own address of the artist.
    #[serde(default)]
    pub href: Option<String>,
    /// The artist's id.
    #[serde(default)]
    pub id: Option<String>,
    /// Portraits, widest first.
    #[serde(default, deserialize_with = "lenient::list")]
    pub images: Vec<Image>,
    /// The name, as the service writes it.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub name: String,
    /// 0 to 100.
    #[serde(default, deserialize_with = "lenient::integer", skip_serializing_if = "Option::is_none")]
    pub popularity: Option<u8>,
    /// Always `artist`.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// `spotify:artist:…`.
    #[serde(default)]
    pub uri: Option<String>,
}
