//! The apps that are there: the list, an app's page, and what can be done with it.

use http::StatusCode;
use sleeve_model::QuotaMode;

use super::create::status_of;
use super::fields::Fields;
use super::pages::{self, AppPage, AppsPage, ConfirmPage, EditPage, Frame};
use super::snippets::snippets;
use super::typed::{Problems, Typed};
use super::{Inner, Reply, Visit, route};
use crate::apps::{App, Draft, Secret};
use crate::{Error, Kind};

/// What changes when a secret is rotated.
const ROTATING: &[&str] = &[
    "The app gets a new client secret at once.",
    "The old secret ends at once: programs that still send it are refused until they have the new one.",
    "Access tokens that were given out already stay good until they expire, an hour after they were made.",
];

/// What changes when an app is deleted.
const DELETING: &[&str] = &[
    "Its client id and client secret end at once, and every access token with them.",
    "Programs that use them are refused.",
    "It cannot be brought back; an app of the same name would get a new client id.",
];

/// The list.
pub(super) fn list(dashboard: &Inner, visit: &Visit) -> Reply {
    let mut apps = dashboard.apps.list();
    apps.reverse();
    let notice = match visit.query().first("done") {
        "deleted" => "The app is deleted.",
        _ => "",
    };
    pages::page(StatusCode::OK, &AppsPage { frame: Frame::of(visit), apps, notice })
}

/// An app's page, without its secret.
pub(super) fn show(dashboard: &Inner, visit: &Visit, id: &str) -> Reply {
    let Some(app) = dashboard.apps.get(id) else { return pages::no_such_app(visit) };
    let notice = match visit.query().first("done") {
        "created" => "Your app is ready. Show its client secret, then paste one of the programs below.",
        "rotated" => "The app has a new client secret. Show it, and give it to your programs.",
        "saved" => "Your changes are saved.",
        "extended" => "Extended quota is granted. It holds from the next request on.",
        "development" => "The app is in development mode from the next request on.",
        _ => "",
    };
    pages::page(StatusCode::OK, &app_page(visit, app, None, notice))
}

/// An app's page with its secret.
pub(super) fn show_secret(dashboard: &Inner, visit: &Visit, id: &str) -> Reply {
    match (dashboard.apps.get(id), dashboard.apps.secret(id)) {
        (Some(app), Some(secret)) => pages::page(StatusCode::OK, &app_page(visit, app, Some(secret), "")),
        _ => pages::no_such_app(visit),
    }
}

fn app_page(visit: &Visit, app: App, secret: Option<Secret>, notice: &'static str) -> AppPage {
    let snippets = snippets(&app.client_id, &visit.site);
    AppPage { frame: Frame::of(visit), app, secret, snippets, notice }
}

/// Asks before a rotation.
pub(super) fn ask_rotate(dashboard: &Inner, visit: &Visit, id: &str) -> Reply {
    match dashboard.apps.get(id) {
        Some(app) => pages::page(StatusCode::OK, &rotation(visit, &app, None)),
        None => pages::no_such_app(visit),
    }
}

/// Rotates the secret.
pub(super) fn rotate(dashboard: &Inner, visit: &Visit, id: &str) -> Reply {
    let rotated = dashboard.apps.rotate_secret(id).map(drop);
    let done = format!("{}?done=rotated", route::app(id));
    finish(dashboard, visit, id, rotated, &done, |app, error| rotation(visit, app, Some(error)))
}

/// Asks before a deletion.
pub(super) fn ask_delete(dashboard: &Inner, visit: &Visit, id: &str) -> Reply {
    match dashboard.apps.get(id) {
        Some(app) => pages::page(StatusCode::OK, &deletion(visit, &app, None)),
        None => pages::no_such_app(visit),
    }
}

/// Deletes the app.
pub(super) fn delete(dashboard: &Inner, visit: &Visit, id: &str) -> Reply {
    let done = format!("{}?done=deleted", route::HOME);
    let deleted = dashboard.apps.delete(id);
    finish(dashboard, visit, id, deleted, &done, |app, error| deletion(visit, app, Some(error)))
}

