//! Objects by their ids: each asked for once, several in one call where the app may, several calls under way together.

use std::collections::{HashMap, HashSet, VecDeque};

use anyhow::Result;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use sleeve_client::endpoints::{ENDPOINTS, Entry, Instead};
use sleeve_client::model::{Id, Market};
use sleeve_client::{Error, Kind, Spotify};
use tokio::task::JoinSet;

use crate::exit::Usage;

/// How many calls are under way together.
const AT_ONCE: usize = 8;
/// How many bytes of documents are kept for ids that come again.
const KEPT: usize = 64 << 20;

/// The objects that are asked for.
pub(super) struct Lookup {
    client: Spotify,
    single: &'static Entry,
    several: Several,
    market: Option<Market>,
    form: Form,
    /// Ids that nobody asked for yet.
    waiting: VecDeque<Id>,
    /// Those that are asked for one by one whatever the form, since they failed together.
    alone: VecDeque<Id>,
    calls: JoinSet<(Vec<Id>, Result<Objects, Error>)>,
    under_way: HashSet<Id>,
    found: Found,
    /// What ended it all: one says it, and those that were under way with it.
    halted: Vec<(Vec<Id>, Error)>,
}

/// What a call got, in the order of its ids; `None`: there is no such object.
type Objects = Vec<Option<String>>;

/// The operation that gets several objects.
#[derive(Clone, Copy)]
struct Several {
    entry: &'static Entry,
    member: &'static str,
    most: usize,
}

/// How objects are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Several at once, if the app may: the first call tells.
    Untried,
    Together,
    /// Together is closed to the app; whether one by one is open, the first call tells.
    AloneUntried,
    Alone,
}

/// What came of an id.
#[derive(Debug)]
pub(super) enum Outcome {
    Document(String),
    /// There is no such object.
    Missing,
    Failed(Error),
}

/// Outcomes by id; the oldest documents are forgotten where there are too many.
#[derive(Default)]
struct Found {
    /// `None`: on its way.
    outcomes: HashMap<Id, Option<Outcome>>,
    documents: VecDeque<Id>,
    bytes: usize,
}

impl Lookup {
    /// Objects that `single` gets one by one.
    pub(super) fn new(client: Spotify, single: &'static Entry, market: Option<Market>) -> Self {
        let several = ENDPOINTS.iter().find_map(|entry| match (entry.spec.instead, entry.spec.max_ids) {
            (Some(Instead::Singles { operation, member }), Some(most)) if operation == single.spec.operation => {
                Some(Several { entry, member, most })
            }
            _ => None,
        });
        let several = several.expect("each of these operations has one for several");
        let is_closed = client.is_closed(several.entry.spec.operation);
        Self {
            client,
            single,
            several,
            market,
            form: if is_closed { Form::Alone } else { Form::Untried },
            waiting: VecDeque::new(),
            alone: VecDeque::new(),
            calls: JoinSet::new(),
            under_way: HashSet::new(),
            found: Found::default(),
            halted: Vec::new(),
        }
    }

    /// What came of an id. One that nobody wanted so far is put in line.
    pub(super) fn outcome(&mut self, id: Id) -> Option<&Outcome> {
        let waiting = &mut self.waiting;
        let outcome = self.found.outcomes.entry(id).or_insert_with(|| {
            waiting.push_back(id);
            None
        });
        outcome.as_ref()
    }

    /// Whether something concerns all ids that are left: nothing more is asked for.
    pub(super) fn is_halted(&self) -> bool {
        !self.halted.is_empty()
    }

    /// What that is: what was said of this id, if anything was.
    pub(super) fn why_halted(&self, id: Option<&Id>) -> Option<Error> {
        let of_it = self.halted.iter().find(|(ids, _)| id.is_some_and(|id| ids.contains(id)));
        of_it.or(self.halted.first()).map(|(_, error)| error.clone())
    }

    /// Whether a call for this id was sent, and its answer is still to come.
    pub(super) fn is_under_way(&self, id: &Id) -> bool {
        self.under_way.contains(id)
    }

    pub(super) fn is_busy(&self) -> bool {
        !self.calls.is_empty()
    }

