//! Objects on their way into a store: what can be done without it is done, so that it can be done on another thread.

use std::fmt;

use serde_json::{Map, Value};
use sleeve_model::Kind;

use crate::document::Squeezer;
use crate::links::Links;
use crate::markets::MarketLists;
use crate::{Error, ErrorKind, KINDS, Object, address};

/// Prepares objects; one for each thread.
pub struct Preparer {
    lists: MarketLists,
    squeezer: Squeezer,
}

/// An object that is ready to be stored.
#[derive(Debug)]
pub struct Prepared {
    pub(crate) object: Object,
    pub(crate) links: Links,
    pub(crate) squeezed: Vec<u8>,
}

/// Members that answer one question and are nobody's own: what a market said, and how an album stands to one artist.
pub(crate) const ANSWERS: [&str; 4] = ["is_playable", "linked_from", "restrictions", "album_group"];

/// The page of an album's tracks, which are objects of their own.
const TRACKS: &str = "tracks";

impl Preparer {
    /// One with nothing prepared yet.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`] where there is no memory for it.
    pub fn new() -> Result<Self, Error> {
        Ok(Self { lists: MarketLists::default(), squeezer: Squeezer::new()? })
    }

    /// Makes an object as Spotify sends it ready to be stored. What follows from its kind and id (`href`, `uri`, the
    /// link for people) is added where it is missing. `available_markets` may be a text as well: the list as compact
    /// JSON, which is quicker, and is stored as the list.
    ///
    /// # Errors
    /// [`ErrorKind::NotAnObject`] where it is none that a catalogue holds.
    pub fn prepare(&mut self, mut json: Value) -> Result<Prepared, Error> {
        if let Some(members) = json.as_object_mut() {
            ANSWERS.into_iter().chain([TRACKS]).for_each(|name| drop(members.shift_remove(name)));
            complete(members);
        }
        let object = Object::compile(&json, &mut self.lists)?;
        if !KINDS.contains(&object.kind) {
            return Err(Error::new(ErrorKind::NotAnObject, format!("a catalogue holds no {}s yet", object.kind)));
        }
        let links = Links::of(object.kind, &json);
        let squeezed = self.squeezer.squeeze(&object.document)?;
        Ok(Prepared { object, links, squeezed })
    }
}

fn complete(members: &mut Map<String, Value>) {
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let Some((kind, id)) = text("type").and_then(Kind::from_word).zip(text("id").map(str::to_owned)) else { return };
    let mut add = |name: &str, derive: fn(Kind, &str) -> Value| {
        if members.get(name).is_none_or(Value::is_null) {
            members.insert(name.to_owned(), derive(kind, &id));
        }
    };
    add("external_urls", address::links);
    add("href", address::href);
    add("uri", address::uri);
}

impl fmt::Debug for Preparer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Preparer")
    }
}
