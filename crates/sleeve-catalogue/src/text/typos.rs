//! Words that somebody may have meant: those of the dictionary within an edit or two.

use fst::raw::{Fst, Node};

/// Shorter words are taken as they are.
const SHORTEST: usize = 4;
/// From this length on a word may have two mistakes.
const TWO_MISTAKES: usize = 8;
/// So many words at most stand for one.
const MOST: usize = 64;

/// How many mistakes a word may have.
pub(super) fn allowance(word: &str) -> usize {
    match word.len() {
        _ if !word.is_ascii() => 0,
        0..SHORTEST => 0,
        SHORTEST..TWO_MISTAKES => 1,
        _ => 2,
    }
}

/// The numbers of the dictionary's words at exactly `distance` from `word`, in the order of the words.
///
/// A mistake is a character too much, too few, another one, or two neighbours exchanged. The first of two mistakes is
/// never in the first character: that cuts the work to a fraction, and people rarely get it wrong.
pub(super) fn near(dictionary: &Fst<Vec<u8>>, word: &str, distance: usize) -> Vec<u32> {
    let mut walk = Walk { dictionary, word: word.as_bytes(), distance, found: Vec::new() };
    let row: Vec<u8> = (0..=word.len()).map(|at| at.min(u8::MAX as usize) as u8).collect();
    walk.visit(dictionary.root(), 0, 0, None, &row, 0);
    walk.found
}

struct Walk<'a> {
    dictionary: &'a Fst<Vec<u8>>,
    word: &'a [u8],
    distance: usize,
    found: Vec<u32>,
}

impl Walk<'_> {
    /// `row` is the distances of what led here from the beginnings of the word; `above` the row before, and
    /// `last` the byte that led from there.
    fn visit(&mut self, node: Node<'_>, value: u64, depth: usize, above: Option<&[u8]>, row: &[u8], last: u8) {
        if node.is_final() && usize::from(row[self.word.len()]) == self.distance {
            self.found.push((value + node.final_output().value()) as u32);
        }
        if depth >= self.word.len() + self.distance {
            return;
        }
        let mut next = vec![0u8; row.len()];
        for transition in node.transitions() {
            let byte = transition.inp;
            if !byte.is_ascii() || self.found.len() >= MOST {
                break;
            }
            if depth == 0 && self.distance > 1 && byte != self.word[0] {
                continue;
            }
            self.step(byte, above, row, last, &mut next);
            if next.iter().any(|&distance| usize::from(distance) <= self.distance) {
                let child = self.dictionary.node(transition.addr);
                self.visit(child, value + transition.out.value(), depth + 1, Some(row), &next, byte);
            }
        }
    }

    fn step(&self, byte: u8, above: Option<&[u8]>, row: &[u8], last: u8, next: &mut [u8]) {
        next[0] = row[0].saturating_add(1);
        for at in 0..self.word.len() {
            let same = self.word[at] == byte;
            let mut best = row[at].saturating_add(u8::from(!same));
            best = best.min(row[at + 1].saturating_add(1)).min(next[at].saturating_add(1));
            if let Some(above) = above
                && at > 0
                && self.word[at - 1] == byte
                && self.word[at] == last
            {
                best = best.min(above[at - 1].saturating_add(1));
            }
            next[at + 1] = best;
        }
    }
}

#[cfg(test)]
mod tests;
