//! Inside a tunnel to one of Spotify's hosts: TLS ends here, and the requests are answered by the service.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::AlertDescription;

use super::Proxy;
use crate::local::plain;
use crate::{Door, listen};

/// How long a client may take over its TLS handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// Serves what comes through a tunnel that a client was just granted.
pub(super) async fn serve(proxy: Arc<Proxy>, request: Request<Incoming>, door: Door, port: u16) {
    let upgraded = match hyper::upgrade::on(request).await {
        Ok(upgraded) => TokioIo::new(upgraded),
        Err(error) => return tracing::debug!(%error, "a tunnel was asked for and not used"),
    };
    // Port 80 is where nobody speaks TLS: the service only says where to go instead.
    if port == 80 {
        let service = service_fn(|request| {
            proxy.tally().request();
            let response = redirect(&request, door);
            async move { Ok::<_, Infallible>(response) }
        });
        let served =
            listen::http1(proxy.config.local.timeouts()).serve_connection(TokioIo::new(upgraded), service).await;
        return note(served);
    }
    let Some(acceptor) = proxy.config.terminator.acceptor(door) else { return };
    let stream = match tokio::time::timeout(HANDSHAKE_TIMEOUT, acceptor.accept(upgraded)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => {
            if is_distrust(&error) {
                proxy.tally().distrusted();
            }
            return tracing::debug!(%error, ?door, "a TLS handshake failed");
        }
        Err(_) => return tracing::debug!(?door, "a TLS handshake took too long"),
    };
    let is_h2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    let stream = TokioIo::new(stream);
    let service = service_fn(|request| {
        let proxy = proxy.clone();
        async move { Ok::<_, Infallible>(answer(&proxy, request, door).await) }
    });
    if is_h2 {
        note(listen::http2(proxy.config.local.timeouts()).serve_connection(stream, service).await);
    } else {
        note(listen::http1(proxy.config.local.timeouts()).serve_connection(stream, service).await);
    }
}

/// Answers one request that came to a door of Spotify's.
pub(super) async fn answer(proxy: &Proxy, request: Request<Incoming>, door: Door) -> Response<Full<Bytes>> {
    // The request's own word counts: a client may use one connection for two hosts.
    match asked_host(&request).map_or(Some(door), |host| Door::for_host(&host)) {
        Some(door) => proxy.config.local.answer(request, door).await,
        None => plain(StatusCode::MISDIRECTED_REQUEST, "only Spotify's hosts are answered in this tunnel"),
    }
}

/// Sends a client from `http` to `https`, as the service does.
pub(super) fn redirect<B>(request: &Request<B>, door: Door) -> Response<Full<Bytes>> {
    let host = door.host().unwrap_or_default();
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::MOVED_PERMANENTLY;
    if let Ok(location) = HeaderValue::try_from(format!("https://{host}{path}")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// The host that a request names, without its port: in its target, or else in its `Host`.
fn asked_host<B>(request: &Request<B>) -> Option<String> {
    if let Some(host) = request.uri().host() {
        return Some(host.to_owned());
    }
    let host = request.headers().get(header::HOST)?.to_str().unwrap_or("?");
    Some(host.rsplit_once(':').map_or(host, |(host, _)| host).to_owned())
}

fn is_distrust(error: &std::io::Error) -> bool {
    let alert = error.get_ref().and_then(|error| error.downcast_ref::<rustls::Error>());
    matches!(
        alert,
        Some(rustls::Error::AlertReceived(
            AlertDescription::UnknownCA
                | AlertDescription::BadCertificate
                | AlertDescription::UnsupportedCertificate
                | AlertDescription::CertificateUnknown
        ))
    )
}

fn note(served: Result<(), hyper::Error>) {
    if let Err(error) = served {
        tracing::debug!(%error, "a connection in a tunnel ended early");
    }
}
