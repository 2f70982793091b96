//! `sleeve track`, `album` and `artist`: documents by id, as JSON, as a table, or some members of them.

mod asked;
mod shown;

use std::pin::pin;

use anyhow::{Context, Result};
use serde::de::IgnoredAny;
use sleeve_client::endpoints::Entry;
use sleeve_client::endpoints::table::find;
use sleeve_client::model::{Kind as Object, Market, Reference};
use sleeve_client::{Error, Kind};

use self::asked::Asked;
use self::shown::Shown;
use super::interruption;
use crate::args::Documents;
use crate::config::Settings;
use crate::exit::{Exit, Usage, of_call};
use crate::service::{Service, Standin};
use crate::terminal::{Done, Progress, Terminal, counted, shortened};

/// The command under way.
struct Reader<'a> {
    service: Service,
    terminal: &'a Terminal,
    kind: Object,
    entry: &'static Entry,
    market: Option<Market>,
    shown: Shown<'a>,
    exit: Exit,
}

pub(crate) async fn run(
    kind: Object,
    args: Documents,
    market: Option<Market>,
    settings: &Settings,
    terminal: &Terminal,
) -> Result<Exit> {
    let shown = Shown::new(kind, &args, terminal)?;
    let entry = find(operation(kind))?;
    let mut interrupted = pin!(interruption()?);
    let service = Service::choose(settings, Standin::InMemory, args.calls, terminal)?;
    terminal.note(&service.line);
    let mut reader = Reader { service, terminal, kind, entry, market, shown, exit: Exit::Well };
    let total = (!args.ids.iter().any(|id| id == "-")).then_some(args.ids.len());
    let mut progress = Progress::new(*terminal);
    let mut asked = asked::all(args.ids);
    let (mut done, mut last) = (0, None);
    loop {
        let next = tokio::select! {
            biased;
            () = &mut interrupted => None,
            next = asked.recv() => match next {
                Some(next) => Some(next?),
                None => break,
            },
        };
        let Some(next) = next else { return reader.stopped(done, last.as_ref()) };
        let part = total.map(|total| done as f64 / total as f64);
        progress.say("asking", Done { count: done, noun: plural(kind), part });
        let outcome = tokio::select! {
            outcome = reader.print(&next) => outcome,
            () = &mut interrupted => return reader.stopped(done, last.as_ref()),
        };
        if let Err(error) = outcome {
            // What came before it is not lost.
            reader.shown.finish()?;
            let place = || format!("stopped at {}, with {} done", next.place, counted(done, kind.as_str()));
            return if done == 0 { Err(error) } else { Err(error).with_context(place) };
        }
        (done, last) = (done + 1, Some(next));
    }
    drop(progress);
    reader.shown.finish()?;
    Ok(reader.exit)
}

impl Reader<'_> {
    /// Prints one document, or says why it cannot; what concerns all of them ends the command.
    async fn print(&mut self, asked: &Asked) -> Result<()> {
        let text = asked.text.trim();
        let why = match self.target(text)? {
            Err(why) => why,
            Ok(target) => match self.service.client.fetch::<IgnoredAny>(self.entry.spec.operation, &target).await {
                Ok(answer) => return self.shown.show(answer.json()),
                Err(error) if error.kind() == Kind::NotFound => self.not_found(&error)?,
                Err(error) if of_call(error.kind()) == Exit::SomeFailed => error.to_string(),
                Err(error) => return Err(error.into()),
            },
        };
        self.terminal.problem(&format!("{} ({}): {why}", asked.place, shortened(text)));
        self.exit = Exit::SomeFailed;
        Ok(())
    }

    /// The target of the call, or why the text names nothing.
    fn target(&self, text: &str) -> Result<Result<String, String>> {
        let id = match Reference::id_of(self.kind, text) {
            Ok(id) => id,
            Err(why) => return Ok(Err(why.to_string())),
        };
        let mut pairs = vec![("id".to_owned(), id.to_string())];
        pairs.extend(self.market.map(|market| ("market".to_owned(), market.as_str().to_owned())));
        Ok(Ok(self.entry.target(&pairs).map_err(|error| Usage(error.to_string()))?))
    }

    fn not_found(&self, error: &Error) -> Result<String> {
        let Some(catalogue) = &self.service.catalogue else { return Ok(error.to_string()) };
        let count = counted(catalogue.count(self.kind)?, self.kind.as_str());
        let hint = match catalogue.example(self.kind)? {
            Some(object) => format!("try {} ({}), ", object.id, object.name()),
            None => String::new(),
        };
        let message = "add it with `sleeve catalogue import`, or set CLIENT_ID and CLIENT_SECRET to ask Spotify";
        Ok(format!("not in the local catalogue ({count}); {hint}{message}"))
    }

    /// Somebody wants us to end: everything that came stands there whole. `last`: what was done last.
    fn stopped(&mut self, done: u64, last: Option<&Asked>) -> Result<Exit> {
        self.shown.finish().context("interrupted")?;
        self.terminal.problem(&match last {
            Some(last) => format!(
                "interrupted after {}; go on after {} ({})",
                counted(done, self.kind.as_str()),
                last.place,
                shortened(last.text.trim())
            ),
            None => "interrupted before anything was done; run it again".to_owned(),
        });
        Ok(Exit::Later)
    }
}

fn operation(kind: Object) -> &'static str {
    match kind {
        Object::Album => "get-an-album",
        Object::Artist => "get-an-artist",
        _ => "get-track",
    }
}

fn plural(kind: Object) -> &'static str {
    match kind {
        Object::Album => "albums",
        Object::Artist => "artists",
        _ => "tracks",
    }
}
