//! Posting lists: for a word, the entries that hold it, ascending, which is by popularity descending.
//!
//! A list is its length (varint), then, where it has more than one block, for each block its last entry and its end
//! (u32, u32), then the blocks of up to 128 postings: the distance to the entry before (varint) and one byte, of which
//! the lower four bits say in which fields the word stands and the upper four how many words the name has.

use super::format::{Section, Sections, array, damaged, put_varint, take_varint};
use crate::error::Error;

/// The fields of an entry, as bits.
pub(super) const NAME: u8 = 1;
pub(super) const ARTIST: u8 = 2;
pub(super) const ALBUM: u8 = 4;
pub(super) const GENRE: u8 = 8;

/// Names with more words count as if they had so many.
pub(super) const LONGEST_NAME: u8 = 15;

/// Postings in a block. Tests have small blocks, and read little at a time, so that small lists have many.
const BLOCK: usize = if cfg!(test) { 4 } else { 128 };
/// How much is read at a time when a list is walked from its start, and when it is entered somewhere.
const WALK: usize = if cfg!(test) { 20 } else { 64 * 1024 };
const STEP: usize = if cfg!(test) { 5 } else { 1024 };

/// One entry that fits a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    pub(super) entry: u32,
    /// The word itself stands there, not only one that begins with it.
    pub(super) exact: bool,
    /// Fields, and the length of the name.
    pub(super) info: u8,
}

/// Appends a list; `postings` are ascending, and an entry that comes again adds its fields.
pub(super) fn encode(postings: &[(u32, u8)], out: &mut Vec<u8>) {
    let mut merged: Vec<(u32, u8)> = Vec::with_capacity(postings.len());
    for &(entry, info) in postings {
        match merged.last_mut() {
            Some(last) if last.0 == entry => last.1 |= info,
            _ => merged.push((entry, info)),
        }
    }
    put_varint(out, merged.len() as u32);
    let (mut blocks, mut skips, mut before) = (Vec::new(), Vec::new(), 0);
    for block in merged.chunks(BLOCK) {
        for &(entry, info) in block {
            put_varint(&mut blocks, entry - before);
            blocks.push(info);
            before = entry;
        }
        skips.extend(before.to_le_bytes());
        skips.extend((blocks.len() as u32).to_le_bytes());
    }
    if merged.len() > BLOCK {
        out.extend(skips);
    }
    out.extend(blocks);
}

/// Hands every posting of an encoded list to `each`.
pub(super) fn walk(mut bytes: &[u8], mut each: impl FnMut(u32, u8)) -> Result<(), Error> {
    let count = take_varint(&mut bytes).ok_or_else(broken)? as usize;
    if count > BLOCK {
        bytes = bytes.get(count.div_ceil(BLOCK) * 8..).ok_or_else(broken)?;
    }
    let mut entry = 0u32;
    for _ in 0..count {
        let (distance, info) = take_varint(&mut bytes).zip(take_byte(&mut bytes)).ok_or_else(broken)?;
        entry = entry.checked_add(distance).ok_or_else(broken)?;
        each(entry, info);
    }
    Ok(())
}

#[inline]
fn take_byte(bytes: &mut &[u8]) -> Option<u8> {
    let (first, rest) = bytes.split_first()?;
    *bytes = rest;
    Some(*first)
}

fn broken() -> Error {
    damaged("a posting list is broken")
}

/// A list that is read as far as it is needed.
#[derive(Debug)]
pub(super) struct List<'a> {
    sections: &'a Sections,
    section: Section,
    /// Where the blocks begin in the section, and where the list ends.
    blocks_at: u64,
    end: u64,
    count: usize,
    skips: Vec<u8>,
    /// A piece of the blocks and where it begins among them.
    window: Vec<u8>,
    window_at: usize,
    /// The block that is decoded, and where in it we stand.
    block: usize,
    entries: [u32; BLOCK],
    infos: [u8; BLOCK],
    filled: usize,
    at: usize,
    allowed: u8,
}

