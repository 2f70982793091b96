//! How the program ends.

use std::fmt;
use std::io;
use std::process::ExitCode;

use sleeve_client::{Clock, Error, Kind, SystemClock, Why};

use crate::moment;

/// How the program ends, after the outside contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All well.
    Well,
    /// Some items failed.
    SomeFailed,
    /// Usage, a bad input file, an unusable data folder.
    Usage,
    /// The credentials were refused.
    Refused,
    /// The network or the service is not there.
    Unreachable,
    /// Stopped for now: run it again later.
    Later,
    /// As the child of `run` ended.
    Child(u8),
}

/// Something in what was typed, or in a file that it names.
#[derive(Debug)]
pub(crate) struct Usage(pub(crate) String);

/// Something that was named and is not there, in one line for a person.
#[derive(Debug)]
pub(crate) struct Missing(pub(crate) String);

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Well => 0,
            Exit::SomeFailed => 1,
            Exit::Usage => 2,
            Exit::Refused => 3,
            Exit::Unreachable => 4,
            Exit::Later => 75,
            Exit::Child(status) => status,
        })
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Missing {}

/// The line that says what went wrong: each cause after what it caused, up to the first error of ours, since those say
/// the whole of it.
pub(crate) fn message(error: &anyhow::Error) -> String {
    let mut message = String::new();
    for cause in error.chain() {
        if !message.is_empty() {
            message.push_str(": ");
        }
        let client = cause.downcast_ref::<Error>();
        message.push_str(&client.map_or_else(|| cause.to_string(), words));
        let is_whole = cause.is::<Error>()
            || cause.is::<sleeve_enrich::Error>()
            || cause.is::<sleeve_server::Error>()
            || cause.is::<sleeve_catalogue::Error>();
        if is_whole {
            break;
        }
    }
    message
}

/// A call's error as a line; until when to wait is said by the reader's own clock.
pub(crate) fn words(error: &Error) -> String {
    of_wait(error).unwrap_or_else(|| error.to_string())
}

fn of_wait(error: &Error) -> Option<String> {
    let now = SystemClock::default().now();
    let until = moment::words(now.checked_add(error.retry_after()?)?, now);
    let url: http::Uri = error.url()?.parse().ok()?;
    let who = match (url.scheme_str(), url.authority()) {
        (Some("https"), Some(host)) if matches!(host.as_str(), "api.spotify.com" | "accounts.spotify.com") => {
            "Spotify".to_owned()
        }
        (scheme, host) => format!("the service at {}://{}", scheme.unwrap_or("http"), host?.as_str()),
    };
    let words = match (error.kind(), error.wait()) {
        (Kind::RateLimited, Some(Why::RateLimit)) => {
            format!("{who} asks to wait until {until}; run it again then, or wait with --wait")
        }
        (Kind::QuotaExceeded, _) => format!(
            "{who} says that the app's quota is used up (QUOTA_EXCEEDED); run it again after {until}, or use an app with extended quota"
        ),
        (Kind::BudgetSpent, _) => {
            format!("the day's budget of calls is spent until {until}; run it again then, or allow more with --budget")
        }
        _ => return None,
    };
    Some(format!("{}: {words}", error.operation()))
}

/// How the program ends with an error: what in its chain says most decides.
pub(crate) fn of(error: &anyhow::Error) -> Exit {
    for cause in error.chain() {
        if cause.is::<Missing>() {
            return Exit::SomeFailed;
        }
        if let Some(error) = cause.downcast_ref::<Error>() {
            return of_call(error);
        }
        if let Some(error) = cause.downcast_ref::<sleeve_enrich::Error>() {
            return match error.kind() {
                sleeve_enrich::Kind::Refused => Exit::Refused,
                sleeve_enrich::Kind::Unreachable | sleeve_enrich::Kind::Service => Exit::Unreachable,
                _ => Exit::Usage,
            };
        }
        if let Some(error) = cause.downcast_ref::<sleeve_server::Error>() {
            return match error.kind() {
                sleeve_server::Kind::NoSuchApp => Exit::SomeFailed,
                _ => Exit::Usage,
            };
        }
        if let Some(error) = cause.downcast_ref::<sleeve_catalogue::Error>() {
            return match error.kind() {
                sleeve_catalogue::ErrorKind::Busy => Exit::Later,
                _ => Exit::Usage,
            };
        }
    }
    Exit::Usage
}

/// How the program ends where a call failed.
pub(crate) fn of_call(error: &Error) -> Exit {
    let is_ill = error.status().is_some_and(|status| status.is_server_error());
    match error.kind() {
        Kind::Forbidden if is_foreign(error) => Exit::Unreachable,
        Kind::Credentials | Kind::Unauthorized | Kind::Forbidden => Exit::Refused,
        Kind::Transport | Kind::Timeout => Exit::Unreachable,
        // The service is not well, or something else answers in its place.
        Kind::Decode | Kind::Fault if is_ill || error.concerns_all() => Exit::Unreachable,
        Kind::RateLimited | Kind::QuotaExceeded | Kind::BudgetSpent => Exit::Later,
        Kind::InvalidCall | Kind::Setup => Exit::Usage,
        _ => Exit::SomeFailed,
    }
}

/// Whether an answer is not the service's: a proxy's page.
fn is_foreign(error: &Error) -> bool {
    !error.body().is_empty() && serde_json::from_slice::<serde::de::IgnoredAny>(error.body()).is_err()
}

/// Whether the error is only that nobody reads our output any more.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        let enrich = cause.downcast_ref::<sleeve_enrich::Error>().and_then(sleeve_enrich::Error::io_kind);
        io.or(enrich) == Some(io::ErrorKind::BrokenPipe)
    })
}
