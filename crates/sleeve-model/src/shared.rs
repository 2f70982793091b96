//! Parts that several objects share.

use serde::{Deserialize, Serialize};

use crate::lenient;

/// Ids of the object outside Spotify. Any of them may be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ExternalIds {
    /// International Standard Recording Code (tracks); sometimes in small letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isrc: Option<String>,
    /// International Article Number (albums).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ean: Option<String>,
    /// Universal Product Code (albums).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upc: Option<String>,
}

/// Links to the object for people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ExternalUrls {
    /// `https://open.spotify.com/…`; absent for local files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spotify: Option<String>,
}

/// The track that was asked for, where another copy of it was answered (relinking).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LinkedFrom {
    /// Links for people.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub external_urls: ExternalUrls,
    /// The Web API's own address of the track.
    #[serde(default)]
    pub href: Option<String>,
    /// The id that was asked for.
    #[serde(default)]
    pub id: Option<String>,
    /// Always `track`.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// The URI that was asked for.
    #[serde(default)]
    pub uri: Option<String>,
}

/// Why an object cannot be played.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Restrictions {
    /// `market`, `product`, `explicit`; more may come.
    #[serde(default)]
    pub reason: Option<String>,
}

/// How many people follow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Followers {
    /// Always null.
    #[serde(default)]
    pub href: Option<String>,
    /// How many.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub total: Option<u64>,
}

/// A line of copyright.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Copyright {
    /// The line.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub text: String,
    /// `C` for the work, `P` for the recording.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
}
