//! Who may ask: the name that was asked, where a form came from, and what a browser may do with an answer.

use std::net::{IpAddr, SocketAddr};
use std::sync::OnceLock;

use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::Door;

/// Under which names the dashboard answers.
///
/// Any other name is refused: a foreign page whose name was pointed at this machine (DNS rebinding) would otherwise
/// be of the same origin. An address in figures cannot be pointed anywhere.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    listening: OnceLock<SocketAddr>,
}

/// The origin that was asked.
#[derive(Clone, Debug)]
pub(super) struct Site {
    door: Door,
    authority: String,
}

// === impl Hosts ===

impl Hosts {
    /// Adds the address that the server listens on; the first one holds.
    pub(super) fn listen(&self, listening: SocketAddr) {
        let _ = self.listening.set(listening);
    }

    /// The origin that a request asked; `None` where the dashboard has no such name.
    pub(super) fn site(&self, head: &Parts, door: Door) -> Option<Site> {
        let authority = asked(head)?;
        let host = authority.host().to_ascii_lowercase();
        if authority.as_str().contains('@') || authority.as_str().ends_with(':') {
            return None;
        }
        let known = match door {
            Door::Plain => self.knows(&host),
            Door::Developer => host == "developer.spotify.com",
            Door::Api | Door::Accounts => false,
        };
        let default = if door == Door::Plain { 80 } else { 443 };
        let port = authority.port_u16().filter(|port| *port != default);
        known.then(|| Site { door, authority: port.map_or(host.clone(), |port| format!("{host}:{port}")) })
    }

    fn knows(&self, host: &str) -> bool {
        if matches!(host, "127.0.0.1" | "[::1]" | "localhost") {
            return true;
        }
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        match (self.listening.get(), bare.parse::<IpAddr>()) {
            (Some(listening), Ok(ip)) => listening.ip().is_unspecified() || listening.ip() == ip,
            _ => false,
        }
    }
}

fn asked(head: &Parts) -> Option<Authority> {
    if let Some(authority) = head.uri.authority() {
        return Some(authority.clone());
    }
    let mut hosts = head.headers.get_all(header::HOST).iter();
    let host = hosts.next()?;
    if hosts.next().is_some() { None } else { Authority::try_from(host.as_bytes()).ok() }
}

// === impl Site ===

impl Site {
    /// Host and port, the port only where it is not the scheme's own.
    pub(super) fn authority(&self) -> &str {
        &self.authority
    }

    /// Scheme, host and port.
    pub(super) fn origin(&self) -> String {
        let scheme = if self.is_secure() { "https" } else { "http" };
        format!("{scheme}://{}", self.authority)
    }

    /// Whether it was asked through TLS.
    pub(super) fn is_secure(&self) -> bool {
        self.door != Door::Plain
    }

    /// Where the token endpoint is, for whoever asked here.
    pub(super) fn token_endpoint(&self) -> String {
        if self.is_secure() {
            "https://accounts.spotify.com/api/token".to_owned()
        } else {
            format!("{}/api/token", self.origin())
        }
    }

    /// Where the Web API is, up to `/v1`.
    pub(super) fn web_api(&self) -> String {
        if self.is_secure() { "https://api.spotify.com/v1".to_owned() } else { format!("{}/v1", self.origin()) }
    }

    /// The name of the session's cookie. Cookies do not know ports: with the port in its name, two servers on one
    /// machine do not sign each other's visitors out.
    pub(super) fn cookie_name(&self) -> String {
        match self.authority.rsplit_once(':') {
            Some((_, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => format!("sleeve_session_{port}"),
            _ => "sleeve_session".to_owned(),
        }
    }

    /// The header that sets the session's cookie; an empty value ends it.
    pub(super) fn cookie(&self, value: &str) -> HeaderValue {
        let (name, secure) = (self.cookie_name(), if self.is_secure() { "; Secure" } else { "" });
        let end = if value.is_empty() { "; Max-Age=0" } else { "" };
        let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{end}");
        HeaderValue::try_from(cookie).expect("a name and hexadecimal digits can stand in a header")
    }

    /// The session that a request names.
    pub(super) fn session_id<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let name = self.cookie_name();
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|cookies| cookies.to_str().ok());
        cookies
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .find_map(|(known, value)| (known == name).then_some(value))
    }
}

/// Whether a form came from a page of the site's own, as far as the browser says.
///
/// What is said must agree; a program that says nothing still has to know the form's token.
pub(super) fn came_from(site: &Site, headers: &HeaderMap) -> bool {
    let origin = site.origin();
    let said = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let fetch_site = said(HeaderName::from_static("sec-fetch-site"));
    if fetch_site.is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return false;
    }
    match (said(header::ORIGIN), said(header::REFERER)) {
        (Some(said), _) => said.eq_ignore_ascii_case(&origin),
        (None, Some(said)) => {
            said.get(..origin.len()).is_some_and(|start| start.eq_ignore_ascii_case(&origin))
                && said[origin.len()..].starts_with('/')
        }
        (None, None) => true,
    }
}

/// Whether somebody opens a page, and not a browser that fetches it in advance.
pub(super) fn is_opened(head: &Parts) -> bool {
    let is_prefetch = |name: &'static str| {
        head.headers.get(name).is_some_and(|value| value.as_bytes().to_ascii_lowercase().starts_with(b"prefetch"))
    };
    head.method == http::Method::GET && !["purpose", "sec-purpose", "x-moz"].into_iter().any(is_prefetch)
}

/// What a browser may do with an answer: show it in a window of its own, with nothing foreign in it, and forget it.
///
/// The referrer goes to the dashboard itself: without it browsers send `Origin: null` with its forms.
pub(super) fn protect(headers: &mut HeaderMap) {
    const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
                          form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
