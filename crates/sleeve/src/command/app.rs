//! `sleeve app`: the dashboard's work from a shell.

use anyhow::{Result, bail};
use serde_json::{Value, json};
use sleeve_client::model::QuotaMode;
use sleeve_server::{App, Apps, Draft, Secret};

use crate::args::{self, AppCreate, AppDetails, AppEdit};
use crate::config::Settings;
use crate::exit::{Exit, Missing, Usage};
use crate::service::open_apps;
use crate::terminal::Terminal;

pub(crate) fn run(args: args::App, settings: &Settings, terminal: &Terminal) -> Result<Exit> {
    let apps = open_apps(settings)?;
    match args {
        args::App::Create(args) => create(args, &apps, terminal)?,
        args::App::List { json } => list(json, &apps, terminal)?,
        args::App::Show { client_id, secret, json } => {
            let app = find(&apps, &client_id)?;
            let secret = if secret { apps.secret(&client_id) } else { None };
            show(&app, secret.as_ref(), json, terminal)?;
        }
        args::App::Edit(args) => edit(args, &apps, terminal)?,
        args::App::RotateSecret { client_id, json } => {
            let secret = apps.rotate_secret(&client_id)?;
            issue(&find(&apps, &client_id)?, &secret, json, terminal)?;
        }
        args::App::Delete { client_id, yes } => return delete(&client_id, yes, &apps, terminal),
    }
    Ok(Exit::Well)
}

fn create(args: AppCreate, apps: &Apps, terminal: &Terminal) -> Result<()> {
    let mut draft = Draft::new(args.name, args.description);
    draft.quota_mode = QuotaMode::Extended;
    describe(&mut draft, args.details);
    let (app, secret) = apps.create(draft)?;
    issue(&app, &secret, args.json, terminal)
}

fn edit(args: AppEdit, apps: &Apps, terminal: &Terminal) -> Result<()> {
    let AppEdit { client_id, name, description, details, json: _ } = args;
    let app = apps.amend(&client_id, |draft| {
        draft.name = name.unwrap_or_else(|| std::mem::take(&mut draft.name));
        draft.description = description.unwrap_or_else(|| std::mem::take(&mut draft.description));
        describe(draft, details);
    })?;
    show(&app, None, args.json, terminal)
}

fn describe(draft: &mut Draft, details: AppDetails) {
    let AppDetails { quota, limits, redirect_uris, website, building, apis } = details;
    draft.quota_mode = quota.unwrap_or(draft.quota_mode);
    draft.limits = limits.change(draft.limits);
    if !redirect_uris.is_empty() {
        draft.redirect_uris = redirect_uris;
    }
    if !apis.is_empty() {
        draft.apis = apis;
    }
    draft.website = website.unwrap_or_else(|| std::mem::take(&mut draft.website));
    draft.building = building.unwrap_or_else(|| std::mem::take(&mut draft.building));
}

/// A pair, ready for a shell.
fn issue(app: &App, secret: &Secret, json: bool, terminal: &Terminal) -> Result<()> {
    if json {
        terminal.document(&document(app, Some(secret)).to_string())?;
    } else {
        terminal.line(&format!("CLIENT_ID={}\nCLIENT_SECRET={}", app.client_id, secret.reveal()))?;
    }
    Ok(())
}

fn show(app: &App, secret: Option<&Secret>, json: bool, terminal: &Terminal) -> Result<()> {
    if json {
        terminal.document(&document(app, secret).to_string())?;
        return Ok(());
    }
    let App { client_id, draft, .. } = app;
    let mut rows = vec![
        ("Name", draft.name.clone()),
        ("Description", draft.description.clone()),
        ("Client ID", client_id.clone()),
        ("Client secret", secret.map_or_else(|| "(--secret shows it)".to_owned(), |secret| secret.reveal().to_owned())),
        ("Quota mode", draft.quota_mode.to_string()),
        ("Rate limit", draft.limits.rate.map_or_else(String::new, |limit| limit.to_string())),
        ("Daily quota", draft.limits.daily_quota.map_or_else(String::new, |quota| quota.to_string())),
        ("APIs", draft.apis.join(", ")),
        ("Website", draft.website.clone()),
        ("Building", draft.building.clone()),
    ];
    rows.extend(draft.redirect_uris.iter().map(|uri| ("Redirect URI", uri.clone())));
    for (name, value) in rows.into_iter().filter(|(_, value)| !value.is_empty()) {
        terminal.line(&format!("{name:<14}{}", plain(&value)))?;
    }
    Ok(())
}

fn list(json: bool, apps: &Apps, terminal: &Terminal) -> Result<()> {
    let apps = apps.list();
    if json {
        let list: Value = apps.iter().map(|app| document(app, None)).collect();
        terminal.document(&list.to_string())?;
    } else if apps.is_empty() {
        terminal.note("there are no apps yet; `sleeve app create --name N --description D` makes one");
    } else {
        let row = |App { client_id, draft, .. }: &App| {
            vec![client_id.clone(), draft.quota_mode.to_string(), draft.name.clone(), draft.description.clone()]
        };
        let rows: Vec<_> = apps.iter().map(row).collect();
        terminal.table(&["CLIENT ID", "QUOTA MODE", "NAME", "DESCRIPTION"], &rows)?;
    }
    Ok(())
}

fn delete(client_id: &str, yes: bool, apps: &Apps, terminal: &Terminal) -> Result<Exit> {
    let name = plain(&find(apps, client_id)?.draft.name);
    if !yes && !terminal.ask(&format!("delete the app {name}? Its tokens end with it"))? {
        bail!(Usage(format!("{name} was not deleted; --yes deletes it without asking")));
    }
    apps.delete(client_id)?;
    terminal.note(&format!("deleted {name}"));
    Ok(Exit::Well)
}

fn find(apps: &Apps, client_id: &str) -> Result<App> {
    let missing = || format!("there is no app with the client id {client_id}; `sleeve app list` shows them");
    apps.get(client_id).ok_or_else(|| Missing(missing()).into())
}

/// A text as it can stand in a line: what would move the cursor or change colours is replaced.
fn plain(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

fn document(app: &App, secret: Option<&Secret>) -> Value {
    let App { client_id, draft, .. } = app;
    let mut document = json!({ "client_id": client_id });
    if let Some(secret) = secret {
        document["client_secret"] = secret.reveal().into();
    }
    document["name"] = draft.name.clone().into();
    document["description"] = draft.description.clone().into();
    document["quota_mode"] = draft.quota_mode.as_str().into();
    document["rate_limit"] = draft.limits.rate.map(|limit| limit.to_string()).into();
    document["daily_quota"] = draft.limits.daily_quota.map(|quota| quota.0.get()).into();
    document["redirect_uris"] = draft.redirect_uris.clone().into();
    document["website"] = draft.website.clone().into();
    document["building"] = draft.building.clone().into();
    document["apis"] = draft.apis.clone().into();
    document
}
