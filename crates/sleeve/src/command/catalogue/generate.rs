//! `sleeve catalogue generate`.

use anyhow::{Result, bail};
use serde_json::json;
use sleeve_catalogue::ErrorKind;
use sleeve_catalogue::generate::{Invented, Order, Stage, into};

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
                Stage::Inventing(Invented { tracks, albums, artists }) => {
                    objects = tracks + albums + artists;
                    let part = tracks as f64 / order.tracks.max(1) as f64;
                    progress.say("inventing", Done { count: tracks, noun: "tracks", part: Some(part) });
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
    let Some((Invented { tracks, albums, artists }, was_empty)) = done.await? else {
        return Ok(interrupted(terminal));
    };
    if was_empty {
        step_aside(terminal)?;
    }
    if json {
        let Order { seed, .. } = order;
        let document = json!({"tracks": tracks, "albums": albums, "artists": artists, "seed": seed, "invented": order.to_string()});
        terminal.document(&document.to_string())?;
    } else {
        let [tracks, albums, artists] =
            [(tracks, "track"), (albums, "album"), (artists, "artist")].map(|(count, noun)| counted(count, noun));
        terminal.note(&format!("invented {tracks}, {albums}, {artists} (seed {}); none of it is a fact", order.seed));
    }
    Ok(Exit::Well)
}
