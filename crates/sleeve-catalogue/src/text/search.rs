//! A search: the entries in which all terms stand, the best first.
//!
//! The order is by class, then by popularity, then by how many words of the name were not asked for, then by id:
//!
//! 0. the name is the words that were asked for;
//! 1. the name is some of them, and the others stand in the artists' names ("on bts");
//! 2. all words stand in the name or the artists' names (in the latter alone: the length of the name does not matter):
//!    who asks for a band wants its hits before the remixes that name it in their titles;
//! 3. the album's name is needed too;
//! 4. to 7. the same where a word only begins as asked.
//!
//! Candidates for enrichment have the length of the name before the popularity.
//!
//! Where nothing is found the filters' values without quotes are read more loosely, then mistakes in typing are
//! allowed, one a word and then two. A filter that does not apply to a kind finds nothing of that kind: a guess.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use super::best::{Best, rank};
use super::cursor::{Cursor, Gather, leapfrog, merge};
use super::format::{Part, Section, array, damaged};
use super::index::Words;
use super::postings::{ALBUM, ARTIST, GENRE, Hit, NAME, walk};
use super::query::{Clause, Field, MOST_EXPANDED, Query, Term};
use super::terms::{phrase_fields, word_fields};
use super::{Index, Kind, typos};
use crate::error::Error;

/// Looking at one entry's words takes about as long as reading so many bytes of postings. Tests go
/// both ways.
const BYTES_PER_ENTRY: u64 = if cfg!(test) { 2 } else { 400 };

/// What is asked besides the words.
#[derive(Clone, Copy)]
pub struct Search<'a> {
    /// How many hits to pass over.
    pub offset: u32,
    /// How many to answer with.
    pub limit: u32,
    /// Today as yyyymmdd, for `tag:new`.
    pub today: u32,
    /// Which of the caller's markets' numbers count; all where absent. Asked once for each number as a rule.
    pub plays: Option<&'a dyn Fn(u32) -> bool>,
    /// The rows that `isrc:` or `upc:` allow; the caller knows them. With such a filter and no rows nothing is found.
    pub within: Option<&'a [u32]>,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// How many entries fit in all. It is exact.
    pub total: u32,
    /// The caller's rows of those in the window, the best first.
    pub rows: Vec<u32>,
}

impl Default for Search<'_> {
    fn default() -> Self {
        Self { offset: 0, limit: 20, today: 0, plays: None, within: None }
    }
}

impl fmt::Debug for Search<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Search").field("offset", &self.offset).field("limit", &self.limit).finish_non_exhaustive()
    }
}

/// How far a search goes towards what may have been meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Leniency {
    pub(super) loose: bool,
    pub(super) mistakes: usize,
}

impl Index {
    /// Searches one kind. The same search over the same index gives the same order, so pages fit together.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`](crate::ErrorKind::Storage) or [`ErrorKind::Damaged`](crate::ErrorKind::Damaged) where
    /// the index cannot be read; no query is an error.
    pub fn search(&self, query: &Query, kind: Kind, search: &Search<'_>) -> Result<Hits, Error> {
        let filtered = query.isrc().is_some() || query.upc().is_some();
        let unfit = query.fields.iter().chain(
            query
                .clauses
                .iter()
                .filter(|clause| !clause.not)
                .flat_map(|clause| clause.any.iter().map(|term| &term.field)),
        );
        if query.is_empty()
            || filtered && search.within.is_none()
            || unfit.into_iter().any(|&field| !applies(field, kind))
        {
            return Ok(Hits::default());
        }
        let loose = query.clauses.iter().flat_map(|clause| &clause.any).any(|term| term.loose);
        let mut query = Cow::Borrowed(query);
        for leniency in [(false, 0), (true, 0), (true, 1), (true, 2)] {
            let leniency = Leniency { loose: leniency.0, mistakes: leniency.1 };
            if leniency == (Leniency { loose: true, mistakes: 0 }) && !loose {
                continue;
            }
            if leniency.mistakes == 1 {
                self.allow_mistakes(query.to_mut())?;
            }
            let hits = self.pass(&query, kind, search, leniency)?;
            if hits.total > 0 {
                return Ok(hits);
            }
        }
        Ok(Hits::default())
    }

