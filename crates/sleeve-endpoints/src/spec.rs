//! The facts of an endpoint, as constants.

use http::{Method, StatusCode};

/// What an endpoint is, apart from its types. The gate of the local server and the client both read it.
#[derive(Debug)]
pub struct Spec {
    /// Spotify's own name of the operation, as `get-track`.
    pub operation: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path under `/v1`, with placeholders: `/tracks/{id}`. Each is a member of [`crate::Endpoint::Path`].
    pub path: &'static str,
    /// Whose token is needed.
    pub grant: Grant,
    /// What the user must have granted; any one of them is enough. Empty where an app's token will do.
    pub scopes: &'static [&'static str],
    /// What an app in development mode gets.
    pub development: Development,
    /// How long an answer may be kept.
    pub cache: Cache,
    /// The status of a good answer.
    pub success: StatusCode,
}

/// Whose token an endpoint needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// An app's own token (client credentials) is enough; a user's does as well.
    App,
    /// A user must have logged in.
    User,
}

/// What an app in development mode gets from an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Development {
    /// The same as every app.
    Kept,
    /// 403: removed for development mode since 2026-02-11.
    Removed,
}

/// The `Cache-Control` of good answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cache {
    /// `public, max-age=…`, in seconds, with an `ETag`.
    Public(u32),
    /// `private, max-age=0`, without an `ETag`.
    Private,
}
