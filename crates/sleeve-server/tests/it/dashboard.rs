//! The dashboard, as a browser without JavaScript meets it.

mod create;
mod damage;
mod guards;
mod manage;

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use sleeve_catalogue::Store;
use sleeve_server::apps::Limits;
use sleeve_server::{Apps, Clock, Config, Door, Draft, Local, Random, Tally, Timeouts};

pub(crate) const HERE: &str = "127.0.0.1:8975";

/// A browser at a local Spotify of its own.
pub(crate) struct Browser {
    pub(crate) local: Local,
    pub(crate) cookie: Option<String>,
}

/// A page, or another answer.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

/// A form of a page: where it goes, and what it holds before anybody types.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) fields: Vec<(String, String)>,
}

// === impl Browser ===

impl Browser {
    /// One that is not signed in.
    pub(crate) fn new() -> Self {
        let (clock, random) = (Clock::system(), Random::system());
        let apps = Apps::in_memory(clock.clone(), random.clone());
        let catalogue = Arc::new(Store::in_memory().expect("a catalogue"));
        let config = Config {
            apps,
            catalogue,
            adopt_unknown_apps: false,
            limits: Limits::default(),
            keep_answers: false,
            tally: Tally::default(),
            timeouts: Timeouts::default(),
            clock,
            random,
        };
        Self { local: Local::new(config), cookie: None }
    }

    /// One that followed its link.
    pub(crate) async fn signed_in() -> Self {
        let mut browser = Self::new();
        let page = browser.get(&browser.local.sign_in_path()).await;
        assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, "/dashboard"));
        browser.take_cookie(&page);
        browser
    }

    pub(crate) fn take_cookie(&mut self, page: &Page) {
        let cookie = page.headers[SET_COOKIE].to_str().expect("text");
        self.cookie = cookie.split(';').next().map(str::to_owned);
    }

    /// An app that is there already.
    pub(crate) fn app(&self, draft: Draft) -> (String, String) {
        let (app, secret) = self.local.apps().create(draft).expect("an app");
        (app.client_id, secret.reveal().to_owned())
    }

    pub(crate) async fn send(&self, request: Request<String>, door: Door) -> Page {
        let (head, body) = self.local.answer(request.map(|body| Full::new(Bytes::from(body))), door).await.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        let text = String::from_utf8(body.to_vec()).expect("text");
        Page { status: head.status, headers: head.headers, text }
    }

    /// A request as the browser makes it, for a test to spoil.
    pub(crate) fn request(&self, method: Method, path: &str, body: String) -> Request<String> {
        let is_post = method == Method::POST;
        let mut request = Request::builder().method(method).uri(path).header(HOST, HERE);
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        if is_post {
            request = request
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(ORIGIN, format!("http://{HERE}"))
                .header("sec-fetch-site", "same-origin");
        }
        request.body(body).expect("a request")
    }

    pub(crate) async fn get(&self, path: &str) -> Page {
        self.send(self.request(Method::GET, path, String::new()), Door::Plain).await
    }

    pub(crate) async fn post(&self, form: &Form) -> Page {
        self.send(self.request(Method::POST, &form.action, form.body()), Door::Plain).await
    }

    /// The page that an answer leads to.
    pub(crate) async fn follow(&self, page: &Page) -> Page {
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        self.get(page.location()).await
    }
}

// === impl Page ===

impl Page {
    pub(crate) fn location(&self) -> &str {
        self.headers[LOCATION].to_str().expect("text")
    }

    /// The form that goes to this address, as it stands in the page.
    pub(crate) fn form(&self, action: &str) -> Form {
        let start = format!("action=\"{action}\"");
        let (_, form) = self.text.split_once(&start).unwrap_or_else(|| panic!("no form to {action}: {}", self.text));
        let form = form.split("</form>").next().unwrap_or_default();
        let mut fields = Vec::new();
        for tag in form.split('<').skip(1) {
            let (tag, content) = tag.split_once('>').unwrap_or((tag, ""));
            let Some(name) = attribute(tag, "name") else { continue };
            let ticked = tag.contains(" checked");
            let value = attribute(tag, "value").unwrap_or_default();
            match attribute(tag, "type").as_deref() {
                Some("checkbox" | "radio") if !ticked => {}
                _ if tag.starts_with("textarea") => {
                    fields.push((name, unescaped(content.strip_prefix('\n').unwrap_or(content))));
                }
                _ if tag.starts_with("input") => fields.push((name, value)),
                _ => {}
            }
        }
        Form { action: action.to_owned(), fields }
    }

    /// What a page says to a person, tags left out.
    pub(crate) fn says(&self, text: &str) -> bool {
        self.text.contains(text)
    }

    /// The messages at a field, and whether its input is marked and points to them.
    pub(crate) fn error_at(&self, field: &str) -> Option<String> {
        let (_, list) = self.text.split_once(&format!("id=\"{field}-error\">"))?;
        let pointed = self.text.contains(&format!("{field}-error\" aria-invalid=\"true\""));
        assert!(pointed, "{field} is not marked");
        let text = list.split("</ul>").next().unwrap_or_default();
        Some(text.replace("<li>", "").replace("</li>", ""))
    }
}

// === impl Form ===

impl Form {
    /// Types into a field, or ticks it.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self
    }

    pub(crate) fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// What a browser sends: with the line ends of forms.
    pub(crate) fn body(&self) -> String {
        let fields = self.fields.iter().map(|(name, value)| (name, value.replace('\n', "\r\n")));
        form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    value.split('"').next().map(unescaped)
}

fn unescaped(text: &str) -> String {
    let known = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    known.iter().fold(text.to_owned(), |text, (escape, plain)| text.replace(escape, plain))
}
