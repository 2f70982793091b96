//! What tables and cards show of documents.

use serde_json::Value;

use crate::field::{Field, text};
use crate::terminal::length;

/// A heading, and the path of what stands under it.
pub(super) type Column = (&'static str, &'static str);

const LENGTH: &str = "duration_ms";

/// The columns of a table of objects of this kind, by the kind's word.
pub(super) fn of(noun: &str) -> &'static [Column] {
    match noun {
        "track" => &[
            ("TRACK", "id"),
            ("NAME", "name"),
            ("ARTISTS", "artists.name"),
            ("ALBUM", "album.name"),
            ("RELEASED", "album.release_date"),
            ("LENGTH", LENGTH),
        ],
        "album" => &[
            ("ALBUM", "id"),
            ("NAME", "name"),
            ("ARTISTS", "artists.name"),
            ("TYPE", "album_type"),
            ("RELEASED", "release_date"),
            ("TRACKS", "total_tracks"),
        ],
        "artist" => &[("ARTIST", "id"), ("NAME", "name"), ("GENRES", "genres"), ("FOLLOWERS", "followers.total")],
        _ => &[("ID", "id"), ("NAME", "name")],
    }
}

/// The lines of a card of one such object.
pub(super) fn card_of(noun: &str) -> &'static [Column] {
    match noun {
        "track" => &[
            ("Name", "name"),
            ("Artists", "artists.name"),
            ("Album", "album.name"),
            ("Released", "album.release_date"),
            ("Length", LENGTH),
            ("Explicit", "explicit"),
            ("Playable", "is_playable"),
            ("Popularity", "popularity"),
            ("ISRC", "external_ids.isrc"),
            ("Id", "id"),
            ("Link", "external_urls.spotify"),
        ],
        "album" => &[
            ("Name", "name"),
            ("Artists", "artists.name"),
            ("Type", "album_type"),
            ("Released", "release_date"),
            ("Tracks", "total_tracks"),
            ("Label", "label"),
            ("Playable", "is_playable"),
            ("Popularity", "popularity"),
            ("UPC", "external_ids.upc"),
            ("Id", "id"),
            ("Link", "external_urls.spotify"),
        ],
        _ => &[
            ("Name", "name"),
            ("Genres", "genres"),
            ("Followers", "followers.total"),
            ("Popularity", "popularity"),
            ("Id", "id"),
            ("Link", "external_urls.spotify"),
        ],
    }
}

/// The columns of the tracks on an album's card.
pub(super) const ON_ALBUM: &[Column] =
    &[("#", "track_number"), ("NAME", "name"), ("ARTISTS", "artists.name"), ("LENGTH", LENGTH)];

pub(super) fn headings(columns: &[Column]) -> Vec<&'static str> {
    columns.iter().map(|(heading, _)| *heading).collect()
}

/// The cells of one object.
pub(super) fn row(columns: &[Column], document: &Value) -> Vec<String> {
    let cell = |path: &str| {
        let value = Field::new(path).of(document).unwrap_or_default();
        if path == LENGTH { length(value.as_u64()) } else { text(&value) }
    };
    columns.iter().map(|(_, path)| cell(path)).collect()
}
