//! Tracks by id: each is asked for once in a job, fifty in a call while the service allows that.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use sleeve_client::endpoints::tracks::{GetSeveralTracks, GetTrack};
use sleeve_client::model::{Market, Track, TrackId};
use sleeve_client::{Error as ClientError, Kind as ClientKind, Spotify};
use tokio::task::JoinSet;

use super::Render;
use crate::error::{Error, Kind};

/// How many calls are under way at once, once the service has shown that it answers.
const IN_FLIGHT: usize = 8;
/// After so many calls in a row without an answer that helps, no more are made.
const PATIENCE: usize = 16;

/// What is known of tracks, and who is asked for the others.
pub(crate) struct Lookup {
    spotify: Spotify,
    market: Option<Market>,
    render: Render,
    known: HashMap<TrackId, Known>,
    /// Whether calls for several tracks are allowed; apps in development mode get 403.
    several: Option<bool>,
    answered: bool,
    failures_in_a_row: usize,
    tally: Tally,
}

/// What was answered for one id. An id that was not asked for, because the service wants no more calls, has none.
#[derive(Debug)]
pub(crate) enum Known {
    /// Its finished cells.
    Track(Arc<[u8]>),
    /// There is no such track.
    Missing,
    /// The service says that this is no id.
    Refused,
    /// The call failed.
    Failed,
}

/// What a job has cost so far, and what went wrong.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// Tracks that were asked for.
    pub(crate) ids: u64,
    /// Calls that were made for them.
    pub(crate) calls: u64,
    /// Why calls failed, and for how many tracks; one entry for each kind of failure.
    pub(crate) failures: Vec<Failure>,
    /// Why no more calls are made.
    pub(crate) stopped: Option<Stopped>,
}

/// Why calls failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// In words, as the client put it for the first of these calls.
    pub reason: String,
    /// How many tracks were asked for in vain.
    pub tracks: u64,
    why: Why,
}

/// Why a job stopped asking.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stopped {
    /// In words, as the client put it, with what to do and when.
    pub reason: String,
    /// How long the service wants to be left alone, if it said so.
    pub retry_after: Option<Duration>,
}

/// What makes two failures the same.
type Why = Option<(ClientKind, Option<u16>)>;

/// Ids that wait for their call.
#[derive(Default)]
struct Waiting {
    /// For calls of several, if there may be such.
    ids: VecDeque<TrackId>,
    /// For calls of their own, since the call that they shared was refused for one of them.
    alone: VecDeque<TrackId>,
}

/// One call under way.
enum Question {
    One(TrackId),
    Several(Vec<TrackId>),
}

type Reply = (Question, Result<Vec<Option<Track>>, ClientError>);

// === impl Lookup ===

impl Lookup {
    pub(crate) fn new(spotify: Spotify, market: Option<Market>, render: Render) -> Self {
        Self {
            spotify,
            market,
            render,
            known: HashMap::new(),
            several: None,
            answered: false,
            failures_in_a_row: 0,
            tally: Tally::default(),
        }
    }

    pub(crate) fn known(&self, id: &TrackId) -> Option<&Known> {
        self.known.get(id)
    }

    pub(crate) fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Asks for those of `ids` that were not asked for yet. When this is dropped, the calls under way are given up.
    pub(crate) async fn learn(
        &mut self,
        ids: impl Iterator<Item = TrackId>,
        called: &mut (dyn FnMut(&Tally) + Send),
    ) -> Result<(), Error> {
        let mut seen = HashSet::new();
        let new = ids.filter(|id| !self.known.contains_key(id) && seen.insert(*id));
        let mut waiting = Waiting { ids: new.collect(), alone: VecDeque::new() };
        let mut calls = JoinSet::new();
        loop {
            while self.tally.stopped.is_none() && calls.len() < self.in_flight() {
                let Some(question) = waiting.next(self.several != Some(false)) else { break };
                calls.spawn(question.ask(self.spotify.clone(), self.market));
            }
            let Some(reply) = calls.join_next().await else { return Ok(()) };
            let reply = reply.map_err(|broken| Error::new(Kind::Service, format!("a call broke off: {broken}")))?;
            self.hear(reply, &mut waiting)?;
            called(&self.tally);
        }
    }

    /// One call goes ahead until it is known that there are answers, and of which form.
    fn in_flight(&self) -> usize {
        if self.answered && self.several.is_some() { IN_FLIGHT } else { 1 }
    }

    fn hear(&mut self, (question, reply): Reply, waiting: &mut Waiting) -> Result<(), Error> {
        self.tally.calls += 1;
        match reply {
            Ok(tracks) if tracks.len() == question.ids().len() => {
                self.several = self.several.or(matches!(question, Question::Several(_)).then_some(true));
                self.answer(question.ids(), tracks.into_iter());
            }
            Ok(tracks) => {
                let reason = format!("{} answers came for {} ids", tracks.len(), question.ids().len());
                self.fail(question.ids(), reason, None);
            }
            Err(error) => self.mishear(question, error, waiting)?,
        }
        Ok(())
    }

