//! The facts of an endpoint, as constants.

use http::{Method, StatusCode};
use sleeve_model::Kind;

use crate::PageLimits;

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
    /// What such an app sends in its place, where there is something.
    pub instead: Option<Instead>,
    /// The windows that it takes, where it answers pages.
    pub page: Option<PageLimits>,
    /// How many ids one call takes, where it takes `ids`.
    pub max_ids: Option<usize>,
    /// Every parameter of the path and the query, in the order in which help shows them.
    pub parameters: &'static [Parameter],
    /// How long an answer may be kept.
    pub cache: Cache,
    /// The status of a good answer.
    pub success: StatusCode,
}

/// A parameter of an endpoint, for help and for calls made of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name, as it stands in the path's placeholder or in the query.
    pub name: &'static str,
    /// Whether a call must have it.
    pub required: bool,
    /// What it says, in one line.
    pub meaning: &'static str,
    /// What its value (or each of its values) names by id.
    pub names: Option<Kind>,
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
    /// 403: removed for development mode since [`Development::REMOVED_SINCE`].
    Removed,
}

/// What an app in development mode sends in place of a call that was removed for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instead {
    /// One call for each id of `ids`, with the rest of the query as it is.
    Singles {
        /// The operation that gets one object, at `{id}` of its path.
        operation: &'static str,
        /// The member of the answer for several in which the objects stand, in the order of the ids.
        member: &'static str,
    },
}

/// The `Cache-Control` of good answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cache {
    /// `public, max-age=…`, in seconds, with an `ETag`.
    Public(u32),
    /// `private, max-age=0`, without an `ETag`.
    Private,
}

impl Development {
    /// The day from which apps in development mode do without what was removed: new ones at once, others from then on.
    pub const REMOVED_SINCE: &str = "2026-02-11";
    /// Where Spotify says so.
    pub const REMOVED_SOURCE: &str =
        "developer.spotify.com/blog/2026-02-06-update-on-developer-access-and-platform-security";
}

impl Parameter {
    /// `market`.
    pub const MARKET: Self = Self::optional("market", "country code: how things stand there, as GB");
    /// `limit`.
    pub const LIMIT: Self = Self::optional("limit", "how many items a page holds");
    /// `offset`.
    pub const OFFSET: Self = Self::optional("offset", "how many items to pass over first");

    /// A parameter that a call may leave out.
    pub const fn optional(name: &'static str, meaning: &'static str) -> Self {
        Self { name, required: false, meaning, names: None }
    }

    /// A parameter that a call must have.
    pub const fn required(name: &'static str, meaning: &'static str) -> Self {
        Self { name, required: true, meaning, names: None }
    }

    /// `id`.
    pub const fn id(kind: Kind) -> Self {
        Self { name: "id", required: true, meaning: "id, URI or link", names: Some(kind) }
    }

    /// `ids`.
    pub const fn ids(kind: Kind) -> Self {
        Self { name: "ids", required: true, meaning: "ids, URIs or links, with commas between", names: Some(kind) }
    }
}
