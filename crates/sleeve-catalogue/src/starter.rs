//! The catalogue in the binary: 64 well-known tracks with their albums and artists.
//!
//! One document is whole, as recorded in 2019 (*Dance Monkey*). Of the others a sheet gives the facts that `enrich`
//! writes; what it lacks is made up here, always the same: markets (the recording's), the smaller covers' addresses where
//! they do not follow from the large one's, an album's type and number of tracks. API-QUIRKS.md says so.

use std::io::Read;

use flate2::read::GzDecoder;
use serde_json::{Value, json};
use sleeve_model::Kind;

use crate::address::{href, links, uri};
use crate::{Error, ErrorKind, Store};

const SHEET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/tracks.tsv.gz"));
const RECORDING: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/dance-monkey.json.gz"));

/// A row of the sheet.
struct Row<'a> {
    id: &'a str,
    name: &'a str,
    artists: Vec<(&'a str, &'a str)>,
    album: &'a str,
    album_id: &'a str,
    release_date: &'a str,
    track_number: u64,
    duration_ms: u64,
    explicit: bool,
    isrc: &'a str,
    popularity: u64,
    image: &'a str,
}

/// The starter catalogue, in memory.
///
/// # Errors
/// Where SQLite has no memory.
pub fn starter() -> Result<Store, Error> {
    let store = Store::in_memory()?;
    store.put(documents()?)?;
    Ok(store)
}

/// The documents, those that others name first.
fn documents() -> Result<Vec<Value>, Error> {
    let recording: Value =
        serde_json::from_str(&unpack(RECORDING)?).map_err(|error| broken("the recording").because(error))?;
    let markets = recording.get("available_markets").ok_or_else(|| broken("the recording"))?;
    let sheet = unpack(SHEET)?;
    let mut documents = Vec::new();
    for line in sheet.lines().skip(1) {
        let row = Row::parse(line).ok_or_else(|| broken(line))?;
        documents.extend(row.artists.iter().map(|(name, id)| whole_artist(name, id)));
        documents.push(row.whole_album(markets));
        documents.push(row.track(markets));
    }
    documents.push(whole_artist("Tones and I", "2NjfBq1NflQcKSeiDooVjY"));
    documents.push(recorded_album(&recording));
    documents.push(recording);
    Ok(documents)
}

fn unpack(bytes: &[u8]) -> Result<String, Error> {
    let mut text = String::new();
    GzDecoder::new(bytes).read_to_string(&mut text).map_err(|error| broken("its compression").because(error))?;
    Ok(text)
}

fn broken(what: &str) -> Error {
    Error::new(ErrorKind::Damaged, format!("the catalogue in this program is damaged: {what}"))
}

