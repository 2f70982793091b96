//! `sleeve catalogue reset`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use sleeve_catalogue::{Catalogue, Error, ErrorKind, Store};
use sleeve_client::model::Kind;

use super::file;
use crate::config::Settings;
use crate::exit::{Exit, Usage};
use crate::terminal::{Terminal, counted};

pub(super) fn run(yes: bool, settings: &Settings, terminal: &Terminal) -> Result<Exit> {
    let file = file(settings)?;
    if !file.exists() {
        terminal.note("there is nothing to reset: the starter catalogue is served");
        return Ok(Exit::Well);
    }
    let store = match Store::open(&file) {
        Ok(store) => Some(store),
        Err(error) if error.kind() == ErrorKind::Damaged => None,
        Err(error) => return Err(error.into()),
    };
    let what = match &store {
        Some(store) => counted(store.count(Kind::Track).unwrap_or_default(), "track"),
        None => "what is damaged".to_owned(),
    };
    if !yes && !terminal.ask(&format!("take {what} out of the catalogue, and all else that is in it?"))? {
        bail!(Usage("the catalogue is as it was; --yes resets it without asking".to_owned()));
    }
    match store.map(|store| store.reset()) {
        Some(Ok(())) => {}
        Some(Err(error)) if !is_damage(&error) => return Err(error.into()),
        _ => remove(&file)?,
    }
    terminal.note("the catalogue is empty; the starter catalogue is served");
    Ok(Exit::Well)
}

fn is_damage(error: &Error) -> bool {
    error.kind() == ErrorKind::Damaged
}

/// Removes a damaged file, and what belongs to it.
fn remove(file: &Path) -> Result<()> {
    for suffix in ["-wal", "-shm", "-journal", ""] {
        let mut name = file.file_name().unwrap_or_default().to_owned();
        name.push(suffix);
        let path = file.with_file_name(name);
        if path.exists() {
            fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    Ok(())
}
