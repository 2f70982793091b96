//! The columns that are added: what each says of a track, and under which name.

use std::borrow::Cow;

use sleeve_client::model::{Image, SimplifiedAlbum, Track, TrackId};

/// A column that is added. Every output has also `match_status`, `match_method` and `match_score`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Column {
    /// The id of the track that was answered; after relinking, not the one that was asked for.
    TrackId,
    /// The track's name.
    Name,
    /// The artists' names.
    Artists,
    /// The artists' ids, in the order of their names.
    ArtistIds,
    /// The album's name.
    Album,
    /// The album's id.
    AlbumId,
    /// When the album came out: `2019-10-17`, `2019-10` or `2019`, as exact as it is known.
    ReleaseDate,
    /// Length in milliseconds.
    DurationMs,
    /// `true` or `false`.
    Explicit,
    /// The recording's ISRC.
    Isrc,
    /// The address of the album's widest picture.
    Image,
}

/// What a column says of one track.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    Absent,
    Text(&'a str),
    Number(u64),
    Flag(bool),
    List(Vec<&'a str>),
}

/// The columns behind those of the track: how sure the answer is.
pub(crate) const MATCH_COLUMNS: [&str; 3] = ["match_status", "match_method", "match_score"];

// === impl Column ===

impl Column {
    /// The columns that are added where nothing else is asked for.
    pub const DEFAULT: [Self; 11] = [
        Self::TrackId,
        Self::Name,
        Self::Artists,
        Self::ArtistIds,
        Self::Album,
        Self::AlbumId,
        Self::ReleaseDate,
        Self::DurationMs,
        Self::Explicit,
        Self::Isrc,
        Self::Image,
    ];

    /// The name in the header.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TrackId => "track_id",
            Self::Name => "name",
            Self::Artists => "artists",
            Self::ArtistIds => "artist_ids",
            Self::Album => "album",
            Self::AlbumId => "album_id",
            Self::ReleaseDate => "release_date",
            Self::DurationMs => "duration_ms",
            Self::Explicit => "explicit",
            Self::Isrc => "isrc",
            Self::Image => "image",
        }
    }

    /// What it says of `track`, which answered a question for `asked`.
    pub(crate) fn of<'a>(self, track: &'a Track, asked: &'a TrackId) -> Value<'a> {
        let album = track.album.as_ref();
        let text = |text: Option<&'a str>| text.filter(|text| !text.is_empty()).map_or(Value::Absent, Value::Text);
        match self {
            Self::TrackId => Value::Text(track.id.as_deref().unwrap_or(asked.as_str())),
            Self::Name => text(Some(&track.name)),
            Self::Artists => Value::List(track.artists.iter().map(|artist| artist.name.as_str()).collect()),
            Self::ArtistIds => {
                Value::List(track.artists.iter().map(|artist| artist.id.as_deref().unwrap_or_default()).collect())
            }
            Self::Album => text(album.map(|album| album.name.as_str())),
            Self::AlbumId => text(album.and_then(|album| album.id.as_deref())),
            Self::ReleaseDate => text(album.and_then(|album| album.release_date.as_deref())),
            Self::DurationMs => track.duration_ms.map_or(Value::Absent, Value::Number),
            Self::Explicit => track.explicit.map_or(Value::Absent, Value::Flag),
            Self::Isrc => text(track.external_ids.isrc.as_deref()),
            Self::Image => text(album.and_then(widest).map(|image| image.url.as_str())),
        }
    }
}

impl Value<'_> {
    /// The value in a text format, where lists are joined.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Absent => "".into(),
            Self::Text(text) => (*text).into(),
            Self::Number(number) => number.to_string().into(),
            Self::Flag(true) => "true".into(),
            Self::Flag(false) => "false".into(),
            Self::List(parts) => parts.join("; ").into(),
        }
    }
}

/// The widest picture; the first, where widths are unknown or equal.
fn widest(album: &SimplifiedAlbum) -> Option<&Image> {
    album.images.iter().rev().max_by_key(|image| image.width)
}

/// The names of the added columns: one that is there already is prefixed with `spotify_` until it is not.
pub(crate) fn names(columns: &[Column], taken: &[Cow<'_, [u8]>]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in columns.iter().map(|column| column.as_str()).chain(MATCH_COLUMNS) {
        let mut name = name.to_owned();
        while names.contains(&name) || taken.iter().any(|taken| **taken == *name.as_bytes()) {
            name.insert_str(0, "spotify_");
        }
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use sleeve_client::model::{Track, TrackId};

    use super::{Column, names};

    fn texts(json: &str) -> Vec<String> {
        let track: Track = serde_json::from_str(json).expect("a track");
        let asked: TrackId = "2XU0oxnq2qxCpomAAuJY8K".parse().expect("an id");
        Column::DEFAULT.iter().map(|column| column.of(&track, &asked).text().into_owned()).collect()
    }

    #[test]
    fn a_track_fills_its_columns() {
        let json = r#"{"id":"2XU0oxnq2qxCpomAAuJY8K","name":"A","duration_ms":1000,"explicit":false,
            "artists":[{"name":"B","id":"b"},{"name":"C, D","id":null}],"external_ids":{"isrc":"I"},
            "album":{"name":"E","id":"e","release_date":"2003",
                "images":[{"url":"small","width":64},{"url":"wide","width":640},{"url":"other","width":640}]}}"#;
        let expected =
            ["2XU0oxnq2qxCpomAAuJY8K", "A", "B; C, D", "b; ", "E", "e", "2003", "1000", "false", "I", "wide"];
        assert_eq!(texts(json), expected);
    }

    #[test]
    fn what_is_not_known_is_empty() {
        let mut expected = [""; 11];
        expected[0] = "2XU0oxnq2qxCpomAAuJY8K";
        assert_eq!(texts("{}"), expected);
    }

    #[test]
    fn the_first_picture_counts_where_widths_are_unknown() {
        let json = r#"{"album":{"images":[{"url":"first","width":null},{"url":"second"}]}}"#;
        assert_eq!(texts(json)[10], "first");
    }

    #[test]
    fn names_that_are_taken_are_prefixed_until_they_are_free() {
        let taken = ["name", "Album", "isrc", "spotify_isrc", "match_status"].map(|name| name.as_bytes().into());
        let names = names(&[Column::Name, Column::Album, Column::Isrc], &taken);
        let expected =
            ["spotify_name", "album", "spotify_spotify_isrc", "spotify_match_status", "match_method", "match_score"];
        assert_eq!(names, expected);
    }
}