impl<'a> List<'a> {
    /// The list between two places of a section, of postings in the `allowed` fields.
    pub(super) fn open(
        sections: &'a Sections,
        section: Section,
        start: u64,
        end: u64,
        allowed: u8,
    ) -> Result<Self, Error> {
        let length = usize::try_from(end.saturating_sub(start)).map_err(|_| broken())?;
        let first = sections.read(section, start, length.min(STEP))?;
        let mut rest = first.as_slice();
        let count = if length == 0 { 0 } else { take_varint(&mut rest).ok_or_else(broken)? as usize };
        let head = first.len() - rest.len();
        let table = if count > BLOCK { count.div_ceil(BLOCK) * 8 } else { 0 };
        if count > length || head + table > length {
            return Err(broken());
        }
        let skips = match rest.get(..table) {
            Some(skips) => skips.to_vec(),
            None => sections.read(section, start + head as u64, table)?,
        };
        let window = rest.get(table..).unwrap_or_default().to_vec();
        let (entries, infos) = ([0; BLOCK], [0; BLOCK]);
        let blocks_at = start + (head + table) as u64;
        let block = usize::MAX;
        Ok(Self {
            sections,
            section,
            blocks_at,
            end,
            count,
            skips,
            window,
            window_at: 0,
            block,
            entries,
            infos,
            filled: 0,
            at: 0,
            allowed,
        })
    }

    /// How many postings there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    fn blocks(&self) -> usize {
        self.count.div_ceil(BLOCK)
    }

    /// A block's last entry and its end; the only block of a short list has no table.
    fn skip(&self, block: usize) -> (u32, usize) {
        match self.skips.get(block * 8..block * 8 + 8) {
            Some(skip) => (u32::from_le_bytes(array(skip)), u32::from_le_bytes(array(&skip[4..])) as usize),
            None => (u32::MAX, usize::try_from(self.end - self.blocks_at).unwrap_or(usize::MAX)),
        }
    }

    /// The first posting at `target` or after it. Targets never go back.
    #[inline]
    pub(super) fn seek(&mut self, target: u32) -> Result<Option<Hit>, Error> {
        loop {
            while self.at < self.filled {
                let (entry, info) = (self.entries[self.at], self.infos[self.at]);
                if entry >= target && info & self.allowed != 0 {
                    return Ok(Some(Hit { entry, exact: true, info: info & (self.allowed | 0xf0) }));
                }
                self.at += 1;
            }
            if !self.next_block(target)? {
                return Ok(None);
            }
        }
    }

    /// Decodes the next block that may hold `target`.
    fn next_block(&mut self, target: u32) -> Result<bool, Error> {
        let next = self.block.wrapping_add(1);
        let mut block = next;
        if block < self.blocks() && self.skip(block).0 < target {
            let (mut low, mut high) = (block, self.blocks());
            while low < high {
                let middle = low.midpoint(high);
                if self.skip(middle).0 < target { low = middle + 1 } else { high = middle }
            }
            block = low;
        }
        if block >= self.blocks() {
            return Ok(false);
        }
        let (before, start) = if block == 0 { (0, 0) } else { self.skip(block - 1) };
        let (_, end) = self.skip(block);
        self.load(start, end, if block == next { WALK } else { STEP })?;
        let mut bytes = &self.window[start - self.window_at..end - self.window_at];
        self.filled = BLOCK.min(self.count - block * BLOCK);
        let mut entry = before;
        for at in 0..self.filled {
            let (distance, info) = take_varint(&mut bytes).zip(take_byte(&mut bytes)).ok_or_else(broken)?;
            entry = entry.checked_add(distance).ok_or_else(broken)?;
            (self.entries[at], self.infos[at]) = (entry, info);
        }
        (self.block, self.at) = (block, 0);
        Ok(true)
    }

    /// Makes the window hold these bytes of the blocks.
    fn load(&mut self, start: usize, end: usize, most: usize) -> Result<(), Error> {
        if start > end || self.blocks_at + end as u64 > self.end {
            return Err(broken());
        }
        if start >= self.window_at && end <= self.window_at + self.window.len() {
            return Ok(());
        }
        let rest = usize::try_from(self.end - self.blocks_at).map_err(|_| broken())? - start;
        let length = rest.min(most.max(end - start));
        self.sections.read_into(self.section, self.blocks_at + start as u64, length, &mut self.window)?;
        self.window_at = start;
        Ok(())
    }
}
