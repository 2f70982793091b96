//! The column that holds the ids: the one that was named, or the one that looks like it.

use std::borrow::Cow;
use std::fmt::Write;

use sleeve_client::model::{Kind as ObjectKind, Reference};

use crate::error::{Error, Kind};

/// The first rows of a table as text, from which a column is chosen.
#[derive(Debug)]
pub(crate) struct Table<'a> {
    /// What errors call the input.
    pub(crate) name: &'a str,
    /// The first row: names, unless it holds an id itself.
    pub(crate) first: Vec<Cow<'a, [u8]>>,
    /// The other rows of the sample.
    pub(crate) rest: Vec<Vec<Cow<'a, [u8]>>>,
}

/// What was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    /// From 0.
    pub(crate) column: usize,
    /// Whether the first row names the columns.
    pub(crate) header: bool,
    /// How many rows of the sample hold a track's id, URI or link there.
    pub(crate) tracks: usize,
    /// How many rows were looked at.
    pub(crate) rows: usize,
}

/// What the cells of one column hold.
#[derive(Clone, Copy, Default)]
struct Tally {
    filled: usize,
    /// Cells that name a track for certain: URIs and links.
    named: usize,
    /// Cells that are 22 characters alone, which may name anything.
    bare: usize,
    /// Cells that name something else.
    others: usize,
}

/// What the name of a column says of its ids.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Says {
    /// They are of artists, albums, playlists.
    Other,
    Nothing,
    Id,
    Track,
}

// === impl Table ===

impl Table<'_> {
    /// The column that `named` names, by the header's word or by its number from 1; or without it, the one whose cells
    /// are mostly references, with the most tracks among them, at equal numbers the one whose name fits best.
    pub(crate) fn choose(&self, named: Option<&str>) -> Result<Choice, Error> {
        let column = match named {
            Some(named) => self.named(named)?,
            None => self.likely()?,
        };
        let header = !self.first_row_holds_ids(column);
        let first = (!header).then_some(&self.first);
        let cells = first.into_iter().chain(&self.rest).filter_map(|row| row.get(column));
        let tracks = cells.filter(|cell| is_track(cell)).count();
        Ok(Choice { column, header, tracks, rows: self.rest.len() + usize::from(!header) })
    }

    fn named(&self, named: &str) -> Result<usize, Error> {
        let width = self.rest.iter().map(Vec::len).max().unwrap_or_default().max(self.first.len());
        let number = named.parse::<usize>().ok().filter(|number| (1..=width).contains(number));
        // In a table without names, a number is no name, whatever the first row says.
        if let Some(number) = number.filter(|number| self.first_row_holds_ids(number - 1)) {
            return Ok(number - 1);
        }
        let matches = |equal: fn(&[u8], &[u8]) -> bool| -> Vec<usize> {
            let columns = self.first.iter().enumerate();
            columns.filter(|(_, cell)| equal(cell, named.as_bytes())).map(|(column, _)| column).collect()
        };
        let exact = matches(|cell, named| cell == named);
        let found = if exact.is_empty() {
            matches(|cell, named| cell.trim_ascii().eq_ignore_ascii_case(named.trim_ascii()))
        } else {
            exact
        };
        match found[..] {
            [column] => return Ok(column),
            [] => {}
            [first, second, ..] => {
                let message = format!(
                    "{}: several columns are named \"{named}\" (columns {} and {}); give the number",
                    self.name,
                    first + 1,
                    second + 1
                );
                return Err(Error::new(Kind::Column, message));
            }
        }
        number.map(|number| number - 1).ok_or_else(|| {
            let message = format!("{} has no column \"{named}\"; it has {}", self.name, self.columns());
            Error::new(Kind::Column, message)
        })
    }

    fn likely(&self) -> Result<usize, Error> {
        let mut best = None;
        for (column, tally) in self.tallies().into_iter().enumerate() {
            let says = self.first.get(column).map_or(Says::Nothing, |name| Says::of(name));
            // An artist's bare id looks like a track's: the name of the column is all that tells them apart.
            let tracks = tally.named + if says == Says::Other { 0 } else { tally.bare };
            let mostly_references = 2 * (tally.named + tally.bare + tally.others) >= tally.filled;
            let marks = (tracks, says);
            if tracks > 0 && mostly_references && best.is_none_or(|(most, _)| marks > most) {
                best = Some((marks, column));
            }
        }
        if let Some((_, column)) = best {
            return Ok(column);
        }
        // A header alone, and a header that leaves no doubt.
        let by_name = |name: &Cow<'_, [u8]>| Says::of(name) == Says::Track;
        if let (true, Some(column)) = (self.rest.is_empty(), self.first.iter().position(by_name)) {
            return Ok(column);
        }
        let message = format!(
            "{}: no column holds track ids, spotify:track: URIs or open.spotify.com links; name one of {}",
            self.name,
            self.columns()
        );
        Err(Error::new(Kind::Column, message))
    }

    /// The first row counts too: it may be no header, and names are no references.
    fn tallies(&self) -> Vec<Tally> {
        let mut tallies = vec![Tally::default(); self.first.len()];
        for row in std::iter::once(&self.first).chain(&self.rest) {
            tallies.resize(tallies.len().max(row.len()), Tally::default());
            for (tally, cell) in tallies.iter_mut().zip(row) {
                tally.add(cell);
            }
        }
        // A name is no cell, and must not make a column of two rows half empty of ids.
        for (tally, name) in tallies.iter_mut().zip(&self.first) {
            tally.filled -= usize::from(is_filled(name) && reference(name).is_none());
        }
        tallies
    }

    fn first_row_holds_ids(&self, column: usize) -> bool {
        let written_out = |cell: &Cow<'_, [u8]>| !matches!(reference(cell), None | Some(Reference::Bare(_)));
        self.first.iter().any(written_out)
            || self.first.get(column).is_some_and(|cell| reference(cell).is_some() && !is_a_name(cell))
    }

    /// The columns as a person knows them: `1 played_at, 2 track`.
    fn columns(&self) -> String {
        const SHOWN: usize = 40;
        let mut text = String::from(if self.first.len() == 1 { "column " } else { "columns " });
        for (column, name) in self.first.iter().enumerate().take(SHOWN) {
            let comma = if column == 0 { "" } else { ", " };
            let name = String::from_utf8_lossy(name);
            let _ = write!(text, "{comma}{} {}", column + 1, shortened(&name));
        }
        if self.first.len() > SHOWN {
            let _ = write!(text, " and {} more", self.first.len() - SHOWN);
        }
        text
    }
}

