//! The transport over sockets: reqwest, with rustls and ring.

use std::error::Error as StdError;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::ACCEPT_ENCODING;
use http::{HeaderMap, HeaderValue, Request, Response, Uri};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

use super::{Exchange, Transport, TransportError};
use crate::{Error, Kind, Origins};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// Real connections: HTTP/1.1 and HTTP/2, the machine's certificates (`SSL_CERT_FILE` is obeyed), and gzip and the
/// machine's proxy (neither on the way to this machine itself). Redirects are not followed.
#[derive(Clone, Debug)]
pub struct Sockets {
    client: reqwest::Client,
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
        Self::with_tls(origins, tls)
    }

    fn with_tls(origins: &Origins, mut tls: ClientConfig) -> Result<Self, Error> {
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .tcp_nodelay(true);
        if origins.is_loopback() {
            // No network is spared by packing there, and unpacking costs more than all the rest of a call's reading; what
            // comes packed all the same is unpacked.
            let plain = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("identity"))]);
            builder = builder.no_proxy().default_headers(plain);
        }
        let client = builder
            .build()
            .map_err(|error| Error::unsent(Kind::Setup, "sockets", format!("no connections can be made ({error})")))?;
        Ok(Self { client, loopback: origins.is_loopback(), body_limit: Self::BODY_LIMIT })
    }

    /// Sets how large a body may be, in bytes, unpacked.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    async fn exchange(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let uri = request.uri().clone();
        let request = reqwest::Request::try_from(request)
            .map_err(|error| TransportError::new("the address is none").lasting().caused_by(error))?;
        let mut answer =
            self.client.execute(request).await.map_err(|error| explain(&place(&uri), self.loopback, error))?;
        let mut response = Response::builder().status(answer.status()).version(answer.version());
        if let Some(headers) = response.headers_mut() {
            *headers = std::mem::take(answer.headers_mut());
        }
        let body = self.body(&uri, &mut answer).await?;
        response.body(body).map_err(|error| TransportError::new("the answer has no head").caused_by(error))
    }

    async fn body(&self, uri: &Uri, answer: &mut reqwest::Response) -> Result<Bytes, TransportError> {
        let broken = |error: reqwest::Error| {
            let why = format!("the answer of {} broke off ({})", place(uri), root_cause(&error));
            TransportError::new(why).advice("try again later").caused_by(error.without_url())
        };
        let Some(first) = answer.chunk().await.map_err(broken)? else { return Ok(Bytes::new()) };
        let mut whole = BytesMut::from(first);
        while whole.len() <= self.body_limit {
            match answer.chunk().await.map_err(broken)? {
                Some(chunk) => whole.extend_from_slice(&chunk),
                None => return Ok(whole.freeze()),
            }
        }
        let why = format!("the answer of {} is larger than {} bytes", place(uri), self.body_limit);
        Err(TransportError::new(why).lasting())
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

/// Says in a person's words why there was no answer. `here`: whether the place is on this machine.
fn explain(place: &str, here: bool, error: reqwest::Error) -> TransportError {
    let reason = root_cause(&error);
    let explained = if error.is_dns() {
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
    } else if error.is_timeout() && error.is_connect() {
        TransportError::new(format!("no connection to {place} within {} s", CONNECT_TIMEOUT.as_secs()))
            .advice("check the address and the network")
    } else if error.is_connect() {
        TransportError::new(format!("no connection to {place} ({reason})")).advice("check the address and the network")
    } else {
        TransportError::new(format!("the connection to {place} broke off ({reason})")).advice("try again later")
    };
    explained.caused_by(error.without_url())
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
