//! Makes an index: takes entries in any order, and writes the file in one go.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::io::Write;
use std::ops::Range;

use fst::MapBuilder;
use sleeve_model::Id;

use super::format::{Writer, damaged, put_varint};
use super::postings::{LONGEST_NAME, encode};
use super::terms::tokens;
use super::{Entry, Kind, ids};
use crate::error::Error;

/// How many entries share one start in the section of words.
pub(super) const GROUP: u32 = 16;
/// How many postings are sorted at a time: bounds the memory of writing.
const BATCH: u32 = 3 << 20;

/// Collects entries and writes an index of them.
///
/// Holds about 100 bytes per track: words as numbers, ids, and each different word once.
#[derive(Debug, Default)]
pub struct Builder {
    words: HashMap<Box<str>, u32>,
    kinds: [Entries; 3],
}

#[derive(Debug, Default)]
struct Entries {
    facts: Vec<Facts>,
    /// Of each entry four counts and the tokens, see `terms`.
    tokens: Vec<u32>,
}

#[derive(Debug)]
struct Facts {
    id: Id,
    popularity: u8,
    length: u8,
    row: u32,
    markets: u32,
    released: u32,
    tokens: u32,
}

impl Builder {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes an entry in.
    pub fn add(&mut self, entry: &Entry<'_>) {
        let Self { words, kinds } = self;
        let Entries { facts, tokens: all } = &mut kinds[entry.kind as usize];
        let start = all.len();
        let mut counts = [0u8; 4];
        all.push(0);
        let length = tokens(entry, |field, token| {
            let next = words.len() as u32;
            let number = match words.get(token.word) {
                Some(&number) => number,
                None => *words.entry(token.word.into()).or_insert(next),
            };
            all.push(number << 2 | token.step);
            counts[field] += 1;
        });
        all[start] = u32::from_le_bytes(counts);
        facts.push(Facts {
            id: entry.id,
            popularity: entry.popularity,
            length: u8::try_from(length).unwrap_or(u8::MAX).min(LONGEST_NAME),
            row: entry.row,
            markets: entry.markets,
            released: entry.released.and_then(date).unwrap_or(0),
            tokens: start as u32,
        });
    }

    /// Writes the index.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`](crate::ErrorKind::Storage) where `out` refuses.
    pub fn write(self, out: impl Write) -> Result<(), Error> {
        let mut out = Writer::new(out);
        let mut words: Vec<(Box<str>, u32)> = self.words.into_iter().collect();
        words.sort_unstable();
        let mut ordinals = vec![0u32; words.len()];
        let mut dictionary = MapBuilder::memory();
        for (ordinal, (word, number)) in (0u32..).zip(&words) {
            ordinals[*number as usize] = ordinal;
            dictionary.insert(word.as_bytes(), u64::from(ordinal)).map_err(unsorted)?;
        }
        drop(words);
        out.put(&dictionary.into_inner().map_err(unsorted)?)?;
        out.end_section();
        let mut counts = [0; 3];
        for (kind, mut entries) in Kind::ALL.into_iter().zip(self.kinds) {
            counts[kind as usize] = entries.facts.len() as u32;
            entries.sort_and_number(&ordinals);
            entries.write(ordinals.len(), &mut out)?;
        }
        out.finish(counts)
    }
}

fn unsorted(error: fst::Error) -> Error {
    damaged("its dictionary cannot be made").because(error)
}

impl Entries {
    /// Puts the entries into the order of the index, and the words' final numbers into the tokens.
    fn sort_and_number(&mut self, ordinals: &[u32]) {
        self.facts.sort_unstable_by_key(|facts| (Reverse(facts.popularity), facts.id, facts.row));
        for facts in &self.facts {
            let range = tokens_of(facts, &self.tokens);
            for token in &mut self.tokens[range] {
                *token = (ordinals[(*token >> 2) as usize] << 2) | (*token & 3);
            }
        }
    }

    fn fields(&self, facts: &Facts) -> impl Iterator<Item = (u32, u8)> {
        let counts = self.tokens[facts.tokens as usize].to_le_bytes();
        let mut left = counts;
        let mut field = 0;
        self.tokens[tokens_of(facts, &self.tokens)].iter().map(move |token| {
            while left[field] == 0 {
                field += 1;
            }
            left[field] -= 1;
            (token >> 2, 1 << field)
        })
    }

