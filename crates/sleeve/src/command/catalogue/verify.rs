//! `sleeve catalogue verify`.

use anyhow::Result;
use serde_json::json;
use sleeve_catalogue::{ErrorKind, Verified};

use super::{interrupted, job, objects_in, served};
use crate::config::Settings;
use crate::exit::{Exit, Usage};
use crate::terminal::{Done, Progress, Terminal, counted, grouped};

pub(super) async fn run(json: bool, settings: &Settings, terminal: &Terminal) -> Result<Exit> {
    let (settings, mut progress) = (settings.clone(), Progress::new(*terminal));
    let done = job(move |wish| {
        let store = served(&settings)?;
        let total = objects_in(&store)?;
        Ok(store.verify(&mut |count| {
            let part = count as f64 / total.max(1) as f64;
            progress.say("reading", Done { count, noun: "objects", part: Some(part) });
            wish.flow()
        })?)
    });
    let verified = match done.await {
        Ok(verified) => verified,
        Err(error) if is_damage(&error) => {
            let error = crate::exit::message(&error);
            let advice = "`sleeve catalogue reset` empties it, then import or generate again";
            return Err(Usage(format!("{error}; {advice}")).into());
        }
        Err(error) => return Err(error),
    };
    let Some(Verified { objects, relations, has_index }) = verified else { return Ok(interrupted(terminal)) };
    if json {
        let document = json!({"objects": objects, "relations": relations, "text_index": has_index, "ok": true});
        terminal.document(&document.to_string())?;
    } else {
        let index = if has_index { "the text index" } else { "no text index on disk" };
        let relations = grouped(relations);
        terminal.line(&format!("all is well: {}, {relations} relations, {index}", counted(objects, "object")))?;
    }
    Ok(Exit::Well)
}

fn is_damage(error: &anyhow::Error) -> bool {
    error.downcast_ref::<sleeve_catalogue::Error>().is_some_and(|error| error.kind() == ErrorKind::Damaged)
}
