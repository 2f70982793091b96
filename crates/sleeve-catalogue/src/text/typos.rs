//! Words that somebody may have meant: those of the dictionary within an edit or two.

use fst::raw::{Fst, Node};

use super::wildcard;

/// Shorter words are taken as they are.
const SHORTEST: usize = 4;
/// From this length on a word may have two mistakes.
const TWO_MISTAKES: usize = 8;
/// So many words at most stand for one.
const MOST: usize = 64;

/// How many mistakes a word may have.
pub(super) fn allowance(word: &str) -> usize {
    match word.len() {
        _ if !word.is_ascii() || word.contains(wildcard::ANY) => 0,
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
    if word.len() < ROW {
        let first: Row = std::array::from_fn(|at| at as u8);
        walk.visit(dictionary.root(), 0, 0, &FAR, &first, 0);
    }
    walk.found
}

/// The distances of what was walked from the beginnings of the word, by their lengths.
type Row = [u8; ROW];
const ROW: usize = 48;
const FAR: Row = [u8::MAX / 2; ROW];

struct Walk<'a> {
    dictionary: &'a Fst<Vec<u8>>,
    word: &'a [u8],
    distance: usize,
    found: Vec<u32>,
}

impl Walk<'_> {
    /// `row` belongs to this node, `above` to the one before it, and `last` is the byte between them.
    fn visit(&mut self, node: Node<'_>, value: u64, depth: usize, above: &Row, row: &Row, last: u8) {
        if node.is_final() && usize::from(row[self.word.len()]) == self.distance {
            self.found.push((value + node.final_output().value()) as u32);
        }
        if depth >= self.word.len() + self.distance {
            return;
        }
        for transition in node.transitions() {
            let byte = transition.inp;
            if !byte.is_ascii() || self.found.len() >= MOST {
                break;
            }
            if depth == 0 && self.distance > 1 && byte != self.word[0] {
                continue;
            }
            if let Some(next) = self.step(depth, byte, above, row, last) {
                let child = self.dictionary.node(transition.addr);
                self.visit(child, value + transition.out.value(), depth + 1, row, &next, byte);
            }
        }
    }

    /// The row after one more byte, or nothing if it leads nowhere. Only lengths near the depth can be near enough.
    fn step(&self, depth: usize, byte: u8, above: &Row, row: &Row, last: u8) -> Option<Row> {
        let mut next = FAR;
        let mut least = u8::MAX;
        if depth < self.distance {
            next[0] = depth as u8 + 1;
            least = next[0];
        }
        for at in depth.saturating_sub(self.distance)..self.word.len().min(depth + self.distance + 1) {
            let mut best = row[at] + u8::from(self.word[at] != byte);
            best = best.min(row[at + 1] + 1).min(next[at] + 1);
            if at > 0 && self.word[at - 1] == byte && self.word[at] == last {
                best = best.min(above[at - 1] + 1);
            }
            next[at + 1] = best;
            least = least.min(best);
        }
        (usize::from(least) <= self.distance).then_some(next)
    }
}

#[cfg(test)]
mod tests;
