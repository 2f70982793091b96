//! A forward proxy on loopback: Spotify's hosts are answered here, every other host is tunnelled unread.
//!
//! `CONNECT` to one of Spotify's hosts ends TLS and hands the requests to [`Local::answer`]; `CONNECT` to another host
//! joins two sockets, through the user's own proxy where there is one. Plain `http://` is forwarded, and redirected to
//! `https` where it asks for Spotify. What is not here: any decryption of other hosts, HTTP/2 before the tunnel, and
//! authentication: only this machine's programs come through a loopback listener.

mod forward;
mod inside;
mod no_proxy;
mod tunnel;
mod upstream;

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::uri::Authority;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

pub use self::no_proxy::NoProxy;
pub use self::upstream::{Parent, ParentError, Upstream};
use crate::local::plain;
use crate::tls::Terminator;
use crate::{Door, Local, Tally, listen};

/// What a proxy is made of.
#[derive(Clone, Debug)]
pub struct Config {
    /// What answers for Spotify's hosts.
    pub local: Local,
    /// What ends TLS in their names.
    pub terminator: Terminator,
    /// How other hosts are reached.
    pub upstream: Upstream,
    /// Whether other hosts are refused; this machine's own are not.
    pub is_offline: bool,
}

/// The proxy of one listener.
#[derive(Debug)]
struct Proxy {
    config: Config,
    address: SocketAddr,
}

type Answer = Response<Either<Full<Bytes>, Incoming>>;

/// Where a request wants to go.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Target {
    /// A name or an address, without the brackets of IPv6.
    host: String,
    port: u16,
}

/// Serves until `shutdown` ends; connections that are open then are cut off.
///
/// # Errors
/// Only of the listener itself.
pub async fn serve(listener: TcpListener, config: Config, shutdown: impl Future<Output = ()>) -> io::Result<()> {
    let proxy = Arc::new(Proxy { config, address: listener.local_addr()? });
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut shutdown => return Ok(()),
        };
        match accepted {
            Ok((stream, peer)) if peer.ip().to_canonical().is_loopback() => {
                // Only latency is lost where the system refuses.
                let _ = stream.set_nodelay(true);
                tokio::spawn(serve_connection(proxy.clone(), stream));
            }
            Ok((_, peer)) => tracing::warn!(%peer, "another machine's connection was closed"),
            // A client that went away, or too many open files: neither ends the proxy.
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    }
}

async fn serve_connection(proxy: Arc<Proxy>, stream: TcpStream) {
    let server = listen::http1(proxy.config.local.timeouts());
    let service = service_fn(move |request| {
        let proxy = proxy.clone();
        async move { Ok::<_, Infallible>(proxy.answer(request).await) }
    });
    if let Err(error) = server.serve_connection(TokioIo::new(stream), service).with_upgrades().await {
        tracing::debug!(%error, "a connection to the proxy ended early");
    }
}

// === impl Proxy ===

impl Proxy {
    fn tally(&self) -> &Tally {
        self.config.local.tally()
    }

    async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Answer {
        if request.method() == Method::CONNECT {
            return self.connect(request).await;
        }
        let target = request.uri().authority().and_then(|authority| {
            let default = if request.uri().scheme_str() == Some("https") { 443 } else { 80 };
            Target::of(authority, default)
        });
        let Some(target) = target else {
            return refusal(
                StatusCode::BAD_REQUEST,
                "this is the proxy of `sleeve run`; ask it for http://HOST/ or CONNECT HOST:PORT",
            );
        };
        let is_secure = request.uri().scheme_str() == Some("https");
        match Door::for_host(&target.host) {
            // Some clients hand a request for https to the proxy whole, instead of asking for a tunnel.
            Some(door) if is_secure => inside::answer(&self, request, door).await.map(Either::Left),
            Some(door) => {
                self.tally().request();
                inside::redirect(&request, door).map(Either::Left)
            }
            None if is_secure => {
                refusal(StatusCode::NOT_IMPLEMENTED, "https goes through this proxy in a tunnel: CONNECT HOST:PORT")
            }
            None => match self.refuses(&target) {
                None => forward::forward(&self, request, &target).await,
                Some(refused) => refused,
            },
        }
    }

