//! `sleeve call`: any operation that is described, by its name and its parameters.

mod explain;
mod pages;

use anyhow::{Result, bail};
use sleeve_client::Kind;
use sleeve_client::endpoints::table::{Entry, find};
use sleeve_client::endpoints::{ENDPOINTS, PageLimits};

pub(super) use self::pages::Pages;
use crate::args::{self, Call};
use crate::config::Settings;
use crate::exit::{Exit, Usage, of_call};
use crate::service::{Service, Standin};
use crate::terminal::Terminal;

pub(crate) async fn run(args: Call, settings: &Settings, terminal: &Terminal) -> Result<Exit> {
    let Some(operation) = &args.operation else {
        match args.help {
            true => terminal.line(args::help_of("call").trim_end())?,
            false => list(terminal)?,
        }
        return Ok(Exit::Well);
    };
    if args.list {
        list(terminal)?;
        return Ok(Exit::Well);
    }
    let unknown = |error| Usage(format!("{error} (`sleeve call` lists the {} that are)", ENDPOINTS.len()));
    let entry = find(operation).map_err(unknown)?;
    if args.help {
        terminal.line(&explain::entry(entry))?;
        return Ok(Exit::Well);
    }
    let needed = entry.spec.parameters.iter().any(|parameter| parameter.required);
    if args.parameters.is_empty() && needed {
        terminal.plain(&explain::entry(entry));
        return Ok(Exit::Usage);
    }
    if args.all && entry.spec.page.is_none() {
        bail!(Usage(format!("{operation} answers no pages; leave --all out")));
    }
    let pairs = args.parameters.iter().map(|text| pair(text, entry)).collect::<Result<Vec<_>>>()?;
    let target = entry.target(&pairs).map_err(|error| Usage(error.to_string()))?;
    let service = Service::choose(settings, Standin::InMemory, args.calls, terminal)?;
    terminal.note(&service.line);
    let pages = Pages { service: &service, entry };
    let outcome = match args.all {
        true => pages.follow(&target, terminal).await,
        false => pages.print(&target, terminal).await,
    };
    outcome.or_else(|error| explain(error, entry, &service, terminal))
}

/// `name=value`.
fn pair(text: &str, entry: &Entry) -> Result<(String, String)> {
    match text.split_once('=') {
        Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
        None => {
            let name = entry.spec.parameters.first().map_or("name", |parameter| parameter.name);
            bail!(Usage(format!("`{text}`: a parameter is name=value, as {name}=…")));
        }
    }
}

fn list(terminal: &Terminal) -> Result<()> {
    let row = |entry: &Entry| {
        let spec = &entry.spec;
        vec![spec.operation.to_owned(), format!("{} {}", spec.method, spec.path), explain::development(spec)]
    };
    let rows: Vec<_> = ENDPOINTS.iter().map(row).collect();
    Ok(terminal.table(&["OPERATION", "REQUEST", "DEVELOPMENT MODE"], &rows)?)
}

/// Says what an error means, where the service says little; any other comes back.
pub(super) fn explain(error: anyhow::Error, entry: &Entry, service: &Service, terminal: &Terminal) -> Result<Exit> {
    let Some(said) = error.downcast_ref::<sleeve_client::Error>() else { return Err(error) };
    let is_limit = said.fault().is_some_and(|fault| fault.message.as_deref() == Some("Invalid limit"));
    let line = match (said.kind(), &entry.spec.page, &service.catalogue) {
        (Kind::Fault, Some(page), _) if is_limit => format!("{said}; {}", limits(page)),
        (Kind::NotFound, _, Some(_)) => format!(
            "{}: not in the local catalogue; `sleeve catalogue import` adds to it, CLIENT_ID and CLIENT_SECRET ask Spotify",
            entry.spec.operation
        ),
        _ => return Err(error),
    };
    terminal.problem(&line);
    Ok(of_call(said))
}

/// The widths of a window in words.
fn limits(page: &PageLimits) -> String {
    let (extended, development) = (page.extended.max, page.development.max);
    match extended == development {
        true => format!("limit is a number from 1 to {extended}"),
        false => format!("limit is a number from 1 to {extended}, and to {development} for apps in development mode"),
    }
}
