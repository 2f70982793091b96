//! What a search finds.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Artist, Page, SimplifiedAlbum, Track};

/// What answers a search: a page for each type that was asked for; the others are absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SearchResults {
    /// Tracks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracks: Option<Page<Track>>,
    /// Artists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artists: Option<Page<Artist>>,
    /// Albums.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub albums: Option<Page<SimplifiedAlbum>>,
    /// Playlists, as they came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub playlists: Option<Page<Value>>,
    /// Shows, as they came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shows: Option<Page<Value>>,
    /// Episodes, as they came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub episodes: Option<Page<Value>>,
    /// Audiobooks, as they came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audiobooks: Option<Page<Value>>,
}
