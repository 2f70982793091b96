//! The second room: for each row, what is known of its music and how sure that is.
//!
//! A stage takes a batch and gives an [`Outcome`] for each of its rows. There is one so far, [`ById`]. It knows nothing
//! of where rows come from, nor of how they are written: the finished cells are made by the function it is given.

pub(crate) mod lookup;
pub(crate) mod reference;

use std::sync::Arc;

use sleeve_client::Spotify;
use sleeve_client::model::{Market, Track, TrackId};

pub use self::lookup::{Failure, Stopped};
use self::lookup::{Known, Lookup, Tally};
use self::reference::wanted;
use crate::error::Error;
use crate::source::Batch;

/// How a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// The track was found.
    Matched,
    /// There is no such track.
    NotFound,
    /// The cell names no track, or is malformed or empty.
    Invalid,
    /// The cell names a file on somebody's disk.
    LocalFile,
    /// The cell names an episode of a podcast.
    Episode,
    /// The call for this track failed, so that nothing is known.
    Failed,
    /// It was not tried, because the service asked to stop or was gone; another run may know.
    Deferred,
}

/// What the stages say of one row.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) status: Status,
    /// How the track was found, if it was.
    pub(crate) method: &'static str,
    /// How sure it is, from `0.00` to `1.00`.
    pub(crate) score: &'static str,
    /// The finished cells of a track that was found.
    pub(crate) cells: Option<Arc<[u8]>>,
}

/// Makes the finished cells of a track that answered for an id.
pub(crate) type Render = Box<dyn Fn(&Track, &TrackId) -> Box<[u8]> + Send>;

/// Finds tracks by their ids, each of which is asked for once in a job.
pub(crate) struct ById {
    lookup: Lookup,
}

// === impl Status ===

impl Status {
    /// Every status, in the order in which summaries name them.
    pub const ALL: [Self; 7] =
        [Self::Matched, Self::NotFound, Self::Invalid, Self::LocalFile, Self::Episode, Self::Failed, Self::Deferred];

    /// The word in the column `match_status`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::NotFound => "not_found",
            Self::Invalid => "invalid",
            Self::LocalFile => "local_file",
            Self::Episode => "episode",
            Self::Failed => "failed",
            Self::Deferred => "deferred",
        }
    }
}

// === impl Outcome ===

impl Outcome {
    fn by_id(cells: Arc<[u8]>) -> Self {
        Self { status: Status::Matched, method: "id", score: "1.00", cells: Some(cells) }
    }

    fn without_track(status: Status) -> Self {
        Self { status, method: "", score: "", cells: None }
    }
}

// === impl ById ===

impl ById {
    pub(crate) fn new(spotify: Spotify, market: Option<Market>, render: Render) -> Self {
        Self { lookup: Lookup::new(spotify, market, render) }
    }

    /// One outcome for each row, in order. `called` hears of every call that was answered.
    pub(crate) async fn resolve(
        &mut self,
        batch: &Batch,
        called: &mut (dyn FnMut(&Tally) + Send),
    ) -> Result<Vec<Outcome>, Error> {
        let wanted: Vec<_> = batch.rows().map(|row| wanted(&row.id())).collect();
        self.lookup.learn(wanted.iter().filter_map(|wanted| wanted.ok()), called).await?;
        Ok(wanted.into_iter().map(|wanted| self.outcome(wanted)).collect())
    }

    fn outcome(&self, wanted: Result<TrackId, Status>) -> Outcome {
        let id = match wanted {
            Ok(id) => id,
            Err(status) => return Outcome::without_track(status),
        };
        match self.lookup.known(&id) {
            Some(Known::Track(cells)) => Outcome::by_id(Arc::clone(cells)),
            Some(Known::Missing) => Outcome::without_track(Status::NotFound),
            Some(Known::Refused) => Outcome::without_track(Status::Invalid),
            Some(Known::Failed) => Outcome::without_track(Status::Failed),
            None => Outcome::without_track(Status::Deferred),
        }
    }

    /// What the job has cost so far, and what went wrong.
    pub(crate) fn tally(&self) -> &Tally {
        self.lookup.tally()
    }
}
