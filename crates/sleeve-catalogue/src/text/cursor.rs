//! Walking through the entries of a term.

use super::postings::{Hit, List};
use crate::error::Error;

/// Hits of several words as one list: an entry where the word itself stands counts by that alone.
pub(super) fn merge(mut hits: Vec<Hit>) -> Vec<Hit> {
    // The hits are sorted runs, one a word: a stable sort merges these.
    hits.sort_by_key(|hit| (hit.entry, !hit.exact));
    hits.dedup_by(|next, kept| {
        let same = next.entry == kept.entry;
        if same && next.exact == kept.exact {
            kept.info |= next.info;
        }
        same
    });
    hits
}

/// The entries of one term, ascending.
pub(super) enum Cursor<'a> {
    List(Box<List<'a>>),
    Ready(Vec<Hit>, usize),
    Table(Table),
}

impl Cursor<'_> {
    pub(super) fn ready(hits: Vec<Hit>) -> Self {
        Self::Ready(hits, 0)
    }

    pub(super) fn size(&self) -> usize {
        match self {
            Self::List(list) => list.count(),
            Self::Ready(hits, _) => hits.len(),
            Self::Table(table) => table.size,
        }
    }

    #[inline]
    pub(super) fn seek(&mut self, target: u32) -> Result<Option<Hit>, Error> {
        match self {
            Self::List(list) => list.seek(target),
            Self::Ready(hits, at) => {
                let mut step = 1;
                while hits.get(*at + step).is_some_and(|hit| hit.entry < target) {
                    *at += step;
                    step *= 2;
                }
                let behind = &hits[*at..hits.len().min(*at + step + 1)];
                *at += behind.partition_point(|hit| hit.entry < target);
                Ok(hits.get(*at).copied())
            }
            Self::Table(table) => Ok(table.seek(target)),
        }
    }

    pub(super) fn drain(mut self, into: &mut Vec<Hit>) -> Result<(), Error> {
        let mut target = 0;
        while let Some(hit) = self.seek(target)? {
            into.push(hit);
            target = hit.entry + 1;
        }
        Ok(())
    }
}

/// The first entry at `target` or after it where all cursors have a hit: the first cursor's.
pub(super) fn leapfrog(cursors: &mut [Cursor<'_>], mut target: u32) -> Result<Option<Hit>, Error> {
    'again: loop {
        let mut found = None;
        for cursor in &mut *cursors {
            let Some(hit) = cursor.seek(target)? else { return Ok(None) };
            let moved = hit.entry != target;
            target = hit.entry;
            if moved && found.is_some() {
                continue 'again;
            }
            found.get_or_insert(hit);
        }
        return Ok(found);
    }
}

/// Gathers the hits of many words, in a table of all entries where there are many.
pub(super) struct Gather {
    table: Table,
    hits: Vec<Hit>,
}

/// For each entry the info of the words that begin as asked and, shifted by a byte, of the words themselves.
pub(super) struct Table {
    infos: Vec<u16>,
    at: usize,
    size: usize,
}

impl Gather {
    /// For an index of so many entries and lists of so many bytes.
    pub(super) fn new(entries: u32, bytes: u64) -> Self {
        let infos = if bytes > u64::from(entries / 8) { vec![0; entries as usize] } else { Vec::new() };
        Self { table: Table { infos, at: 0, size: 0 }, hits: Vec::new() }
    }

    #[inline]
    pub(super) fn add(&mut self, hit: Hit) {
        match self.table.infos.get_mut(hit.entry as usize) {
            Some(info) => {
                self.table.size += usize::from(*info == 0);
                *info |= u16::from(hit.info) << if hit.exact { 8 } else { 0 };
            }
            None => self.hits.push(hit),
        }
    }

    pub(super) fn finish<'a>(self) -> Cursor<'a> {
        if self.table.infos.is_empty() { Cursor::ready(merge(self.hits)) } else { Cursor::Table(self.table) }
    }
}

impl Table {
    #[inline]
    fn seek(&mut self, target: u32) -> Option<Hit> {
        self.at = self.at.max(target as usize);
        self.at += self.infos.get(self.at..)?.iter().position(|&info| info != 0)?;
        let [begun, itself] = self.infos[self.at].to_le_bytes();
        let exact = itself != 0;
        Some(Hit { entry: self.at as u32, exact, info: if exact { itself } else { begun } })
    }
}
