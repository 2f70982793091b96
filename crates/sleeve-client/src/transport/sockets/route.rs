//! How a connection comes about: a name is looked up, and the machine's proxy, if it has one, stands on the way.

use std::error::Error as StdError;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use std::{fmt, vec};

use http::{HeaderValue, Uri, uri::Scheme};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tower_service::Service;

type BoxError = Box<dyn StdError + Send + Sync>;
type Tcp = HttpConnector<Names>;
type Connecting<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Connects to where an address leads, over the machine's proxy where it has one. What goes through is not yet secure.
#[derive(Clone)]
pub(super) struct Route {
    tcp: Tcp,
    /// A proxy may be an `https` address itself.
    to_proxy: HttpsConnector<Tcp>,
    proxies: Option<Arc<Matcher>>,
}

/// A connection as far as TLS with the service, which comes on top.
pub(super) struct Line {
    stream: MaybeHttpsStream<TokioIo<TcpStream>>,
    /// Whether a proxy reads the requests, and has to be told the whole address.
    is_read_by_proxy: bool,
}

/// A name that leads nowhere.
#[derive(Debug)]
pub(super) struct NoSuchName(io::Error);

/// No connection in time.
#[derive(Debug)]
pub(super) struct TooSlow;

/// Looks names up, and says of its errors that they are about names.
#[derive(Clone)]
struct Names(GaiResolver);

impl Route {
    /// `tls`: for a proxy that is reached by TLS. `proxies`: which one stands on the way to which address, if any does.
    pub(super) fn new(tls: Arc<ClientConfig>, proxies: Option<Matcher>) -> Self {
        let mut tcp = HttpConnector::new_with_resolver(Names(GaiResolver::new()));
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        let to_proxy = HttpsConnector::from((tcp.clone(), tls));
        Self { tcp, to_proxy, proxies: proxies.map(Arc::new) }
    }

    /// What a proxy wants to be told of who asks, with each request that it reads itself.
    pub(super) fn authorization(&self, to: &Uri) -> Option<HeaderValue> {
        let proxies = self.proxies.as_ref().filter(|_| to.scheme() == Some(&Scheme::HTTP))?;
        proxies.intercept(to)?.basic_auth().cloned()
    }
}

impl Service<Uri> for Route {
    type Response = Line;
    type Error = BoxError;
    type Future = Connecting<Line, BoxError>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.tcp.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let proxy = self.proxies.as_ref().and_then(|proxies| proxies.intercept(&to));
        let Self { mut tcp, mut to_proxy, .. } = self.clone();
        let connecting = async move {
            let is_read_by_proxy = proxy.is_some() && to.scheme() != Some(&Scheme::HTTPS);
            let stream = match proxy {
                None => MaybeHttpsStream::Http(tcp.call(to).await?),
                Some(proxy) if is_read_by_proxy => to_proxy.call(proxy.uri().clone()).await?,
                Some(proxy) => {
                    let mut tunnel = Tunnel::new(proxy.uri().clone(), to_proxy);
                    if let Some(authorization) = proxy.basic_auth() {
                        tunnel = tunnel.with_auth(authorization.clone());
                    }
                    tunnel.call(to).await?
                }
            };
            Ok(Line { stream, is_read_by_proxy })
        };
        Box::pin(async { tokio::time::timeout(CONNECT_TIMEOUT, connecting).await.map_err(|_| TooSlow)? })
    }
}

impl Service<Name> for Names {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = NoSuchName;
    type Future = Connecting<Self::Response, NoSuchName>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), NoSuchName>> {
        self.0.poll_ready(context).map_err(NoSuchName)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let found = self.0.call(name);
        Box::pin(async { Ok(found.await.map_err(NoSuchName)?.collect::<Vec<_>>().into_iter()) })
    }
}

impl Connection for Line {
    fn connected(&self) -> Connected {
        self.stream.connected().proxy(self.is_read_by_proxy)
    }
}

impl Read for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl Write for Line {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, pieces)
    }
}

impl fmt::Display for NoSuchName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name leads nowhere")
    }
}

impl StdError for NoSuchName {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.0)
    }
}

impl fmt::Display for TooSlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no connection within {} s", CONNECT_TIMEOUT.as_secs())
    }
}

impl StdError for TooSlow {}
