//! Why a call is not well formed: on the way out (ours to say) and on the way in (the server's to word).

use std::fmt;

/// A call that cannot be sent as it stands: found before any request is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidCall(String);

/// What is wrong with a request, before the server looks anything up. How it is worded is the server's affair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
}

impl InvalidCall {
    /// Says in one clause, in words for a person, what is wrong.
    pub fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

impl fmt::Display for InvalidCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidCall {}
