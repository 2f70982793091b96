//! An answer of Spotify's taken apart into objects.

mod members;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Map, Value};
use sleeve_model::{Id, Kind, Reference};

use self::members::NoId;
use super::PassedOver;
use super::parse::parse;

/// One object out of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// A track, an album or an artist.
    pub kind: Kind,
    /// Its id.
    pub id: Id,
    /// The object, full or simplified, with `type`, `id` and every member that was sent, but for what answers one
    /// question only (`is_playable`, `linked_from`, `restrictions`, `album_group`, an album's `tracks`). `href`s begin
    /// with the canonical address. A list of markets may be a text, the list as compact JSON, as [`Preparer::prepare`]
    /// takes it.
    ///
    /// [`Preparer::prepare`]: crate::Preparer::prepare
    pub json: Value,
    /// What the place in which it stood says of it.
    pub hint: Option<Hint>,
}

/// What the place in which an object stood says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// A track that stood in the list of an album's tracks.
    AlbumTrack {
        /// The album.
        album: Id,
        /// Its place in the whole list, from 0.
        place: u64,
    },
    /// An album that stood in the list of an artist's albums.
    ArtistAlbum {
        /// The artist.
        artist: Id,
        /// The `album_group`: `album`, `single`, `compilation`, `appears_on`.
        group: Option<String>,
    },
}

/// What a value was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flattened {
    /// Whether it is something of Spotify's.
    pub is_known: bool,
    /// The first object in it whose id or URI is a text that is none, in a clause. Such objects are not handed over.
    pub bad_id: Option<String>,
}

/// Takes answers apart. It remembers the artists and albums of late, and passes one on again only if it differs.
#[derive(Debug, Default)]
pub struct Flattener {
    seen: Seen,
}

/// What was passed on last of an object, both as hashes: a saving that forgets a change once in 2^64 objects.
type Seen = HashMap<u64, u64>;

/// One answer being taken apart.
struct Visit<'a> {
    seen: &'a mut Seen,
    passed_over: &'a mut PassedOver,
    sink: &'a mut dyn FnMut(Piece),
    bad_id: Option<String>,
    /// Within an answer that was saved as a text: one within another is not read, so that depth has an end.
    in_body: bool,
}

/// The list in which an object stands.
#[derive(Clone, Copy)]
enum List<'a> {
    Any,
    AlbumTracks { album: Id, parent: Option<&'a Map<String, Value>>, offset: u64 },
    ArtistAlbums(Id),
}

/// How many objects are remembered: about 36 MB.
const SEEN: usize = 1 << 20;

/// The members in which answers hold objects, or lists and pages of them.
const HOLDERS: [&str; 15] = [
    "artists",
    "albums",
    "album",
    "tracks",
    "items",
    "playlists",
    "playlist",
    "shows",
    "show",
    "episodes",
    "episode",
    "audiobooks",
    "currently_playing",
    "queue",
    "body",
];

impl Flattener {
    /// Hands the objects within a value to `sink`: first the artists and albums that an object names, then itself.
    pub fn flatten(&mut self, value: Value, passed_over: &mut PassedOver, sink: &mut dyn FnMut(Piece)) -> Flattened {
        if self.seen.len() > SEEN {
            self.seen.clear();
        }
        let mut visit = Visit { seen: &mut self.seen, passed_over, sink, bad_id: None, in_body: false };
        let is_known = visit.value(value, List::Any, 0);
        Flattened { is_known, bad_id: visit.bad_id }
    }
}

