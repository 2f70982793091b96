//! A bound listener joined to the service: HTTP/1.1 on a port of our own.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::{Door, Local};

/// How long others may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For the head of a request, and for the rest between two; then the connection is closed.
    pub head: Duration,
    /// For the body of a request; more is 408.
    pub body: Duration,
    /// For the answers under way once a shutdown has begun; what has not ended by then is cut off.
    pub drain: Duration,
}

/// How many bytes the head of a request may have; more is 431.
pub const MAX_HEAD_BYTES: usize = 64 * 1024;

impl Default for Timeouts {
    fn default() -> Self {
        Self { head: Duration::from_secs(30), body: Duration::from_secs(10), drain: Duration::from_secs(5) }
    }
}

/// HTTP/1.1 with the limits that every listener keeps.
pub(crate) fn http1(timeouts: Timeouts) -> http1::Builder {
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(timeouts.head).max_buf_size(MAX_HEAD_BYTES);
    server
}

/// HTTP/2 with the same limits: a client that is silent for too long is asked whether it is still there.
pub(crate) fn http2(timeouts: Timeouts) -> http2::Builder<TokioExecutor> {
    let mut server = http2::Builder::new(TokioExecutor::new());
    let max_head_bytes = u32::try_from(MAX_HEAD_BYTES).unwrap_or(u32::MAX);
    server.timer(TokioTimer::new()).max_header_list_size(max_head_bytes).keep_alive_interval(timeouts.head);
    server
}

/// Serves until `shutdown` ends, then lets the requests under way finish. How long clients may take is the service's
/// to say: [`Config::timeouts`](crate::Config::timeouts).
///
/// # Errors
/// None of a single connection's; only of the listener itself.
pub async fn serve(listener: TcpListener, local: Local, shutdown: impl Future<Output = ()>) -> io::Result<()> {
    let timeouts = local.timeouts();
    let graceful = GracefulShutdown::new();
    let (closing, _) = watch::channel(());
    let mut shutdown = pin!(shutdown);
    let server = http1(timeouts);
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
        let asked = Arc::new(AtomicBool::new(false));
        let has_asked = asked.clone();
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            asked.store(true, Ordering::Relaxed);
            let local = local.clone();
            async move { Ok::<_, Infallible>(local.answer(request, Door::Plain).await) }
        });
        let connection = graceful.watch(server.serve_connection(TokioIo::new(stream), service));
        let closing = closing.subscribe();
        tokio::spawn(async move {
            tokio::select! {
                // First, so that a request that has just come is seen.
                biased;
                ended = connection => if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended early");
                },
                () = silent(closing, &has_asked) => {}
            }
        });
    }
    drop(listener);
    closing.send_replace(());
    // What has not ended by then is cut off.
    let _ = tokio::time::timeout(timeouts.drain, graceful.shutdown()).await;
    Ok(())
}

/// Ends once a shutdown has begun, if the client has not asked for anything by then: hyper would wait for its first
/// request, which need never come.
async fn silent(mut closing: watch::Receiver<()>, has_asked: &AtomicBool) {
    let _ = closing.changed().await;
    if has_asked.load(Ordering::Relaxed) {
        std::future::pending::<()>().await;
    }
}
