//! `sleeve track`: tracks as JSON, or as a table.

use std::io::{BufRead, stdin};

use anyhow::{Context, Result};
use sleeve_client::endpoints::tracks::GetTrack;
use sleeve_client::model::{Kind as Object, SimplifiedArtist, Track, TrackId};
use sleeve_client::{Error, Kind};

use crate::args;
use crate::config::Settings;
use crate::exit::{Exit, of_call};
use crate::service::{Service, Standin};
use crate::terminal::{Terminal, length};

/// The command under way.
struct Printer<'a> {
    service: Service,
    terminal: &'a Terminal,
    market: Option<String>,
    /// The rows of the table, where one was asked for: a table needs all of them to know its widths.
    rows: Option<Vec<Vec<String>>>,
    exit: Exit,
}

pub(crate) async fn run(args: args::Track, settings: &Settings, terminal: &Terminal) -> Result<Exit> {
    let service = Service::choose(settings, Standin::InMemory)?;
    terminal.note(&service.line);
    let rows = args.table.then(Vec::new);
    let mut printer = Printer { service, terminal, market: args.market, rows, exit: Exit::Well };
    for (place, argument) in args.tracks.iter().enumerate() {
        if argument != "-" {
            printer.print(argument, &format!("argument {}", place + 1)).await?;
            continue;
        }
        // A line that is no text names no track; the others still do.
        let mut lines = stdin().lock().split(b'\n').enumerate();
        while let Some((place, line)) = tokio::task::block_in_place(|| lines.next()) {
            let line = line.context("cannot read standard input")?;
            let line = String::from_utf8_lossy(&line);
            if !line.trim().is_empty() {
                printer.print(&line, &format!("line {}", place + 1)).await?;
            }
        }
    }
    if let Some(rows) = printer.rows.filter(|rows| !rows.is_empty()) {
        terminal.table(&["ID", "NAME", "ARTISTS", "ALBUM", "RELEASED", "LENGTH"], &rows)?;
    }
    Ok(printer.exit)
}

impl Printer<'_> {
    /// Prints one track, or says why it cannot; what concerns all of them ends the command.
    async fn print(&mut self, text: &str, place: &str) -> Result<()> {
        let text = text.trim();
        let why = match text.parse::<TrackId>() {
            Err(why) => why.to_string(),
            Ok(id) => match self.service.client.send(self.call(id)).await {
                Ok(answer) => {
                    match &mut self.rows {
                        Some(rows) => rows.push(row(&answer.document)),
                        None => self.terminal.document(answer.json())?,
                    }
                    return Ok(());
                }
                Err(error) if error.kind() == Kind::NotFound => self.not_found(&error)?,
                Err(error) if of_call(error.kind()) == Exit::SomeFailed => error.to_string(),
                Err(error) => return Err(error.into()),
            },
        };
        self.terminal.problem(&format!("{place} ({}): {why}", shortened(text)));
        self.exit = Exit::SomeFailed;
        Ok(())
    }

    fn call(&self, id: TrackId) -> sleeve_client::endpoints::Call<GetTrack> {
        match &self.market {
            Some(market) => GetTrack::new(id).in_market(market),
            None => GetTrack::new(id),
        }
    }

    fn not_found(&self, error: &Error) -> Result<String> {
        let Some(catalogue) = &self.service.catalogue else { return Ok(error.to_string()) };
        let count = catalogue.count(Object::Track)?;
        let hint = match catalogue.example(Object::Track)? {
            Some(track) => format!("try {} ({}), ", track.id, track.name()),
            None => String::new(),
        };
        let message = "add it with `sleeve catalogue import`, or set CLIENT_ID and CLIENT_SECRET to ask Spotify";
        Ok(format!("not in the local catalogue ({count} tracks); {hint}{message}"))
    }
}

fn row(track: &Track) -> Vec<String> {
    let artists =
        |artists: &[SimplifiedArtist]| artists.iter().map(|artist| artist.name.as_str()).collect::<Vec<_>>().join(", ");
    let album = track.album.as_ref();
    vec![
        track.id.clone().unwrap_or_default(),
        track.name.clone(),
        artists(&track.artists),
        album.map(|album| album.name.clone()).unwrap_or_default(),
        album.and_then(|album| album.release_date.clone()).unwrap_or_default(),
        length(track.duration_ms),
    ]
}

/// A text of any length as it can stand in a line.
fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().take(80).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(80).is_some() {
        shown.push('…');
    }
    shown
}
