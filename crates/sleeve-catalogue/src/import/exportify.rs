//! The CSVs of the two playlist exporters named Exportify: one reader for both layouts, old and new.
//!
//! One writes URIs of tracks, albums and artists, and joins lists with a comma and a space; a comma within a name has a
//! backslash before it. The other writes no ids but the track's (an old version: the artists' too), and joins artists
//! with semicolons (an old version: with commas). Columns are found by their names, in any order; what is not there is
//! not known. Sources: the exporters' own code, watsonbox/exportify and pavelkomarov/exportify, read in 2026.

#[cfg(test)]
mod tests;

use serde_json::{Map, Value, json};
use sleeve_model::{Id, Kind, Reference};

use super::tally::shown;
use crate::address::{href, links, uri};

/// A row of a playlist exporter's CSV. Empty cells are `None`, and so are those that
/// [`Columns::flaw`] tells of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exportify {
    /// The track's URI as it stands there, local files and episodes included; a bare id in an old version.
    pub uri: String,
    /// The track's name.
    pub name: Option<String>,
    /// The track's artists, in order.
    pub artists: Vec<Named>,
    /// The album.
    pub album: Option<Named>,
    /// The album's artists, in order.
    pub album_artists: Vec<Named>,
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    pub release_date: Option<String>,
    /// Where the cover's largest picture is.
    pub image: Option<String>,
    /// The disc, from 1.
    pub disc_number: Option<u64>,
    /// The place on the disc, from 1.
    pub track_number: Option<u64>,
    /// In milliseconds.
    pub duration_ms: Option<u64>,
    /// Where a preview is.
    pub preview_url: Option<String>,
    /// Whether the words are explicit.
    pub explicit: Option<bool>,
    /// 0 to 100.
    pub popularity: Option<u64>,
    /// The recording's ISRC.
    pub isrc: Option<String>,
}

/// A name, and the id if the row knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub name: String,
    /// The id.
    pub id: Option<Id>,
}

/// Where a CSV has which column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    places: Vec<Place>,
    lists: Lists,
}

/// A column that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    /// Its name in [`COLUMNS`].
    known: &'static str,
    /// Its name as it stands there.
    name: String,
    /// Counted from 0.
    at: usize,
}

/// How a CSV joins the names of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lists {
    /// With a comma and a space; a comma within a name has a backslash before it.
    Escaped,
    Semicolons,
    /// With commas, and commas within names are not told apart.
    Commas,
}

/// The columns, by their names in small letters without signs, and what else they were called.
const COLUMNS: [(&str, &[&str]); 17] = [
    ("trackuri", &["spotifyuri", "spotifyid", "trackid"]),
    ("trackname", &[]),
    ("artisturis", &["artistids", "artisturi"]),
    ("artistnames", &["artistname"]),
    ("albumuri", &[]),
    ("albumname", &[]),
    ("albumartisturis", &["albumartisturi"]),
    ("albumartistnames", &["albumartistname"]),
    ("albumreleasedate", &["releasedate"]),
    ("albumimageurl", &[]),
    ("discnumber", &[]),
    ("tracknumber", &[]),
    ("trackdurationms", &["durationms"]),
    ("trackpreviewurl", &[]),
    ("explicit", &[]),
    ("popularity", &[]),
    ("isrc", &[]),
];

// === impl Columns ===

