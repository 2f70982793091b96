//! Members of objects: what an object is, and what is not kept of it.

use serde_json::{Map, Value};
use sleeve_model::{Id, Kind, Reference};

use super::reference;
use crate::document::CANONICAL_BASE;
use crate::import::tally::shown;
use crate::prepared::ANSWERS;

/// Why an object has no id.
pub(super) enum NoId {
    /// Nothing says one, as with placeholders; or its `type` is another kind's.
    Unsaid,
    /// A text stands in its place, in a clause.
    Bad(String),
}

/// The members of a simplified album, in the order in which tracks hold them.
const SIMPLIFIED_ALBUM: [&str; 13] = [
    "album_type",
    "artists",
    "available_markets",
    "external_urls",
    "href",
    "id",
    "images",
    "name",
    "release_date",
    "release_date_precision",
    "total_tracks",
    "type",
    "uri",
];

/// What an object is: by its `type`, else by its `uri`, else by its `href`. `None` where it is a page or an envelope.
pub(super) fn kind(map: &Map<String, Value>) -> Option<Kind> {
    let kind = match map.get("type") {
        Some(Value::String(word)) => Kind::from_word(word),
        Some(Value::Null) | None => address(map).map(|(kind, _)| kind),
        Some(_) => None,
    }?;
    // Playlists once held episodes in the clothes of tracks.
    let is_episode = kind == Kind::Track && map.get("episode") == Some(&Value::Bool(true));
    Some(if is_episode { Kind::Episode } else { kind })
}

/// The id of an object; `type` and `id` are written into it where they are missing.
pub(super) fn complete(map: &mut Map<String, Value>, kind: Kind) -> Result<Id, NoId> {
    if map.get("type").and_then(Value::as_str).is_some_and(|word| word != kind.as_str()) {
        return Err(NoId::Unsaid);
    }
    let id = match map.get("id") {
        Some(Value::String(id)) => Id::parse(id).map_err(|_| NoId::Bad(format!("its id `{}` is no id", shown(id))))?,
        _ => {
            let id = address(map).filter(|(of, _)| *of == kind).map(|(_, id)| id);
            let id = id.ok_or_else(|| unaddressed(map, kind))?;
            map.insert("id".to_owned(), Value::String(id.to_string()));
            id
        }
    };
    if !map.get("type").is_some_and(Value::is_string) {
        map.insert("type".to_owned(), Value::String(kind.to_string()));
    }
    Ok(id)
}

/// Why an object without an `id` has none: a `uri`, if there is one, should have named it.
fn unaddressed(map: &Map<String, Value>, kind: Kind) -> NoId {
    match map.get("uri").and_then(Value::as_str) {
        Some(uri) if Reference::parse(uri) != Ok(Reference::LocalFile) => {
            NoId::Bad(format!("its URI `{}` names no {kind}", shown(uri)))
        }
        _ => NoId::Unsaid,
    }
}

/// Whether a track is a file on somebody's disk.
pub(super) fn is_local(map: &Map<String, Value>) -> bool {
    map.get("is_local") == Some(&Value::Bool(true))
        || map.get("uri").and_then(Value::as_str).is_some_and(|uri| uri.starts_with("spotify:local:"))
}

/// Takes out what answers one question, and brings `href`s to the canonical address.
pub(super) fn clean(map: &mut Map<String, Value>) {
    for name in ANSWERS {
        map.shift_remove(name);
    }
    for (name, value) in map.iter_mut() {
        match value {
            Value::String(href) if name == "href" => canonise(href),
            Value::Object(map) => clean(map),
            Value::Array(list) if name != "available_markets" => {
                list.iter_mut().filter_map(Value::as_object_mut).for_each(clean);
            }
            _ => {}
        }
    }
}

/// What a full album shows of itself in its tracks.
pub(super) fn simplified_album(album: &Map<String, Value>) -> Map<String, Value> {
    let members = SIMPLIFIED_ALBUM.iter().filter_map(|name| album.get_key_value(*name));
    members.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// What stands behind `/v1/` in an address of the Web API, whatever its host.
pub(super) fn path(href: &str) -> Option<&str> {
    match href.strip_prefix(CANONICAL_BASE) {
        Some(path) => Some(path),
        None => href
            .strip_prefix("https://")
            .or_else(|| href.strip_prefix("http://"))?
            .split_once("/v1/")
            .map(|(_, path)| path),
    }
}

fn canonise(href: &mut String) {
    if !href.starts_with(CANONICAL_BASE)
        && let Some(path) = path(href)
    {
        *href = format!("{CANONICAL_BASE}{path}");
    }
}

/// The kind and id that an object's `uri` or `href` names.
fn address(map: &Map<String, Value>) -> Option<(Kind, Id)> {
    let text = |name: &str| map.get(name).and_then(Value::as_str);
    text("uri").and_then(reference).or_else(|| {
        let (kinds, id) = path(text("href")?)?.split_once('/')?;
        Some((Kind::from_word(kinds.strip_suffix('s')?)?, Id::parse(id.trim_end_matches('/')).ok()?))
    })
}