/// Leads on after something was done, or asks again, saying why it could not be.
fn finish(
    dashboard: &Inner,
    visit: &Visit,
    id: &str,
    result: Result<(), Error>,
    done: &str,
    again: impl FnOnce(&App, &Error) -> ConfirmPage,
) -> Reply {
    let Err(error) = result else { return pages::see_other(done) };
    match dashboard.apps.get(id) {
        Some(app) if error.kind() != Kind::NoSuchApp => {
            tracing::error!(%error, "cannot change an app");
            pages::page(status_of(&error), &again(&app, &error))
        }
        _ => pages::no_such_app(visit),
    }
}

fn rotation(visit: &Visit, app: &App, error: Option<&Error>) -> ConfirmPage {
    ConfirmPage {
        frame: Frame::of(visit),
        title: "Rotate the client secret?".to_owned(),
        name: app.draft.name.clone(),
        back: route::app(&app.client_id),
        consequences: ROTATING,
        action: format!("{}/rotate", route::app(&app.client_id)),
        button: "Rotate secret",
        failure: error.map(Error::to_string).unwrap_or_default(),
    }
}

fn deletion(visit: &Visit, app: &App, error: Option<&Error>) -> ConfirmPage {
    ConfirmPage {
        frame: Frame::of(visit),
        title: format!("Delete {}?", app.draft.name),
        name: app.draft.name.clone(),
        back: route::app(&app.client_id),
        consequences: DELETING,
        action: format!("{}/delete", route::app(&app.client_id)),
        button: "Delete",
        failure: error.map(Error::to_string).unwrap_or_default(),
    }
}

/// The app's description, to change.
pub(super) fn ask_edit(dashboard: &Inner, visit: &Visit, id: &str) -> Reply {
    match dashboard.apps.get(id) {
        Some(app) => pages::page(StatusCode::OK, &editing(visit, &app, Typed::of_app(&app), Problems::default())),
        None => pages::no_such_app(visit),
    }
}

/// Takes up the changed description; the quota mode stays.
pub(super) fn edit(dashboard: &Inner, visit: &Visit, id: &str, fields: &Fields) -> Reply {
    let Some(app) = dashboard.apps.get(id) else { return pages::no_such_app(visit) };
    let typed = Typed::read(fields);
    let problems = typed.edit_problems();
    if problems.any() {
        return pages::page(StatusCode::UNPROCESSABLE_ENTITY, &editing(visit, &app, typed, problems));
    }
    let draft = typed.draft();
    match dashboard.apps.amend(id, |current| *current = Draft { quota_mode: current.quota_mode, ..draft }) {
        Ok(_) => pages::see_other(&format!("{}?done=saved", route::app(id))),
        Err(error) if error.kind() == Kind::NoSuchApp => pages::no_such_app(visit),
        Err(error) => {
            tracing::error!(%error, "cannot change an app");
            let mut page = editing(visit, &app, typed, Problems::default());
            page.failure = error.to_string();
            pages::page(status_of(&error), &page)
        }
    }
}

fn editing(visit: &Visit, app: &App, typed: Typed, problems: Problems) -> EditPage {
    let (title, back) = (app.draft.name.clone(), route::app(&app.client_id));
    EditPage { frame: Frame::of(visit), title, back, typed, problems, failure: String::new() }
}

/// Moves the app to another quota mode, at once.
pub(super) fn set_quota(dashboard: &Inner, visit: &Visit, id: &str, fields: &Fields) -> Reply {
    let Ok(quota_mode) = fields.first("quota_mode").parse::<QuotaMode>() else { return pages::unreadable(visit) };
    match dashboard.apps.amend(id, |draft| draft.quota_mode = quota_mode) {
        Ok(_) => pages::see_other(&format!("{}?done={quota_mode}", route::app(id))),
        Err(error) if error.kind() == Kind::NoSuchApp => pages::no_such_app(visit),
        Err(error) => {
            tracing::error!(%error, "cannot change an app");
            pages::message(visit, status_of(&error), "The quota mode stays as it was", error.to_string())
        }
    }
}
