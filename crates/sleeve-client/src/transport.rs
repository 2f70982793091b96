//! How a request travels.

mod sockets;

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use http::{Request, Response};

pub use sockets::Sockets;

/// The future of one exchange: a request sent, an answer received whole.
pub type Exchange<'a> = Pin<Box<dyn Future<Output = Result<Response<Bytes>, TransportError>> + Send + 'a>>;

/// How a request travels: over sockets ([`Sockets`]), or to a server in the same process.
///
/// A transport does one exchange and nothing more: no redirects, no second try, no limit of time; whoever drops the
/// future gives the exchange up.
///
/// Somebody who has a `reqwest::Client` with proxies and certificates set up lends it. Its redirects are its own affair:
/// build it with none, so that no token is sent where nobody meant it to go.
///
/// ```
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use sleeve_client::{Exchange, Transport, TransportError};
///
/// struct Mine(reqwest::Client);
///
/// impl Transport for Mine {
///     fn send(&self, request: Request<Bytes>) -> Exchange<'_> {
///         Box::pin(async move {
///             let broken = |error: reqwest::Error| TransportError::new("no answer").caused_by(error.without_url());
///             let request = request.try_into().map_err(broken)?;
///             let mut answer = self.0.execute(request).await.map_err(broken)?;
///             let mut response = Response::new(Bytes::new());
///             *response.status_mut() = answer.status();
///             *response.headers_mut() = std::mem::take(answer.headers_mut());
///             *response.body_mut() = answer.bytes().await.map_err(broken)?;
///             Ok(response)
///         })
///     }
/// }
///
/// # use sleeve_client::endpoints::tracks::GetTrack;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # rustls::crypto::ring::default_provider().install_default().expect("the first");
/// # let local = sleeve_local::LocalSpotify::start().await?;
/// # let builder = local.builder(sleeve_client::model::QuotaMode::Extended);
/// let mine = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
/// let spotify = builder.transport(Mine(mine)).build()?;
/// # let answer = spotify.send(GetTrack::new("2XU0oxnq2qxCpomAAuJY8K".parse()?)).await?;
/// # assert_eq!(answer.document.name, "Dance Monkey");
/// # Ok(())
/// # }
/// ```
pub trait Transport: Send + Sync + 'static {
    /// Sends one request (its URI is absolute) and receives the answer, body and all, unpacked.
    fn send(&self, request: Request<Bytes>) -> Exchange<'_>;
}

/// Why no answer came.
#[derive(Debug)]
pub struct TransportError {
    why: String,
    advice: String,
    lasting: bool,
    unsent: bool,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// An error that another try may not meet again. `why` is one clause for a person.
    pub fn new(why: impl Into<String>) -> Self {
        Self { why: why.into(), advice: String::new(), lasting: false, unsent: false, source: None }
    }

    /// An error that another try would meet again.
    #[must_use]
    pub fn lasting(mut self) -> Self {
        self.lasting = true;
        self
    }

    /// An error of a request that reached nobody, as where no connection was made: it counts in no budget.
    #[must_use]
    pub fn unsent(mut self) -> Self {
        self.unsent = true;
        self
    }

    /// What to do about it, in words for a person.
    #[must_use]
    pub fn advice(mut self, advice: impl Into<String>) -> Self {
        self.advice = advice.into();
        self
    }

    /// What caused it.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    pub(crate) fn take_advice(&mut self) -> String {
        std::mem::take(&mut self.advice)
    }

    /// Whether the request reached nobody.
    pub fn is_unsent(&self) -> bool {
        self.unsent
    }

    /// Whether another try would meet it again.
    pub fn is_lasting(&self) -> bool {
        self.lasting
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|source| &**source as _)
    }
}
