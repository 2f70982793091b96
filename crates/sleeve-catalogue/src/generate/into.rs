//! An invented catalogue written into a store.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::mpsc::{self, SyncSender};
use std::thread;

use super::generate;
use crate::{Counts, Error, ErrorKind, Prepared, Preparer, Store};

/// What to invent. Its `Display` says how, as it is typed: `--tracks 1000 --seed 7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// How many tracks.
    pub tracks: u64,
    /// The same seed gives the same catalogue.
    pub seed: u64,
    /// Whether a catalogue that holds imported objects is replaced as well.
    pub replace: bool,
}

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Objects are invented and stored.
    Inventing(Counts),
    /// The text index is built; so many objects are in it.
    Indexing(u64),
}

/// How many objects go over to the store at a time, and how many such batches wait.
const BATCH: usize = 128;
const BATCHES: usize = 4;

/// Replaces what a store holds by an invented catalogue: one change, which others see once all of it is there. `told`
/// hears several times a second where it stands, and can break off.
///
/// `None` where `told` broke off: nothing was changed.
///
/// # Errors
/// [`ErrorKind::Occupied`] where imported objects would be lost, and whatever the store says; then nothing was changed.
pub fn into(
    store: &Store,
    order: Order,
    told: &mut dyn FnMut(Stage) -> ControlFlow<()>,
) -> Result<Option<Counts>, Error> {
    let mut change = store.change()?;
    if !order.replace && change.holds_others()? {
        return Err(Error::new(ErrorKind::Occupied, "the catalogue holds imported objects, which would be lost"));
    }
    change.clear()?;
    change.set_invented(&order.to_string())?;
    let mut done = Counts::default();
    let is_stored = thread::scope(|scope| {
        let (sender, batches) = mpsc::sync_channel(BATCHES);
        scope.spawn(move || invent(order, &sender));
        // Left early, the channel ends, and so does the thread.
        for batch in batches {
            for prepared in batch? {
                done.add(prepared.object.kind);
                change.put(prepared)?;
            }
            if told(Stage::Inventing(done)).is_break() {
                return Ok(false);
            }
        }
        Ok::<_, Error>(true)
    })?;
    let is_whole = is_stored && change.finish(&mut |objects| told(Stage::Indexing(objects)))?;
    Ok(is_whole.then_some(done))
}

/// Invents objects and prepares them, while somebody takes them.
fn invent(order: Order, sender: &SyncSender<Result<Vec<Prepared>, Error>>) {
    let mut documents = generate(order.tracks, order.seed).with_markets_as_texts();
    let mut preparer = match Preparer::new() {
        Ok(preparer) => preparer,
        Err(error) => return drop(sender.send(Err(error))),
    };
    loop {
        let batch: Result<Vec<_>, _> = documents.by_ref().take(BATCH).map(|json| preparer.prepare(json)).collect();
        let is_last = batch.as_ref().map_or(true, |batch| batch.len() < BATCH);
        if sender.send(batch).is_err() || is_last {
            return;
        }
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "--tracks {} --seed {}", self.tracks, self.seed)
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use serde_json::json;

    use super::{Order, Stage, into};
    use crate::{Catalogue, ErrorKind, Store};

    const ORDER: Order = Order { tracks: 300, seed: 7, replace: false };

    fn go_on(_: Stage) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    #[test]
    fn it_replaces_what_was_invented_and_says_how() {
        let store = Store::in_memory().expect("memory");
        into(&store, Order { seed: 1, ..ORDER }, &mut go_on).expect("written");
        let done = into(&store, ORDER, &mut go_on).expect("written").expect("nobody broke off");
        assert_eq!(done.tracks, 300);
        assert_eq!(store.count(sleeve_model::Kind::Track).expect("readable"), 300);
        assert_eq!(store.invented().expect("readable").as_deref(), Some("--tracks 300 --seed 7"));
    }

    #[test]
    fn what_was_imported_is_replaced_only_where_that_is_asked_for() {
        let store = Store::in_memory().expect("memory");
        store.put([json!({"id": "aaaaaaaaaaaaaaaaaaaaaa", "type": "artist", "name": "x"})]).expect("written");
        assert_eq!(into(&store, ORDER, &mut go_on).expect_err("refused").kind(), ErrorKind::Occupied);
        into(&store, Order { replace: true, ..ORDER }, &mut go_on).expect("written");
        assert!(!store.holds_others().expect("readable"));
    }

    #[test]
    fn broken_off_at_any_stage_nothing_was_changed() {
        let store = Store::in_memory().expect("memory");
        for at in 0..2 {
            let mut told = |stage| match (stage, at) {
                (Stage::Inventing(_), 0) | (Stage::Indexing(_), 1) => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            };
            let done = into(&store, ORDER, &mut told).expect("no error");
            // In memory there is no index to build with the change.
            assert_eq!((done.is_none(), store.is_empty().expect("readable")), (at == 0, at == 0));
        }
    }
}
