//! `sleeve catalogue info`.

use std::fs;
use std::path::Path;

use anyhow::Result;
use serde_json::json;
use sleeve_catalogue::{Catalogue, Store};
use sleeve_client::model::Kind;

use super::{file, served};
use crate::config::Settings;
use crate::exit::Exit;
use crate::terminal::{Terminal, grouped};

pub(super) fn run(json: bool, settings: &Settings, terminal: &Terminal) -> Result<Exit> {
    let (file, store) = (file(settings)?, served(settings)?);
    let invented = store.invented()?;
    let source = source(&store, invented.is_some())?;
    let [tracks, albums, artists] = [Kind::Track, Kind::Album, Kind::Artist].map(|kind| store.count(kind));
    let (tracks, albums, artists) = (tracks?, albums?, artists?);
    let bytes = bytes_in(file.parent().unwrap_or(&file));
    if json {
        let document = json!({
            "path": file.display().to_string(),
            "source": source,
            "invented": invented,
            "tracks": tracks,
            "albums": albums,
            "artists": artists,
            "bytes": bytes,
        });
        terminal.document(&document.to_string())?;
        return Ok(Exit::Well);
    }
    let served = match (source, &invented) {
        ("starter", _) => "the starter catalogue of this program".to_owned(),
        ("invented", Some(how)) => format!("invented ({how}); none of it is a fact"),
        (_, Some(how)) => format!("imported, and in parts invented ({how}), which is no fact"),
        _ => "imported".to_owned(),
    };
    for (name, value) in [
        ("Served", served),
        ("Tracks", grouped(tracks)),
        ("Albums", grouped(albums)),
        ("Artists", grouped(artists)),
        ("On disk", megabytes(bytes)),
        ("File", file.display().to_string()),
    ] {
        terminal.line(&format!("{name:<9}{value}"))?;
    }
    Ok(Exit::Well)
}

/// Where the objects are from: `starter`, `imported`, `invented`, or `mixed`.
fn source(store: &Store, is_invented: bool) -> Result<&'static str> {
    Ok(match (store.is_in_memory(), is_invented, store.holds_others()?) {
        (true, ..) => "starter",
        (_, false, _) => "imported",
        (_, true, false) => "invented",
        (_, true, true) => "mixed",
    })
}

/// What the files of the catalogue's folder take; 0 where it is not there.
fn bytes_in(folder: &Path) -> u64 {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|file| file.metadata().ok()).filter(fs::Metadata::is_file).map(|data| data.len()).sum()
}

fn megabytes(bytes: u64) -> String {
    match bytes {
        0 => "nothing".to_owned(),
        1..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", grouped(bytes / 1_000_000), bytes % 1_000_000 / 100_000),
    }
}