    fn mishear(&mut self, question: Question, error: ClientError, waiting: &mut Waiting) -> Result<(), Error> {
        let is_bad_request = error.status().is_some_and(|status| status.as_u16() == 400);
        let is_one_of_them = error.kind() == ClientKind::BadItem;
        match (error.kind(), question) {
            (ClientKind::Forbidden, Question::Several(ids)) => {
                self.several = Some(false);
                self.answered = true;
                waiting.ids.extend(ids);
            }
            (ClientKind::NotFound, Question::One(id)) => self.settle(&[id], || Known::Missing),
            (ClientKind::Fault, Question::One(id)) if is_bad_request => self.settle(&[id], || Known::Refused),
            (ClientKind::Fault | ClientKind::BadItem, Question::Several(ids)) if is_bad_request || is_one_of_them => {
                self.answered = true;
                self.several = Some(true);
                waiting.alone.extend(ids);
            }
            (ClientKind::Credentials | ClientKind::Unauthorized | ClientKind::Forbidden, _) => {
                return Err(Error::from_client(Kind::Refused, error));
            }
            (ClientKind::RateLimited | ClientKind::QuotaExceeded, _) => self.stop(&error),
            (ClientKind::Transport | ClientKind::Timeout, _) if !self.answered => {
                return Err(Error::from_client(Kind::Unreachable, error));
            }
            (ClientKind::InvalidCall | ClientKind::Setup, _) => return Err(Error::from_client(Kind::Service, error)),
            (_, question) => {
                let why = (error.kind(), error.status().map(|status| status.as_u16()));
                self.fail(question.ids(), without_address(&error), Some(why));
                match (self.failures_in_a_row >= PATIENCE, self.answered) {
                    (true, true) => self.stop(&error),
                    (true, false) => return Err(Error::from_client(Kind::Service, error)),
                    (false, _) => {}
                }
            }
        }
        Ok(())
    }

    fn answer(&mut self, ids: &[TrackId], tracks: impl Iterator<Item = Option<Track>>) {
        let mut cells = Vec::with_capacity(ids.len());
        for (id, track) in ids.iter().zip(tracks) {
            cells.push(track.map(|track| (self.render)(&track, id)));
        }
        let mut cells = cells.into_iter();
        self.settle(ids, || match cells.next().flatten() {
            Some(cells) => Known::Track(cells.into()),
            None => Known::Missing,
        });
    }

    fn settle(&mut self, ids: &[TrackId], mut known: impl FnMut() -> Known) {
        self.answered = true;
        self.failures_in_a_row = 0;
        self.tally.ids += ids.len() as u64;
        for id in ids {
            self.known.insert(*id, known());
        }
    }

    fn fail(&mut self, ids: &[TrackId], reason: String, why: Why) {
        self.failures_in_a_row += 1;
        self.tally.ids += ids.len() as u64;
        self.known.extend(ids.iter().map(|id| (*id, Known::Failed)));
        let tracks = ids.len() as u64;
        match self.tally.failures.iter_mut().find(|failure| failure.why == why) {
            Some(failure) => failure.tracks += tracks,
            None => self.tally.failures.push(Failure { reason, tracks, why }),
        }
    }

    /// Of several reasons, that with the longest wait is kept.
    fn stop(&mut self, error: &ClientError) {
        let retry_after = error.retry_after();
        if self.tally.stopped.as_ref().is_none_or(|stopped| retry_after > stopped.retry_after) {
            self.tally.stopped = Some(Stopped { reason: without_address(error), retry_after });
        }
    }
}

// === impl Waiting ===

impl Waiting {
    fn next(&mut self, several: bool) -> Option<Question> {
        if let Some(id) = self.alone.pop_front() {
            return Some(Question::One(id));
        }
        match self.ids.len() {
            0 => None,
            many if several && many > 1 => {
                let ids = self.ids.drain(..many.min(GetSeveralTracks::MAX_IDS)).collect();
                Some(Question::Several(ids))
            }
            _ => self.ids.pop_front().map(Question::One),
        }
    }
}

// === impl Question ===

impl Question {
    fn ids(&self) -> &[TrackId] {
        match self {
            Self::One(id) => std::slice::from_ref(id),
            Self::Several(ids) => ids,
        }
    }

    async fn ask(self, spotify: Spotify, market: Option<Market>) -> Reply {
        let tracks = match &self {
            Self::One(id) => {
                let mut call = GetTrack::new(*id);
                call.query.market = market.map(Into::into);
                spotify.send(call).await.map(|answer| vec![Some(answer.document)])
            }
            Self::Several(ids) => {
                let mut call = GetSeveralTracks::new(ids.iter().copied());
                call.query.market = market.map(Into::into);
                // Here every id has an outcome of its own, so the forms of a call are chosen here.
                spotify.send_as_is(call).await.map(|answer| answer.document.tracks)
            }
        };
        (self, tracks)
    }
}

/// What the client says, without the address: it names tracks, and is one of many.
fn without_address(error: &ClientError) -> String {
    let text = error.to_string();
    match error.url() {
        Some(url) => text.replacen(&format!(" {url}"), "", 1),
        None => text,
    }
}
