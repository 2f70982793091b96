//! Through which door a request came: that decides what paths mean and which host stands in `href`s.

/// The door of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Door {
    /// A port of our own: Web API, accounts and dashboard by path; `href`s name the host that was asked.
    Plain,
    /// `https://api.spotify.com`, through `run`'s proxy or in process.
    Api,
    /// `https://accounts.spotify.com`.
    Accounts,
    /// `https://developer.spotify.com`.
    Developer,
}

impl Door {
    /// The door that one of Spotify's host names stands for.
    pub fn for_host(host: &str) -> Option<Self> {
        match host.to_ascii_lowercase().trim_end_matches('.') {
            "api.spotify.com" => Some(Self::Api),
            "accounts.spotify.com" => Some(Self::Accounts),
            "developer.spotify.com" => Some(Self::Developer),
            _ => None,
        }
    }

    /// The host name that it stands for; none for the plain one.
    pub fn host(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Api => Some("api.spotify.com"),
            Self::Accounts => Some("accounts.spotify.com"),
            Self::Developer => Some("developer.spotify.com"),
        }
    }
}
