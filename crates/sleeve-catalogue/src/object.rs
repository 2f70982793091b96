//! One stored object: its document, and what the catalogue finds it by.

use serde_json::Value;
use sleeve_model::{Id, Kind};

use crate::{Document, Error, ErrorKind, Markets};

/// One stored object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// What it is.
    pub kind: Kind,
    /// Its id.
    pub id: Id,
    /// Its name, for people.
    pub name: String,
    /// The recording's ISRC, in capitals; tracks only.
    pub isrc: Option<String>,
    /// 0 to 100; 0 where nobody knows.
    pub popularity: u8,
    /// Where it plays; `None` where the document does not say, which counts as everywhere.
    pub markets: Option<Markets>,
    /// The document itself.
    pub document: Document,
}

impl Object {
    /// Takes an object as Spotify sends it.
    ///
    /// # Errors
    /// [`ErrorKind::NotAnObject`] where it has no `type` and `id` that a catalogue can hold.
    pub fn from_json(json: &Value) -> Result<Self, Error> {
        let text = |name: &str| json.get(name).and_then(Value::as_str);
        let bad = |why: &str| Error::new(ErrorKind::NotAnObject, why);
        let kind = text("type").and_then(Kind::from_word).ok_or_else(|| bad("it has no `type` that Spotify knows"))?;
        let id = text("id").ok_or_else(|| bad("it has no `id`"))?;
        let id = Id::parse(id).map_err(|error| bad(&format!("its id `{id}` is none: {error}")))?;
        let isrc = json.pointer("/external_ids/isrc").and_then(Value::as_str).map(str::to_ascii_uppercase);
        let popularity = json.get("popularity").and_then(Value::as_u64).and_then(|value| u8::try_from(value).ok());
        let codes = json.get("available_markets").and_then(Value::as_array);
        let markets = codes.map(|codes| codes.iter().filter_map(|code| code.as_str()?.parse().ok()).collect());
        Ok(Self {
            kind,
            id,
            name: text("name").unwrap_or_default().to_owned(),
            isrc,
            popularity: popularity.unwrap_or_default(),
            markets,
            document: Document::from_json(json),
        })
    }
}
