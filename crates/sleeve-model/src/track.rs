//! Tracks.

use serde::{Deserialize, Serialize};

use crate::{ExternalIds, ExternalUrls, LinkedFrom, Markets, Restrictions, SimplifiedAlbum, SimplifiedArtist, lenient};

/// A track, whole.
///
/// **Shape:** any member may be absent. `available_markets` is sent only when no market was asked for;
/// `is_playable`, `linked_from` and `restrictions` only when one was.
/// **Quota mode:** development mode leaves `available_markets`, `linked_from` and `popularity` out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Track {
    /// The album that holds this track; absent only in damaged answers.
    #[serde(default)]
    pub album: Option<SimplifiedAlbum>,
    /// Who made it, in the order of the credits.
    #[serde(default, deserialize_with = "lenient::list")]
    pub artists: Vec<SimplifiedArtist>,
    /// Where it may be played.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_markets: Option<Markets>,
    /// From 1; 0 for local files.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub disc_number: Option<u32>,
    /// Length in milliseconds.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub duration_ms: Option<u64>,
    /// Whether it has explicit lyrics; `false` also means that nobody knows.
    #[serde(default)]
    pub explicit: Option<bool>,
    /// The ISRC, if the service knows it.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub external_ids: ExternalIds,
    /// Links for people.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub external_urls: ExternalUrls,
    /// The Web API's own address of the track; null for local files.
    #[serde(default)]
    pub href: Option<String>,
    /// The track's id; null for local files. After relinking, not the id that was asked for.
    #[serde(default)]
    pub id: Option<String>,
    /// Whether it is a file on somebody's disk.
    #[serde(default)]
    pub is_local: Option<bool>,
    /// Whether it plays in the market that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_playable: Option<bool>,
    /// The track that was asked for, where another copy was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub linked_from: Option<LinkedFrom>,
    /// Why it cannot be played, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restrictions: Option<Restrictions>,
    /// The name, with whatever the service writes behind it (`- 2011 Remaster`).
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub name: String,
    /// 0 to 100.
    #[serde(default, deserialize_with = "lenient::integer", skip_serializing_if = "Option::is_none")]
    pub popularity: Option<u8>,
    /// Thirty seconds of it; null for most apps since November 2024.
    #[serde(default)]
    pub preview_url: Option<String>,
    /// From 1; 0 for local files.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub track_number: Option<u32>,
    /// Always `track`.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// `spotify:track:…` or `spotify:local:…`.
    #[serde(default)]
    pub uri: Option<String>,
}

/// A track as it stands in the pages of an album: without the album, the ISRC and the popularity.
///
/// **Shape:** as of [`Track`]. **Quota mode:** development mode leaves `available_markets` and `linked_from` out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SimplifiedTrack {
    /// Who made it, in the order of the credits.
    #[serde(default, deserialize_with = "lenient::list")]
    pub artists: Vec<SimplifiedArtist>,
    /// Where it may be played.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_markets: Option<Markets>,
    /// From 1; 0 for local files.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub disc_number: Option<u32>,
    /// Length in milliseconds.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub duration_ms: Option<u64>,
    /// Whether it has explicit lyrics; `false` also means that nobody knows.
    #[serde(default)]
    pub explicit: Option<bool>,
    /// Links for people.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub external_urls: ExternalUrls,
    /// The Web API's own address of the track; null for local files.
    #[serde(default)]
    pub href: Option<String>,
    /// The track's id; null for local files. After relinking, not the id that was asked for.
    #[serde(default)]
    pub id: Option<String>,
    /// Whether it is a file on somebody's disk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_local: Option<bool>,
    /// Whether it plays in the market that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_playable: Option<bool>,
    /// The track that was asked for, where another copy was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub linked_from: Option<LinkedFrom>,
    /// Why it cannot be played, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restrictions: Option<Restrictions>,
    /// The name, with whatever the service writes behind it (`- 2011 Remaster`).
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub name: String,
    /// Thirty seconds of it; null for most apps since November 2024.
    #[serde(default)]
    pub preview_url: Option<String>,
    /// From 1; 0 for local files.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub track_number: Option<u32>,
    /// Always `track`.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// `spotify:track:…` or `spotify:local:…`.
    #[serde(default)]
    pub uri: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::Track;

    fn read(json: &str) -> Track {
        serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"))
    }

    #[test]
    fn an_empty_object_is_a_track_of_which_nothing_is_known() {
        assert_eq!(read("{}"), Track::default());
    }

    #[test]
    fn null_everywhere_is_as_if_absent() {
        let nulls = [
            "album",
            "artists",
            "available_markets",
            "disc_number",
            "duration_ms",
            "explicit",
            "external_ids",
            "external_urls",
            "href",
            "id",
            "is_local",
            "is_playable",
            "linked_from",
            "restrictions",
            "name",
            "popularity",
            "preview_url",
            "track_number",
            "type",
            "uri",
        ];
        for member in nulls {
            assert_eq!(read(&format!("{{\"{member}\":null}}")), Track::default(), "{member}");
        }
    }

    #[test]
    fn integers_may_be_written_as_floats_and_odd_ones_are_unknown() {
        assert_eq!(read(r#"{"duration_ms":209438.0}"#).duration_ms, Some(209_438));
        assert_eq!(read(r#"{"duration_ms":1.5}"#).duration_ms, None);
        assert_eq!(read(r#"{"popularity":-1}"#).popularity, None);
        assert_eq!(read(r#"{"popularity":[1]}"#).popularity, None);
        assert_eq!(read(r#"{"disc_number":1e300}"#).disc_number, None);
        assert_eq!(read(r#"{"track_number":"7"}"#).track_number, Some(7));
    }

    #[test]
    fn unknown_members_and_null_entries_are_passed_over() {
        let track = read(
            r#"{"name":"x","loudness":{"a":[1]},"artists":[null,{"name":"y","id":null}],"album":{"images":null}}"#,
        );
        assert_eq!(track.artists.len(), 1);
        assert_eq!(track.artists[0].name, "y");
        assert!(track.album.is_some_and(|album| album.images.is_empty()));
    }
}