    /// Marks the words that may be misspelt: those that may go on, and others up to [`MOST_EXPANDED`] in all, of these
    /// first the ones that nothing in the index is called.
    fn allow_mistakes(&self, query: &mut Query) -> Result<(), Error> {
        let mut left = MOST_EXPANDED;
        let mut others = Vec::new();
        for term in query.clauses.iter_mut().flat_map(|clause| &mut clause.any) {
            term.misspelt = term.start;
            left -= usize::from(term.start);
            let [slot] = term.slots.as_slice() else { continue };
            let (mut known, mut allowance) = (false, 0);
            for word in slot.iter().chain(&term.whole) {
                known |= self.number(word)?.is_some();
                allowance = allowance.max(typos::allowance(word));
            }
            if allowance > 0 && !term.start {
                others.push((known, term));
            }
        }
        others.sort_by_key(|(known, _)| *known);
        others.into_iter().take(left).for_each(|(_, term)| term.misspelt = true);
        Ok(())
    }

    /// The same without leniency.
    pub(super) fn search_as_written(&self, query: &Query, kind: Kind, search: &Search<'_>) -> Result<Hits, Error> {
        self.pass(query, kind, search, Leniency { loose: false, mistakes: 0 })
    }

    fn pass(&self, query: &Query, kind: Kind, search: &Search<'_>, leniency: Leniency) -> Result<Hits, Error> {
        let mut run = Run { best: Best::new(search), cursors: Vec::new(), nots: Vec::new(), late: Vec::new() };
        let mut clauses: Vec<&Clause> = query.clauses.iter().collect();
        // The word that is still being typed is the last; what it may become is only looked up if that is less work.
        clauses.sort_by_key(|clause| clause.any.iter().any(|term| term.start));
        for clause in clauses {
            let few = run.cursors.iter().map(|part| part.size).min();
            if let Some(late) = few.map(|few| self.late(clause, kind, leniency, few)).transpose()?.flatten() {
                run.late.push(late);
                continue;
            }
            let cursor = self.clause(clause, kind, leniency)?;
            let weight = clause.any.iter().map(|term| term.weight).max().unwrap_or(0);
            let ranked = clause.any.iter().any(|term| term.field != Field::Genre);
            let part = ClauseCursor { size: cursor.size(), cursor, weight: ranked.then_some(weight) };
            if clause.not { run.nots.push(part) } else { run.cursors.push(part) }
        }
        if let Some(rows) = search.within {
            let mut entries = Vec::new();
            for &row in rows {
                entries.extend(self.entry_of(kind, row)?);
            }
            entries.sort_unstable();
            entries.dedup();
            let hits: Vec<Hit> = entries.into_iter().map(|entry| Hit { entry, exact: true, info: NAME }).collect();
            run.cursors.push(ClauseCursor { size: hits.len(), cursor: Cursor::ready(hits), weight: None });
        }
        run.cursors.sort_by_key(|part| part.size);
        let limits = self.limits(query, kind, search)?;
        run.go(&limits, self.count(kind))?;
        let (total, entries) = run.best.finish(search);
        let rows = if entries.is_empty() { &[] } else { self.rows(kind)? };
        let rows = entries.into_iter().map(|entry| number(rows, entry)).collect();
        Ok(Hits { total, rows })
    }

