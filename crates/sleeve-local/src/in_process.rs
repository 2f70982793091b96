//! The local Spotify as a transport of the client: no port, the same bytes.

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use sleeve_client::{Exchange, Transport, TransportError};
use sleeve_server::{Door, Local};

/// Answers Spotify's own addresses from a local one in this process; other hosts are not reached.
#[derive(Clone, Debug)]
pub struct InProcess(Local);

impl InProcess {
    /// The way to this one.
    pub fn to(local: Local) -> Self {
        Self(local)
    }
}

impl Transport for InProcess {
    fn send(&self, request: Request<Bytes>) -> Exchange<'_> {
        Box::pin(async move {
            let host = request.uri().host().unwrap_or_default();
            let door = Door::for_host(host)
                .ok_or_else(|| TransportError::new(format!("{host} is not Spotify's")).lasting())?;
            let (head, body) = self.0.answer(request.map(Full::new), door).await.into_parts();
            let body = body.collect().await.unwrap_or_else(|never| match never {}).to_bytes();
            Ok(Response::from_parts(head, body))
        })
    }
}
