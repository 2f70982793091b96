//! One try that failed, before it is known whether it was the last.

use std::error::Error as StdError;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::LOCATION;
use http::{Response, StatusCode};
use serde::de::IgnoredAny;
use sleeve_model::{Fault, TokenFault};

use crate::error::Words;
use crate::{Kind, TransportError, Why, retry};

/// How much of a body that is no JSON is kept as a message, in characters.
const EXCERPT: usize = 200;

#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: Kind,
    /// One clause for a person, without what to do.
    pub(crate) why: String,
    /// What to do, where that does not follow from the kind.
    pub(crate) advice: String,
    pub(crate) status: Option<StatusCode>,
    pub(crate) fault: Option<Fault>,
    pub(crate) retry_after: Option<Duration>,
    /// Why it would be waited.
    pub(crate) wait: Option<Why>,
    pub(crate) body: Bytes,
    /// Whether the body is not of the form that the service gives its errors.
    pub(crate) foreign: bool,
    /// Whether another try would meet it again.
    lasting: bool,
    pub(crate) source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Failure {
    pub(crate) fn new(kind: Kind, why: impl Into<String>) -> Self {
        let (why, body) = (why.into(), Bytes::new());
        Self {
            kind,
            why,
            body,
            advice: String::new(),
            status: None,
            fault: None,
            retry_after: None,
            wait: None,
            foreign: false,
            lasting: false,
            source: None,
        }
    }

    /// A wait is longer than this call may wait.
    pub(crate) fn paused(left: Duration, why: Why, now: SystemTime) -> Self {
        let wait = why;
        let why = match (why, now.checked_add(left)) {
            (Why::Pace, _) => "not sent, because the pace leaves no room yet".to_owned(),
            (_, Some(until)) => {
                format!("not sent, because the service asks this app to wait until {}", httpdate::fmt_http_date(until))
            }
            (_, None) => "not sent, because the service asks this app to wait".to_owned(),
        };
        let mut failure = Self::new(Kind::RateLimited, why);
        failure.retry_after = Some(left);
        failure.wait = Some(wait);
        failure
    }

    /// The day's budget is spent.
    pub(crate) fn spent(left: Duration) -> Self {
        let mut failure = Self::new(Kind::BudgetSpent, "not sent, because the day's budget of calls is spent");
        failure.retry_after = Some(left);
        failure
    }

    pub(crate) fn timeout(limit: Duration) -> Self {
        Self::new(Kind::Timeout, format!("no answer within {}", Words(limit)))
    }

    /// The call did not come to an end in the time that it got.
    pub(crate) fn late(deadline: Duration) -> Self {
        Self::new(Kind::Timeout, format!("not done within {}", Words(deadline)))
    }

    pub(crate) fn transport(mut error: TransportError) -> Self {
        let mut failure = Self::new(Kind::Transport, error.to_string());
        failure.advice = error.take_advice();
        failure.lasting = error.is_lasting();
        failure.source = Some(Box::new(error));
        failure
    }

    /// An answer of the Web API that is no success. `hush`: what the service might repeat and nobody may see.
    pub(crate) fn answered(response: Response<Bytes>, now: SystemTime, hush: &[&str]) -> Self {
        let fault = Fault::from_body(response.body());
        let kind = match response.status().as_u16() {
            401 => Kind::Unauthorized,
            403 => Kind::Forbidden,
            404 if fault.is_some() => Kind::NotFound,
            429 if fault.as_ref().is_some_and(|fault| fault.reason.as_deref() == Some("QUOTA_EXCEEDED")) => {
                Kind::QuotaExceeded
            }
            429 => Kind::RateLimited,
            _ => Kind::Fault,
        };
        Self::of(kind, fault, response, now, hush)
    }

    /// An answer of the token endpoint that is no success.
    pub(crate) fn no_token(response: Response<Bytes>, now: SystemTime, hush: &[&str]) -> Self {
        let Some(said) = TokenFault::from_body(response.body()) else { return Self::answered(response, now, hush) };
        let kind = match (response.status().as_u16(), said.error.as_str()) {
            (400..500, "invalid_client" | "unauthorized_client") | (401, _) => Kind::Credentials,
            (403, _) => Kind::Forbidden,
            (429, _) => Kind::RateLimited,
            _ => Kind::Fault,
        };
        let mut fault = Fault::default();
        fault.message = said.error_description;
        fault.reason = Some(said.error);
        Self::of(kind, Some(fault), response, now, hush)
    }

    /// A good status with a body that is not what was asked for. `cause` is what the reader said.
    pub(crate) fn decode(status: StatusCode, body: Bytes, cause: &str, hush: &[&str]) -> Self {
        let why = match excerpt(&body, hush) {
            text if text.is_empty() => format!("an empty answer ({status}) where a document was expected"),
            text => format!("the answer cannot be read ({}): {text}", hushed(cause, hush)),
        };
        let mut failure = Self::new(Kind::Decode, why);
        failure.status = Some(status);
        // What is no JSON at all, or nothing, was not said by the service, or not to the end.
        failure.foreign = serde_json::from_slice::<IgnoredAny>(&body).is_err();
        failure.body = body;
        failure
    }

    /// An item of a page that is not what it should be. `cause` is what the reader said.
    pub(crate) fn bad_item(item: String, cause: &str) -> Self {
        let mut failure = Self::new(Kind::BadItem, format!("an item of this page cannot be read: {cause}"));
        failure.status = Some(StatusCode::OK);
        failure.body = item.into();
        failure
    }

    /// The same in an answer that was read whole; `place` is the path of what is wrong.
    pub(crate) fn bad_item_within(status: StatusCode, body: Bytes, place: &str, cause: &str, hush: &[&str]) -> Self {
        let mut failure = Self::new(Kind::BadItem, format!("`{place}` of the answer cannot be read: {cause}"));
        failure.why = hushed(&failure.why, hush);
        failure.advice = "ask for the items one by one, or take them as they come".into();
        failure.status = Some(status);
        failure.body = body;
        failure
    }

    /// A page's `next` that is not followed.
    pub(crate) fn astray(next: &str, why: &str) -> Self {
        let next = excerpt(next.as_bytes(), &[]);
        Self::new(Kind::Astray, format!("the next page is said to be {next}, which {why}"))
    }

    fn of(kind: Kind, fault: Option<Fault>, response: Response<Bytes>, now: SystemTime, hush: &[&str]) -> Self {
        let status = response.status();
        let foreign = fault.is_none();
        let mut fault = fault.unwrap_or_default();
        fault.status = Some(status.as_u16());
        fault.reason = fault.reason.map(|reason| hushed(&reason, hush));
        fault.message = match fault.message {
            Some(message) => Some(hushed(&message, hush)),
            None if foreign => Some(excerpt(response.body(), hush)).filter(|text| !text.is_empty()),
            None => None,
        };
        let mut why = status.to_string();
        let said: Vec<_> =
            [&fault.message, &fault.reason].into_iter().flatten().map(|text| excerpt(text.as_bytes(), &[])).collect();
        if !said.is_empty() {
            why = format!("{why} ({})", said.join(", "));
        }
        if let Some(place) = response.headers().get(LOCATION).filter(|_| status.is_redirection()) {
            why = format!("{why} to {}, and redirects are not followed", excerpt(place.as_bytes(), hush));
        }
        let mut failure = Self::new(kind, why);
        failure.wait = (kind == Kind::RateLimited).then_some(Why::RateLimit);
        failure.status = Some(status);
        failure.fault = Some(fault);
        failure.foreign = foreign;
        failure.retry_after = retry::retry_after(response.headers(), now);
        failure.body = response.into_body();
        failure
    }

    /// The same answer, known for what it means.
    pub(crate) fn known_as(&self, kind: Kind, why: String) -> Self {
        let mut failure = Self::new(kind, why);
        failure.status = self.status;
        failure.fault = self.fault.clone();
        failure.body = self.body.clone();
        failure
    }

    /// Whether another try, soon, may do better.
    pub(crate) fn is_transient(&self) -> bool {
        match self.kind {
            Kind::Timeout | Kind::Transport => !self.lasting,
            Kind::Fault => self.status.is_some_and(|status| status.is_server_error()),
            _ => false,
        }
    }
}

/// The beginning of a body on one line, without what nobody may see.
fn excerpt(body: &[u8], hush: &[&str]) -> String {
    let text = one_line(&hushed(&String::from_utf8_lossy(body), hush));
    match text.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn hushed(text: &str, hush: &[&str]) -> String {
    hush.iter().filter(|secret| !secret.is_empty()).fold(text.to_owned(), |text, secret| text.replace(secret, "…"))
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn an_excerpt_is_one_line_of_200_characters_without_secrets() {
        assert_eq!(excerpt(b"<html>\r\n\t<h1>502</h1>\x1b[31m\0", &[]), "<html> <h1>502</h1> [31m");
        assert_eq!(excerpt("é".repeat(300).as_bytes(), &[]), format!("{}…", "é".repeat(200)));
        assert_eq!(excerpt(b"Bearer BQsecret, BQsecret", &["BQsecret", ""]), "Bearer …, …");
        assert_eq!(excerpt(b"\xff\xfe", &[]), "\u{fffd}\u{fffd}");
        assert_eq!(excerpt(b" \n", &[]), "");
    }
}
