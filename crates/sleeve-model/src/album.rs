//! Albums.

use serde::{Deserialize, Serialize};

use crate::{
    Copyright, ExternalIds, ExternalUrls, Image, Markets, Page, Restrictions, SimplifiedArtist, SimplifiedTrack,
    lenient,
};

/// An album as it stands inside tracks and in lists.
///
/// **Quota mode:** development mode leaves `album_group` and `available_markets` out. **Shape:** any member may be
/// absent; `album_group` stands only among the albums of an artist.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SimplifiedAlbum {
    /// How the artist whose albums were asked for takes part: `album`, `single`, `compilation` or `appears_on`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub album_group: Option<String>,
    /// `album`, `single` or `compilation`.
    #[serde(default)]
    pub album_type: Option<String>,
    /// Who made it.
    #[serde(default, deserialize_with = "lenient::list")]
    pub artists: Vec<SimplifiedArtist>,
    /// Where it may be played; absent when a market was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_markets: Option<Markets>,
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
    /// Whether it plays in the market that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_playable: Option<bool>,
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

/// An album, whole.
///
/// **Shape:** any member may be absent. **Quota mode:** development mode leaves `available_markets`, `label` and
/// `popularity` out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Album {
    /// `album`, `single` or `compilation`.
    #[serde(default)]
    pub album_type: Option<String>,
    /// Who made it.
    #[serde(default, deserialize_with = "lenient::list")]
    pub artists: Vec<SimplifiedArtist>,
    /// Where it may be played; absent when a market was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_markets: Option<Markets>,
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
    /// Whether it plays in the market that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_playable: Option<bool>,
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
    /// Its tracks: the first page of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracks: Option<Page<SimplifiedTrack>>,
    /// Who holds which rights.
    #[serde(default, deserialize_with = "lenient::list")]
    pub copyrights: Vec<Copyright>,
    /// The UPC or EAN, if the service knows it.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub external_ids: ExternalIds,
    /// Kinds of music; always empty in these years.
    #[serde(default, deserialize_with = "lenient::list")]
    pub genres: Vec<String>,
    /// Who published it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// 0 to 100.
    #[serde(default, deserialize_with = "lenient::integer", skip_serializing_if = "Option::is_none")]
    pub popularity: Option<u8>,
}