// === impl Tally ===

impl Tally {
    fn add(&mut self, cell: &[u8]) {
        self.filled += usize::from(is_filled(cell));
        match reference(cell) {
            None => {}
            Some(Reference::Bare(_)) => self.bare += 1,
            Some(Reference::Object(ObjectKind::Track, _)) => self.named += 1,
            Some(_) => self.others += 1,
        }
    }
}

// === impl Says ===

impl Says {
    fn of(name: &[u8]) -> Self {
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        let words: Vec<_> = name.split(|letter: char| !letter.is_alphanumeric()).collect();
        let says = |part: &&str| name.contains(*part);
        let is_id = |word: &&str| matches!(*word, "id" | "uri" | "url" | "link" | "spotify");
        if ["track", "song"].iter().any(says) {
            Self::Track
        } else if ["artist", "album", "playlist", "user", "show", "episode", "chapter", "audiobook"].iter().any(says) {
            Self::Other
        } else if words.iter().any(is_id) {
            Self::Id
        } else {
            Self::Nothing
        }
    }
}

// === cells ===

/// What a cell names, if it names anything.
pub(crate) fn reference(cell: &[u8]) -> Option<Reference> {
    std::str::from_utf8(cell).ok().and_then(|text| Reference::parse(text).ok())
}

/// How many cells of each column name a track, or are 22 characters that may.
pub(crate) fn track_references<'a>(rows: impl Iterator<Item = impl Iterator<Item = Cow<'a, [u8]>>>) -> Vec<usize> {
    let mut counts = Vec::new();
    for row in rows {
        for (column, cell) in row.enumerate() {
            if column >= counts.len() {
                counts.push(0);
            }
            counts[column] += usize::from(is_track(&cell));
        }
    }
    counts
}

fn is_filled(cell: &[u8]) -> bool {
    !cell.trim_ascii().is_empty()
}

fn is_track(cell: &[u8]) -> bool {
    matches!(reference(cell), Some(Reference::Bare(_) | Reference::Object(ObjectKind::Track, _)))
}

/// Whether 22 letters are a word that people write rather than an id, as `spotifytrackidentifier`.
fn is_a_name(cell: &[u8]) -> bool {
    let cell = cell.trim_ascii();
    let capitals = cell.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    cell.iter().all(u8::is_ascii_alphabetic) && (capitals <= 4 || capitals == cell.len())
}

/// The text on one line, for a terminal, not longer than a name should be.
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut short = String::new();
    for (place, letter) in text.chars().enumerate() {
        match letter {
            _ if place == LONGEST => {
                short.push('…');
                break;
            }
            letter if letter.is_control() => short.extend(letter.escape_default()),
            letter => short.push(letter),
        }
    }
    short
}

#[cfg(test)]
mod tests;