impl Columns {
    /// Reads a header row, in any order, case and spelling of the signs. `None` where it is no playlist exporter's: it
    /// has no column for the track's URI and name.
    pub fn find<'a>(header: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let header: Vec<&str> = header.into_iter().collect();
        let names: Vec<String> = header.iter().map(|name| plain(name)).collect();
        let place = |name: &str| names.iter().position(|found| found == name);
        let known = COLUMNS.iter().filter_map(|(name, others)| {
            let at = place(name).or_else(|| others.iter().find_map(|other| place(other)))?;
            let spelled = header[at].trim_start_matches('\u{feff}').trim();
            Some(Place { known: name, name: shown(spelled), at })
        });
        let places: Vec<_> = known.collect();
        let has = |name: &str| places.iter().any(|place: &Place| place.known == name);
        let lists = if place("artistids").is_some() {
            Lists::Commas
        } else if has("artisturis") || has("albumuri") {
            Lists::Escaped
        } else if place("explicit").is_some() || place("recordlabel").is_some() {
            Lists::Semicolons
        } else {
            Lists::Commas
        };
        (has("trackuri") && has("trackname")).then_some(Self { places, lists })
    }

    /// Reads a row; `cell` gives the text in a column, counted from 0.
    pub fn row<'a>(&self, cell: impl Fn(usize) -> Option<&'a str>) -> Exportify {
        let cell = |name: &str| {
            let place = self.places.iter().find(|place| place.known == name)?;
            cell(place.at).map(str::trim).filter(|text| !text.is_empty())
        };
        let text = |name: &str| cell(name).map(str::to_owned);
        let number = |name: &str| cell(name).and_then(number);
        let list = |names: &str, uris: &str| self.list(cell(names).unwrap_or_default(), cell(uris).unwrap_or_default());
        Exportify {
            uri: text("trackuri").unwrap_or_default(),
            name: text("trackname"),
            artists: list("artistnames", "artisturis"),
            album: text("albumname")
                .map(|name| Named { name, id: cell("albumuri").and_then(|uri| id(uri, Kind::Album)) }),
            album_artists: list("albumartistnames", "albumartisturis"),
            release_date: text("albumreleasedate"),
            image: text("albumimageurl"),
            disc_number: number("discnumber"),
            track_number: number("tracknumber"),
            duration_ms: number("trackdurationms"),
            preview_url: text("trackpreviewurl"),
            explicit: cell("explicit").and_then(truth),
            popularity: number("popularity"),
            isrc: text("isrc"),
        }
    }

    /// What is wrong with the first cell that should hold a number, `true` or `false`, or the URI of an album or an
    /// artist, and does not: `"Popularity" is no number: abc`. The rest of the row is good all the same.
    pub fn flaw<'a>(&self, cell: impl Fn(usize) -> Option<&'a str>) -> Option<String> {
        self.places.iter().find_map(|Place { known, name, at }| {
            let text = cell(*at).map(str::trim).filter(|text| !text.is_empty())?;
            let why = match *known {
                "discnumber" | "tracknumber" | "trackdurationms" | "popularity" if number(text).is_none() => {
                    if text.parse::<f64>().is_ok() { "is no whole number" } else { "is no number" }
                }
                "explicit" if truth(text).is_none() => "is neither true nor false",
                "albumuri" if !are_ids(text, Kind::Album) => "names no album",
                "artisturis" | "albumartisturis" if !are_ids(text, Kind::Artist) => "names no artist",
                _ => return None,
            };
            Some(format!("\"{name}\" {why}: {}", shown(text)))
        })
    }

    /// Names, each with its id where there are as many ids as names.
    fn list(&self, names: &str, uris: &str) -> Vec<Named> {
        let ids: Vec<_> = uris.split(',').map(str::trim).filter(|uri| !uri.is_empty()).collect();
        let names = match self.lists {
            Lists::Escaped => unescaped(names),
            Lists::Semicolons => names.split(';').map(str::to_owned).collect(),
            // A lone artist's name may have commas.
            Lists::Commas if ids.len() == 1 => vec![names.to_owned()],
            Lists::Commas if names.contains(';') => names.split(';').map(str::to_owned).collect(),
            Lists::Commas => names.split(',').map(str::to_owned).collect(),
        };
        let names: Vec<_> =
            names.into_iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
        let is_paired = ids.len() == names.len();
        let id = |place: usize| is_paired.then(|| id(ids[place], Kind::Artist)).flatten();
        names.into_iter().enumerate().map(|(place, name)| Named { name, id: id(place) }).collect()
    }
}

// === impl Exportify ===

