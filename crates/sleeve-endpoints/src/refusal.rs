//! Why a call is not well formed: on the way out (ours to say) and on the way in (the server's to word).

use std::fmt;

/// A call that cannot be sent as it stands: found before any request is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidCall(String);

/// What is wrong with a request, before the server looks anything up. How it is worded is the server's affair.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// An id in the path or in `ids` is not 22 characters of base62.
    InvalidId,
    /// More ids than the endpoint takes.
    TooManyIds,
    /// `ids` is absent or empty.
    MissingIds,
    /// `market` is no country code.
    InvalidMarket,
    /// `limit` is no whole number, 0, or more than the mode allows.
    InvalidLimit,
    /// `offset` is no whole number, or beyond what may be asked for.
    InvalidOffset,
    /// `include_groups` has a word that names no group.
    InvalidIncludeGroups,
    /// `q` is absent or blank.
    MissingSearchQuery,
    /// `type` is absent or empty.
    MissingType,
    /// `type` has this word, which names nothing that can be searched for.
    BadSearchType(String),
}

impl InvalidCall {
    /// Says in one clause, in words for a person, what is wrong.
    pub fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

impl fmt::Display for Refusal {
    /// For a person who made the call; the service's own words are the server's affair.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidId => f.write_str("an id has 22 letters and digits"),
            Self::TooManyIds => f.write_str("there are more ids than one call takes"),
            Self::MissingIds => f.write_str("`ids` is missing"),
            Self::InvalidMarket => f.write_str("`market` is a country code of two letters, as GB"),
            Self::InvalidLimit => f.write_str("`limit` is a whole number from 1 to what the endpoint allows"),
            Self::InvalidOffset => f.write_str("`offset` is a whole number within what may be asked for"),
            Self::InvalidIncludeGroups => f.write_str(
                "`include_groups` is made of album, single, appears_on and compilation, with commas between",
            ),
            Self::MissingSearchQuery => f.write_str("`q` says what to search for, and is empty"),
            Self::MissingType => f.write_str("`type` says what kinds of object to search for, and is empty"),
            Self::BadSearchType(word) => write!(
                f,
                "`{word}` cannot be searched for; `type` takes album, artist, playlist, track, show, episode, audiobook"
            ),
        }
    }
}

impl fmt::Display for InvalidCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidCall {}
