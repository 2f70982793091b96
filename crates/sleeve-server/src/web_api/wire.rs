//! The exact form on the wire: bodies, ETags, headers, compression.

use std::io::Write;
use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{
    ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH,
    CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH, RETRY_AFTER, SERVER,
    STRICT_TRANSPORT_SECURITY, VARY, VIA, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use http::{Method, Response, StatusCode};
use http_body_util::Full;
use md5::{Digest, Md5};
use memchr::memmem;
use sleeve_endpoints::Cache;

use super::fault::Answer;

/// Bodies shorter than this are sent as they are.
const WORTH_COMPRESSING: usize = 256;

/// A good answer, finished but for what the request's headers decide.
#[derive(Debug)]
pub(super) struct Finished {
    /// Where it can be asked whether it is still the same.
    etag: Option<HeaderValue>,
    plain: Form,
    gzip: OnceLock<Form>,
}

/// An answer as it goes out.
#[derive(Debug)]
struct Form {
    headers: HeaderMap,
    body: Bytes,
}

impl Finished {
    pub(super) fn new(body: Bytes, cache: Cache) -> Self {
        let etag = matches!(cache, Cache::Public(_)).then(|| etag(&body));
        let mut headers = HeaderMap::with_capacity(COMMON.len() + 5);
        headers.insert(CONTENT_TYPE, JSON);
        headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        headers.insert(CACHE_CONTROL, cache_control(cache));
        headers.extend(etag.clone().map(|etag| (ETAG, etag)));
        headers.extend(COMMON);
        Self { etag, plain: Form { headers, body }, gzip: OnceLock::new() }
    }

    /// About how many bytes it takes, compressed form included.
    pub(super) fn weight(&self) -> usize {
        const HEADERS: usize = 2 * 1_024;
        self.plain.body.len() + self.plain.body.len() / 2 + 2 * HEADERS
    }

    /// Whether a text stands in it.
    pub(super) fn says(&self, text: &str) -> bool {
        memmem::find(&self.plain.body, text.as_bytes()).is_some()
    }

    fn gzip(&self) -> &Form {
        self.gzip.get_or_init(|| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
            let written = encoder.write_all(&self.plain.body).and_then(|()| encoder.finish());
            let body = Bytes::from(written.expect("memory can be written"));
            let mut headers = self.plain.headers.clone();
            headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            Form { headers, body }
        })
    }
}

/// `"MC-<base64 of the body's MD5 in hexadecimal, in quotes>"`, as in 995 of 995 recordings.
fn etag(body: &[u8]) -> HeaderValue {
    let hash: String = Md5::digest(body).iter().map(|byte| format!("{byte:02x}")).collect();
    let etag = format!("\"MC-{}\"", STANDARD.encode(format!("\"{hash}\"")));
    HeaderValue::try_from(etag).expect("base64 is ASCII")
}

/// Sends a good answer: whole, compressed where that was asked for, or as 304 where the client has it already.
pub(super) fn respond(finished: &Finished, method: &Method, request: &HeaderMap) -> Response<Full<Bytes>> {
    let known = |etag| request.get_all(IF_NONE_MATCH).iter().any(|tags| names(tags, etag));
    let compress = finished.plain.body.len() >= WORTH_COMPRESSING && accepts_gzip(request);
    let form = if compress { finished.gzip() } else { &finished.plain };
    let mut response = Response::new(Full::default());
    *response.headers_mut() = form.headers.clone();
    if finished.etag.as_ref().is_some_and(known) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        for name in [CONTENT_TYPE, CONTENT_LENGTH, CONTENT_ENCODING] {
            response.headers_mut().remove(name);
        }
    } else if method != Method::HEAD {
        *response.body_mut() = Full::new(form.body.clone());
    }
    response
}

