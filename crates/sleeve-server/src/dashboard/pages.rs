//! The pages: what stands in each, and the answers that carry them.

use std::time::{Duration, SystemTime};

use askama::Template;
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use httpdate::fmt_http_date;
use sleeve_model::QuotaMode;

use super::snippets::Snippet;
use super::typed::{Problems, Typed, api_titles};
use super::{Reply, Visit, route};
use crate::Error;
use crate::apps::{App, Draft, Secret};

/// What every page has.
#[derive(Debug)]
pub(super) struct Frame {
    /// The address that was asked.
    pub(super) address: String,
    /// The token of the session's forms; empty where nobody is signed in.
    pub(super) csrf: String,
}

/// The list of apps.
#[derive(Template)]
#[template(path = "apps.html")]
pub(super) struct AppsPage {
    pub(super) frame: Frame,
    pub(super) apps: Vec<App>,
    pub(super) notice: &'static str,
}

/// A part of *Create app*.
#[derive(Template)]
#[template(path = "create.html")]
pub(super) struct CreatePage {
    frame: Frame,
    step: u8,
    nonce: String,
    typed: Typed,
    problems: Problems,
    failure: String,
}

/// An app.
#[derive(Template)]
#[template(path = "app.html")]
pub(super) struct AppPage {
    pub(super) frame: Frame,
    pub(super) app: App,
    pub(super) secret: Option<Secret>,
    pub(super) snippets: [Snippet; 5],
    pub(super) notice: &'static str,
}

/// *Edit*.
#[derive(Template)]
#[template(path = "edit.html")]
pub(super) struct EditPage {
    pub(super) frame: Frame,
    /// What it is called as it stands in the registry.
    pub(super) title: String,
    pub(super) back: String,
    pub(super) typed: Typed,
    pub(super) problems: Problems,
    pub(super) failure: String,
}

/// A question before something that cannot be taken back.
#[derive(Template)]
#[template(path = "confirm.html")]
pub(super) struct ConfirmPage {
    pub(super) frame: Frame,
    pub(super) title: String,
    pub(super) name: String,
    pub(super) back: String,
    pub(super) consequences: &'static [&'static str],
    pub(super) action: String,
    pub(super) button: &'static str,
    pub(super) failure: String,
}

/// A page that says something and leads on.
#[derive(Template)]
#[template(path = "message.html")]
pub(super) struct Message {
    pub(super) frame: Frame,
    pub(super) title: &'static str,
    pub(super) text: String,
    /// Where to go, and how the link is called.
    pub(super) way: Option<(String, &'static str)>,
}

/// The page of whoever is not signed in.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub(super) struct SignInPage {
    pub(super) frame: Frame,
    pub(super) origin: String,
    /// Whether it was asked for through `sleeve run`, where the link stands elsewhere.
    pub(super) in_run: bool,
    pub(super) title: &'static str,
    pub(super) text: &'static str,
}

// === impl Frame ===

impl Frame {
    /// The frame of somebody's page who is signed in.
    pub(super) fn of(visit: &Visit) -> Self {
        Self { address: visit.site.authority().to_owned(), csrf: visit.session.csrf().to_owned() }
    }

    /// The frame of anybody's page.
    pub(super) fn public(address: &str) -> Self {
        Self { address: address.to_owned(), csrf: String::new() }
    }
}

// === impl CreatePage ===

impl CreatePage {
    pub(super) fn new(frame: Frame, step: u8, nonce: String, typed: Typed, problems: Problems) -> Self {
        Self { frame, step, nonce, typed, problems, failure: String::new() }
    }

    /// The same, saying why the registry could not write.
    pub(super) fn failed(mut self, error: &Error) -> Self {
        self.failure = error.to_string();
        self
    }

    fn draft(&self) -> Draft {
        self.typed.draft()
    }

    fn part(&self) -> &'static str {
        match self.step {
            1 => "What it is",
            2 => "Where it lives",
            _ => "Check and create",
        }
    }

    fn advice(&self) -> &'static str {
        match self.step {
            1 => "Call it what you will find it by. All of this can be changed later.",
            2 => "A program that only asks for tracks, albums and artists needs none of this.",
            _ => "The client id and the client secret are made when you create the app.",
        }
    }
}

// === answers ===

/// A page.
pub(super) fn page(status: StatusCode, template: &impl Template) -> Reply {
    let (status, html) = match template.render() {
        Ok(html) => (status, html),
        Err(error) => {
            tracing::error!(%error, "cannot write a page");
            (StatusCode::INTERNAL_SERVER_ERROR, String::new())
        }
    };
    let mut response = Response::new(Full::new(Bytes::from(html)));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}

/// Leads to another page, which is then asked for with `GET`.
pub(super) fn see_other(path: &str) -> Reply {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let path = HeaderValue::from_str(path).expect("the dashboard's paths are plain ASCII");
    response.headers_mut().insert(header::LOCATION, path);
    response
}

/// A page that says what is wrong, with a way back to the list.
pub(super) fn message(visit: &Visit, status: StatusCode, title: &'static str, text: impl Into<String>) -> Reply {
    let way = Some((route::HOME.to_owned(), "Back to your apps"));
    page(status, &Message { frame: Frame::of(visit), title, text: text.into(), way })
}

/// What was sent is no form of the dashboard's.
pub(super) fn unreadable(visit: &Visit) -> Reply {
    let text = "What arrived is not a form of this dashboard. Open the page again and send it from there.";
    message(visit, StatusCode::BAD_REQUEST, "This form cannot be read", text)
}

/// There is no such app.
pub(super) fn no_such_app(visit: &Visit) -> Reply {
    let text = "No app has this client id. It may have been deleted.";
    message(visit, StatusCode::NOT_FOUND, "There is no such app", text)
}

// === what templates call ===

/// The day on which an app was registered, as `24 Nov 2026`.
fn day(app: &App) -> String {
    // The year 9999 ends here, and with it what a date can say.
    let unix_ms = app.created_at_ms.min(253_402_300_799_000);
    let date = fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_millis(unix_ms));
    date.get(5..16).unwrap_or_default().trim_start_matches('0').to_owned()
}

/// The rate limit as people say it.
fn rate(app: &App) -> Option<String> {
    app.draft.limits.rate.map(|limit| format!("{} in {} s", calls(limit.calls.get()), limit.window.as_secs()))
}

/// The daily quota as people say it.
fn daily_quota(app: &App) -> Option<String> {
    app.draft.limits.daily_quota.map(|quota| format!("{} in 24 hours", calls(quota.0.get())))
}

fn calls(count: u32) -> String {
    if count == 1 { "1 call".to_owned() } else { format!("{count} calls") }
}

fn is_extended(app: &App) -> bool {
    app.draft.quota_mode == QuotaMode::Extended
}

fn mode(app: &App) -> &'static str {
    if is_extended(app) { "Extended quota" } else { "Development mode" }
}
