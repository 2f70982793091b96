//! The transport over sockets: hyper, with rustls and ring.

mod route;

use std::error::Error as StdError;
use std::fmt;
use std::io::{self, Read as _};
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use flate2::read::MultiGzDecoder;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, PROXY_AUTHORIZATION};
use http::{HeaderValue, Request, Response, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy;
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

use self::route::{CONNECT_TIMEOUT, NoSuchName, Route, TooSlow};
use super::{Exchange, Transport, TransportError};
use crate::{Error, Kind, Origins};

/// How a packed body begins.
const GZIP: [u8; 2] = [0x1f, 0x8b];
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// Real connections: HTTP/1.1 and HTTP/2, the machine's certificates (`SSL_CERT_FILE` is obeyed), and gzip and the
/// machine's proxy (neither on the way to this machine itself). Redirects are not followed.
#[derive(Clone)]
pub struct Sockets {
    client: legacy::Client<HttpsConnector<Route>, Full<Bytes>>,
    route: Route,
    loopback: bool,
    body_limit: usize,
}

impl Sockets {
    /// How large a body may be, unpacked, unless [`Sockets::body_limit`] says otherwise: 16 MiB.
    pub const BODY_LIMIT: usize = 16 << 20;

    /// Connections to these origins. Certificates are loaded only where one of them is `https`.
    ///
    /// # Errors
    /// [`Kind::Setup`] where the machine's certificates cannot be read.
    pub fn to(origins: &Origins) -> Result<Self, Error> {
        let tls = tls_config(origins.uses_tls()).map_err(|error| {
            let why = format!("no certificates to trust ({error}); install ca-certificates or set SSL_CERT_FILE");
            Error::unsent(Kind::Setup, "sockets", why)
        })?;
        // `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, or what the system is set to.
        let proxies = (!origins.is_loopback()).then(Matcher::from_system);
        Ok(Self::with(origins, tls, proxies))
    }

    fn with(origins: &Origins, mut tls: ClientConfig, proxies: Option<Matcher>) -> Self {
        let route = Route::new(Arc::new(tls.clone()), proxies);
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let client = legacy::Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_TIMEOUT)
            .build(HttpsConnector::from((route.clone(), tls)));
        Self { client, route, loopback: origins.is_loopback(), body_limit: Self::BODY_LIMIT }
    }

    /// Sets how large a body may be, in bytes, unpacked.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    async fn exchange(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let uri = request.uri().clone();
        // No network is spared by packing on the way to this machine, and unpacking costs more than all the rest of a
        // call's reading; what comes packed all the same is unpacked.
        let encoding = if self.loopback { "identity" } else { "gzip" };
        request.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static(encoding));
        if let Some(authorization) = self.route.authorization(&uri) {
            request.headers_mut().insert(PROXY_AUTHORIZATION, authorization);
        }
        let answer = self.client.request(request.map(Full::new)).await;
        let (mut head, body) = answer.map_err(|error| explain(&place(&uri), self.loopback, error))?.into_parts();
        let mut body = self.receive(&uri, body).await?;
        if head.headers.get(CONTENT_ENCODING).is_some_and(is_gzip) {
            head.headers.remove(CONTENT_ENCODING);
            head.headers.remove(CONTENT_LENGTH);
            body = self.unpack(&uri, &body)?;
        }
        Ok(Response::from_parts(head, body))
    }

    async fn receive(&self, uri: &Uri, mut body: Incoming) -> Result<Bytes, TransportError> {
        // Most bodies come whole.
        let mut first = Bytes::new();
        let mut whole = BytesMut::new();
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|error| broken(uri, error))?.into_data() else { continue };
            if first.is_empty() {
                first = data;
            } else {
                if whole.is_empty() {
                    whole.extend_from_slice(&first);
                }
                whole.extend_from_slice(&data);
            }
            if first.len().max(whole.len()) > self.body_limit {
                return Err(self.too_large(uri));
            }
        }
        Ok(if whole.is_empty() { first } else { whole.freeze() })
    }

    fn unpack(&self, uri: &Uri, packed: &[u8]) -> Result<Bytes, TransportError> {
        let mut body = Vec::new();
        let limit = u64::try_from(self.body_limit).unwrap_or(u64::MAX).saturating_add(1);
        if !packed.starts_with(&GZIP) {
            let why = format!("the answer of {} is not packed, though it says so", place(uri));
            return Err(TransportError::new(why).lasting().advice("check any proxy on the way"));
        }
        MultiGzDecoder::new(packed).take(limit).read_to_end(&mut body).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => broken(uri, error),
            // Another machine of the service may pack as it should.
            _ => TransportError::new(format!("the answer of {} cannot be unpacked ({error})", place(uri)))
                .advice("try again later, or check any proxy on the way")
                .caused_by(error),
        })?;
        if body.len() > self.body_limit { Err(self.too_large(uri)) } else { Ok(body.into()) }
    }

    fn too_large(&self, uri: &Uri) -> TransportError {
        let why = format!("the answer of {} is larger than {} bytes", place(uri), self.body_limit);
        TransportError::new(why).lasting().advice("ask for less, or check the address and any proxy on the way")
    }
}

