//! `sleeve track`: tracks as JSON.

use std::io::{BufRead, stdin};

use anyhow::{Context, Result};
use sleeve_client::endpoints::tracks::GetTrack;
use sleeve_client::model::{Kind as Object, TrackId};
use sleeve_client::{Error, Kind};

use crate::args::Track;
use crate::config::Settings;
use crate::exit::{Exit, of_call};
use crate::service::{Service, Standin};
use crate::terminal::Terminal;

pub(crate) async fn run(args: Track, settings: &Settings, terminal: &Terminal) -> Result<Exit> {
    let service = Service::choose(settings, Standin::InMemory)?;
    terminal.note(&service.line);
    let mut exit = Exit::Well;
    for (place, argument) in args.tracks.iter().enumerate() {
        if argument != "-" {
            let place = format!("argument {}", place + 1);
            exit = worse(exit, print(argument, &place, args.market.as_deref(), &service, terminal).await?);
            continue;
        }
        let mut lines = stdin().lock().lines().enumerate();
        while let Some((place, line)) = tokio::task::block_in_place(|| lines.next()) {
            let line = line.context("cannot read standard input")?;
            if !line.trim().is_empty() {
                let place = format!("line {}", place + 1);
                exit = worse(exit, print(&line, &place, args.market.as_deref(), &service, terminal).await?);
            }
        }
    }
    Ok(exit)
}

/// Prints one track, or says why it cannot; what concerns all of them ends the command.
async fn print(text: &str, place: &str, market: Option<&str>, service: &Service, terminal: &Terminal) -> Result<Exit> {
    let text = text.trim();
    let fail = |why: &str| {
        terminal.problem(&format!("{place} ({}): {why}", shortened(text)));
        Ok(Exit::SomeFailed)
    };
    let id: TrackId = match text.parse() {
        Ok(id) => id,
        Err(why) => return fail(&format!("{why}")),
    };
    let mut call = GetTrack::new(id);
    if let Some(market) = market {
        call = call.in_market(market);
    }
    match service.client.send(call).await {
        Ok(answer) => {
            terminal.document(answer.json())?;
            Ok(Exit::Well)
        }
        Err(error) if error.kind() == Kind::NotFound => fail(&not_found(&error, service)?),
        Err(error) if of_call(error.kind()) == Exit::SomeFailed => fail(&error.to_string()),
        Err(error) => Err(error.into()),
    }
}

fn not_found(error: &Error, service: &Service) -> Result<String> {
    let Some(catalogue) = &service.catalogue else { return Ok(error.to_string()) };
    let count = catalogue.count(Object::Track)?;
    let hint = match catalogue.example(Object::Track)? {
        Some(track) => format!("try {} ({}), or ", track.id, track.name),
        None => String::new(),
    };
    Ok(format!("not in the local catalogue ({count} tracks); {hint}set CLIENT_ID and CLIENT_SECRET to ask Spotify"))
}

fn worse(a: Exit, b: Exit) -> Exit {
    if a == Exit::Well { b } else { a }
}

/// A text of any length as it can stand in a line.
fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().take(80).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(80).is_some() {
        shown.push('…');
    }
    shown
}