/// Sends a refusal.
pub(super) fn refuse(answer: &Answer, method: &Method) -> Response<Full<Bytes>> {
    let body = answer.body();
    let mut response = Response::new(Full::default());
    *response.status_mut() = answer.status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, JSON);
    headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    // Recorded: absent on 401, `private` on other refusals.
    if answer.status != StatusCode::UNAUTHORIZED {
        headers.insert(CACHE_CONTROL, cache_control(Cache::Private));
    }
    if let Some(challenge) = answer.challenge {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    if let Some(allow) = &answer.allow {
        headers.insert(ALLOW, HeaderValue::from_str(allow).expect("methods are ASCII"));
    }
    if let Some(seconds) = answer.retry_after {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    headers.extend(COMMON);
    if method != Method::HEAD {
        *response.body_mut() = Full::new(Bytes::from(body));
    }
    response
}

/// Answers a browser that asks before it calls.
pub(super) fn preflight() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    response.headers_mut().extend(COMMON);
    response
}

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// The headers of every recorded answer; `alt-svc` is left out, since nobody here speaks HTTP/3.
const COMMON: [(HeaderName, HeaderValue); 11] = [
    (VARY, HeaderValue::from_static("Accept-Encoding")),
    (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow")),
    (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    (
        ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static(
            "Accept, App-Platform, Authorization, Content-Type, Origin, Retry-After, Spotify-App-Version, X-Cloud-Trace-Context, client-token, content-access-token",
        ),
    ),
    (ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, OPTIONS, PUT, DELETE, PATCH")),
    (ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true")),
    (ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("604800")),
    (STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000")),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (SERVER, HeaderValue::from_static("envoy")),
    (VIA, HeaderValue::from_static("HTTP/2 edgeproxy, 1.1 google")),
];

fn cache_control(cache: Cache) -> HeaderValue {
    match cache {
        Cache::Public(0) => HeaderValue::from_static("public, max-age=0"),
        Cache::Public(seconds) => HeaderValue::try_from(format!("public, max-age={seconds}")).expect("ASCII"),
        Cache::Private => HeaderValue::from_static("private, max-age=0"),
    }
}

/// Whether an `If-None-Match` names this ETag; the comparison is weak, as RFC 9110 has it.
fn names(tags: &HeaderValue, etag: &HeaderValue) -> bool {
    let tags = tags.to_str().unwrap_or_default();
    tags.split(',').map(str::trim).any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

/// Whether an `Accept-Encoding` allows gzip.
fn accepts_gzip(request: &HeaderMap) -> bool {
    let mut any = None;
    for value in request.get_all(ACCEPT_ENCODING) {
        for coding in value.to_str().unwrap_or_default().split(',') {
            let (name, parameters) = coding.split_once(';').unwrap_or((coding, ""));
            let parameters = parameters.trim();
            let weight = parameters
                .strip_prefix(['q', 'Q'])
                .and_then(|rest| rest.strip_prefix('='))
                .map_or(Ok(1.0), str::parse::<f32>);
            let allowed = weight.is_ok_and(|weight| weight > 0.0);
            match name.trim() {
                name if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") => return allowed,
                "*" => any = Some(allowed),
                _ => {}
            }
        }
    }
    any.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use http::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue};

    use super::{accepts_gzip, etag, names};

    #[test]
    fn the_etag_is_the_recorded_algorithms() {
        // MD5 of the empty text is d41d8cd98f00b204e9800998ecf8427e.
        assert_eq!(etag(b""), r#""MC-ImQ0MWQ4Y2Q5OGYwMGIyMDRlOTgwMDk5OGVjZjg0MjdlIg==""#);
    }

    #[test]
    fn an_etag_is_found_in_lists_weak_or_not() {
        let etag = HeaderValue::from_static("\"a\"");
        for (tags, expected) in [("\"a\"", true), ("\"b\", W/\"a\"", true), ("*", true), ("\"b\"", false), ("a", false)]
        {
            assert_eq!(names(&HeaderValue::from_static(tags), &etag), expected, "{tags}");
        }
    }

    #[test]
    fn gzip_is_used_only_when_asked_for() {
        for (value, expected) in [
            ("gzip", true),
            ("br, GZIP;q=0.5", true),
            ("*", true),
            ("identity", false),
            ("gzip;q=0", false),
            ("*;q=0", false),
            ("gzip;q=0, *", false),
            ("gzip;Q=0", false),
            ("gzip;q=x", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(value))]);
            assert_eq!(accepts_gzip(&headers), expected, "{value}");
        }
        assert!(!accepts_gzip(&HeaderMap::new()));
    }
}