    /// A clause of one beginning, to be tried on the entries that the other clauses leave over, where these are few.
    fn late(&self, clause: &Clause, kind: Kind, leniency: Leniency, few: usize) -> Result<Option<Late<'_>>, Error> {
        let [Term { start: true, slots, whole, .. }] = clause.any.as_slice() else { return Ok(None) };
        let term = &clause.any[0];
        if clause.not || leniency.mistakes > 0 {
            return Ok(None);
        }
        let (mut numbers, mut ranges, mut bytes) = (Vec::new(), Vec::new(), 0u64);
        for word in slots[0].iter().chain(whole) {
            numbers.extend(self.number(word)?);
        }
        for word in &slots[0] {
            for (first, count) in self.expansions(word)? {
                ranges.push(first..first + count);
                let ends = [first, first + count - 1].map(|word| self.list_places(kind, word, 1));
                let [from, to] = ends;
                bytes = bytes.saturating_add(to?[1].saturating_sub(from?[0]));
            }
        }
        let allowed = fields(if term.loose && leniency.loose { Field::Any } else { term.field }, kind);
        let weight = (term.field != Field::Genre).then_some(term.weight);
        let worth = (few as u64).saturating_mul(BYTES_PER_ENTRY) < bytes;
        Ok(worth.then(|| Late { words: self.words(kind), numbers, ranges, allowed, weight }))
    }

    fn limits<'a>(&'a self, query: &Query, kind: Kind, search: &Search<'a>) -> Result<Limits<'a>, Error> {
        let count = self.count(kind);
        let days = query.new.then(|| (days_before(search.today, 14), search.today));
        let years = query.years.map(|(from, to)| (from * 10_000, to * 10_000 + 9_999));
        let released = if days.is_some() || years.is_some() { Some(self.released(kind)?) } else { None };
        let markets = if search.plays.is_some() { self.markets(kind)? } else { &[] };
        // The least popular tenth; entries are in the order of their popularity.
        let from = if query.hipster { count - count.div_ceil(10) } else { 0 };
        let levels = if query.closest { &[] } else { self.levels(kind)? };
        Ok(Limits { from, years, days, released, markets, plays: search.plays, levels })
    }

    fn clause(&self, clause: &Clause, kind: Kind, leniency: Leniency) -> Result<Cursor<'_>, Error> {
        if let [term] = clause.any.as_slice() {
            return self.term(term, kind, leniency);
        }
        let mut hits = Vec::new();
        for term in &clause.any {
            if applies(term.field, kind) {
                self.term(term, kind, leniency)?.drain(&mut hits)?;
            }
        }
        Ok(Cursor::ready(merge(hits)))
    }

    fn term(&self, term: &Term, kind: Kind, leniency: Leniency) -> Result<Cursor<'_>, Error> {
        let field = if term.loose && leniency.loose { Field::Any } else { term.field };
        let allowed = fields(field, kind);
        let [slot] = term.slots.as_slice() else {
            let mut hits = self.phrase(&term.slots, kind, allowed)?;
            if let Some(number) = term.whole.as_deref().map(|whole| self.number(whole)).transpose()?.flatten() {
                self.list_cursor(kind, number, allowed)?.drain(&mut hits)?;
            }
            return Ok(Cursor::ready(merge(hits)));
        };
        let mut numbers = Vec::new();
        for word in slot.iter().chain(&term.whole) {
            numbers.extend(self.number(word)?);
            let mistakes = if term.misspelt { leniency.mistakes } else { 0 };
            for distance in 1..=mistakes.min(typos::allowance(word)) {
                numbers.extend(typos::near(self.dictionary()?.as_fst(), word, distance));
            }
        }
        if let [number] = numbers.as_slice()
            && !term.start
        {
            return self.list_cursor(kind, *number, allowed);
        }
        let mut lists: Vec<(Vec<u64>, bool)> = Vec::new();
        for number in numbers {
            lists.push((self.list_places(kind, number, 1)?, true));
        }
        for word in slot.iter().filter(|_| term.start) {
            for (first, count) in self.expansions(word)? {
                lists.push((self.list_places(kind, first, count)?, false));
            }
        }
        let bytes = lists.iter().map(|(places, _)| span(places).1).fold(0, u64::saturating_add);
        let mut gather = Gather::new(self.count(kind), bytes);
        for (places, exact) in lists {
            self.gather(&places, kind, |entry, info| {
                if info & allowed != 0 {
                    gather.add(Hit { entry, exact, info: info & (allowed | 0xf0) });
                }
            })?;
        }
        Ok(gather.finish())
    }

    fn list_cursor(&self, kind: Kind, number: u32, allowed: u8) -> Result<Cursor<'_>, Error> {
        Ok(Cursor::List(Box::new(self.list(kind, number, allowed)?)))
    }

    /// Hands out the postings of words whose lists lie side by side.
    fn gather(&self, places: &[u64], kind: Kind, mut each: impl FnMut(u32, u8)) -> Result<(), Error> {
        let broken = || damaged("a posting list is broken");
        let (from, length) = span(places);
        let length = usize::try_from(length).map_err(|_| broken())?;
        let bytes = self.sections.read(Section::of(kind, Part::Postings), from, length)?;
        for pair in places.windows(2).filter(|pair| pair[0] != pair[1]) {
            let list = pair[0].checked_sub(from).and_then(|at| bytes.get(usize::try_from(at).ok()?..));
            walk(list.ok_or_else(broken)?, &mut each)?;
        }
        Ok(())
    }

    /// The entries where the slots stand side by side.
    fn phrase(&self, slots: &[Vec<String>], kind: Kind, allowed: u8) -> Result<Vec<Hit>, Error> {
        let (mut numbers, mut cursors) = (Vec::new(), Vec::new());
        for slot in slots {
            let mut words = Vec::new();
            for word in slot {
                words.extend(self.number(word)?);
            }
            let cursor = match words.as_slice() {
                [word] => self.list_cursor(kind, *word, allowed)?,
                words => {
                    let mut hits = Vec::new();
                    for &word in words {
                        self.list_cursor(kind, word, allowed)?.drain(&mut hits)?;
                    }
                    Cursor::ready(merge(hits))
                }
            };
            numbers.push(words);
            cursors.push(cursor);
        }
        cursors.sort_by_key(Cursor::size);
        let mut reader = self.words(kind);
        let mut hits = Vec::new();
        let mut target = 0;
        while let Some(hit) = leapfrog(&mut cursors, target)? {
            target = hit.entry + 1;
            let fields = reader.of(hit.entry, |bytes| phrase_fields(bytes, &numbers))? & allowed;
            if fields != 0 {
                hits.push(Hit { info: hit.info & 0xf0 | fields, ..hit });
            }
        }
        Ok(hits)
    }
}

