//! What was read, what was passed over, and what could not be read.

use std::collections::BTreeMap;
use std::fmt;

use crate::Counts;

/// What an import read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Records: JSON values, elements of an outermost list, rows.
    pub records: u64,
    /// Objects handed to the sink, repeated tracks too. An album or artist that came before with the same content is not
    /// handed over again.
    pub objects: Counts,
    /// What was understood and is not kept, by reason.
    pub passed_over: PassedOver,
    /// Bad records: those that could not be read, or not in whole. What is good in them is kept.
    pub bad: u64,
    /// The first of them.
    pub first_bad: Vec<Bad>,
}

/// A record that could not be read, or not in whole. Its `Display` is `saved.json:17: why`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bad {
    /// The file; the object (`track ID`) where a store could not keep it.
    pub input: String,
    /// The line, from 1; `None` where it is the file as a whole, or an object.
    pub line: Option<u64>,
    /// Why, in a clause.
    pub why: String,
}

/// What was understood and is not kept: how many, by a word that says why. Kinds of objects that the catalogue does not
/// hold stand under their own word (`episode`, `playlist`), the rest under [`PassedOver::LOCAL_FILE`] and the like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PassedOver(BTreeMap<&'static str, u64>);

/// How many characters of a text a message shows.
const SHOWN: usize = 80;

impl Tally {
    /// How many bad records are remembered in words.
    pub const WORDS: usize = 20;

    pub(super) fn add_bad(&mut self, bad: Bad) {
        self.bad += 1;
        if self.first_bad.len() < Self::WORDS {
            self.first_bad.push(bad);
        }
    }

    /// Adds the bad records that another one counted.
    pub(super) fn add_all_bad(&mut self, other: Self) {
        self.bad += other.bad;
        self.first_bad.extend(other.first_bad);
        self.first_bad.truncate(Self::WORDS);
    }
}

/// A text from outside as it stands in a message: on one line, and not too long.
pub(super) fn shown(text: &str) -> String {
    let mut letters = text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter });
    let mut shown: String = letters.by_ref().take(SHOWN).collect();
    if letters.next().is_some() {
        shown.push('…');
    }
    shown
}

impl fmt::Display for Bad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.input, self.why),
            None => write!(f, "{}: {}", self.input, self.why),
        }
    }
}

impl PassedOver {
    /// Files on somebody's disk, of which Spotify knows nothing.
    pub const LOCAL_FILE: &'static str = "local_file";
    /// Empty places in lists: ids that nobody knew, entries that are gone.
    pub const NULL: &'static str = "null";
    /// Objects without an id that a catalogue can hold.
    pub const NO_ID: &'static str = "no_id";
    /// Answers that say what went wrong.
    pub const ERROR: &'static str = "error";
    /// Values within a list or page that are none of Spotify's objects.
    pub const UNRECOGNISED: &'static str = "unrecognised";

    /// How many there are for one reason.
    pub fn count(&self, reason: &str) -> u64 {
        self.0.get(reason).copied().unwrap_or_default()
    }

    /// The reasons and how many there are of each, in order of the alphabet.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        self.0.iter().map(|(reason, count)| (*reason, *count))
    }

    /// How many there are in all.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    pub(super) fn add(&mut self, reason: &'static str) {
        self.add_many(reason, 1);
    }

    pub(super) fn add_many(&mut self, reason: &'static str, count: usize) {
        if count > 0 {
            *self.0.entry(reason).or_default() += count as u64;
        }
    }
}
