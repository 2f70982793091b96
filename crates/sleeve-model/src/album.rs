//! Albums.

use serde::{Deserialize, Serialize};

use crate::{ExternalUrls, Image, Restrictions, SimplifiedArtist, lenient};

/// An album as it stands inside tracks.
///
/// **Quota mode:** development mode leaves `available_markets` out. **Shape:** any member may be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SimplifiedAlbum {
    /// `album`, `single` or `compilation`.
    #[serde(default)]
    pub album_type: Option<String>,
    /// Who made it.
    #[serde(default, deserialize_with = "lenient::list")]
    pub artists: Vec<SimplifiedArtist>,
    /// Where it may be played; absent when a market was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_markets: Option<Vec<String>>,
    /// Links for people.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub external_urls: ExternalUrls,
    /// The Web API's own address of the album.
    #[serde(default)]
    pub href: Option<String>,
    /// The album's id; null for local files.
    #[serde(default)]
    pub id: Option<String>,
    /// Covers, widest first.
    #[serde(default, deserialize_with = "lenient::list")]
    pub images: Vec<Image>,
    /// The name; empty where nobody knows it.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub name: String,
    /// `1981`, `1981-12` or `1981-12-15`, after the precision.
    #[serde(default)]
    pub release_date: Option<String>,
    /// `year`, `month` or `day`.
    #[serde(default)]
    pub release_date_precision: Option<String>,
    /// Why it cannot be played, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restrictions: Option<Restrictions>,
    /// How many tracks it has.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub total_tracks: Option<u32>,
    /// Always `album`.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// `spotify:album:…`.
    #[serde(default)]
    pub uri: Option<String>,
}
