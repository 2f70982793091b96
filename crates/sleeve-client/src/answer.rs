//! What a good answer holds.

use http::{HeaderMap, StatusCode};
use serde::de::{DeserializeOwned, Error as _};

/// A good answer: the typed document, and everything that it was read from.
#[derive(Clone, Debug)]
pub struct Answer<T> {
    /// The document.
    pub document: T,
    json: String,
    status: StatusCode,
    headers: HeaderMap,
    source: Source,
}

/// Where an answer came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// A request was sent for it.
    Sent,
    /// Another call's request, which was in flight already.
    Joined,
    /// It was kept and is still fresh; nothing was sent.
    Kept,
    /// It was kept, and the service said that it still holds (304).
    Confirmed,
}

impl<T> Answer<T> {
    pub(crate) fn new(document: T, json: String, status: StatusCode, headers: HeaderMap) -> Self {
        Self { document, json, status, headers, source: Source::Sent }
    }

    pub(crate) fn out_of(self, source: Source) -> Self {
        Self { source, ..self }
    }

    /// The JSON text exactly as it came: order of keys, spaces, members that the document does not know. Empty where
    /// the endpoint answers nothing.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// The JSON text, to keep.
    pub fn into_json(self) -> String {
        self.json
    }

    /// The status, in the 200s.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers, without what concerned the way here (`content-encoding`, where the body was unpacked).
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Where it came from: sent for, joined, or kept.
    pub fn source(&self) -> Source {
        self.source
    }
}

/// Reads a document. A list is no object, though serde fills one from it by position: it is an error where only an object
/// will do.
pub(crate) fn read<T: DeserializeOwned>(json: &str) -> serde_json::Result<T> {
    let document = serde_json::from_str(json)?;
    let takes = |json| serde_json::from_str::<T>(json).is_ok();
    if json.trim_start().starts_with('[') && takes("{}") && !takes("0") {
        return Err(serde_json::Error::custom("a list, and no object"));
    }
    Ok(document)
}
