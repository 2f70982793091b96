//! The words of an entry in their order, as the index keeps them: to see a phrase, and to try few entries for a prefix.
//!
//! An entry is four counts (name, artists, album, genres; a byte each) and then so many tokens: a word's number shifted
//! left by two, with what the word is to the one before.

use std::ops::Range;

use super::Entry;
use super::format::take_varint;
use super::normalise::{Word, normalise};

/// How many words of one field are taken in.
const MOST_WORDS: usize = 64;
/// How many genres, artists: their words count together.
const MOST_TOKENS: usize = 250;

/// The word stands after the one before.
pub(super) const NEXT: u32 = 0;
/// The word is another way to write the one before.
pub(super) const SAME: u32 = 1;
/// The word begins another artist or genre: no phrase reaches over it.
pub(super) const APART: u32 = 2;

/// A word that makes no difference to how long a name is.
pub(super) const WEIGHTLESS: &str = "and";

/// What stands at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) word: &'a str,
    pub(super) step: u32,
}

/// Hands the words of the four fields to `each` (field, token) and answers how many words the name has.
pub(super) fn tokens(entry: &Entry<'_>, mut each: impl FnMut(usize, Token<'_>)) -> usize {
    let name = normalise(entry.name, MOST_WORDS);
    let length = weight(&name);
    emit(&name, 0, &mut 0, &mut each);
    let album = entry.album.as_slice();
    for (field, texts) in [(1, entry.artists), (2, album), (3, entry.genres)] {
        let mut count = 0;
        for text in texts {
            emit(&normalise(text, MOST_WORDS), field, &mut count, &mut each);
        }
    }
    length
}

/// How many words count for the length of a name.
pub(super) fn weight(words: &[Word]) -> usize {
    words.iter().filter(|word| word.text != WEIGHTLESS).count().max(usize::from(!words.is_empty()))
}

fn emit(words: &[Word], field: usize, count: &mut usize, each: &mut impl FnMut(usize, Token<'_>)) {
    for (at, word) in words.iter().enumerate() {
        let others = [word.latin.as_deref(), word.whole.as_deref()];
        if *count + 3 > MOST_TOKENS {
            return;
        }
        each(field, Token { word: &word.text, step: if at == 0 { APART } else { NEXT } });
        *count += 1;
        for other in others.into_iter().flatten() {
            each(field, Token { word: other, step: SAME });
            *count += 1;
        }
    }
}

/// Whether the slots of a phrase stand side by side somewhere in the fields; answers with these fields as bits.
///
/// `None` where the bytes are broken. Each slot is the numbers of the words that may stand there.
pub(super) fn phrase_fields(bytes: &mut &[u8], slots: &[Vec<u32>]) -> Option<u8> {
    let counts = take_counts(bytes)?;
    let mut fields = 0;
    // Bit n: the first n + 1 slots ended at the place before, or at this one.
    for (field, count) in counts.into_iter().enumerate() {
        let (mut before, mut here) = (0u64, 0u64);
        for _ in 0..count {
            let token = take_varint(bytes)?;
            let (number, step) = (token >> 2, token & 3);
            if step != SAME {
                before = if step == APART { 0 } else { here };
                here = 0;
            }
            for (slot, numbers) in slots.iter().enumerate().take(64) {
                if numbers.contains(&number) && (slot == 0 || before & (1 << (slot - 1)) != 0) {
                    here |= 1 << slot;
                }
            }
            if here & (1 << (slots.len().clamp(1, 64) - 1)) != 0 {
                fields |= 1 << field;
            }
        }
    }
    Some(fields)
}

/// In which fields one of `words` stands, and in which a word of one of the ranges.
pub(super) fn word_fields(bytes: &mut &[u8], words: &[u32], ranges: &[Range<u32>]) -> Option<(u8, u8)> {
    let (mut exact, mut begun) = (0, 0);
    for (field, count) in take_counts(bytes)?.into_iter().enumerate() {
        for _ in 0..count {
            let number = take_varint(bytes)? >> 2;
            if words.contains(&number) {
                exact |= 1 << field;
            }
            if ranges.iter().any(|range| range.contains(&number)) {
                begun |= 1 << field;
            }
        }
    }
    Some((exact, begun))
}

/// Skips an entry's words.
pub(super) fn skip(bytes: &mut &[u8]) -> Option<()> {
    let counts = take_counts(bytes)?;
    for _ in 0..counts.iter().map(|&count| usize::from(count)).sum() {
        take_varint(bytes)?;
    }
    Some(())
}

fn take_counts(bytes: &mut &[u8]) -> Option<[u8; 4]> {
    let (counts, rest) = bytes.split_first_chunk::<4>()?;
    *bytes = rest;
    Some(*counts)
}
