//! What went wrong, for what, and whether trying again makes sense.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{StatusCode, Uri};
use sleeve_model::Fault;

use crate::Why;
use crate::failure::Failure;

/// Why a call failed. Its `Display` is one line: what failed, for what, what to do. Cheap to clone: tasks that waited
/// for the same token share its failure.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

/// What a caller can do about an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The service answered an error that has no kind of its own here. From status 500 up it is worth another try.
    Fault,
    /// 401: the token was refused, and a new one as well.
    Unauthorized,
    /// 403: the app may not do this.
    Forbidden,
    /// Removed for apps in development mode. The service is not asked again for a day.
    Removed,
    /// 404, in the service's own words: there is no such object. Another server's 404 is a [`Kind::Fault`].
    NotFound,
    /// 429: too many calls. Worth another try after [`Error::retry_after`].
    RateLimited,
    /// 429 with `QUOTA_EXCEEDED`: the quota of the developer account is used up. Not worth another try for now.
    QuotaExceeded,
    /// The day's [`Budget`](crate::Budget) is spent; it renews after [`Error::retry_after`].
    BudgetSpent,
    /// The token endpoint refused the client id or its secret.
    Credentials,
    /// No answer in the time that a request gets. Worth another try.
    Timeout,
    /// The service was not reached, or its answer broke off. Worth another try, unless something is set up wrongly.
    Transport,
    /// A good status, and a body that is not the document; [`Error::body`] has it.
    Decode,
    /// One item of a list is not what it should be. In a stream [`Error::body`] has its JSON, and the others come; of a
    /// list that was asked for as a whole it has the answer's text, with the others.
    BadItem,
    /// The address of a page's `next` leads back, or away from the service; it was not followed.
    Astray,
    /// The service would have refused the call for certain; it was not sent.
    InvalidCall,
    /// The client cannot be built like this.
    Setup,
}

struct Inner {
    failure: Failure,
    operation: &'static str,
    uri: Option<Uri>,
    tries: u32,
    elapsed: Duration,
}

impl Error {
    pub(crate) fn new(failure: Failure, operation: &'static str, uri: Uri, tries: u32, elapsed: Duration) -> Self {
        Self(Arc::new(Inner { failure, operation, uri: Some(uri), tries, elapsed }))
    }

    /// An error that was found before anything was sent.
    pub(crate) fn unsent(kind: Kind, operation: &'static str, why: impl Into<String>) -> Self {
        let failure = Failure::new(kind, why);
        Self(Arc::new(Inner { failure, operation, uri: None, tries: 0, elapsed: Duration::ZERO }))
    }

    /// The same answer, known for what it means.
    pub(crate) fn known_as(&self, kind: Kind, why: String) -> Self {
        let Inner { failure, operation, uri, tries, elapsed } = &*self.0;
        let failure = failure.known_as(kind, why);
        Self(Arc::new(Inner { failure, operation, uri: uri.clone(), tries: *tries, elapsed: *elapsed }))
    }

    /// What a caller can do about it.
    pub fn kind(&self) -> Kind {
        self.0.failure.kind
    }

    /// What the service said: status, message, reason. For the token endpoint the reason is its `error`
    /// (`invalid_client`). Of a body that is no JSON the first 200 characters stand in the message.
    pub fn fault(&self) -> Option<&Fault> {
        self.0.failure.fault.as_ref()
    }

