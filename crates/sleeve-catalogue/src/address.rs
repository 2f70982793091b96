//! Where an object is: what follows from its kind and id alone.

use serde_json::{Value, json};
use sleeve_model::Kind;

use crate::document::CANONICAL_BASE;

/// The Web API's own address, under Spotify's name.
pub(crate) fn href(kind: Kind, id: &str) -> Value {
    format!("{CANONICAL_BASE}{kind}s/{id}").into()
}

/// The URI, as `spotify:track:…`.
pub(crate) fn uri(kind: Kind, id: &str) -> Value {
    format!("spotify:{kind}:{id}").into()
}

/// The member `external_urls`: the link for people.
pub(crate) fn links(kind: Kind, id: &str) -> Value {
    json!({ "spotify": format!("https://open.spotify.com/{kind}/{id}") })
}
