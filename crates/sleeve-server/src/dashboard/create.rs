//! *Create app*, in three parts.
//!
//! The server keeps nothing of a form under way: what was typed travels in the page, and all of it is looked at again
//! at the end.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use http::StatusCode;

use super::fields::Fields;
use super::pages::{self, CreatePage, Frame};
use super::typed::{Problems, Typed};
use super::{Inner, Reply, Visit, route};
use crate::{Apps, Draft, Error, Kind};

/// The last part.
const LAST: u8 = 3;

/// So many forms are remembered.
const MOST: usize = 64;

/// Which form made which app: a form that is sent twice makes one. One that was changed in between makes another.
#[derive(Debug, Default)]
pub(super) struct Made(Mutex<VecDeque<(String, Draft, String)>>);

impl Made {
    /// The client id of the app that the form with this nonce made, before or now.
    fn once(&self, nonce: &str, draft: Draft, apps: &Apps) -> Result<String, Error> {
        // Held while the app is made, so that the second click waits for the first.
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((.., client_id)) = made.iter().find(|(known, as_is, _)| known == nonce && *as_is == draft) {
            return Ok(client_id.clone());
        }
        let (app, _secret) = apps.create(draft.clone())?;
        if made.len() >= MOST {
            made.pop_front();
        }
        made.push_back((nonce.to_owned(), draft, app.client_id.clone()));
        Ok(app.client_id)
    }
}

/// The form's first part, empty.
pub(super) fn start(dashboard: &Inner, visit: &Visit) -> Reply {
    let nonce = dashboard.random.hex::<16>();
    pages::page(StatusCode::OK, &CreatePage::new(Frame::of(visit), 1, nonce, Typed::blank(), Problems::default()))
}

/// What comes after a part was sent: the next, the one before, the same with what is wrong, or the app.
pub(super) fn proceed(dashboard: &Inner, visit: &Visit, fields: &Fields) -> Reply {
    let Some(step) = fields.first("step").parse::<u8>().ok().filter(|step| (1..=LAST).contains(step)) else {
        return pages::unreadable(visit);
    };
    let sent = fields.first("nonce");
    let nonce = if sent.is_empty() || sent.len() > 64 { dashboard.random.hex::<16>() } else { sent.to_owned() };
    // Limits are asked for where the app is changed: few want them, and later.
    let typed = Typed { rate_limit: String::new(), daily_quota: String::new(), ..Typed::read(fields) };
    let page = |step, problems| CreatePage::new(Frame::of(visit), step, nonce.clone(), typed.clone(), problems);
    let go = fields.first("go");
    if go == "back" {
        return pages::page(StatusCode::OK, &page(step.saturating_sub(1).max(1), Problems::default()));
    }
    if let Some((step, problems)) = typed.problems().of_first_part(step) {
        return pages::page(StatusCode::UNPROCESSABLE_ENTITY, &page(step, problems));
    }
    if step < LAST {
        return pages::page(StatusCode::OK, &page(step + 1, Problems::default()));
    }
    match dashboard.made.once(&nonce, typed.draft(), &dashboard.apps) {
        Ok(client_id) => pages::see_other(&format!("{}?done=created", route::app(&client_id))),
        Err(error) => {
            tracing::error!(%error, "cannot register an app");
            pages::page(status_of(&error), &page(LAST, Problems::default()).failed(&error))
        }
    }
}

/// The status of a page that says why the registry refused.
pub(super) fn status_of(error: &Error) -> StatusCode {
    match error.kind() {
        Kind::NoSuchApp => StatusCode::NOT_FOUND,
        Kind::InvalidApp => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