    /// The status of the last answer, where there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.failure.status
    }

    /// How long the service wants to be left alone, where it said so, or how long until the budget renews.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.failure.retry_after
    }

    /// Why a call that is [`Kind::RateLimited`] has to wait: the service asked for it, or the client's own pace.
    pub fn wait(&self) -> Option<Why> {
        self.0.failure.wait
    }

    /// The body of the last answer, as it came; empty where there was none.
    pub fn body(&self) -> &[u8] {
        &self.0.failure.body
    }

    /// How many requests were sent; 0 where none was, or a deadline cut them short.
    pub fn tries(&self) -> u32 {
        self.0.tries
    }

    /// How long it took, waits included.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// Spotify's name of the operation that failed (`get-track`); `token` for the token endpoint.
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// The address that was asked. It holds no secret.
    pub fn url(&self) -> Option<String> {
        self.0.uri.as_ref().map(Uri::to_string)
    }

    /// Whether the same call may succeed later: after [`Error::retry_after`], where that is there.
    pub fn is_worth_retrying(&self) -> bool {
        matches!(self.kind(), Kind::RateLimited | Kind::BudgetSpent) || self.0.failure.is_transient()
    }

    /// Whether the next call, for whatever else, would meet this as well: a token that nobody gives, a pause, a network
    /// or a service that is away, something on the way that answers in its place. Who makes many calls ends here; after
    /// other errors, as [`Kind::NotFound`], the rest may still come.
    ///
    /// A status of 500 concerns the one call: the service has been seen to answer it for single objects. From 502 up it
    /// concerns all.
    pub fn concerns_all(&self) -> bool {
        let Failure { kind, status, foreign, .. } = &self.0.failure;
        let says_app = || self.fault().and_then(|fault| fault.message.as_deref()).is_some_and(concerns_app);
        match kind {
            _ if self.operation() == "token" => true,
            Kind::NotFound | Kind::BadItem | Kind::Astray | Kind::InvalidCall => false,
            Kind::Fault => *foreign || status.is_some_and(|status| status.as_u16() > 500),
            Kind::Decode => *foreign,
            Kind::Forbidden => *foreign || says_app(),
            _ => true,
        }
    }

    /// What to do, in words for a person; empty where the reason says it already.
    fn advice(&self) -> String {
        let foreign = self.0.failure.foreign;
        let again =
            || self.retry_after().map_or("try again later".into(), |after| format!("try again in {}", Words(after)));
        let advice = match self.kind() {
            Kind::Fault if self.0.failure.is_transient() => return again(),
            Kind::Fault if foreign => "this is not how Spotify answers: check the address and any proxy on the way",
            Kind::Unauthorized => "check in the dashboard that the app is still there",
            Kind::Forbidden => "see the app's quota mode, users and owner in the dashboard",
            Kind::Removed => "an app with extended quota still has it",
            Kind::NotFound => "check the id",
            Kind::RateLimited => return again(),
            Kind::BudgetSpent => {
                let left = self.retry_after().unwrap_or_default();
                return format!("it renews in {}; allow more, or wait", Words(left));
            }
            Kind::QuotaExceeded => {
                let left = self.retry_after().map(|after| format!("try again in {}, or", Words(after)));
                return format!("{} use an app with extended quota", left.as_deref().unwrap_or("try again later, or"));
            }
            Kind::Credentials => "check the client id and secret in the dashboard",
            Kind::Timeout => "try again later, or allow more time",
            Kind::BadItem if self.0.failure.advice.is_empty() => "it comes as raw JSON, and the others as they should",
            Kind::Astray => "there may be more items",
            Kind::Decode => "check the address and any proxy on the way",
            _ => &self.0.failure.advice,
        };
        advice.into()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kind() != Kind::Setup {
            f.write_str(self.operation())?;
            if let Some(uri) = &self.0.uri {
                write!(f, " {uri}")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.0.failure.why)?;
        if self.tries() > 1 {
            write!(f, " after {} tries in {}", self.tries(), Words(self.elapsed()))?;
        }
        let advice = self.advice();
        if advice.is_empty() { Ok(()) } else { write!(f, "; {advice}") }
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

/// Whether a 403 says something that holds for every call of the app or its user, in whichever form it is made.
///
/// **Source:** the messages that were recorded: a scope that is missing, a user who is not registered, an owner without
/// Premium.
pub(crate) fn concerns_app(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    ["scope", "registered", "premium"].iter().any(|word| message.contains(word))
}

/// A duration in words: `50 ms`, `0.2 s`, `12 s`, `3 min 20 s`, `23 h 57 min`.
pub(crate) struct Words(pub(crate) Duration);

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        match seconds {
            0 if self.0.as_millis() < 100 => write!(f, "{} ms", self.0.as_millis()),
            0..10 => write!(f, "{:.1} s", self.0.as_secs_f64()),
            10..60 => write!(f, "{seconds} s"),
            60..3600 => write!(f, "{} min {} s", seconds / 60, seconds % 60),
            _ => write!(f, "{} h {} min", seconds / 3600, seconds % 3600 / 60),
        }
    }
}
