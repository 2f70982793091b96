//! `sleeve catalogue generate`.

use anyhow::{Result, bail};
use serde_json::json;
use sleeve_catalogue::generate::{Order, Stage, into};
use sleeve_catalogue::{Counts, ErrorKind};

use super::{interrupted, job, open, step_aside};
use crate::config::Settings;
use crate::exit::{Exit, Usage};
use crate::terminal::{Done, Progress, Terminal, counted};

pub(super) async fn run(order: Order, json: bool, settings: &Settings, terminal: &Terminal) -> Result<Exit> {
    let (settings, mut progress) = (settings.clone(), Progress::new(*terminal));
    let done = job(move |wish| {
        let store = open(&settings)?;
        let was_empty = store.is_empty()?;
        let mut objects = 0;
        let done = into(&store, order, &mut |stage| {
            match stage {
                Stage::Inventing(counts) => {
                    objects = counts.total();
                    let part = counts.tracks as f64 / order.tracks.max(1) as f64;
                    progress.say("inventing", Done { count: counts.tracks, noun: "tracks", part: Some(part) });
                }
                Stage::Indexing(count) => {
                    let part = count as f64 / objects.max(1) as f64;
                    progress.say("indexing", Done { count, noun: "objects", part: Some(part) });
                }
            }
            wish.flow()
        });
        match done {
            Err(error) if error.kind() == ErrorKind::Occupied => {
                bail!(Usage(format!("{error}; --replace replaces them, `sleeve catalogue export` keeps a copy")))
            }
            done => Ok(done?.map(|done| (done, was_empty))),
        }
    });
    let Some((counts, was_empty)) = done.await? else {
        return Ok(interrupted(terminal));
    };
    if was_empty {
        step_aside(terminal)?;
    }
    if json {
        let (Order { seed, .. }, Counts { tracks, albums, artists }) = (order, counts);
        let document = json!({"tracks": tracks, "albums": albums, "artists": artists, "seed": seed, "invented": order.to_string()});
        terminal.document(&document.to_string())?;
    } else {
        let invented = counts.named().map(|(count, noun)| counted(count, noun)).join(", ");
        terminal.note(&format!("invented {invented} (seed {}); none of it is a fact", order.seed));
    }
    Ok(Exit::Well)
}
