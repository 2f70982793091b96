//! What a good answer holds.

mod asked;
mod place;

use std::collections::HashMap;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::{DeserializeOwned, Error as _, IgnoredAny};

use crate::failure::Failure;

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

/// What some proxies put before a text.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// Why a body is not the document that was asked for.
pub(crate) struct Unread {
    body: Bytes,
    cause: String,
    /// The path of the value that is not what it should be.
    place: String,
}

impl Unread {
    /// `hush`: what may stand in the body and nobody may see.
    pub(crate) fn failure(self, operation: &str, status: StatusCode, hush: &[&str]) -> Failure {
        let Self { body, cause, place } = self;
        match asked::is_list(operation) && place.contains('[') {
            true => Failure::bad_item_within(status, body, &place, &cause, hush),
            false => Failure::decode(status, body, &cause, hush),
        }
    }
}

/// Reads the body of an operation's answer as a document, and keeps its text.
pub(crate) fn read<T: DeserializeOwned>(operation: &str, body: Bytes) -> Result<(T, String), Unread> {
    let json = text(body)?;
    let lacking = |document| match asked::lacks(operation, &json) {
        Some(lack) => Err(serde_json::Error::custom(lack)),
        None => Ok(document),
    };
    match document(&json).and_then(lacking) {
        Ok(document) => Ok((document, json)),
        Err(cause) => {
            let place = if cause.is_data() { place::path(&json, cause.line(), cause.column()) } else { String::new() };
            Err(Unread { body: json.into(), cause: cause.to_string(), place })
        }
    }
}

/// A body without the byte order mark, which is no part of a text.
pub(crate) fn without_mark(body: Bytes) -> Bytes {
    if body.starts_with(BOM) { body.slice(BOM.len()..) } else { body }
}

/// A body as it stands, where no document is promised.
pub(crate) fn text(body: Bytes) -> Result<String, Unread> {
    String::from_utf8(body.into()).map_err(|error| {
        let cause = error.to_string();
        Unread { body: error.into_bytes().into(), cause, place: String::new() }
    })
}

/// Reads a document. A list is no object, though serde fills one from it by position: it is an error where only an object
/// will do. So is an error that comes with a good status, though any member may be absent from a document.
fn document<T: DeserializeOwned>(json: &str) -> serde_json::Result<T> {
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
