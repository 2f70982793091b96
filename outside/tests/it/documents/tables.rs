//! Which keys objects and pages have, by quota mode and market, in the recorded order of 2025-08.

/// When a key is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    Always,
    /// To apps in extended mode only.
    Extended,
    /// To apps in extended mode that did not ask for a market.
    Markets,
    /// Where a market was asked for.
    InMarket,
    /// Where a market was asked for in which no copy of the track plays.
    Restricted,
    /// Where a market was asked for in which the album is not available.
    Elsewhere,
    /// To apps in extended mode that asked for a market, if another copy was answered.
    Relinked,
}

use Sent::{Always, Elsewhere, Extended, InMarket, Markets, Relinked, Restricted};

/// A key, and when it is sent.
pub(super) type Table = &'static [(&'static str, Sent)];

pub(super) const TRACK: Table = &[
    ("album", Always),
    ("artists", Always),
    ("available_markets", Markets),
    ("disc_number", Always),
    ("duration_ms", Always),
    ("explicit", Always),
    ("external_ids", Always),
    ("external_urls", Always),
    ("href", Always),
    ("id", Always),
    ("is_local", Always),
    ("is_playable", InMarket),
    ("linked_from", Relinked),
    ("restrictions", Restricted),
    ("name", Always),
    ("popularity", Extended),
    ("preview_url", Always),
    ("track_number", Always),
    ("type", Always),
    ("uri", Always),
];

/// An album within a track.
pub(super) const ALBUM_OF_TRACK: Table = &[
    ("album_type", Always),
    ("artists", Always),
    ("available_markets", Markets),
    ("external_urls", Always),
    ("href", Always),
    ("id", Always),
    ("images", Always),
    ("name", Always),
    ("release_date", Always),
    ("release_date_precision", Always),
    ("total_tracks", Always),
    ("type", Always),
    ("uri", Always),
];

/// A track in a list of an album's tracks.
pub(super) const LISTED_TRACK: Table = &[
    ("artists", Always),
    ("available_markets", Markets),
    ("disc_number", Always),
    ("duration_ms", Always),
    ("explicit", Always),
    ("external_urls", Always),
    ("href", Always),
    ("id", Always),
    ("name", Always),
    ("preview_url", Always),
    ("track_number", Always),
    ("type", Always),
    ("uri", Always),
    ("is_local", Always),
    ("is_playable", InMarket),
    ("linked_from", Relinked),
    ("restrictions", Restricted),
];

/// An album in a list, and the first part of a whole one.
pub(super) const LISTED_ALBUM: Table = &[
    ("album_type", Always),
    ("total_tracks", Always),
    ("available_markets", Markets),
    ("external_urls", Always),
    ("href", Always),
    ("id", Always),
    ("images", Always),
    ("name", Always),
    ("release_date", Always),
    ("release_date_precision", Always),
    ("type", Always),
    ("uri", Always),
    ("artists", Always),
];

/// What a list of an artist's albums adds.
pub(super) const OF_ARTIST: Table = &[("album_group", Extended)];

/// What a whole album adds.
pub(super) const WHOLE_ALBUM: Table = &[
    ("tracks", Always),
    ("copyrights", Always),
    ("external_ids", Always),
    ("genres", Always),
    ("label", Extended),
    ("popularity", Extended),
    ("restrictions", Elsewhere),
];

pub(super) const WHOLE_ARTIST: Table = &[
    ("external_urls", Always),
    ("followers", Extended),
    ("genres", Always),
    ("href", Always),
    ("id", Always),
    ("images", Always),
    ("name", Always),
    ("popularity", Extended),
    ("type", Always),
    ("uri", Always),
];

/// The keys of a page of an album's tracks, and of every other page.
pub(super) const PAGE_OF_TRACKS: &[&str] = &["href", "items", "limit", "next", "offset", "previous", "total"];
pub(super) const PAGE: &[&str] = &["href", "limit", "next", "offset", "previous", "total", "items"];

pub(super) const ARTIST: Table =
    &[("external_urls", Always), ("href", Always), ("id", Always), ("name", Always), ("type", Always), ("uri", Always)];