    async fn connect(self: Arc<Self>, request: Request<Incoming>) -> Answer {
        let Some(target) = request.uri().authority().and_then(|authority| Target::of(authority, 443)) else {
            return refusal(StatusCode::BAD_REQUEST, "CONNECT names HOST:PORT");
        };
        if let Some(door) = Door::for_host(&target.host) {
            tokio::spawn(inside::serve(self, request, door, target.port));
            return Response::new(Either::Left(Full::default()));
        }
        if let Some(refused) = self.refuses(&target) {
            return refused;
        }
        match self.config.upstream.tunnel(&target, self.address).await {
            Ok(stream) => {
                tokio::spawn(tunnel::join(request, stream));
                Response::new(Either::Left(Full::default()))
            }
            Err(error) => self.unreached(&target, &error),
        }
    }

    /// The answer that says why a host other than Spotify's may not be reached, where that is so.
    fn refuses(&self, target: &Target) -> Option<Answer> {
        if !self.config.is_offline || target.is_loopback() {
            return None;
        }
        self.tally().refused(&target.host);
        let host = &target.host;
        Some(refusal(StatusCode::FORBIDDEN, &format!("`sleeve run --offline` refuses {host}: it is not Spotify")))
    }

    fn unreached(&self, target: &Target, error: &io::Error) -> Answer {
        self.tally().unreached(&target.host);
        let Target { host, port } = target;
        refusal(StatusCode::BAD_GATEWAY, &format!("cannot reach {host}:{port}: {error}"))
    }
}

// === impl Target ===

impl Target {
    fn of(authority: &Authority, default_port: u16) -> Option<Self> {
        let host = authority.host();
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        // A port that is no number is not taken for none.
        let has_port = authority.as_str().rsplit(['@', ']']).next().is_some_and(|end| end.contains(':'));
        let port = if has_port { authority.port_u16()? } else { default_port };
        (!host.is_empty()).then(|| Self { host: host.to_ascii_lowercase(), port })
    }

    /// Whether it is this machine, by its name or address alone.
    fn is_loopback(&self) -> bool {
        let name = self.host.trim_end_matches('.');
        name == "localhost" || name.ends_with(".localhost") || name.parse().is_ok_and(|ip: IpAddr| is_loopback(ip))
    }
}

fn is_loopback(ip: IpAddr) -> bool {
    let ip = ip.to_canonical();
    ip.is_loopback() || ip.is_unspecified()
}

fn refusal(status: StatusCode, line: &str) -> Answer {
    plain(status, line).map(Either::Left)
}

#[cfg(test)]
mod tests {
    use super::Target;

    fn target(authority: &str) -> Option<(String, u16)> {
        let authority = authority.parse().expect("an authority");
        Target::of(&authority, 443).map(|target| (target.host, target.port))
    }

    #[test]
    fn a_target_is_a_host_and_a_port() {
        assert_eq!(target("API.Spotify.com:8443"), Some(("api.spotify.com".to_owned(), 8443)));
        assert_eq!(target("example.org"), Some(("example.org".to_owned(), 443)));
        assert_eq!(target("[::1]:80"), Some(("::1".to_owned(), 80)));
        assert_eq!(target("[::1]"), Some(("::1".to_owned(), 443)));
        assert_eq!(target("user:word@example.org:80"), Some(("example.org".to_owned(), 80)));
        assert_eq!(target("example.org:99999"), None);
    }

    #[test]
    fn this_machine_is_known_by_its_names() {
        let is_loopback = |host: &str| Target { host: host.to_owned(), port: 1 }.is_loopback();
        for host in
            ["localhost", "localhost.", "a.localhost", "127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", "0.0.0.0"]
        {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["example.org", "localhost.example.org", "10.0.0.1", "::2", "128.0.0.1"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
