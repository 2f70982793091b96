//! A blind tunnel: bytes go both ways unread until both sides have ended.

use http::Request;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Joins the client of a granted `CONNECT` to the host that it asked for.
pub(super) async fn join(request: Request<Incoming>, mut stream: TcpStream) {
    let joined = match hyper::upgrade::on(request).await {
        Ok(upgraded) => tokio::io::copy_bidirectional(&mut TokioIo::new(upgraded), &mut stream).await,
        Err(error) => return tracing::debug!(%error, "a tunnel was asked for and not used"),
    };
    if let Err(error) = joined {
        tracing::debug!(%error, "a tunnel ended early");
    }
}