impl Visit<'_> {
    /// An object, or a list or page of them; `place` is the place in `list`. `false` where it is nothing of Spotify's.
    fn value(&mut self, value: Value, list: List<'_>, place: u64) -> bool {
        match value {
            Value::Null => self.passed_over.add(PassedOver::NULL),
            Value::Array(values) => return self.list(values, list),
            Value::Object(map) => match members::kind(&map) {
                Some(kind) => self.object(kind, map, list, place),
                None => return self.holder(map),
            },
            _ => return false,
        }
        true
    }

    /// `false` where there are values and none of them is Spotify's.
    fn list(&mut self, values: Vec<Value>, list: List<'_>) -> bool {
        let (count, mut unknown) = (values.len(), 0);
        for (place, value) in (0..).zip(values) {
            unknown += usize::from(!self.value(value, list, place));
        }
        let is_known = count == 0 || unknown < count;
        if is_known {
            self.passed_over.add_many(PassedOver::UNRECOGNISED, unknown);
        }
        is_known
    }

    fn object(&mut self, kind: Kind, mut map: Map<String, Value>, list: List<'_>, place: u64) {
        match kind {
            Kind::Track => self.track(map, list, place),
            Kind::Album => self.album(map, list),
            Kind::Artist => self.artist(map),
            Kind::Playlist => {
                self.passed_over.add(kind.as_str());
                // Both names are sent side by side, with the same entries.
                let page = ["items", "tracks"].iter().find_map(|name| {
                    let page = map.get_mut(*name)?;
                    (page.is_array() || page.get("items").is_some()).then(|| page.take())
                });
                if page.is_some_and(|page| !self.value(page, List::Any, 0)) {
                    self.passed_over.add(PassedOver::UNRECOGNISED);
                }
            }
            _ => self.passed_over.add(kind.as_str()),
        }
    }

    /// A page, an entry of a list, an answer with several lists, an envelope.
    fn holder(&mut self, mut map: Map<String, Value>) -> bool {
        let list = list_of(&map);
        let mut is_one = false;
        // An entry holds its object under the new name, the old, or both.
        for name in ["item", "track"] {
            let Some(value) = map.get_mut(name) else { continue };
            is_one = true;
            if !value.is_null() {
                let value = value.take();
                return self.value(value, list, 0);
            }
        }
        if is_one {
            self.passed_over.add(PassedOver::NULL);
        }
        for name in HOLDERS {
            let Some(value) = map.get_mut(name).map(Value::take) else { continue };
            is_one |= match value {
                Value::String(text) if name == "body" && !self.in_body => {
                    let Ok(body) = parse(text.as_bytes()) else { return false };
                    self.in_body = true;
                    let is_known = self.value(body, list, 0);
                    self.in_body = false;
                    is_known
                }
                Value::Null => true,
                value @ (Value::Object(_) | Value::Array(_)) => self.value(value, list, 0),
                _ => false,
            };
        }
        if !is_one && map.contains_key("error") {
            self.passed_over.add(PassedOver::ERROR);
            return true;
        }
        is_one
    }

    fn track(&mut self, mut map: Map<String, Value>, list: List<'_>, place: u64) {
        if members::is_local(&map) {
            return self.passed_over.add(PassedOver::LOCAL_FILE);
        }
        let id = self.own_id(&mut map, Kind::Track);
        members::clean(&mut map);
        // Entries of playlists say so of their tracks.
        for name in ["episode", "track"] {
            if map.get(name).is_some_and(Value::is_boolean) {
                map.shift_remove(name);
            }
        }
        self.artists_of(&mut map);
        if let Some(Value::Object(album)) = map.get_mut("album") {
            let id = self.id_of(album, Kind::Album);
            self.artists_of(album);
            if let (Some(id), Some(album)) = (id, map.get("album")) {
                self.parent(Kind::Album, id, album);
            }
        }
        let Some(id) = id else { return };
        let mut hint = None;
        if let List::AlbumTracks { album, parent, offset } = list {
            hint = Some(Hint::AlbumTrack { album, place: offset + place });
            if let (None, Some(parent)) = (map.get("album"), parent) {
                map.shift_insert(0, "album".to_owned(), Value::Object(parent.clone()));
            }
        }
        (self.sink)(Piece { kind: Kind::Track, id, json: Value::Object(map), hint });
    }

    fn album(&mut self, mut map: Map<String, Value>, list: List<'_>) {
        let id = self.own_id(&mut map, Kind::Album);
        let group = map.get("album_group").and_then(Value::as_str).map(str::to_owned);
        let tracks = map.shift_remove("tracks");
        members::clean(&mut map);
        self.artists_of(&mut map);
        let parent = tracks.as_ref().map(|_| members::simplified_album(&map));
        let json = Value::Object(map);
        let hint = match list {
            List::ArtistAlbums(artist) => Some(Hint::ArtistAlbum { artist, group }),
            _ => None,
        };
        if let Some(id) = id
            && (self.is_news(Kind::Album, id, &json) || hint.is_some())
        {
            (self.sink)(Piece { kind: Kind::Album, id, json, hint });
        }
        let (offset, items) = match tracks {
            Some(Value::Object(mut page)) => (offset_of(&page), page.get_mut("items").map(Value::take)),
            list => (0, list),
        };
        let list = id.map_or(List::Any, |album| List::AlbumTracks { album, parent: parent.as_ref(), offset });
        if let Some(Value::Array(items)) = items
            && !self.list(items, list)
        {
            self.passed_over.add(PassedOver::UNRECOGNISED);
        }
    }

    fn artist(&mut self, mut map: Map<String, Value>) {
        let Some(id) = self.own_id(&mut map, Kind::Artist) else { return };
        members::clean(&mut map);
        let json = Value::Object(map);
        if self.is_news(Kind::Artist, id, &json) {
            (self.sink)(Piece { kind: Kind::Artist, id, json, hint: None });
        }
    }

    /// The id of an object that stands in a place of its own. One without is passed over, one with a bad one noted.
    fn own_id(&mut self, map: &mut Map<String, Value>, kind: Kind) -> Option<Id> {
        let id = members::complete(map, kind);
        if matches!(id, Err(NoId::Unsaid)) {
            self.passed_over.add(PassedOver::NO_ID);
        }
        self.noted(id)
    }

    /// The id of an object that another one names, which need not have one. A bad one is noted.
    fn id_of(&mut self, map: &mut Map<String, Value>, kind: Kind) -> Option<Id> {
        self.noted(members::complete(map, kind))
    }

    fn noted(&mut self, id: Result<Id, NoId>) -> Option<Id> {
        if let Err(NoId::Bad(why)) = &id {
            self.bad_id.get_or_insert_with(|| why.clone());
        }
        id.ok()
    }

    /// Hands over the artists that an object names.
    fn artists_of(&mut self, map: &mut Map<String, Value>) {
        let Some(Value::Array(artists)) = map.get_mut("artists") else { return };
        for artist in artists {
            let id = artist.as_object_mut().and_then(|artist| self.id_of(artist, Kind::Artist));
            if let Some(id) = id {
                self.parent(Kind::Artist, id, artist);
            }
        }
    }

    /// Hands over an object that another one names.
    fn parent(&mut self, kind: Kind, id: Id, json: &Value) {
        if self.is_news(kind, id, json) {
            (self.sink)(Piece { kind, id, json: json.clone(), hint: None });
        }
    }

    /// Whether an object is not what was passed on last of this id.
    fn is_news(&mut self, kind: Kind, id: Id, json: &Value) -> bool {
        let hash = hash_of(json);
        self.seen.insert(hash_of(&(kind, id)), hash) != Some(hash)
    }
}

fn hash_of(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// What a page's own address says of its items.
fn list_of<'a>(page: &Map<String, Value>) -> List<'a> {
    let path = page.get("href").and_then(Value::as_str).and_then(members::path).unwrap_or_default();
    let mut segments = path.split(['/', '?']);
    match (segments.next(), segments.next().map(Id::parse), segments.next()) {
        (Some("albums"), Some(Ok(album)), Some("tracks")) => {
            List::AlbumTracks { album, parent: None, offset: offset_of(page) }
        }
        (Some("artists"), Some(Ok(artist)), Some("albums")) => List::ArtistAlbums(artist),
        _ => List::Any,
    }
}

fn offset_of(page: &Map<String, Value>) -> u64 {
    page.get("offset").and_then(Value::as_u64).unwrap_or_default()
}

/// The id that a URI names, with its kind.
fn reference(uri: &str) -> Option<(Kind, Id)> {
    match Reference::parse(uri).ok()? {
        Reference::Object(kind, id) => Some((kind, id)),
        _ => None,
    }
}
