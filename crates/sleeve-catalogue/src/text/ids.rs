//! From an object's id to the caller's row: a table with free places, where an entry stands at or soon behind the place
//! that its id's hash says. Finding one takes a single short read, however many there are.

use sleeve_model::Id;

use super::Kind;
use super::format::{Part, Section, array, checksum};
use super::index::Index;
use crate::error::Error;

/// A place: a check (u32, never 0) and a row (u32); zeros where it is free.
const PLACE: usize = 8;

/// How many places are read at once. A third of all are free, so this nearly always reaches one.
const PROBED: usize = 16;

impl Index {
    /// The row of an id; for one in some thousand millions that are not there, the row of another.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub fn row_of(&self, kind: Kind, id: Id) -> Result<Option<u32>, Error> {
        let section = Section::of(kind, Part::Ids);
        let end = self.sections.length(section);
        let (first, check) = place(id, self.count(kind));
        let mut at = first as u64 * PLACE as u64;
        let mut places = Vec::new();
        while at < end {
            let length = (end - at).min((PROBED * PLACE) as u64);
            self.sections.read_into(section, at, length as usize, &mut places)?;
            for found in places.chunks_exact(PLACE) {
                match u32::from_le_bytes(array(found)) {
                    0 => return Ok(None),
                    found_check if found_check == check => return Ok(Some(u32::from_le_bytes(array(&found[4..])))),
                    _ => {}
                }
            }
            at += length;
        }
        Ok(None)
    }
}

/// The table of these ids and rows, a number each for check and row of a place.
pub(super) fn table(entries: impl ExactSizeIterator<Item = (Id, u32)>) -> Vec<u32> {
    let count = entries.len() as u32;
    let mut places = vec![0; 2 * room(count)];
    for (id, row) in entries {
        let (mut at, check) = place(id, count);
        while places.get(2 * at).is_some_and(|check| *check != 0) {
            at += 1;
        }
        if 2 * at == places.len() {
            places.extend([0; 2]);
        }
        (places[2 * at], places[2 * at + 1]) = (check, row);
    }
    places
}

/// How many places there are for so many entries, but for those that go on behind the last.
fn room(count: u32) -> usize {
    count as usize + count as usize / 2
}

/// The first place for an id among those of so many entries, and its check.
fn place(id: Id, count: u32) -> (usize, u32) {
    let sum = checksum(id.as_str().as_bytes());
    let hash = (sum ^ (sum >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let place = (u128::from(hash) * room(count) as u128) >> 64;
    (place as usize, (sum as u32 ^ hash as u32) | 1)
}
