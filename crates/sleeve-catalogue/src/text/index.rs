//! An index opened for reading.

use std::fs::File;
use std::sync::OnceLock;

use fst::{IntoStreamer, Map, Streamer};

use super::Kind;
use super::builder::GROUP;
use super::format::{Part, Section, Sections, Source, array, damaged};
use super::postings::List;
use super::terms;
use super::wildcard::{self, Pattern};
use crate::error::Error;

/// An index that [`Builder`](super::Builder) wrote.
///
/// Opening reads the footer alone; the dictionary and small tables are read when a search first asks for them and stay.
/// It may be shared by threads.
#[derive(Debug)]
pub struct Index {
    pub(super) sections: Sections,
    dictionary: OnceLock<Map<Vec<u8>>>,
    rows: [OnceLock<Vec<u8>>; 3],
    markets: [OnceLock<Vec<u8>>; 3],
    released: [OnceLock<Vec<u8>>; 3],
    levels: [OnceLock<Vec<u8>>; 3],
}

impl Index {
    /// Opens a file. It is read at positions, never mapped; the file must not change while it is open.
    ///
    /// # Errors
    /// [`ErrorKind::Damaged`](crate::ErrorKind::Damaged) where it is no whole index,
    /// [`ErrorKind::Newer`](crate::ErrorKind::Newer) where a newer program wrote it.
    pub fn open(file: File) -> Result<Self, Error> {
        Self::of(Source::File(file))
    }

    /// The same over bytes in memory.
    ///
    /// # Errors
    /// As [`Index::open`].
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, Error> {
        Self::of(Source::Bytes(bytes))
    }

    fn of(source: Source) -> Result<Self, Error> {
        let sections = Sections::open(source)?;
        Ok(Self {
            sections,
            dictionary: OnceLock::new(),
            rows: Default::default(),
            markets: Default::default(),
            released: Default::default(),
            levels: Default::default(),
        })
    }

    /// Reads the whole file and compares its checksums.
    ///
    /// # Errors
    /// As [`Index::open`].
    pub fn verify(&self) -> Result<(), Error> {
        self.sections.verify()
    }

    /// How many entries of a kind there are.
    pub fn count(&self, kind: Kind) -> u32 {
        self.sections.entries[kind as usize]
    }

    /// The dictionary: word to number. Numbers are in the order of the words.
    pub(super) fn dictionary(&self) -> Result<&Map<Vec<u8>>, Error> {
        if let Some(dictionary) = self.dictionary.get() {
            return Ok(dictionary);
        }
        let bytes = self.sections.whole(Section::DICTIONARY)?;
        let map = Map::new(bytes).map_err(|error| damaged("its dictionary is broken").because(error))?;
        Ok(self.dictionary.get_or_init(|| map))
    }

    /// A word's number.
    pub(super) fn number(&self, word: &str) -> Result<Option<u32>, Error> {
        Ok(self.dictionary()?.get(word).map(|number| number as u32))
    }

    /// The numbers of the words that go on from `start`, or that fit it where it is a pattern: first ones and counts.
    pub(super) fn expansions(&self, start: &str) -> Result<Vec<(u32, u32)>, Error> {
        let dictionary = self.dictionary()?;
        let Some(pattern) = Pattern::new(start) else { return Ok(self.numbers_from(start)?.into_iter().collect()) };
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        let mut words = dictionary.search(pattern).into_stream();
        for _ in 0..wildcard::MOST {
            let Some((_, number)) = words.next() else { break };
            match ranges.last_mut() {
                Some((first, count)) if u64::from(*first + *count) == number => *count += 1,
                _ => ranges.push((number as u32, 1)),
            }
        }
        Ok(ranges)
    }

    /// The numbers of the words that begin with `start`: the first and how many.
    fn numbers_from(&self, start: &str) -> Result<Option<(u32, u32)>, Error> {
        let dictionary = self.dictionary()?;
        let Some((_, first)) = dictionary.range().ge(start).into_stream().next().map(|(word, n)| (word.to_vec(), n))
        else {
            return Ok(None);
        };
        // UTF-8 has no byte 0xff, so this is behind every word that begins so.
        let behind = [start.as_bytes(), &[0xff]].concat();
        let end = dictionary.range().ge(behind).into_stream().next().map_or(dictionary.len() as u64, |(_, n)| n);
        Ok((end > first).then_some((first as u32, (end - first) as u32)))
    }

