//! What the Web API says when it says no: statuses and words in one place, after facts 3.
//!
//! The byte form differs by which of Spotify's layers speaks: the auth layer writes `"error": {`, older backends
//! `"error" : {`, newer ones compact JSON. Rows that rest on one report, or on none, stand in API-QUIRKS.md.

use http::StatusCode;
use sleeve_endpoints::Refusal;
use sleeve_model::{Id, Kind};

use super::limits::Exceeded;

/// A refusal, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) message: String,
    pub(super) layer: Layer,
    /// The `WWW-Authenticate` header, where there is one.
    pub(super) challenge: Option<&'static str>,
    /// The `Allow` header, where there is one.
    pub(super) allow: Option<String>,
    /// The error's `reason`, where there is one.
    pub(super) reason: Option<&'static str>,
    /// The `Retry-After` header in seconds, where there is one.
    pub(super) retry_after: Option<u64>,
}

/// Which of Spotify's layers speaks: that decides the form of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layer {
    /// Two spaces, `"error": {`.
    Auth,
    /// Two spaces, `"error" : {`.
    Backend,
    /// Compact.
    Edge,
}

fn answer(layer: Layer, status: StatusCode, message: impl Into<String>) -> Answer {
    let message = message.into();
    Answer { status, message, layer, challenge: None, allow: None, reason: None, retry_after: None }
}

/// No `Authorization` header.
pub(super) fn no_token() -> Answer {
    // RFC 9110 wants a challenge with every 401.
    let challenge = Some(r#"Bearer realm="spotify""#);
    Answer { challenge, ..answer(Layer::Auth, StatusCode::UNAUTHORIZED, "No token provided") }
}

/// An `Authorization` header that is not `Bearer <something>`.
pub(super) fn not_bearer() -> Answer {
    answer(Layer::Auth, StatusCode::BAD_REQUEST, "Only valid bearer authentication supported")
}

/// A token that was not issued here, is damaged, or whose app is gone.
pub(super) fn invalid_token() -> Answer {
    let challenge = r#"Bearer realm="spotify", error="invalid_token", error_description="Invalid access token""#;
    Answer { challenge: Some(challenge), ..answer(Layer::Auth, StatusCode::UNAUTHORIZED, "Invalid access token") }
}

/// A token whose hour is over.
pub(super) fn expired_token() -> Answer {
    let challenge = r#"Bearer realm="spotify", error="invalid_token", error_description="The access token expired""#;
    Answer { challenge: Some(challenge), ..answer(Layer::Auth, StatusCode::UNAUTHORIZED, "The access token expired") }
}

/// An endpoint that apps in development mode have lost.
pub(super) fn removed_for_development() -> Answer {
    answer(Layer::Edge, StatusCode::FORBIDDEN, "Forbidden")
}

/// A call too many, of one sort or the other.
pub(super) fn exceeded(limit: Exceeded) -> Answer {
    let too_many = |message| answer(Layer::Edge, StatusCode::TOO_MANY_REQUESTS, message);
    match limit {
        // Whole seconds: a client that waits them is let in.
        Exceeded::Rate { wait_ms } => {
            Answer { retry_after: Some(wait_ms.div_ceil(1_000)), ..too_many("API rate limit exceeded") }
        }
        // Whether it says when to come back is not known; one implementer says that it does not.
        Exceeded::Quota => {
            Answer { reason: Some("QUOTA_EXCEEDED"), retry_after: None, ..too_many("Too many requests") }
        }
    }
}

/// A path that the Web API does not have.
pub(super) fn no_such_route() -> Answer {
    answer(Layer::Edge, StatusCode::NOT_FOUND, "Service not found")
}

/// A path that the Web API has, with a method that it has not.
pub(super) fn wrong_method(allow: String) -> Answer {
    Answer { allow: Some(allow), ..answer(Layer::Edge, StatusCode::METHOD_NOT_ALLOWED, "Method not allowed") }
}

/// An operation that Spotify has and we have not: said plainly, since Spotify would answer.
pub(super) fn not_served(operation: &str) -> Answer {
    let message = format!("{operation} is not served by this local Spotify yet");
    answer(Layer::Edge, StatusCode::NOT_IMPLEMENTED, message)
}

/// A good id of nothing that there is.
pub(super) fn not_found(kind: Kind, id: Id) -> Answer {
    if kind == Kind::Artist {
        return answer(Layer::Edge, StatusCode::NOT_FOUND, "Resource not found");
    }
    answer(Layer::Backend, StatusCode::NOT_FOUND, format!("Non existing id: 'spotify:{kind}:{id}'"))
}

/// A parameter that cannot be.
pub(super) fn refused(refusal: Refusal) -> Answer {
    let (layer, message) = match refusal {
        Refusal::InvalidId => (Layer::Backend, "Invalid base62 id"),
        Refusal::TooManyIds => (Layer::Edge, "too many ids requested"),
        Refusal::MissingIds => (Layer::Backend, "Missing required field: ids"),
        Refusal::InvalidMarket => (Layer::Backend, "Invalid market code"),
        Refusal::InvalidLimit => (Layer::Backend, "Invalid limit"),
        Refusal::InvalidOffset => (Layer::Backend, "Invalid offset"),
        Refusal::InvalidIncludeGroups => (Layer::Backend, "Invalid include_groups"),
        Refusal::MissingSearchQuery => (Layer::Backend, "No search query"),
        Refusal::MissingType => (Layer::Backend, "Missing parameter type"),
        Refusal::BadSearchType(word) => {
            return answer(Layer::Backend, StatusCode::BAD_REQUEST, format!("Bad search type field {word}"));
        }
        _ => (Layer::Backend, "Bad request"),
    };
    answer(layer, StatusCode::BAD_REQUEST, message)
}

/// Something of ours went wrong: logged, and said without details.
pub(super) fn our_fault(error: impl std::fmt::Display) -> Answer {
    tracing::error!(%error, "an answer failed");
    answer(Layer::Edge, StatusCode::INTERNAL_SERVER_ERROR, "Server error.")
}

impl Answer {
    /// The body, byte for byte in its layer's form.
    pub(super) fn body(&self) -> String {
        let status = self.status.as_u16();
        let message = serde_json::to_string(&self.message).expect("a text is JSON");
        let (colon, start, between, end) = match self.layer {
            Layer::Auth => (": ", "\n    ", "\n  ", "\n"),
            Layer::Backend => (" : ", "\n    ", "\n  ", "\n"),
            Layer::Edge => (":", "", "", ""),
        };
        let reason = self.reason.map_or_else(String::new, |reason| format!(r#",{start}"reason"{colon}"{reason}""#));
        format!(
            r#"{{{between}"error"{colon}{{{start}"status"{colon}{status},{start}"message"{colon}{message}{reason}{between}}}{end}}}"#
        )
    }
}
