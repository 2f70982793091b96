//! Rows that name music in, the same rows with track metadata out.
//!
//! A job goes through three rooms, a batch at a time: a source (rows out of a file, their bytes kept), a stage (what is
//! known of each row's track), a sink (the rows with their new cells). [`Plan::new`] decides everything that can be
//! decided before a call is made, so that it can be shown; [`run`] does it.
//!
//! Every row comes back, in order, its own cells byte for byte, with its own line end; lines without anything on them
//! stay where they are, and are no rows. New cells stand in their own columns in every row: a row that is too short is
//! filled up with empty cells, and what a row has beyond the table's columns follows the new ones. A table without a row
//! of names gets one (`column_1`, `column_2`, …), since the new columns need theirs.
//!
//! A track is asked for once in a job, however many rows name it. Memory holds one batch of rows and the finished cells
//! of the tracks that were seen.
//!
//! ```
//! use sleeve_enrich::{Config, Input, Output, Plan};
//!
//! let plays = "when,track\n07:12,2XU0oxnq2qxCpomAAuJY8K\n";
//! let plan = Plan::new(Config::default(), Input::stream("plays", plays.as_bytes()), Output::stream("out", Vec::new()))?;
//! assert_eq!(plan.id_column().to_string(), r#"column 2 "track" holds track ids (1 of 1 row)"#);
//! // let summary = sleeve_enrich::run(plan, &spotify, |progress| …).await?;
//! # Ok::<(), sleeve_enrich::Error>(())
//! ```
//!
//! What is not here: other formats than CSV and its kin, matching by anything but ids, jobs that outlive a process, and
//! a terminal.
#![deny(missing_docs)]

mod columns;
mod error;
mod plan;
mod sink;
mod source;
mod stage;
mod summary;

pub use columns::Column;
pub use error::{Error, Kind};
pub use plan::{Config, IdColumn, Input, Output, Plan};
pub use stage::{Failure, Status, Stopped};
pub use summary::{Progress, Summary};

use sleeve_client::Spotify;

use stage::ById;

/// Does what was planned. `progress` hears of every call and every batch. Dropped before it is done, it leaves nothing
/// under the output's name.
///
/// # Errors
/// [`Kind::Input`] and [`Kind::Output`] where a file turns out unreadable or unwritable, [`Kind::Refused`] where the
/// credentials are, [`Kind::Unreachable`] where nobody answers, [`Kind::Service`] where no answer helps. A call that
/// fails alone is no error: its rows are [`Status::Failed`]; nor is a service that wants to be left alone: the rows
/// that are left are [`Status::Deferred`], and [`Summary::stopped`] says so.
pub async fn run(plan: Plan, spotify: &Spotify, mut progress: impl FnMut(Progress) + Send) -> Result<Summary, Error> {
    let Plan { mut source, mut sink, heading, names, render, market, .. } = plan;
    let mut stage = ById::new(spotify.clone(), market, render);
    let mut summary = Summary::default();
    let width = source.width();
    sink = blocking(move || sink.write_heading(&heading, &names).map(|()| sink)).await?;
    loop {
        let batch;
        (source, batch) = blocking(move || source.next_batch().map(|batch| (source, batch))).await?;
        let Some(batch) = batch else { break };
        let outcomes = stage.resolve(&batch, &mut |tally| progress(summary.progress(tally))).await?;
        summary.add(&batch, &outcomes, width);
        sink = blocking(move || sink.write(&batch, &outcomes).map(|()| sink)).await?;
        progress(summary.progress(stage.tally()));
    }
    blocking(move || sink.finish()).await?;
    Ok(summary.close(stage.tally()))
}

/// Files are read and written where waiting for them holds nobody up.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(broken) => match broken.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Error::new(Kind::Output, "the program is ending; nothing was written")),
        },
    }
}
