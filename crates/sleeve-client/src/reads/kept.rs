//! An answer that is kept: which may be, for how long, and how it is written down.

use std::borrow::Cow;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::header::{AGE, CACHE_CONTROL, ETAG, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};

use super::Delivered;
use crate::{Shelf, Source};

/// A body that is longer is not kept.
const LONGEST_BODY: usize = 1 << 20;

/// What is set aside for the head.
const ROOM_FOR_HEAD: usize = 1024;

/// An answer as it was kept.
#[derive(Debug)]
pub(super) struct Kept {
    /// When it was sent, or confirmed.
    at: SystemTime,
    pub(super) headers: HeaderMap,
    body: Bytes,
}

/// The first line of what is written down; the body follows.
#[derive(Serialize, Deserialize)]
struct Head<'a> {
    at_ms: u64,
    #[serde(borrow)]
    headers: Vec<(&'a str, Cow<'a, str>)>,
}

/// What is written down of an answer, and until when; `None` where it may not be kept.
pub(super) fn encode(
    delivered: &Delivered,
    json: &str,
    now: SystemTime,
    max_age: Duration,
) -> Option<(Vec<u8>, SystemTime)> {
    let Delivered { status, headers, .. } = delivered;
    let rules = Rules::of(headers);
    let fresh = rules.fresh.max(max_age).min(Shelf::LONGEST);
    let has_tag = headers.contains_key(ETAG);
    if *status != StatusCode::OK || rules.no_store || json.len() > LONGEST_BODY || !(has_tag || fresh > Duration::ZERO)
    {
        return None;
    }
    let named = headers.iter().filter(|(name, _)| *name != SET_COOKIE);
    let headers = named.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?.into()))).collect();
    let at_ms = u64::try_from(now.duration_since(UNIX_EPOCH).ok()?.as_millis()).ok()?;
    // Once in memory, as far as can be told: the head is some hundred bytes long.
    let mut value = Vec::with_capacity(json.len() + ROOM_FOR_HEAD);
    serde_json::to_writer(&mut value, &Head { at_ms, headers }).ok()?;
    value.push(b'\n');
    value.extend_from_slice(json.as_bytes());
    Some((value, now + if has_tag { Shelf::LONGEST } else { fresh }))
}

impl Kept {
    /// Reads what was written down; `None` where that is something else.
    pub(super) fn decode(value: Vec<u8>) -> Option<Self> {
        let value = Bytes::from(value);
        let end = value.iter().position(|byte| *byte == b'\n')?;
        let head: Head<'_> = serde_json::from_slice(&value[..end]).ok()?;
        let mut headers = HeaderMap::with_capacity(head.headers.len());
        for (name, text) in &head.headers {
            headers.append(HeaderName::try_from(*name).ok()?, HeaderValue::try_from(&**text).ok()?);
        }
        let at = UNIX_EPOCH.checked_add(Duration::from_millis(head.at_ms))?;
        let body = value.slice(end + 1..);
        Some(Self { at, headers, body })
    }

    /// Whether it will do without asking.
    pub(super) fn is_fresh(&self, now: SystemTime, max_age: Duration) -> bool {
        // One from the future is asked about: a clock was wrong.
        let age = now.duration_since(self.at).ok();
        age.is_some_and(|age| age < Rules::of(&self.headers).fresh.max(max_age))
    }

    pub(super) fn deliver(&self, source: Source) -> Delivered {
        let (headers, body) = (self.headers.clone(), self.body.clone());
        let (status, elapsed) = (StatusCode::OK, Duration::ZERO);
        Delivered { status, headers, body, token: None, tries: 0, elapsed, source, is_joined: false }
    }
}

/// What an answer says about being kept.
struct Rules {
    no_store: bool,
    /// For how long it will do without asking.
    fresh: Duration,
}

impl Rules {
    fn of(headers: &HeaderMap) -> Self {
        let (mut no_store, mut no_cache, mut max_age) = (false, false, 0_u64);
        for value in headers.get_all(CACHE_CONTROL) {
            for directive in value.to_str().unwrap_or_default().split(',') {
                let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
                match name.trim().to_ascii_lowercase().as_str() {
                    "no-store" => no_store = true,
                    "no-cache" => no_cache = true,
                    "max-age" => max_age = value.trim().trim_matches('"').parse().unwrap_or(0),
                    _ => {}
                }
            }
        }
        let age = headers.get(AGE).and_then(|age| age.to_str().ok()?.trim().parse().ok()).unwrap_or(0);
        let seconds = if no_cache || no_store { 0 } else { max_age.saturating_sub(age) };
        Self { no_store, fresh: Duration::from_secs(seconds) }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use http::{HeaderMap, HeaderValue};

    use super::{Kept, Rules, encode};
    use crate::Source;

    #[test]
    fn how_long_an_answer_will_do_is_read_as_http_has_it() {
        for (text, fresh, no_store) in [
            ("public, max-age=7200", 7200, false),
            ("private,MAX-AGE=60", 60, false),
            ("max-age=\"60\"", 60, false),
            ("public, max-age=0", 0, false),
            ("public", 0, false),
            ("max-age=-1", 0, false),
            ("max-age=soon", 0, false),
            ("max-age=60, no-cache", 0, false),
            ("no-store, max-age=60", 0, true),
            ("No-Store", 0, true),
            ("x-max-age=60, s-maxage=60", 0, false),
            ("", 0, false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("cache-control", HeaderValue::from_static(text));
            let rules = Rules::of(&headers);
            assert_eq!((rules.fresh.as_secs(), rules.no_store), (fresh, no_store), "{text}");
        }
        let mut headers = HeaderMap::new();
        headers.insert("cache-control", HeaderValue::from_static("max-age=60"));
        headers.insert("age", HeaderValue::from_static("50"));
        assert_eq!(Rules::of(&headers).fresh.as_secs(), 10, "it was kept elsewhere before");
    }

    #[test]
    fn what_was_written_down_is_read_back_and_nothing_else() {
        let mut headers = HeaderMap::new();
        headers.insert("etag", HeaderValue::from_static("\"MC-x\""));
        headers.append("vary", HeaderValue::from_static("a"));
        headers.append("vary", HeaderValue::from_static("b"));
        headers.insert("set-cookie", HeaderValue::from_static("sp=1"));
        let json = "{\n\"name\": \"ö\"\n}";
        let mut kept = Kept { at: UNIX_EPOCH, headers, body: json.into() };
        let delivered = kept.deliver(Source::Sent);
        let now = UNIX_EPOCH + Duration::from_millis(1_234_567_890_123);
        let (value, _) = encode(&delivered, json, now, Duration::ZERO).expect("it has an ETag");
        kept.headers.remove("set-cookie");
        let again = Kept::decode(value).expect("it was written so");
        assert_eq!((again.at, again.headers, again.body), (now, kept.headers, kept.body));
        for other in ["", "\n", "{}", "{}\n{}", "{\"at_ms\":1}\n{}", "{\"at_ms\":1,\"headers\":[[\"a b\",\"\"]]}\n{}"] {
            assert!(Kept::decode(other.into()).is_none(), "{other}");
        }
    }
}