impl Exportify {
    /// The track as Spotify would send it, with what the row knows and nothing else: an artist or album without an id
    /// has none here. Local files and episodes are marked as such.
    pub fn to_track(&self) -> Value {
        let named = Reference::parse(&self.uri);
        let (kind, id) = match named {
            Ok(Reference::Object(kind, id)) => (kind, Some(id)),
            Ok(Reference::Bare(id)) => (Kind::Track, Some(id)),
            _ => (Kind::Track, None),
        };
        let mut track = Map::new();
        let mut put = |name: &str, value: Option<Value>| value.and_then(|value| track.insert(name.to_owned(), value));
        put("album", self.album());
        put("artists", (!self.artists.is_empty()).then(|| artists(&self.artists)));
        put("disc_number", self.disc_number.map(Value::from));
        put("duration_ms", self.duration_ms.map(Value::from));
        put("explicit", self.explicit.map(Value::from));
        put("external_ids", self.isrc.as_ref().map(|isrc| json!({ "isrc": isrc })));
        put("external_urls", id.map(|id| links(kind, id.as_str())));
        put("href", id.map(|id| href(kind, id.as_str())));
        put("id", Some(id.map_or(Value::Null, |id| Value::from(id.as_str()))));
        put("is_local", Some(Value::from(named == Ok(Reference::LocalFile))));
        put("name", self.name.as_deref().map(Value::from));
        put("popularity", self.popularity.map(Value::from));
        put("preview_url", self.preview_url.as_deref().map(Value::from));
        put("track_number", self.track_number.map(Value::from));
        put("type", Some(Value::from(kind.as_str())));
        let said = || if self.uri.is_empty() { Value::Null } else { Value::from(self.uri.as_str()) };
        put("uri", Some(id.map_or_else(said, |id| uri(kind, id.as_str()))));
        Value::Object(track)
    }

    fn album(&self) -> Option<Value> {
        let Named { name, id } = self.album.as_ref()?;
        let mut album = Map::new();
        let mut put = |name: &str, value: Option<Value>| value.and_then(|value| album.insert(name.to_owned(), value));
        let precision = self.release_date.as_ref().and_then(|date| match date.len() {
            4 => Some("year"),
            7 => Some("month"),
            10 => Some("day"),
            _ => None,
        });
        put("artists", (!self.album_artists.is_empty()).then(|| artists(&self.album_artists)));
        put("external_urls", id.map(|id| links(Kind::Album, id.as_str())));
        put("href", id.map(|id| href(Kind::Album, id.as_str())));
        put("id", id.map(|id| Value::from(id.as_str())));
        put("images", self.image.as_ref().map(|url| json!([{ "url": url, "height": null, "width": null }])));
        put("name", Some(Value::from(name.as_str())));
        put("release_date", precision.and(self.release_date.as_deref()).map(Value::from));
        put("release_date_precision", precision.map(Value::from));
        put("type", Some(Value::from(Kind::Album.as_str())));
        put("uri", id.map(|id| uri(Kind::Album, id.as_str())));
        Some(Value::Object(album))
    }
}

fn artists(list: &[Named]) -> Value {
    let artist = |Named { name, id }: &Named| match *id {
        Some(id) => json!({
            "external_urls": links(Kind::Artist, id.as_str()),
            "href": href(Kind::Artist, id.as_str()),
            "id": id.as_str(),
            "name": name,
            "type": Kind::Artist.as_str(),
            "uri": uri(Kind::Artist, id.as_str()),
        }),
        None => json!({ "name": name, "type": Kind::Artist.as_str() }),
    };
    list.iter().map(artist).collect()
}

/// The id in a URI of one kind, or a bare one.
fn id(text: &str, kind: Kind) -> Option<Id> {
    match Reference::parse(text).ok()? {
        Reference::Bare(id) => Some(id),
        Reference::Object(of, id) if of == kind => Some(id),
        _ => None,
    }
}

/// Whether each of these URIs names an object of one kind, or a file on somebody's disk.
fn are_ids(uris: &str, kind: Kind) -> bool {
    let mut uris = uris.split(',').map(str::trim).filter(|uri| !uri.is_empty());
    uris.all(|uri| id(uri, kind).is_some() || Reference::parse(uri) == Ok(Reference::LocalFile))
}

fn number(text: &str) -> Option<u64> {
    text.parse().ok()
}

fn truth(text: &str) -> Option<bool> {
    text.to_ascii_lowercase().parse().ok()
}

/// A column's name in small letters, without signs.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// Splits at commas that have no backslash before them, and takes the backslashes out.
fn unescaped(text: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if letters.peek() == Some(&',') => {
                names.last_mut().expect("never empty").push(letters.next().unwrap_or(','))
            }
            ',' => names.push(String::new()),
            letter => names.last_mut().expect("never empty").push(letter),
        }
    }
    names
}
