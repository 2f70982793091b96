//! `sleeve search`: what words find.

use anyhow::Result;
use sleeve_client::endpoints::table::find;

use super::call::{Pages, explain};
use super::columns;
use crate::args::Search;
use crate::config::Settings;
use crate::exit::{Exit, Usage};
use crate::service::{Service, Standin};
use crate::terminal::{Terminal, counted, grouped};

pub(crate) async fn run(args: Search, settings: &Settings, terminal: &Terminal) -> Result<Exit> {
    let mut pairs = vec![("q".to_owned(), args.words.join(" ")), ("type".to_owned(), args.kinds)];
    pairs.extend(args.market.map(|market| ("market".to_owned(), market)));
    pairs.extend(args.limit.map(|limit| ("limit".to_owned(), limit.to_string())));
    let entry = find("search")?;
    let target = entry.target(&pairs).map_err(|error| Usage(error.to_string()))?;
    let service = Service::choose(settings, Standin::InMemory, args.calls, terminal)?;
    terminal.note(&service.line);
    let pages = Pages { service: &service, entry };
    let answer = match pages.get(&target).await {
        Ok(answer) => answer,
        Err(error) => return explain(error, entry, &service, terminal),
    };
    let is_table = args.table || terminal.is_read() && !args.json;
    let mut is_first = true;
    for (name, page) in answer.document.as_object().into_iter().flatten() {
        let items = page["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        let items = items.iter().filter(|item| !item.is_null());
        if !is_table {
            items.into_iter().try_for_each(|item| terminal.document(&item.to_string()))?;
            continue;
        }
        let noun = name.strip_suffix('s').unwrap_or(name);
        let columns = columns::of(noun);
        let rows: Vec<_> = items.map(|item| columns::row(columns, item)).collect();
        if !rows.is_empty() {
            if !std::mem::take(&mut is_first) {
                terminal.line("")?;
            }
            terminal.table(&columns::headings(columns), &rows)?;
        }
        let total = page["total"].as_u64().unwrap_or_default();
        terminal.note(&match rows.len() as u64 {
            0 => format!("no {noun} is found by these words"),
            shown if shown < total => format!("{} of {}", grouped(shown), counted(total, noun)),
            shown => counted(shown, noun),
        });
    }
    Ok(Exit::Well)
}