/// An entry's number in a table.
fn number(table: &[u8], entry: u32) -> u32 {
    u32::from_le_bytes(array(table.get(entry as usize * 4..).unwrap_or_default()))
}

/// Where lists side by side begin, and how long they are together.
fn span(places: &[u64]) -> (u64, u64) {
    let first = places.first().copied().unwrap_or(0);
    (first, places.last().copied().unwrap_or(0).saturating_sub(first))
}

/// Whether a filter is one for this kind.
fn applies(field: Field, kind: Kind) -> bool {
    match field {
        Field::Any | Field::Artist | Field::Year => true,
        Field::Album => kind != Kind::Artist,
        Field::Track | Field::Isrc => kind == Kind::Track,
        Field::Genre => kind != Kind::Album,
        Field::Upc | Field::Tag => kind == Kind::Album,
    }
}

/// In which fields of an entry a term may stand.
fn fields(field: Field, kind: Kind) -> u8 {
    match (field, kind) {
        (Field::Artist, Kind::Artist) | (Field::Album, Kind::Album) | (Field::Track, _) => NAME,
        (Field::Artist, _) => ARTIST,
        (Field::Album, _) => ALBUM,
        (Field::Genre, _) => GENRE,
        _ => NAME | ARTIST | ALBUM,
    }
}

struct ClauseCursor<'a> {
    cursor: Cursor<'a>,
    size: usize,
    /// How many words of a name it stands for; `None` where it takes no part in the ranking.
    weight: Option<usize>,
}

