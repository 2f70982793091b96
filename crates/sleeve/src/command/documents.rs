//! `sleeve track`, `album` and `artist`: documents by id, as JSON, as a table, or some members of them.

mod asked;
mod lookup;
mod shown;

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use sleeve_catalogue::Catalogue;
use sleeve_client::endpoints::table::find;
use sleeve_client::model::{Id, Kind as Object, Market, Reference};
use sleeve_client::{Clock, SystemClock};

use self::asked::{Asked, Read};
use self::lookup::{Lookup, Outcome};
use self::shown::Shown;
use super::interruption;
use crate::args::Documents;
use crate::config::Settings;
use crate::exit::Exit;
use crate::service::{Service, Standin};
use crate::terminal::{Done, Progress, Terminal, counted, shortened};

/// How far ahead of what is shown is read.
const AHEAD: usize = 1_000;
/// How long calls under way may still take, where others ended the command.
const GRACE: Duration = Duration::from_secs(1);

/// The command under way.
struct Reader<'a> {
    terminal: &'a Terminal,
    kind: Object,
    catalogue: Option<Arc<dyn Catalogue>>,
    lookup: Lookup,
    /// What was read and is not shown yet, in order.
    line: VecDeque<(Asked, Result<Id, String>)>,
    shown: Shown<'a>,
    progress: Progress,
    /// How many are asked for, where that is known.
    total: Option<usize>,
    done: u64,
    last: Option<Asked>,
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
    let single = find(operation(kind))?;
    let mut interrupted = pin!(interruption()?);
    let service = Service::choose(settings, Standin::InMemory, args.calls, terminal)?;
    terminal.note(&service.line);
    let mut reader = Reader {
        terminal,
        kind,
        catalogue: service.catalogue,
        lookup: Lookup::new(service.client, single, market),
        line: VecDeque::new(),
        shown,
        progress: Progress::new(*terminal),
        total: (!args.ids.iter().any(|id| id == "-")).then_some(args.ids.len()),
        done: 0,
        last: None,
        exit: Exit::Well,
    };
    let outcome = tokio::select! {
        biased;
        () = &mut interrupted => None,
        outcome = reader.read(args.ids) => Some(outcome),
    };
    drop(std::mem::replace(&mut reader.progress, Progress::new(*terminal)));
    // What came is not lost, whatever came after it.
    reader.shown.finish().with_context(|| if outcome.is_none() { "interrupted" } else { "not all is shown" })?;
    match outcome {
        None => Ok(reader.stopped()),
        Some(Ok(())) => Ok(reader.exit),
        Some(Err(error)) => Err(error),
    }
}

impl Reader<'_> {
    /// Shows everything that is asked for. It can be dropped at any time.
    async fn read(&mut self, ids: Vec<String>) -> Result<()> {
        let mut asked = asked::all(ids);
        let (mut has_ended, mut is_lull) = (false, false);
        let clock = SystemClock::default();
        loop {
            self.show()?;
            if has_ended && self.line.is_empty() {
                return Ok(());
            }
            if self.lookup.is_halted() {
                return self.halt(&clock).await;
            }
            let is_over = is_lull || self.line.len() >= AHEAD;
            self.lookup.start(has_ended || (is_over && !self.lookup.is_busy()))?;
            tokio::select! {
                biased;
                settled = self.lookup.settle(), if self.lookup.is_busy() => settled?,
                read = asked.recv(), if !has_ended && self.line.len() < AHEAD => match read {
                    Some(read) => match read? {
                        Read::Asked(asked) => {
                            is_lull = false;
                            self.take(asked);
                        }
                        Read::Lull => is_lull = true,
                    },
                    None => has_ended = true,
                },
            }
            // Whoever wants us to end is heard although there is always something to do.
            tokio::task::yield_now().await;
        }
    }

    /// Takes up what is asked for.
    fn take(&mut self, asked: Asked) {
        let id = Reference::id_of(self.kind, &asked.text).map_err(|why| why.to_string());
        if let Ok(id) = id {
            self.lookup.outcome(id);
        }
        self.line.push_back((asked, id));
    }

    /// Shows what is there, as far as nothing before it is missing.
    fn show(&mut self) -> Result<()> {
        while let Some((asked, id)) = self.line.front() {
            let why = match id {
                Err(why) => why.clone(),
                Ok(id) => match self.lookup.outcome(*id) {
                    None => return Ok(()),
                    Some(Outcome::Document(json)) => {
                        self.shown.show(json)?;
                        String::new()
                    }
                    Some(Outcome::Failed(error)) => error.to_string(),
                    Some(Outcome::Missing) => self.not_found()?,
                },
            };
            if !why.is_empty() {
                self.terminal.problem(&format!("{} ({}): {why}", asked.place, shortened(&asked.text)));
                self.exit = Exit::SomeFailed;
            }
            self.done += 1;
            self.last = self.line.pop_front().map(|(asked, _)| asked);
            let part = self.total.map(|total| self.done as f64 / total as f64);
            self.progress.say("asking", Done { count: self.done, noun: plural(self.kind), part });
        }
        Ok(())
    }

    /// Ends the command for what concerns all that is left: what was sent before may still come.
    async fn halt(&mut self, clock: &SystemClock) -> Result<()> {
        let mut over = pin!(clock.sleep(GRACE));
        while let Some((_, Ok(id))) = self.line.front()
            && self.lookup.is_under_way(id)
        {
            tokio::select! {
                biased;
                settled = self.lookup.settle() => settled?,
                () = &mut over => break,
            }
            self.show()?;
        }
        let Some((asked, id)) = self.line.front() else { return Ok(()) };
        let Some(error) = self.lookup.why_halted(id.as_ref().ok()) else { return Ok(()) };
        if self.done == 0 {
            return Err(error.into());
        }
        let total = self.total.map(|total| format!(" of {total}")).unwrap_or_default();
        let Asked { place, text } = asked;
        let done = counted(self.done, self.kind.as_str());
        let place = format!("stopped at {place}{total} ({}), with {done} done; go on from there", shortened(text));
        Err(error).context(place)
    }

    fn not_found(&self) -> Result<String> {
        let Some(catalogue) = &self.catalogue else {
            return Ok(format!("there is no such {}; check the id", self.kind));
        };
        let count = counted(catalogue.count(self.kind)?, self.kind.as_str());
        let hint = match catalogue.example(self.kind)? {
            Some(object) => format!("try {} ({}), ", object.id, object.name()),
            None => String::new(),
        };
        let message = "add it with `sleeve catalogue import`, or set CLIENT_ID and CLIENT_SECRET to ask Spotify";
        Ok(format!("not in the local catalogue ({count}); {hint}{message}"))
    }

    /// Somebody wants us to end: everything that came stands there whole.
    fn stopped(&self) -> Exit {
        self.terminal.problem(&match &self.last {
            Some(last) => format!(
                "interrupted after {}; go on after {} ({})",
                counted(self.done, self.kind.as_str()),
                last.place,
                shortened(&last.text)
            ),
            None => "interrupted before anything was done; run it again".to_owned(),
        });
        Exit::Later
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
