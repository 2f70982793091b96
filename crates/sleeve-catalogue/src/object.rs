//! One stored object: its document, and what the catalogue finds it by.

use std::sync::Arc;

use serde_json::Value;
use sleeve_model::{Id, Kind, Market};

use crate::markets::MarketLists;
use crate::{Document, Error, ErrorKind, MarketList};

/// One stored object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// What it is.
    pub kind: Kind,
    /// Its id.
    pub id: Id,
    /// The recording's ISRC, in capitals and without dashes; tracks only.
    pub isrc: Option<String>,
    /// The release's UPC; albums only.
    pub upc: Option<String>,
    /// 0 to 100; 0 where nobody knows.
    pub popularity: u8,
    /// Where it plays; `None` where the document does not say, which counts as everywhere.
    pub markets: Option<Arc<MarketList>>,
    /// The document itself.
    pub document: Document,
}

impl Object {
    /// Takes an object as Spotify sends it.
    ///
    /// # Errors
    /// [`ErrorKind::NotAnObject`] where it has no `type` and `id` that a catalogue can hold.
    pub fn from_json(json: &Value) -> Result<Self, Error> {
        Self::compile(json, &mut MarketLists::default())
    }

    /// The same, sharing lists of markets that are known already.
    pub(crate) fn compile(json: &Value, lists: &mut MarketLists) -> Result<Self, Error> {
        let text = |name: &str| json.get(name).and_then(Value::as_str);
        let outside = |name: &str| json.get("external_ids").and_then(|ids| ids.get(name)).and_then(Value::as_str);
        let bad = |why: &str| Error::new(ErrorKind::NotAnObject, why);
        let kind = text("type").and_then(Kind::from_word).ok_or_else(|| bad("it has no `type` that Spotify knows"))?;
        let id = text("id").ok_or_else(|| bad("it has no `id`"))?;
        let id = Id::parse(id).map_err(|error| bad(&format!("its id `{id}` is none: {error}")))?;
        let isrc = outside("isrc").filter(|_| kind == Kind::Track);
        let isrc = isrc.map(|isrc| isrc.replace(['-', ' '], "").to_ascii_uppercase());
        let upc = outside("upc").or(outside("ean")).filter(|_| kind == Kind::Album).map(str::to_owned);
        let popularity = json.get("popularity").and_then(Value::as_u64).and_then(|value| u8::try_from(value).ok());
        let (document, markets) = Document::compile(json, lists);
        Ok(Self { kind, id, isrc, upc, popularity: popularity.unwrap_or_default(), markets, document })
    }

    /// Whether it plays in a market, as its document says.
    pub fn plays_in(&self, market: Market) -> bool {
        self.markets.as_ref().is_none_or(|markets| markets.contains(market))
    }

    /// Its name, for people; empty where nobody knows it.
    pub fn name(&self) -> String {
        let json: Value = serde_json::from_str(&self.document.to_json()).unwrap_or_default();
        json.get("name").and_then(Value::as_str).unwrap_or_default().to_owned()
    }
}
