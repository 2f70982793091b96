//! Where the service is.

use std::net::IpAddr;

use http::Uri;

use crate::{Error, Kind};

/// The addresses of the Web API and of the token endpoint.
///
/// ```
/// use sleeve_client::{Kind, Origins};
///
/// let local = Origins::at("http://127.0.0.1:8975")?; // as `sleeve serve` listens
/// assert_eq!(local.api(), "http://127.0.0.1:8975/v1");
/// assert_eq!(*local.token(), "http://127.0.0.1:8975/api/token");
///
/// assert_eq!(Origins::spotify().api(), "https://api.spotify.com/v1");
/// assert_eq!(Origins::at("127.0.0.1:8975").unwrap_err().kind(), Kind::Setup); // no scheme
/// # Ok::<(), sleeve_client::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origins {
    api: String,
    token: Uri,
    loopback: bool,
}

impl Origins {
    /// Spotify's own.
    pub fn spotify() -> Self {
        Self {
            api: "https://api.spotify.com/v1".into(),
            token: Uri::from_static("https://accounts.spotify.com/api/token"),
            loopback: false,
        }
    }

    /// One origin for both, as `http://127.0.0.1:8975`: the Web API at `/v1` there, the token endpoint at `/api/token`.
    ///
    /// # Errors
    /// [`Kind::Setup`] where the text is anything but a scheme, a host and perhaps a port.
    pub fn at(origin: &str) -> Result<Self, Error> {
        let refuse = || {
            // What stands before an `@` may be a password.
            let shown = origin.rsplit('@').next().unwrap_or_default();
            let why = format!("`{shown}`: an origin is a scheme, a host and perhaps a port, as http://127.0.0.1:8975");
            Error::unsent(Kind::Setup, "origins", why)
        };
        let uri: Uri = origin.parse().map_err(|_| refuse())?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return Err(refuse()) };
        let bare = uri.path().trim_matches('/').is_empty() && uri.query().is_none() && !origin.contains(['#', '@']);
        let port_is_good = authority.port_u16().is_some() || authority.as_str() == authority.host();
        if !matches!(scheme, "http" | "https") || !bare || authority.host().is_empty() || !port_is_good {
            return Err(refuse());
        }
        let authority = authority.as_str().to_ascii_lowercase();
        let usual_port = if scheme == "https" { ":443" } else { ":80" };
        let authority = authority.strip_suffix(usual_port).unwrap_or(&authority);
        let token: Uri = format!("{scheme}://{authority}/api/token").parse().map_err(|_| refuse())?;
        let host = token.host().unwrap_or_default().trim_matches(['[', ']']);
        let loopback = host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
        Ok(Self { api: format!("{scheme}://{authority}/v1"), token, loopback })
    }

    /// The Web API's address, up to `/v1`.
    pub fn api(&self) -> &str {
        &self.api
    }

    /// Scheme, host, and port where it is not the scheme's own: what tells this service from every other.
    pub(crate) fn origin(&self) -> &str {
        self.api.strip_suffix("/v1").unwrap_or(&self.api)
    }

    /// The token endpoint's address.
    pub fn token(&self) -> &Uri {
        &self.token
    }

    /// Whether everything is on this machine.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Whether calls go to Spotify itself.
    pub(crate) fn are_spotifys(&self) -> bool {
        self.api == Self::spotify().api
    }

    /// Whether certificates are needed.
    pub(crate) fn uses_tls(&self) -> bool {
        self.api.starts_with("https:")
    }
}

impl Default for Origins {
    fn default() -> Self {
        Self::spotify()
    }
}
