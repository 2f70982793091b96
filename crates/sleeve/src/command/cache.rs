//! `sleeve cache`: what is kept between calls, and how to forget it.

use std::time::SystemTime;

use anyhow::{Result, bail};
use serde_json::json;
use sleeve_client::{Clock, DiskCache, Shelf, SystemClock, Usage};

use crate::args::Cache;
use crate::config::Settings;
use crate::exit::{Exit, Usage as Misuse};
use crate::terminal::{Terminal, counted, grouped};

pub(crate) fn run(args: &Cache, settings: &Settings, terminal: &Terminal) -> Result<Exit> {
    let folder = settings.cache()?;
    // What is only looked at is not made.
    let cache = folder.try_exists()?.then(|| DiskCache::open(folder));
    if let Some(why) = cache.as_ref().and_then(DiskCache::why_not) {
        bail!(Misuse(why.to_owned()));
    }
    match args {
        Cache::Info { json } => {
            let usage = cache.map(|cache| cache.usage(SystemClock::default().now())).transpose()?.unwrap_or_default();
            if *json {
                let shelves: serde_json::Map<_, _> = usage.iter().map(shelf).collect();
                terminal.document(&json!({ "folder": folder.to_string_lossy(), "shelves": shelves }).to_string())?;
            } else if usage.is_empty() {
                terminal.note(&format!("nothing is kept yet in {}", folder.display()));
            } else {
                terminal
                    .table(&["KEPT", "ENTRIES", "BYTES", "OLDEST USE"], &usage.iter().map(row).collect::<Vec<_>>())?;
                terminal.note(&format!("in {}", folder.display()));
            }
        }
        Cache::Purge { pacing } => {
            let shelves = Shelf::ALL.into_iter().filter(|shelf| *pacing || *shelf != Shelf::Pacing);
            let mut gone = 0;
            for shelf in shelves {
                gone += cache.as_ref().map(|cache| cache.purge(Some(shelf))).transpose()?.unwrap_or_default();
            }
            let kept = if *pacing { "" } else { "; how apps are paced is kept, unless --pacing is given" };
            terminal.note(&format!("{} forgotten{kept}", counted(gone, "thing")));
        }
    }
    Ok(Exit::Well)
}

fn row(usage: &Usage) -> Vec<String> {
    let oldest = usage.oldest.map(day).unwrap_or_default();
    vec![usage.shelf.name().to_owned(), grouped(usage.entries), grouped(usage.bytes), oldest]
}

fn shelf(usage: &Usage) -> (String, serde_json::Value) {
    let Usage { entries, bytes, oldest, .. } = usage;
    (usage.shelf.name().to_owned(), json!({ "entries": entries, "bytes": bytes, "oldest_use": oldest.map(day) }))
}

fn day(time: SystemTime) -> String {
    httpdate::fmt_http_date(time)
}
