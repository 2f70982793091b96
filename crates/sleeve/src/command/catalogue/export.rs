//! `sleeve catalogue export`.

use std::io;
use std::ops::ControlFlow;

use anyhow::{Result, bail};
use sleeve_catalogue::{Catalogue, KINDS};

use super::served;
use crate::config::Settings;
use crate::exit::{Exit, Usage};
use crate::terminal::Terminal;

pub(super) async fn run(kind: Option<&str>, settings: &Settings, terminal: &Terminal) -> Result<Exit> {
    let kinds: Vec<_> = KINDS.into_iter().filter(|known| kind.is_none_or(|kind| kind == known.as_str())).collect();
    if let (Some(kind), true) = (kind, kinds.is_empty()) {
        bail!(Usage(format!("--type {kind}: it is `artist`, `album` or `track`")));
    }
    let (settings, terminal) = (settings.clone(), *terminal);
    // A reader may be slow: nothing else waits for it.
    tokio::task::spawn_blocking(move || {
        let store = served(&settings)?;
        terminal.lines(|line| {
            for kind in kinds {
                let mut written = Ok::<_, io::Error>(());
                store.each(kind, &mut |object| {
                    written = line(&object.document.to_json());
                    if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                })?;
                written?;
            }
            Ok(())
        })
    })
    .await??;
    Ok(Exit::Well)
}
