//! A bound listener joined to the service: HTTP/1.1 on a port of our own.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;

use crate::{Door, Local};

/// How long a client may take to send the head of a request, and how long a connection may rest between two.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// How many bytes the head of a request may have; more is 431.
pub const MAX_HEAD_BYTES: usize = 64 * 1024;

/// How long answers under way may take once a shutdown has begun.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);

/// HTTP/1.1 with the limits that every listener keeps.
pub(crate) fn http1() -> http1::Builder {
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).max_buf_size(MAX_HEAD_BYTES).pipeline_flush(true);
    server
}

/// HTTP/2 with the same limits: a client that is silent for too long is asked whether it is still there.
pub(crate) fn http2() -> http2::Builder<TokioExecutor> {
    let mut server = http2::Builder::new(TokioExecutor::new());
    let max_head_bytes = u32::try_from(MAX_HEAD_BYTES).unwrap_or(u32::MAX);
    server.timer(TokioTimer::new()).max_header_list_size(max_head_bytes).keep_alive_interval(HEAD_TIMEOUT);
    server
}

/// Serves until `shutdown` ends, then lets the requests under way finish.
///
/// # Errors
/// None of a single connection's; only of the listener itself.
pub async fn serve(listener: TcpListener, local: Local, shutdown: impl Future<Output = ()>) -> io::Result<()> {
    let graceful = GracefulShutdown::new();
    let mut shutdown = pin!(shutdown);
    let server = http1();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut shutdown => break,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            // A client that went away, or too many open files: neither ends the server.
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            }
        };
        // Only latency is lost where the system refuses.
        let _ = stream.set_nodelay(true);
        let local = local.clone();
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let local = local.clone();
            async move { Ok::<_, Infallible>(local.answer(request, Door::Plain).await) }
        });
        let connection = graceful.watch(server.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    // What has not ended by then is cut off.
    let _ = tokio::time::timeout(DRAIN_TIMEOUT, graceful.shutdown()).await;
    Ok(())
}