/// What an entry must be besides its words, and what tells its popularity.
struct Limits<'a> {
    from: u32,
    years: Option<(u32, u32)>,
    days: Option<(u32, u32)>,
    released: Option<&'a [u8]>,
    markets: &'a [u8],
    plays: Option<&'a dyn Fn(u32) -> bool>,
    /// The first entries of each popularity, where it counts before the length of the name.
    levels: &'a [u8],
}

impl Limits<'_> {
    fn allow(&self, entry: u32, known: &mut Vec<(u32, bool)>) -> bool {
        let within = |(from, to): (u32, u32), date: u32| (from..=to).contains(&date);
        let released = self.released.map_or(0, |table| number(table, entry));
        if entry < self.from || self.years.is_some_and(|years| !within(years, released)) {
            return false;
        }
        if self.days.is_some_and(|days| !within(days, released)) {
            return false;
        }
        let Some(plays) = self.plays else { return true };
        let markets = number(self.markets, entry);
        let slot = markets as usize % 256;
        if known.is_empty() {
            known.resize(256, (u32::MAX, false));
        }
        if known[slot].0 != markets || markets == u32::MAX {
            known[slot] = (markets, plays(markets));
        }
        known[slot].1
    }
}

/// A beginning that is looked for in the words of single entries.
struct Late<'a> {
    words: Words<'a>,
    numbers: Vec<u32>,
    ranges: Vec<Range<u32>>,
    allowed: u8,
    weight: Option<usize>,
}

impl Late<'_> {
    fn at(&mut self, entry: u32, length: u8) -> Result<Option<Hit>, Error> {
        let (exact, begun) = self.words.of(entry, |bytes| word_fields(bytes, &self.numbers, &self.ranges))?;
        let (exact, begun) = (exact & self.allowed, begun & self.allowed);
        let fields = if exact != 0 { exact } else { begun };
        Ok((fields != 0).then_some(Hit { entry, exact: exact != 0, info: length | fields }))
    }
}

struct Run<'a> {
    cursors: Vec<ClauseCursor<'a>>,
    nots: Vec<ClauseCursor<'a>>,
    late: Vec<Late<'a>>,
    best: Best,
}

impl Run<'_> {
    fn go(&mut self, limits: &Limits<'_>, count: u32) -> Result<(), Error> {
        let mut known = Vec::new();
        let mut target = limits.from;
        let mut levels = limits.levels.chunks_exact(4).map(|first| u32::from_le_bytes(array(first))).skip(1).peekable();
        let mut level = 0u8;
        let mut found = Vec::with_capacity(self.cursors.len());
        'entries: while target < count {
            found.clear();
            for part in &mut self.cursors {
                let Some(hit) = part.cursor.seek(target)? else { return Ok(()) };
                let moved = hit.entry != target;
                target = hit.entry;
                if moved && !found.is_empty() {
                    continue 'entries;
                }
                found.push((hit, part.weight));
            }
            let entry = target;
            target += 1;
            for part in &mut self.nots {
                if part.cursor.seek(entry)?.is_some_and(|hit| hit.entry == entry) {
                    continue 'entries;
                }
            }
            if entry >= count || !limits.allow(entry, &mut known) {
                continue;
            }
            for late in &mut self.late {
                let length = found.iter().find(|(_, weight)| weight.is_some()).map_or(0, |(hit, _)| hit.info & 0xf0);
                let Some(hit) = late.at(entry, length)? else { continue 'entries };
                found.push((hit, late.weight));
            }
            while levels.next_if(|&first| first <= entry).is_some() {
                level = level.saturating_add(1);
            }
            self.best.add(rank(&found), level, entry);
        }
        Ok(())
    }
}

/// The date so many days before one, both as yyyymmdd.
fn days_before(date: u32, days: u32) -> u32 {
    let (mut year, mut month, mut day) = (date / 10_000, date / 100 % 100, date % 100);
    for _ in 0..days {
        if day > 1 {
            day -= 1;
            continue;
        }
        (year, month) = if month > 1 { (year, month - 1) } else { (year.saturating_sub(1), 12) };
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        day = match month {
            2 => 28 + u32::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
    }
    year * 10_000 + month * 100 + day
}
