//! `sleeve catalogue import`.

use std::ffi::OsString;
use std::io::stdin;

use anyhow::{Result, bail};
use serde_json::{Map, Value, json};
use sleeve_catalogue::Store;
use sleeve_catalogue::import::{Imported, Input, PassedOver, Stage, Tally, import};

use super::{Wish, interrupted, job, objects_in, open, step_aside};
use crate::config::Settings;
use crate::exit::{Exit, Usage};
use crate::terminal::{Done, Progress, Terminal, counted, grouped};

pub(super) async fn run(inputs: Vec<OsString>, json: bool, settings: &Settings, terminal: &Terminal) -> Result<Exit> {
    if inputs.iter().filter(|input| *input == "-").count() > 1 {
        bail!(Usage("`-` is standard input, which can be read once".to_owned()));
    }
    let input = |name: OsString| match name.to_str() {
        Some("-") => Input::reader("standard input", stdin()),
        _ => Input::file(name),
    };
    let inputs: Vec<_> = inputs.into_iter().map(input).collect();
    // Before anything is made.
    inputs.iter().try_for_each(Input::check)?;
    let (settings, progress) = (settings.clone(), Progress::new(*terminal));
    let done = job(move |wish| read_in(&open(&settings)?, inputs, progress, &wish)).await?;
    let Some((done, was_empty)) = done else { return Ok(interrupted(terminal)) };
    let Tally { bad, first_bad, .. } = &done.tally;
    first_bad.iter().for_each(|bad| terminal.problem(&bad.to_string()));
    let unnamed = bad.saturating_sub(first_bad.len() as u64);
    if unnamed > 0 {
        terminal.problem(&format!("and {} more", counted(unnamed, "bad record")));
    }
    let objects = done.new.total() + done.changed + done.same;
    if was_empty && objects > 0 {
        step_aside(terminal)?;
    }
    match json {
        true => terminal.document(&document(&done).to_string())?,
        false => terminal.note(&summary(&done)),
    }
    Ok(match (bad, objects) {
        (0, _) => Exit::Well,
        (_, 0) => Exit::Usage,
        _ => Exit::SomeFailed,
    })
}

/// What was done, and whether the catalogue was empty before.
fn read_in(store: &Store, inputs: Vec<Input>, mut progress: Progress, wish: &Wish) -> Result<Option<(Imported, bool)>> {
    let was_empty = store.is_empty()?;
    let known = objects_in(store)?;
    let mut read = 0;
    let done = import(store, inputs, &mut |stage| {
        match stage {
            Stage::Reading(at) => {
                read = at.objects;
                let part = at.bytes_total.map(|total| at.bytes_read as f64 / total.max(1) as f64);
                progress.say("reading", Done { count: at.objects, noun: "objects", part });
            }
            // Some of those that were read were known: it is not less, at least.
            Stage::Indexing(count) => {
                let part = count as f64 / (known + read).max(1) as f64;
                progress.say("indexing", Done { count, noun: "objects", part: Some(part) });
            }
        }
        wish.flow()
    })?;
    Ok(done.map(|done| (done, was_empty)))
}

fn summary(done: &Imported) -> String {
    let Imported { tally, changed, same, .. } = done;
    let new = done.new.named().into_iter().filter(|(count, _)| *count > 0);
    let mut parts: Vec<_> = new.map(|(count, noun)| counted(count, noun)).collect();
    if parts.is_empty() {
        parts.push("nothing new".to_owned());
    }
    let known = [(*changed, "changed"), (*same, "known already")];
    let known: Vec<_> = known.iter().filter(|(count, _)| *count > 0).collect();
    let mut line = format!("imported {}", parts.join(", "));
    for (place, (count, word)) in known.into_iter().enumerate() {
        line.push_str(&format!("{} {} {word}", if place == 0 { ";" } else { "," }, grouped(*count)));
    }
    let passed: Vec<_> = tally.passed_over.iter().map(|(reason, count)| counted(count, reason_noun(reason))).collect();
    if !passed.is_empty() {
        line.push_str(&format!("; passed over {}", passed.join(", ")));
    }
    if tally.bad > 0 {
        line.push_str(&format!("; {}", counted(tally.bad, "bad record")));
    }
    line
}

/// A reason for passing something over, as a thing that can be counted.
fn reason_noun(reason: &'static str) -> &'static str {
    match reason {
        PassedOver::LOCAL_FILE => "local file",
        PassedOver::NULL => "empty place",
        PassedOver::NO_ID => "unidentified object",
        PassedOver::ERROR => "error answer",
        PassedOver::UNRECOGNISED => "unrecognised value",
        kind => kind,
    }
}

fn document(done: &Imported) -> Value {
    let Imported { tally, changed, same, .. } = done;
    let passed: Map<String, Value> =
        tally.passed_over.iter().map(|(reason, count)| (reason.to_owned(), count.into())).collect();
    let bad: Vec<_> =
        tally.first_bad.iter().map(|bad| json!({"input": bad.input, "line": bad.line, "why": bad.why})).collect();
    json!({
        "records": tally.records,
        "new": {"tracks": done.new.tracks, "albums": done.new.albums, "artists": done.new.artists},
        "changed": changed,
        "known": same,
        "passed_over": passed,
        "bad": tally.bad,
        "first_bad": bad,
    })
}
