//! Inputs read into a store.

#[cfg(test)]
mod tests;

use std::ops::ControlFlow;

use serde_json::json;
use sleeve_model::{Id, Kind};

use super::{Bad, Hint, Input, Piece, Progress, Tally, read};
use crate::{Change, Counts, Error, ErrorKind, Prepared, Preparer, Put, Store, generate};

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// What was read.
    pub tally: Tally,
    /// Objects that were not there before, those that others name included.
    pub new: Counts,
    /// Objects of which more, or something else, is known now.
    pub changed: u64,
    /// Objects of which nothing new was said.
    pub same: u64,
    /// Whether one of them was invented, by its id.
    pub invented: bool,
}

/// An object on its way into the store.
struct Ready {
    kind: Kind,
    id: Id,
    prepared: Result<Prepared, Error>,
}

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Inputs are read.
    Reading(Progress),
    /// The text index is built; so many objects are in it.
    Indexing(u64),
}

/// Reads inputs into a store: one change, which others see once all of it is there. `told` hears several times a second
/// where it stands, and can break off.
///
/// `None` where `told` broke off: nothing was changed.
///
/// # Errors
/// [`ErrorKind::Input`] where an input cannot be opened, and whatever the store says; then
/// nothing was changed.
pub fn import(
    store: &Store,
    inputs: Vec<Input>,
    told: &mut dyn FnMut(Stage) -> ControlFlow<()>,
) -> Result<Option<Imported>, Error> {
    let mut change = store.change()?;
    let mut preparer = Preparer::new()?;
    let prepare = move |piece: Piece| {
        let mut ready = |kind, id, json| Ready { kind, id, prepared: preparer.prepare(json) };
        let album = unsaid_album(&piece).map(|album| ready(Kind::Album, album, only_id(album)));
        (album, ready(piece.kind, piece.id, whole(piece)))
    };
    let mut done = Imported::default();
    let mut sink = |(album, own): (Option<Ready>, Ready)| {
        album.into_iter().chain([own]).try_for_each(|ready| put(&mut change, ready, &mut done))
    };
    let Some(tally) = read(inputs, prepare, &mut sink, &mut |progress| told(Stage::Reading(*progress)))? else {
        return Ok(None);
    };
    let unkept = std::mem::replace(&mut done.tally, tally);
    done.tally.add_all_bad(unkept);
    if done.invented && change.invented()?.is_none() {
        change.set_invented("imported from an invented catalogue")?;
    }
    let is_whole = change.finish(&mut |objects| told(Stage::Indexing(objects)))?;
    Ok(is_whole.then_some(done))
}

/// Puts an object into the store. One that is too long, or grows so when it is merged, is a bad record.
fn put(change: &mut Change<'_>, ready: Ready, done: &mut Imported) -> Result<(), Error> {
    let Ready { kind, id, prepared } = ready;
    match prepared.and_then(|prepared| change.put(prepared)) {
        Ok(Put::New) => done.new.add(kind),
        Ok(Put::Changed) => done.changed += 1,
        Ok(Put::Same) => done.same += 1,
        Err(error) if error.kind() == ErrorKind::NotAnObject => {
            done.tally.add_bad(Bad { input: format!("{kind} {id}"), line: None, why: error.to_string() });
            return Ok(());
        }
        Err(error) => return Err(error),
    }
    done.invented |= id.as_str().starts_with(generate::ID_PREFIX);
    Ok(())
}

/// The album of a track that stood in its list and does not say so: nothing but its id is known.
fn unsaid_album(piece: &Piece) -> Option<Id> {
    match (&piece.hint, piece.json.get("album")) {
        (Some(Hint::AlbumTrack { album, .. }), None) => Some(*album),
        _ => None,
    }
}

fn only_id(album: Id) -> serde_json::Value {
    json!({"id": album.as_str(), "type": Kind::Album.as_str()})
}

/// A track that stood in an album's list belongs to it, if it does not say so itself.
fn whole(piece: Piece) -> serde_json::Value {
    let Piece { mut json, hint, .. } = piece;
    if let (Some(Hint::AlbumTrack { album, .. }), Some(members)) = (hint, json.as_object_mut())
        && !members.contains_key("album")
    {
        members.shift_insert(0, "album".to_owned(), only_id(album));
    }
    json
}
