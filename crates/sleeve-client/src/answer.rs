//! What a good answer holds.

use std::collections::HashMap;

use http::{HeaderMap, StatusCode};
use serde::de::{DeserializeOwned, Error as _, IgnoredAny};

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

/// Longer objects say something.
const SHORT: usize = 512;

/// Reads a document. A list is no object, though serde fills one from it by position: it is an error where only an object
/// will do. So is an error that comes with a good status, though any member may be absent from a document.
pub(crate) fn read<T: DeserializeOwned>(json: &str) -> serde_json::Result<T> {
    let document = serde_json::from_str(json)?;
    if json.len() < SHORT
        && serde_json::from_str::<HashMap<String, IgnoredAny>>(json)
            .is_ok_and(|members| !members.is_empty() && members.keys().all(|name| name == "error"))
    {
        return Err(serde_json::Error::custom("an error, and no document"));
    }
    let takes = |json| serde_json::from_str::<T>(json).is_ok();
    if json.trim_start().starts_with('[') && takes("{}") && !takes("0") {
        return Err(serde_json::Error::custom("a list, and no object"));
    }
    Ok(document)
}
