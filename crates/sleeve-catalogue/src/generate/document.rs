//! Documents as the service sends them, members in the order of 2025-08.

use serde_json::Value;
use sleeve_model::Kind;

use super::artist::{Artist, Roster};
use super::chance::Chance;
use super::marks::{Marks, Room};
use super::recording::Recording;
use super::release::Release;
use super::territories::{Place, Territories};
use crate::address::{href, links, uri};

/// What a document's text is made of.
pub(super) struct Pen<'a> {
    pub(super) marks: &'a Marks,
    pub(super) roster: &'a Roster,
    pub(super) territories: &'a Territories,
    pub(super) chance: &'a mut Chance,
}

/// Where a track stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    pub(super) number: u64,
    pub(super) disc: u32,
    pub(super) track: u32,
    pub(super) markets: Place,
}

impl Pen<'_> {
    /// An artist, whole.
    pub(super) fn artist(&mut self, artist: Artist) -> Value {
        let profile = self.roster.get(artist);
        let fame = u32::from(profile.fame);
        let number = u64::from(artist);
        let id = self.marks.id(Room::Artist, number);
        let pictured = artist != Roster::VARIOUS && self.chance.per_mille(550 + fame.min(22) * 20);
        let images = match pictured {
            true => images(&self.marks.cover(Room::Artist, number), &ARTIST_SIZES, false),
            false => Value::Array(Vec::new()),
        };
        object([
            ("external_urls", links(Kind::Artist, &id)),
            ("followers", object([("href", Value::Null), ("total", followers(self.chance, fame).into())])),
            ("genres", self.genres(artist)),
            ("href", href(Kind::Artist, &id)),
            ("id", id.as_str().into()),
            ("images", images),
            ("name", (*profile.name).into()),
            ("popularity", fame.into()),
            ("type", "artist".into()),
            ("uri", uri(Kind::Artist, &id)),
        ])
    }

    fn genres(&mut self, artist: Artist) -> Value {
        let count = self.chance.weighted(&[(48, 0), (26, 1), (16, 2), (10, 3)]);
        let mut genres: Vec<&str> = Vec::new();
        for _ in 0..count {
            let genre = self.chance.pick(&self.roster.tongue(artist).genres);
            if !genres.contains(&genre) {
                genres.push(genre);
            }
        }
        genres.into()
    }

    /// An artist as it stands inside others.
    pub(super) fn simplified_artist(&self, artist: Artist) -> Value {
        let id = self.marks.id(Room::Artist, u64::from(artist));
        object([
            ("external_urls", links(Kind::Artist, &id)),
            ("href", href(Kind::Artist, &id)),
            ("id", id.as_str().into()),
            ("name", (*self.roster.get(artist).name).into()),
            ("type", "artist".into()),
            ("uri", uri(Kind::Artist, &id)),
        ])
    }

    fn artists(&self, artists: &[Artist]) -> Value {
        artists.iter().map(|artist| self.simplified_artist(*artist)).collect()
    }

    /// An album, whole but for its page of tracks, which is made when it is served.
    pub(super) fn album(&mut self, release: &Release, number: u64) -> Value {
        let id = self.marks.id(Room::Album, number);
        let heat = release.songs.iter().map(|song| song.heat).max().unwrap_or_default();
        object([
            ("album_type", release.kind.into()),
            ("total_tracks", release.songs.len().into()),
            ("available_markets", self.territories.list(release.markets).clone()),
            ("external_urls", links(Kind::Album, &id)),
            ("href", href(Kind::Album, &id)),
            ("id", id.as_str().into()),
            ("images", images(&self.marks.cover(Room::Album, release.cover), &ALBUM_SIZES, false)),
            ("name", release.name.as_str().into()),
            ("release_date", release.date.text().into()),
            ("release_date_precision", release.date.precision().into()),
            ("type", "album".into()),
            ("uri", uri(Kind::Album, &id)),
            ("artists", self.artists(&release.artists)),
            ("copyrights", copyrights(release)),
            ("external_ids", object([("upc", self.marks.upc(number).into())])),
            ("genres", Value::Array(Vec::new())),
            ("label", release.label.as_str().into()),
            ("popularity", heat.into()),
        ])
    }

    /// An album as it stands inside tracks.
    pub(super) fn simplified_album(&self, release: &Release, number: u64) -> Value {
        let id = self.marks.id(Room::Album, number);
        object([
            ("album_type", release.kind.into()),
            ("artists", self.artists(&release.artists)),
            ("available_markets", self.territories.list(release.markets).clone()),
            ("external_urls", links(Kind::Album, &id)),
            ("href", href(Kind::Album, &id)),
            ("id", id.as_str().into()),
            ("images", images(&self.marks.cover(Room::Album, release.cover), &ALBUM_SIZES, true)),
            ("name", release.name.as_str().into()),
            ("release_date", release.date.text().into()),
            ("release_date_precision", release.date.precision().into()),
            ("total_tracks", release.songs.len().into()),
            ("type", "album".into()),
            ("uri", uri(Kind::Album, &id)),
        ])
    }

    /// A track, whole; `album` is the album as it stands inside tracks.
    pub(super) fn track(&mut self, song: &Recording, spot: Spot, album: Value) -> Value {
        let id = self.marks.id(Room::Track, spot.number);
        let preview = self.chance.per_mille(120).then(|| self.marks.preview(spot.number));
        let isrc = self.marks.isrc(song.number, song.year);
        object([
            ("album", album),
            ("artists", self.artists(&song.artists)),
            ("available_markets", self.territories.list(spot.markets).clone()),
            ("disc_number", spot.disc.into()),
            ("duration_ms", song.duration_ms.into()),
            ("explicit", song.explicit.into()),
            ("external_ids", object([("isrc", isrc.into())])),
            ("external_urls", links(Kind::Track, &id)),
            ("href", href(Kind::Track, &id)),
            ("id", id.as_str().into()),
            ("is_local", false.into()),
            ("name", song.name().into()),
            ("popularity", song.heat.into()),
            ("preview_url", preview.into()),
            ("track_number", spot.track.into()),
            ("type", "track".into()),
            ("uri", uri(Kind::Track, &id)),
        ])
    }
}

/// Widths, and how the addresses of that width begin.
type Sizes = [(u32, &'static str); 3];
const ALBUM_SIZES: Sizes = [(640, "ab67616d0000b273"), (300, "ab67616d00001e02"), (64, "ab67616d00004851")];
const ARTIST_SIZES: Sizes = [(640, "ab6761610000e5eb"), (320, "ab67616100005174"), (160, "ab6761610000f178")];

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Pictures of three sizes. Inside tracks the width stands first.
fn images(cover: &str, sizes: &Sizes, inside_track: bool) -> Value {
    let image = |(size, prefix): &(u32, &str)| {
        let url = ["https://i.scdn.co/image/", prefix, cover].concat().into();
        let (second, third) = if inside_track { ("width", "height") } else { ("height", "width") };
        object([("url", url), (second, (*size).into()), (third, (*size).into())])
    };
    sizes.iter().map(image).collect()
}

fn copyrights(release: &Release) -> Value {
    let text = format!("{} {}", release.date.year, release.label);
    ["C", "P"].into_iter().map(|kind| object([("text", text.as_str().into()), ("type", kind.into())])).collect()
}

/// A sixth more for each step of fame, give or take.
fn followers(chance: &mut Chance, fame: u32) -> u64 {
    let base = (0..fame).fold(3_u64, |total, _| total + total / 6 + 1);
    base * u64::from(chance.between(40, 250)) / 100
}
