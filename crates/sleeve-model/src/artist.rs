//! Artists.

use serde::{Deserialize, Serialize};

use crate::{ExternalUrls, lenient};

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