    /// Where the lists of `count` words lie in the section of postings: one place more than words.
    pub(super) fn list_places(&self, kind: Kind, first: u32, count: u32) -> Result<Vec<u64>, Error> {
        let bytes =
            self.sections.read(Section::of(kind, Part::Lists), u64::from(first) * 8, (count as usize + 1) * 8)?;
        Ok(bytes.chunks_exact(8).map(|place| u64::from_le_bytes(array(place))).collect())
    }

    /// The list of one word.
    pub(super) fn list(&self, kind: Kind, word: u32, allowed: u8) -> Result<List<'_>, Error> {
        let places = self.list_places(kind, word, 1)?;
        List::open(&self.sections, Section::of(kind, Part::Postings), places[0], places[1], allowed)
    }

    /// The table of the caller's rows.
    pub(super) fn rows(&self, kind: Kind) -> Result<&[u8], Error> {
        self.table(&self.rows[kind as usize], Section::of(kind, Part::Rows))
    }

    /// The entry of a caller's row, where there is one.
    pub(super) fn entry_of(&self, kind: Kind, row: u32) -> Result<Option<u32>, Error> {
        let section = Section::of(kind, Part::ByRow);
        let (mut low, mut high) = (0, self.count(kind));
        while low < high {
            let middle = low.midpoint(high);
            let bytes = self.sections.read(section, u64::from(middle) * 8, 8)?;
            match u32::from_le_bytes(array(&bytes)).cmp(&row) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Ok(Some(u32::from_le_bytes(array(&bytes[4..])))),
            }
        }
        Ok(None)
    }

    /// The table of the markets' numbers.
    pub(super) fn markets(&self, kind: Kind) -> Result<&[u8], Error> {
        self.table(&self.markets[kind as usize], Section::of(kind, Part::Markets))
    }

    /// The table of the dates of release.
    pub(super) fn released(&self, kind: Kind) -> Result<&[u8], Error> {
        self.table(&self.released[kind as usize], Section::of(kind, Part::Released))
    }

    /// The table of the first entries of each popularity.
    pub(super) fn levels(&self, kind: Kind) -> Result<&[u8], Error> {
        self.table(&self.levels[kind as usize], Section::of(kind, Part::Levels))
    }

    fn table<'a>(&self, table: &'a OnceLock<Vec<u8>>, section: Section) -> Result<&'a [u8], Error> {
        if let Some(table) = table.get() {
            return Ok(table);
        }
        let bytes = self.sections.whole(section)?;
        Ok(table.get_or_init(|| bytes))
    }

    /// The words of entries, one after the other.
    pub(super) fn words(&self, kind: Kind) -> Words<'_> {
        Words { index: self, kind, group: u32::MAX, bytes: Vec::new(), at: 0, next: 0 }
    }
}

/// Reads the words of entries whose numbers only go up.
pub(super) struct Words<'a> {
    index: &'a Index,
    kind: Kind,
    group: u32,
    bytes: Vec<u8>,
    at: usize,
    next: u32,
}

impl Words<'_> {
    /// What `read` makes of the words of an entry; it takes them off the front.
    pub(super) fn of<T>(&mut self, entry: u32, read: impl FnOnce(&mut &[u8]) -> Option<T>) -> Result<T, Error> {
        if entry / GROUP != self.group {
            self.load(entry / GROUP)?;
        }
        let mut rest = self.bytes.get(self.at..).unwrap_or_default();
        let mut found = Some(());
        while self.next < entry && found.is_some() {
            found = terms::skip(&mut rest);
            self.next += 1;
        }
        let found = found.and_then(|()| read(&mut rest));
        (self.at, self.next) = (self.bytes.len() - rest.len(), entry + 1);
        found.ok_or_else(|| damaged("the words of an entry are broken"))
    }

    fn load(&mut self, group: u32) -> Result<(), Error> {
        let Self { index, kind, .. } = *self;
        let places = index.sections.read(Section::of(kind, Part::Groups), u64::from(group) * 8, 16)?;
        let [start, end] = [0, 8].map(|at| u64::from_le_bytes(array(&places[at..])));
        let length = usize::try_from(end.saturating_sub(start)).map_err(|_| damaged("a group of entries is broken"))?;
        index.sections.read_into(Section::of(kind, Part::Words), start, length, &mut self.bytes)?;
        (self.group, self.at, self.next) = (group, 0, group * GROUP);
        Ok(())
    }
}
