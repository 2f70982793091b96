//! What went wrong, for whom, and whether trying again makes sense.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use sleeve_model::Fault;

/// Why a call failed. Cheap to clone: tasks that waited for one token share its failure.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

/// What a caller can do about an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The service answered an error that has no kind of its own here; 500 and up are worth another try.
    Fault,
    /// 401: the token was refused, and a new one as well.
    Unauthorized,
    /// 403: the app may not do this.
    Forbidden,
    /// 404: there is no such object.
    NotFound,
    /// 429: too many calls; [`Error::retry_after`] says how long to stay away.
    RateLimited,
    /// 429 with `QUOTA_EXCEEDED`: the developer account's quota is used up. Never worth another try now.
    QuotaExceeded,
    /// The token endpoint refused the client id or secret.
    Credentials,
    /// No answer in the time that the client gives a request.
    Timeout,
    /// The service was not reached, or the answer broke off.
    Transport,
    /// A good status, and a body that is not the document; [`Error::body`] has it.
    Decode,
    /// The service would have refused the call for certain; it was not sent.
    InvalidCall,
    /// The client cannot be built like this.
    Setup,
}

struct Inner {
    failure: Failure,
    operation: &'static str,
    url: Option<String>,
    tries: u32,
    elapsed: Duration,
}

/// One try that failed, before it is known whether it is the last.
pub(crate) struct Failure {
    pub(crate) kind: Kind,
    pub(crate) status: Option<StatusCode>,
    pub(crate) fault: Option<Fault>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) body: Bytes,
    pub(crate) why: String,
    pub(crate) source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Failure {
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            kind,
            status: None,
            fault: None,
            retry_after: None,
            body: Bytes::new(),
            why: String::new(),
            source: None,
        }
    }

    pub(crate) fn because(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }

    pub(crate) fn into_error(self, operation: &'static str) -> Error {
        Error(Arc::new(Inner { failure: self, operation, url: None, tries: 0, elapsed: Duration::ZERO }))
    }

    pub(crate) fn into_error_of(self, operation: &'static str, url: String, tries: u32, elapsed: Duration) -> Error {
        Error(Arc::new(Inner { failure: self, operation, url: Some(url), tries, elapsed }))
    }
}

impl Error {
    /// What a caller can do about it.
    pub fn kind(&self) -> Kind {
        self.0.failure.kind
    }

    /// What the service said: status, message, reason. A body that is no JSON stands in `message`, shortened.
    pub fn fault(&self) -> Option<&Fault> {
        self.0.failure.fault.as_ref()
    }

    /// The status of the last answer, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.failure.status
    }

    /// How long the service wants to be left alone.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.failure.retry_after
    }

    /// The body of the last answer, as it came; empty where there was none.
    pub fn body(&self) -> &[u8] {
        &self.0.failure.body
    }

    /// How many requests were sent for it; 0 where none was.
    pub fn tries(&self) -> u32 {
        self.0.tries
    }

    /// How long it took, waits included.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// Spotify's name of the operation (`get-track`); `token` for the token endpoint.
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// The address that was asked; it holds no secret.
    pub fn url(&self) -> Option<&str> {
        self.0.url.as_deref()
    }

    /// Whether the same call may succeed later: at once or, where [`Error::retry_after`] is there, after that time.
    pub fn is_worth_retrying(&self) -> bool {
        match self.kind() {
            Kind::RateLimited | Kind::Timeout | Kind::Transport => true,
            Kind::Fault => self.status().is_some_and(|status| status.is_server_error()),
            _ => false,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.operation(), self.0.failure.why)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error").field("kind", &self.kind()).field("message", &self.to_string()).finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.failure.source.as_ref().map(|source| &**source as _)
    }
}

impl Failure {
    pub(crate) fn limited(left: Duration) -> Self {
        let mut failure = Self::new(Kind::RateLimited).because("the rate limit of this app is reached");
        failure.retry_after = Some(left);
        failure
    }

    pub(crate) fn timeout(limit: Duration) -> Self {
        Self::new(Kind::Timeout).because(format!("no answer within {limit:?}"))
    }

    pub(crate) fn transport(error: crate::TransportError) -> Self {
        let mut failure = Self::new(Kind::Transport).because(error.to_string());
        failure.source = Some(Box::new(error));
        failure
    }

    pub(crate) fn answered(response: http::Response<Bytes>, engine: &crate::attempt::Engine) -> Self {
        let fault = Fault::from_body(response.body());
        let status = response.status();
        let reason = fault.as_ref().and_then(|fault| fault.reason.as_deref());
        let kind = match status.as_u16() {
            401 => Kind::Unauthorized,
            403 => Kind::Forbidden,
            404 => Kind::NotFound,
            429 if reason == Some("QUOTA_EXCEEDED") => Kind::QuotaExceeded,
            429 => Kind::RateLimited,
            _ => Kind::Fault,
        };
        let mut failure = Self::new(kind).because(format!("the service answered {status}"));
        failure.status = Some(status);
        failure.fault = fault;
        failure.retry_after = crate::retry::retry_after(response.headers(), engine.clock.now());
        failure.body = response.into_body();
        failure
    }

    pub(crate) fn token(response: http::Response<Bytes>, engine: &crate::attempt::Engine) -> Self {
        let mut failure = Self::answered(response, engine);
        if failure.kind == Kind::Fault && failure.status.is_some_and(|status| status.is_client_error()) {
            failure.kind = Kind::Credentials;
        }
        failure
    }

    pub(crate) fn is_transient(&self) -> bool {
        match self.kind {
            Kind::Timeout | Kind::Transport => true,
            Kind::Fault => self.status.is_some_and(|status| status.is_server_error()),
            _ => false,
        }
    }
}
