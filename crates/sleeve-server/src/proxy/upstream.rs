//! How hosts other than Spotify's are reached: directly, or through the proxy that the user has anyway.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, Uri};
use percent_encoding::percent_decode_str;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::{NoProxy, Target, is_loopback};

/// How long another host, or the user's proxy, may take to let us in.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// How many bytes the user's proxy may answer to a `CONNECT`.
const MAX_ANSWER_BYTES: usize = 16 * 1024;

/// The user's own proxies, and the hosts that go without.
#[derive(Clone, Debug, Default)]
pub struct Upstream {
    /// For tunnels, which is where `https` goes.
    pub https: Option<Parent>,
    /// For plain `http`.
    pub http: Option<Parent>,
    /// What goes without; this machine always does.
    pub no_proxy: NoProxy,
}

/// A proxy of the user's that speaks HTTP. `Debug` shows no credentials.
#[derive(Clone)]
pub struct Parent {
    target: Target,
    authorization: Option<HeaderValue>,
}

/// Why a URL names no proxy that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParentError {
    /// It is no URL of a proxy.
    Malformed,
    /// The proxy speaks something else than HTTP: `socks5`, or TLS before it.
    Scheme,
}

// === impl Upstream ===

impl Upstream {
    /// The proxy that a plain request goes through.
    pub(super) fn parent_for_http(&self, target: &Target) -> Option<&Parent> {
        self.http.as_ref().filter(|_| self.uses_parent(target))
    }

    fn uses_parent(&self, target: &Target) -> bool {
        !target.is_loopback() && !self.no_proxy.covers(&target.host, target.port)
    }

    /// A socket on which a target listens: the first bytes written go to it.
    pub(super) async fn tunnel(&self, target: &Target, own: SocketAddr) -> io::Result<TcpStream> {
        let parent = self.https.as_ref().filter(|_| self.uses_parent(target));
        let mut stream = self.reach(target, parent, own).await?;
        if let Some(parent) = parent {
            let asked = timeout(CONNECT_TIMEOUT, ask_for_tunnel(&mut stream, target, parent)).await;
            asked.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))?;
        }
        Ok(stream)
    }

    /// A socket to a target, or to the proxy that leads there.
    pub(super) async fn reach(
        &self,
        target: &Target,
        parent: Option<&Parent>,
        own: SocketAddr,
    ) -> io::Result<TcpStream> {
        let next = parent.map_or(target, |parent| &parent.target);
        let reached = timeout(CONNECT_TIMEOUT, connect(next, own)).await;
        let reached = reached.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
        reached.map_err(|error| match parent {
            Some(parent) => io::Error::new(error.kind(), format!("your proxy {parent:?} is not reached: {error}")),
            None => error,
        })
    }
}

async fn connect(target: &Target, own: SocketAddr) -> io::Result<TcpStream> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for address in lookup_host((target.host.as_str(), target.port)).await? {
        if address.port() == own.port() && is_loopback(address.ip()) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "this proxy does not call itself"));
        }
        match TcpStream::connect(address).await {
            Ok(stream) => {
                // Only latency is lost where the system refuses.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

async fn ask_for_tunnel(stream: &mut TcpStream, target: &Target, parent: &Parent) -> io::Result<()> {
    let host = if target.host.contains(':') { format!("[{}]", target.host) } else { target.host.clone() };
    let port = target.port;
    let mut request = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n").into_bytes();
    if let Some(authorization) = &parent.authorization {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(authorization.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    stream.write_all(&request).await?;
    let mut answer = Vec::new();
    // Byte by byte: what follows the head belongs to the tunnel.
    while !answer.ends_with(b"\r\n\r\n") {
        if answer.len() == MAX_ANSWER_BYTES {
            return Err(io::Error::other(format!("your proxy {parent:?} gave no end of an answer")));
        }
        answer.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&answer);
    let status = head.lines().next().unwrap_or_default();
    let code = status.strip_prefix("HTTP/1.").and_then(|rest| rest.split(' ').nth(1));
    match code {
        Some(code) if code.len() == 3 && code.starts_with('2') => Ok(()),
        _ => Err(io::Error::other(format!("your proxy {parent:?} says {:?}", status.trim()))),
    }
}

// === impl Parent ===

impl Parent {
    /// Reads a URL as users write it: `http://user:password@host:port`, the scheme and `/` at the end being optional.
    ///
    /// # Errors
    /// What is wrong with it; the text itself may hold a password and is in no message.
    pub fn parse(url: &str) -> Result<Self, ParentError> {
        let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
        if !scheme.eq_ignore_ascii_case("http") {
            return Err(ParentError::Scheme);
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        // A password may hold characters that no URL has.
        let (credentials, place) = match authority.rsplit_once('@') {
            Some((credentials, place)) => (Some(credentials), place),
            None => (None, authority),
        };
        let uri: Uri = format!("http://{place}").parse().map_err(|_| ParentError::Malformed)?;
        let target = uri.authority().and_then(|authority| Target::of(authority, 80)).ok_or(ParentError::Malformed)?;
        let authorization = credentials.map(|credentials| {
            let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
            let mut pair: Vec<u8> = percent_decode_str(user).collect();
            pair.push(b':');
            pair.extend(percent_decode_str(password));
            let mut value = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(pair)));
            value.iter_mut().for_each(|value| value.set_sensitive(true));
            value.map_err(|_| ParentError::Malformed)
        });
        Ok(Self { target, authorization: authorization.transpose()? })
    }

    pub(super) fn authorization(&self) -> Option<HeaderValue> {
        self.authorization.clone()
    }
}

impl fmt::Debug for Parent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.target.host, self.target.port)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;

    use super::{Parent, ParentError};

    #[test]
    fn a_parent_is_read_as_users_write_it() {
        for (url, place, authorization) in [
            ("http://proxy.example.org:3128", "proxy.example.org:3128", None),
            ("HTTP://proxy.example.org/", "proxy.example.org:80", None),
            ("10.0.0.1:8080", "10.0.0.1:8080", None),
            ("http://[fd00::1]:8080", "fd00::1:8080", None),
            ("http://ann:p%40ss@proxy:1", "proxy:1", Some("Basic YW5uOnBAc3M=")),
            ("http://ann:p@ss@proxy:1", "proxy:1", Some("Basic YW5uOnBAc3M=")),
            ("http://ann@proxy:1", "proxy:1", Some("Basic YW5uOg==")),
        ] {
            let parent = Parent::parse(url).expect(url);
            assert_eq!(format!("{parent:?}"), place);
            let found = parent.authorization();
            assert_eq!(found.as_ref().map(|value| value.to_str().expect("text")), authorization, "{url}");
        }
        assert_eq!(Parent::parse("socks5://127.0.0.1:1080").expect_err("other"), ParentError::Scheme);
        assert_eq!(Parent::parse("https://proxy").expect_err("other"), ParentError::Scheme);
        for url in ["", "http://", "http://:80", "http://proxy:99999", "http://pro xy"] {
            assert_eq!(Parent::parse(url).expect_err(url), ParentError::Malformed);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(url in ".*") {
            let _ = Parent::parse(&url);
        }
    }
}
