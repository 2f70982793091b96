//! What a good answer holds.

use http::{HeaderMap, StatusCode};

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