    fn write<W: Write>(&self, words: usize, out: &mut Writer<W>) -> Result<(), Error> {
        let mut counts = vec![0u32; words];
        for facts in &self.facts {
            self.fields(facts).for_each(|(word, _)| counts[word as usize] += 1);
        }
        let mut starts = Vec::with_capacity(8 * words + 8);
        let mut first = 0;
        while first < words {
            let mut total = counts[first];
            let mut last = first + 1;
            while last < words && total + counts[last] <= BATCH {
                total += counts[last];
                last += 1;
            }
            self.write_lists(first..last, &counts, total, &mut starts, out)?;
            first = last;
        }
        starts.extend(out.length().to_le_bytes());
        out.end_section();
        out.put(&starts)?;
        out.end_section();
        drop((starts, counts));
        self.write_words(out)?;
        self.write_facts(out)
    }

    /// The lists of a range of words: counted, dealt out, encoded.
    fn write_lists<W: Write>(
        &self,
        range: Range<usize>,
        counts: &[u32],
        total: u32,
        starts: &mut Vec<u8>,
        out: &mut Writer<W>,
    ) -> Result<(), Error> {
        let mut next = Vec::with_capacity(range.len());
        let mut sum = 0;
        for &count in &counts[range.clone()] {
            next.push(sum);
            sum += count;
        }
        let mut postings = vec![(0u32, 0u8); total as usize];
        for (number, facts) in (0u32..).zip(&self.facts) {
            for (word, field) in self.fields(facts) {
                if range.contains(&(word as usize)) {
                    let place = &mut next[word as usize - range.start];
                    postings[*place as usize] = (number, field | facts.length << 4);
                    *place += 1;
                }
            }
        }
        let (mut rest, mut list) = (postings.as_slice(), Vec::new());
        for &count in &counts[range] {
            starts.extend(out.length().to_le_bytes());
            let (postings, after) = rest.split_at(count as usize);
            rest = after;
            if !postings.is_empty() {
                list.clear();
                encode(postings, &mut list);
                out.put(&list)?;
            }
        }
        Ok(())
    }

    fn write_words<W: Write>(&self, out: &mut Writer<W>) -> Result<(), Error> {
        let (mut starts, mut bytes) = (Vec::new(), Vec::new());
        for (number, facts) in (0u32..).zip(&self.facts) {
            if number % GROUP == 0 {
                out.put(&bytes)?;
                bytes.clear();
                starts.extend(out.length().to_le_bytes());
            }
            bytes.extend(self.tokens[facts.tokens as usize].to_le_bytes());
            self.tokens[tokens_of(facts, &self.tokens)].iter().for_each(|token| put_varint(&mut bytes, *token));
        }
        out.put(&bytes)?;
        starts.extend(out.length().to_le_bytes());
        out.end_section();
        out.put(&starts)?;
        out.end_section();
        Ok(())
    }

    fn write_facts<W: Write>(&self, out: &mut Writer<W>) -> Result<(), Error> {
        let mut put = |numbers: &mut dyn Iterator<Item = u32>| {
            let bytes: Vec<u8> = numbers.flat_map(u32::to_le_bytes).collect();
            out.put(&bytes)?;
            out.end_section();
            Ok(())
        };
        put(&mut self.facts.iter().map(|facts| facts.row))?;
        let mut by_row: Vec<(u32, u32)> = self.facts.iter().map(|facts| facts.row).zip(0..).collect();
        by_row.sort_unstable();
        put(&mut by_row.into_iter().flat_map(|(row, number)| [row, number]))?;
        put(&mut self.facts.iter().map(|facts| facts.markets))?;
        put(&mut self.facts.iter().map(|facts| facts.released))?;
        let mut before = None;
        put(&mut (0u32..).zip(&self.facts).filter_map(|(number, facts)| {
            (before.replace(facts.popularity) != Some(facts.popularity)).then_some(number)
        }))?;
        put(&mut ids::table(self.facts.iter().map(|facts| (facts.id, facts.row))).into_iter())
    }
}

fn tokens_of(facts: &Facts, tokens: &[u32]) -> Range<usize> {
    let start = facts.tokens as usize;
    let count: usize = tokens[start].to_le_bytes().into_iter().map(usize::from).sum();
    start + 1..start + 1 + count
}

/// `1981-12-15` as 19811215; what is not said is 0.
fn date(text: &str) -> Option<u32> {
    let mut parts = text.splitn(3, '-');
    let mut number = |digits: usize| match parts.next() {
        Some(part) if part.len() == digits && part.bytes().all(|b| b.is_ascii_digit()) => part.parse().ok(),
        Some(_) => None,
        None => Some(0),
    };
    let (year, month, day): (u32, u32, u32) = (number(4)?, number(2)?, number(2)?);
    Some(year * 10_000 + month * 100 + day)
}