impl fmt::Debug for Sockets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sockets").field("loopback", &self.loopback).finish_non_exhaustive()
    }
}

impl Transport for Sockets {
    fn send(&self, request: Request<Bytes>) -> Exchange<'_> {
        Box::pin(self.exchange(request))
    }
}

fn tls_config(trusting: bool) -> Result<ClientConfig, rustls::Error> {
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(ring).with_safe_default_protocol_versions()?;
    Ok(match trusting {
        true => config.with_platform_verifier()?.with_no_client_auth(),
        false => config.with_root_certificates(RootCertStore::empty()).with_no_client_auth(),
    })
}

/// The origin of an address, for people.
fn place(uri: &Uri) -> String {
    format!("{}://{}", uri.scheme_str().unwrap_or("http"), uri.authority().map_or("", |authority| authority.as_str()))
}

/// Encodings are named in any case, and this one by an older name too.
fn is_gzip(encoding: &HeaderValue) -> bool {
    [&b"gzip"[..], b"x-gzip"].iter().any(|name| encoding.as_bytes().eq_ignore_ascii_case(name))
}

fn broken(uri: &Uri, error: impl Into<Box<dyn StdError + Send + Sync>>) -> TransportError {
    let error = error.into();
    let why = format!("the answer of {} broke off ({})", place(uri), root_cause(&*error));
    TransportError::new(why).advice("try again later").caused_by(error)
}

/// Says in a person's words why there was no answer. `here`: whether the place is on this machine.
fn explain(place: &str, here: bool, error: legacy::Error) -> TransportError {
    let reason = root_cause(&error);
    let explained = if causes(&error).any(|cause| cause.is::<NoSuchName>()) {
        TransportError::new(format!("the name in {place} leads nowhere ({reason})"))
            .advice("check the address and the network")
    } else if causes(&error).any(|cause| io_kind(cause) == Some(io::ErrorKind::ConnectionRefused)) {
        match here {
            true => TransportError::new(format!("nothing listens at {place}")).advice("start it, or check the address"),
            false => TransportError::new(format!("nothing listens at {place}, or at the proxy on the way there"))
                .advice("check the address, the network and HTTPS_PROXY"),
        }
    } else if let Some(tls) = causes(&error).find_map(tls_error) {
        TransportError::new(format!("no secure connection to {place} ({tls})"))
            .advice("check the address, the clock and the certificates of this machine (SSL_CERT_FILE names them)")
            .lasting()
    } else if causes(&error).any(|cause| cause.is::<TooSlow>()) {
        TransportError::new(format!("no connection to {place} within {} s", CONNECT_TIMEOUT.as_secs()))
            .advice("check the address and the network")
    } else if error.is_connect() {
        TransportError::new(format!("no connection to {place} ({reason})")).advice("check the address and the network")
    } else {
        TransportError::new(format!("the connection to {place} broke off ({reason})")).advice("try again later")
    };
    let explained = if error.is_connect() { explained.unsent() } else { explained };
    explained.caused_by(error)
}

fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}

fn root_cause(error: &(dyn StdError + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

fn io_kind(error: &(dyn StdError + 'static)) -> Option<io::ErrorKind> {
    error.downcast_ref::<io::Error>().map(io::Error::kind)
}

/// An error of TLS. It travels inside I/O errors, which do not name what they hold among their sources.
fn tls_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    match error.downcast_ref::<io::Error>() {
        Some(error) => tls_error(error.get_ref()?),
        None => error.downcast_ref(),
    }
}

#[cfg(test)]
mod tests;
