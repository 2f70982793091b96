//! The developer dashboard: the pages under `/dashboard` where a developer registers apps and takes their credentials.
//!
//! A request passes the guards first (`guard`, `sessions`); what is behind them are plain functions that run on a
//! blocking thread, since the registry may write to the disk. Every page works without JavaScript.
//! What is not here: rules for apps (they are the registry's), users, metrics.

mod assets;
mod create;
mod fields;
mod guard;
mod manage;
mod pages;
mod route;
mod sessions;
mod snippets;
mod typed;

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body::Body;
use http_body_util::Full;

use self::fields::Fields;
use self::guard::{Hosts, Site};
use self::pages::{Frame, Message, SignInPage};
use self::route::Route;
use self::sessions::{Session, Sessions};
use crate::{Apps, Clock, Door, Random};

/// An answer of the dashboard.
type Reply = Response<Full<Bytes>>;

/// The dashboard. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Dashboard(Arc<Inner>);

struct Inner {
    apps: Apps,
    random: Random,
    hosts: Hosts,
    sessions: Sessions,
    made: create::Made,
    announce: OnceLock<Box<Announce>>,
}

/// Is told the path of each fresh sign-in link.
type Announce = dyn Fn(&str) + Send + Sync;

/// A request of somebody who is signed in.
struct Visit {
    site: Site,
    session: Session,
    head: Parts,
}

// === impl Dashboard ===

impl Dashboard {
    /// Makes one, which answers under loopback names only.
    pub(crate) fn new(apps: Apps, random: Random, clock: Clock) -> Self {
        let sessions = Sessions::new(random.clone(), clock);
        let (hosts, made, announce) = (Hosts::default(), create::Made::default(), OnceLock::new());
        Self(Arc::new(Inner { apps, random, hosts, sessions, made, announce }))
    }

    /// Lets it answer at the address of a port too, and tells `announce` the path of a fresh sign-in link whenever the
    /// last one was used. The first call holds.
    pub(crate) fn open(&self, listening: SocketAddr, announce: impl Fn(&str) + Send + Sync + 'static) {
        self.0.hosts.listen(listening);
        // Where somebody prints the links already, that stays.
        let _ = self.0.announce.set(Box::new(announce));
    }

    /// The path that signs one browser in, with its key.
    pub(crate) fn sign_in_path(&self) -> String {
        self.0.sign_in_path()
    }

    /// Answers one request whose body is read. Never fails: what is wrong is said in the answer.
    pub(crate) async fn answer(&self, request: Request<Bytes>, door: Door) -> Reply {
        let (head, body) = request.into_parts();
        let is_head = head.method == Method::HEAD;
        let mut response = self.route(head, body, door).await;
        guard::protect(response.headers_mut());
        if is_head {
            let length = response.body().size_hint().lower();
            response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
            *response.body_mut() = Full::default();
        }
        response
    }

    /// Everything that needs no session; the rest is handed on.
    async fn route(&self, head: Parts, body: Bytes, door: Door) -> Reply {
        let Some(site) = self.0.hosts.site(&head, door) else { return unknown_host() };
        let route = Route::find(head.uri.path());
        let reads = matches!(head.method, Method::GET | Method::HEAD);
        match route {
            Some(Route::Asset(asset)) if reads => return asset.reply(),
            Some(Route::SignIn) if reads => return self.0.sign_in(&site, &head),
            _ => {}
        }
        let session = site.session_id(&head.headers).and_then(|id| self.0.sessions.find(id));
        let Some(session) = session else { return signed_out(&site) };
        let visit = Visit { site, session, head };
        let inner = self.0.clone();
        // The registry may write to the disk.
        match tokio::task::spawn_blocking(move || inner.serve(route, &visit, &body)).await {
            Ok(response) => response,
            Err(error) => {
                tracing::error!(%error, "a page of the dashboard failed");
                let mut response = Response::new(Full::default());
                *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                response
            }
        }
    }
}

impl fmt::Debug for Dashboard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dashboard")
    }
}

// === impl Inner ===

impl Inner {
    fn sign_in_path(&self) -> String {
        format!("{}?key={}", route::SIGN_IN, self.sessions.key())
    }

    /// Opens a session for the key in the link. Whoever is signed in already uses none up.
    fn sign_in(&self, site: &Site, head: &Parts) -> Reply {
        if site.session_id(&head.headers).is_some_and(|id| self.sessions.find(id).is_some()) {
            return pages::see_other(route::HOME);
        }
        if !guard::is_opened(head) {
            return signed_out(site);
        }
        let query = Fields::parse(head.uri.query().unwrap_or_default().as_bytes()).unwrap_or_default();
        let Some(session) = self.sessions.sign_in(query.first("key")) else { return used_link(site) };
        if let Some(announce) = self.announce.get() {
            announce(&self.sign_in_path());
        }
        let mut response = pages::see_other(route::HOME);
        response.headers_mut().insert(header::SET_COOKIE, site.cookie(session.id()));
        response
    }