impl<'a> Row<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let cells: Vec<_> = line.split('\t').collect();
        let [
            id,
            name,
            artists,
            artist_ids,
            album,
            album_id,
            release_date,
            track_number,
            duration_ms,
            explicit,
            isrc,
            popularity,
            image,
        ] = cells.try_into().ok()?;
        Some(Self {
            id,
            name,
            artists: artists.split("; ").zip(artist_ids.split("; ")).collect(),
            album,
            album_id,
            release_date,
            track_number: track_number.parse().ok()?,
            duration_ms: duration_ms.parse().ok()?,
            explicit: explicit == "true",
            isrc,
            popularity: popularity.parse().ok()?,
            image,
        })
    }

    fn artists(&self) -> Value {
        self.artists.iter().map(|(name, id)| simplified_artist(name, id)).collect()
    }

    /// The recorded order of 2025-08.
    fn track(&self, markets: &Value) -> Value {
        json!({
            "album": {
                "album_type": self.album_type(),
                "artists": self.album_artists(),
                "available_markets": markets,
                "external_urls": links(Kind::Album, self.album_id),
                "href": href(Kind::Album, self.album_id),
                "id": self.album_id,
                "images": self.images(true),
                "name": self.album,
                "release_date": self.release_date,
                "release_date_precision": self.precision(),
                "total_tracks": self.total_tracks(),
                "type": "album",
                "uri": uri(Kind::Album, self.album_id),
            },
            "artists": self.artists(),
            "available_markets": markets,
            "disc_number": 1,
            "duration_ms": self.duration_ms,
            "explicit": self.explicit,
            "external_ids": {"isrc": self.isrc},
            "external_urls": links(Kind::Track, self.id),
            "href": href(Kind::Track, self.id),
            "id": self.id,
            "is_local": false,
            "name": self.name,
            "popularity": self.popularity,
            "preview_url": null,
            "track_number": self.track_number,
            "type": "track",
            "uri": uri(Kind::Track, self.id),
        })
    }

    /// The recorded order of 2025-08; without its tracks, of which the sheet knows one.
    fn whole_album(&self, markets: &Value) -> Value {
        json!({
            "album_type": self.album_type(),
            "total_tracks": self.total_tracks(),
            "available_markets": markets,
            "external_urls": links(Kind::Album, self.album_id),
            "href": href(Kind::Album, self.album_id),
            "id": self.album_id,
            "images": self.images(false),
            "name": self.album,
            "release_date": self.release_date,
            "release_date_precision": self.precision(),
            "type": "album",
            "uri": uri(Kind::Album, self.album_id),
            "artists": self.album_artists(),
            "copyrights": [],
            "external_ids": {},
            "genres": [],
            "label": "",
            "popularity": self.popularity,
        })
    }

    /// Made up: a soundtrack has other artists than its songs, but the sheet does not name them.
    fn album_artists(&self) -> Value {
        self.artists.iter().take(1).map(|(name, id)| simplified_artist(name, id)).collect()
    }

    /// Made up: an album that is called after the track and begins with it is a single.
    fn album_type(&self) -> &'static str {
        if self.album == self.name && self.track_number == 1 { "single" } else { "album" }
    }

    /// Made up: at least as many as the track's number.
    fn total_tracks(&self) -> u64 {
        match self.album_type() {
            "single" => 1,
            _ => self.track_number.max(10 + u64::from(seed(self.album_id) % 5)),
        }
    }

    fn precision(&self) -> &'static str {
        match self.release_date.len() {
            4 => "year",
            7 => "month",
            _ => "day",
        }
    }

    /// The sheet has the large one. Today's addresses tell the size in their first 16 digits, so the others follow; of
    /// older ones they are made up. Inside tracks the width stands first.
    fn images(&self, inside_track: bool) -> Value {
        let prefix = "https://i.scdn.co/image/";
        let hash = self.image.strip_prefix(prefix).unwrap_or(self.image);
        let url = |size: u32| match (hash.strip_prefix("ab67616d0000b273"), size) {
            (_, 640) => self.image.to_owned(),
            (Some(rest), 300) => format!("{prefix}ab67616d00001e02{rest}"),
            (Some(rest), _) => format!("{prefix}ab67616d00004851{rest}"),
            (None, size) => format!("{prefix}{size:08x}{}", hash.get(8..).unwrap_or_default()),
        };
        let image = |size: u32| match inside_track {
            true => json!({"url": url(size), "width": size, "height": size}),
            false => json!({"url": url(size), "height": size, "width": size}),
        };
        [640, 300, 64].into_iter().map(image).collect()
    }
}

fn simplified_artist(name: &str, id: &str) -> Value {
    json!({
        "external_urls": links(Kind::Artist, id),
        "href": href(Kind::Artist, id),
        "id": id,
        "name": name,
        "type": "artist",
        "uri": uri(Kind::Artist, id),
    })
}

/// The recorded order of 2025-08; followers and popularity are not known.
fn whole_artist(name: &str, id: &str) -> Value {
    json!({
        "external_urls": links(Kind::Artist, id),
        "followers": {"href": null, "total": 0},
        "genres": [],
        "href": href(Kind::Artist, id),
        "id": id,
        "images": [],
        "name": name,
        "popularity": 0,
        "type": "artist",
        "uri": uri(Kind::Artist, id),
    })
}

fn recorded_album(recording: &Value) -> Value {
    let mut album = recording.get("album").cloned().unwrap_or_default();
    let more = json!({"copyrights": [], "external_ids": {}, "genres": [], "label": "", "popularity": 0});
    if let (Some(album), Value::Object(more)) = (album.as_object_mut(), more) {
        album.extend(more);
    }
    album
}

/// A number that is an id's own: FNV-1a.
fn seed(id: &str) -> u32 {
    id.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::Value;
    use sleeve_model::{Id, Kind};

    use super::starter;
    use crate::{Catalogue, Object};

    fn dance_monkey() -> Object {
        let id = Id::parse("2XU0oxnq2qxCpomAAuJY8K").expect("a good id");
        starter().expect("it loads").object(Kind::Track, id).expect("readable").expect("it is there")
    }

    #[test]
    fn it_has_64_tracks_with_their_albums_and_artists() {
        let store = starter().expect("it loads");
        assert_eq!(store.count(Kind::Track).expect("readable"), 64);
        assert_eq!(store.count(Kind::Album).expect("readable"), 64);
        assert_eq!(store.count(Kind::Artist).expect("readable"), 76);
        let example = store.example(Kind::Track).expect("readable").expect("it is there");
        assert_eq!((example.id.as_str(), example.name().as_str()), ("75JFxkI2RXiU7L9VXzMkle", "The Scientist"));
    }

    #[test]
    fn the_recording_rests_as_it_came() {
        let source = fs::read_to_string("starter/dance-monkey.json").expect("the source is there");
        let source: Value = serde_json::from_str(&source).expect("good JSON");
        assert_eq!(dance_monkey().document.to_json(), source.to_string());
    }
}
