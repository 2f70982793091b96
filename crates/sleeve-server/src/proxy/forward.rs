//! Plain `http://` requests for other hosts, handed on with their bodies as they stream.

use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, Uri, header};
use http_body_util::Either;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;

use super::{Answer, Proxy, Target, refusal};

/// Hands a request on, to the host itself or to the user's own proxy.
pub(super) async fn forward(proxy: &Proxy, mut request: Request<Incoming>, target: &Target) -> Answer {
    let parent = proxy.config.upstream.parent_for_http(target);
    let stream = match proxy.config.upstream.reach(target, parent, proxy.address).await {
        Ok(stream) => stream,
        Err(error) => return proxy.unreached(target, &error),
    };
    strip_hops(request.headers_mut());
    let host = request.uri().authority().and_then(|authority| {
        let host = authority.as_str().rsplit('@').next().unwrap_or_default();
        HeaderValue::try_from(host).ok()
    });
    if let Some(host) = host {
        request.headers_mut().insert(header::HOST, host);
    }
    match parent {
        Some(parent) => {
            if let Some(credentials) = parent.authorization() {
                request.headers_mut().insert(header::PROXY_AUTHORIZATION, credentials);
            }
        }
        None => {
            let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
            *request.uri_mut() = path.parse().unwrap_or_else(|_| Uri::from_static("/"));
        }
    }
    *request.version_mut() = http::Version::HTTP_11;
    let sent = async {
        let (mut sender, connection) = http1::Builder::new().handshake(TokioIo::new(stream)).await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a forwarded connection ended early");
            }
        });
        sender.send_request(request).await
    };
    match sent.await {
        Ok(mut response) if response.status() != StatusCode::SWITCHING_PROTOCOLS => {
            strip_hops(response.headers_mut());
            response.map(Either::Right)
        }
        Ok(_) => {
            refusal(StatusCode::BAD_GATEWAY, "the host changed to another protocol, which this proxy does not forward")
        }
        Err(error) => {
            let Target { host, port } = target;
            refusal(StatusCode::BAD_GATEWAY, &format!("{host}:{port} gave no answer: {error}"))
        }
    }
}

/// Takes away the headers that concern one connection alone.
fn strip_hops(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named {
        headers.remove(name);
    }
    for name in
        ["connection", "keep-alive", "proxy-connection", "proxy-authorization", "te", "transfer-encoding", "upgrade"]
    {
        headers.remove(name);
    }
}