    /// A request of somebody who is signed in: the method, where a form came from, and then the page.
    fn serve(&self, route: Option<Route>, visit: &Visit, body: &[u8]) -> Reply {
        let Some(route) = route else { return no_such_page(visit) };
        let method = visit.head.method.as_str();
        if !route.allowed().split(", ").any(|allowed| allowed == method) {
            return wrong_method(visit, &route);
        }
        // What a shell did meanwhile is shown too; where the disk cannot be read, what is known is.
        if let Err(error) = self.apps.refresh() {
            tracing::warn!(%error, "cannot look for changed apps");
        }
        if visit.head.method != Method::POST {
            return self.read(&route, visit);
        }
        if !guard::came_from(&visit.site, &visit.head.headers) {
            return foreign_form(visit);
        }
        let Some(fields) = Fields::read(&visit.head.headers, body) else { return pages::unreadable(visit) };
        if visit.session.made(fields.first("csrf")) { self.write(&route, visit, &fields) } else { foreign_form(visit) }
    }

    fn read(&self, route: &Route, visit: &Visit) -> Reply {
        match route {
            Route::Root => pages::see_other(route::HOME),
            Route::Apps => manage::list(self, visit),
            Route::Create => create::start(self, visit),
            Route::App(id) => manage::show(self, visit, id),
            Route::Rotate(id) => manage::ask_rotate(self, visit, id),
            Route::Edit(id) => manage::ask_edit(self, visit, id),
            Route::Delete(id) => manage::ask_delete(self, visit, id),
            Route::SignIn | Route::SignOut | Route::Secret(_) | Route::Quota(_) | Route::Asset(_) => {
                wrong_method(visit, route)
            }
        }
    }

    fn write(&self, route: &Route, visit: &Visit, fields: &Fields) -> Reply {
        match route {
            Route::SignOut => self.sign_out(visit),
            Route::Create => create::proceed(self, visit, fields),
            Route::Secret(id) => manage::show_secret(self, visit, id),
            Route::Rotate(id) => manage::rotate(self, visit, id),
            Route::Edit(id) => manage::edit(self, visit, id, fields),
            Route::Delete(id) => manage::delete(self, visit, id),
            Route::Quota(id) => manage::set_quota(self, visit, id, fields),
            Route::Root | Route::Apps | Route::SignIn | Route::App(_) | Route::Asset(_) => wrong_method(visit, route),
        }
    }

    fn sign_out(&self, visit: &Visit) -> Reply {
        self.sessions.end(&visit.session);
        let mut response = sign_in_page(
            &visit.site,
            StatusCode::OK,
            "You are signed out",
            "Your apps stay where they are. To come back, take a fresh sign-in link from the terminal.",
        );
        response.headers_mut().insert(header::SET_COOKIE, visit.site.cookie(""));
        response
    }
}

// === impl Visit ===

impl Visit {
    fn query(&self) -> Fields {
        Fields::parse(self.head.uri.query().unwrap_or_default().as_bytes()).unwrap_or_default()
    }
}

// === pages of whoever is not let in ===

fn signed_out(site: &Site) -> Reply {
    sign_in_page(
        site,
        StatusCode::FORBIDDEN,
        "Sign in from your terminal",
        "This dashboard opens with a one-time link.",
    )
}

fn used_link(site: &Site) -> Reply {
    sign_in_page(
        site,
        StatusCode::FORBIDDEN,
        "This sign-in link is used up",
        "Each link signs one browser in, once. As soon as one was used, the next is printed in the terminal: take \
         the last one there.",
    )
}

fn sign_in_page(site: &Site, status: StatusCode, title: &'static str, text: &'static str) -> Reply {
    let frame = Frame::public(site.authority());
    pages::page(status, &SignInPage { frame, origin: site.origin(), in_run: site.is_secure(), title, text })
}

fn unknown_host() -> Reply {
    let text = "The dashboard answers at 127.0.0.1, [::1] and localhost, at the address that sleeve serve listens on, \
                and at developer.spotify.com through sleeve run. Open it there.";
    let (frame, title) = (Frame::public(""), "The dashboard has no such address");
    pages::page(StatusCode::FORBIDDEN, &Message { frame, title, text: text.to_owned(), way: None })
}

// === pages of whoever is ===

fn no_such_page(visit: &Visit) -> Reply {
    let text = "There is nothing at this address.";
    pages::message(visit, StatusCode::NOT_FOUND, "There is no such page", text)
}

fn wrong_method(visit: &Visit, route: &Route) -> Reply {
    let text = format!("{} is not possible here.", visit.head.method);
    let mut response = pages::message(visit, StatusCode::METHOD_NOT_ALLOWED, "This page is used in another way", text);
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(route.allowed()));
    response
}

fn foreign_form(visit: &Visit) -> Reply {
    let text = "It was not sent from a page of this dashboard, or from one of an earlier session. Nothing was changed. \
                Open the page again and send it from there.";
    pages::message(visit, StatusCode::FORBIDDEN, "This form was not accepted", text)
}