    /// Starts the calls for what waits; `is_whole`: no more ids are about to come, so that a call need not be full.
    pub(super) fn start(&mut self, is_whole: bool) -> Result<()> {
        let at_once = match self.form {
            Form::Untried | Form::AloneUntried => 1,
            Form::Together | Form::Alone => AT_ONCE,
        };
        while !self.is_halted() && self.calls.len() < at_once {
            let is_alone = matches!(self.form, Form::Alone | Form::AloneUntried);
            let is_full = is_alone || is_whole || self.waiting.len() >= self.several.most;
            let ids: Vec<_> = match self.alone.pop_front() {
                Some(id) => vec![id],
                None if !is_full => return Ok(()),
                None => {
                    let count = if is_alone { 1 } else { self.several.most };
                    self.waiting.drain(..count.min(self.waiting.len())).collect()
                }
            };
            self.under_way.extend(&ids);
            match *ids {
                [] => return Ok(()),
                [id] => self.start_one(id)?,
                _ => self.start_several(ids)?,
            }
        }
        Ok(())
    }

    fn start_one(&mut self, id: Id) -> Result<()> {
        let (client, operation) = (self.client.clone(), self.single.spec.operation);
        let target = self.target(self.single, "id", id.to_string())?;
        self.calls.spawn(async move {
            let answer = client.fetch::<IgnoredAny>(operation, &target).await;
            (vec![id], answer.map(|answer| vec![Some(answer.into_json())]))
        });
        Ok(())
    }

    fn start_several(&mut self, ids: Vec<Id>) -> Result<()> {
        let Several { entry, member, .. } = self.several;
        let (client, operation) = (self.client.clone(), entry.spec.operation);
        let list = ids.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(",");
        let target = self.target(entry, "ids", list)?;
        self.calls.spawn(async move {
            let answer = client.fetch_as_is::<HashMap<String, Box<RawValue>>>(operation, &target).await;
            let objects = answer.map(|answer| objects(&answer.document, member));
            (ids, objects)
        });
        Ok(())
    }

    fn target(&self, entry: &Entry, name: &str, value: String) -> Result<String> {
        let mut pairs = vec![(name.to_owned(), value)];
        pairs.extend(self.market.map(|market| ("market".to_owned(), market.as_str().to_owned())));
        Ok(entry.target(&pairs).map_err(|error| Usage(error.to_string()))?)
    }

    /// Waits for the call that ends next. It can be dropped at any time.
    pub(super) async fn settle(&mut self) -> Result<()> {
        let Some(ended) = self.calls.join_next().await else { return Ok(()) };
        let (ids, outcome) = ended?;
        for id in &ids {
            self.under_way.remove(id);
        }
        match outcome {
            Ok(objects) if objects.len() == ids.len() => {
                self.went_through(ids.len());
                for (id, object) in ids.into_iter().zip(objects) {
                    self.found.put(id, object.map_or(Outcome::Missing, Outcome::Document));
                }
            }
            // Which of them it was, or what the answer should have been, each says for itself.
            Ok(_) => self.alone.extend(ids),
            Err(error) if error.kind() == Kind::Removed && ids.len() > 1 => {
                self.form = Form::AloneUntried;
                for id in ids.into_iter().rev() {
                    self.waiting.push_front(id);
                }
            }
            Err(error) if error.concerns_all() => self.halted.push((ids, error)),
            Err(error) => match *ids {
                [id] if error.kind() == Kind::NotFound => {
                    self.went_through(1);
                    self.found.put(id, Outcome::Missing);
                }
                [id] => self.found.put(id, Outcome::Failed(error)),
                _ => self.alone.extend(ids),
            },
        }
        Ok(())
    }

    /// A call for so many got its answer.
    fn went_through(&mut self, count: usize) {
        match self.form {
            Form::Untried if count > 1 => self.form = Form::Together,
            Form::AloneUntried => {
                self.client.note_closed(self.several.entry.spec.operation);
                self.form = Form::Alone;
            }
            _ => {}
        }
    }
}

impl Found {
    fn put(&mut self, id: Id, outcome: Outcome) {
        if let Outcome::Document(text) = &outcome {
            self.bytes += text.len();
            self.documents.push_back(id);
        }
        self.outcomes.insert(id, Some(outcome));
        while self.bytes > KEPT && self.documents.len() > 1 {
            let Some(oldest) = self.documents.pop_front() else { break };
            if let Some(Some(Outcome::Document(text))) = self.outcomes.remove(&oldest) {
                self.bytes -= text.len();
            }
        }
    }
}

/// The objects of an answer, as they came; none where it is not what it should be.
fn objects(answer: &HashMap<String, Box<RawValue>>, member: &str) -> Objects {
    let list = answer.get(member).and_then(|list| serde_json::from_str::<Vec<Option<Box<RawValue>>>>(list.get()).ok());
    list.unwrap_or_default().into_iter().map(|object| object.map(|text| text.get().to_owned())).collect()
}
