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
}

impl<T> Answer<T> {
    pub(crate) fn new(document: T, json: String, status: StatusCode, headers: HeaderMap) -> Self {
        Self { document, json, status, headers }
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
