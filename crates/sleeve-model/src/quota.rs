//! Quota modes, and which members of an object a mode leaves out.

use std::fmt;
use std::str::FromStr;

use crate::Kind;

/// How much of the Web API an app may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QuotaMode {
    /// What every new app at Spotify gets since February 2026: fewer endpoints, fewer members.
    Development,
    /// Everything that there was before 2026; Spotify grants it to organisations only.
    Extended,
}

/// Names no quota mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownQuotaMode;

impl QuotaMode {
    /// The word for the mode.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Extended => "extended",
        }
    }

    /// The members that this mode leaves out of an object of this kind.
    ///
    /// **Source:** the Web API's changes of February 2026; `external_ids` came back in March 2026.
    pub fn left_out(self, kind: Kind) -> &'static [&'static str] {
        match (self, kind) {
            (Self::Extended, _) => &[],
            (Self::Development, Kind::Track) => &["available_markets", "linked_from", "popularity"],
            (Self::Development, Kind::Album) => &["album_group", "available_markets", "label", "popularity"],
            (Self::Development, Kind::Artist) => &["followers", "popularity"],
            (Self::Development, Kind::User) => &["country", "email", "explicit_content", "followers", "product"],
            (Self::Development, Kind::Show | Kind::Audiobook) => &["available_markets", "publisher"],
            (Self::Development, Kind::Chapter) => &["available_markets"],
            (Self::Development, Kind::Episode | Kind::Playlist) => &[],
        }
    }
}

impl fmt::Display for QuotaMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for QuotaMode {
    type Err = UnknownQuotaMode;

    fn from_str(word: &str) -> Result<Self, UnknownQuotaMode> {
        match word {
            "development" => Ok(Self::Development),
            "extended" => Ok(Self::Extended),
            _ => Err(UnknownQuotaMode),
        }
    }
}

impl fmt::Display for UnknownQuotaMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a quota mode is `development` or `extended`")
    }
}

impl std::error::Error for UnknownQuotaMode {}
