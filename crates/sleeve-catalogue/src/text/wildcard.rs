//! Words with a `*` in the middle, which stands for any run of characters.

use fst::Automaton;

/// The sign.
pub(super) const ANY: char = '*';
/// So many words at most stand for one; those that come first in the dictionary.
pub(super) const MOST: usize = 4_096;
/// A longer pattern is none: each of its bytes is a bit of the state.
const LONGEST: usize = 63;

/// A pattern, as `l*ve` or `b*tl*`. It begins with a letter.
pub(super) struct Pattern<'a>(&'a [u8]);

impl<'a> Pattern<'a> {
    pub(super) fn new(text: &'a str) -> Option<Self> {
        (text.contains(ANY) && text.len() <= LONGEST).then_some(Self(text.as_bytes()))
    }

    /// Passes over signs that stand for nothing.
    fn and_behind(&self, mut places: u64) -> u64 {
        for (place, byte) in self.0.iter().enumerate() {
            if *byte == ANY as u8 && places & (1 << place) != 0 {
                places |= 1 << (place + 1);
            }
        }
        places
    }
}

/// The state has a bit for each place of the pattern that may come next.
impl Automaton for Pattern<'_> {
    type State = u64;

    fn start(&self) -> u64 {
        self.and_behind(1)
    }

    fn is_match(&self, places: &u64) -> bool {
        places & (1 << self.0.len()) != 0
    }

    fn can_match(&self, places: &u64) -> bool {
        *places != 0
    }

    fn accept(&self, places: &u64, byte: u8) -> u64 {
        let step = |next: u64, (place, wanted): (usize, &u8)| match places & (1 << place) {
            0 => next,
            _ if *wanted == ANY as u8 => next | 1 << place,
            _ if *wanted == byte => next | 1 << (place + 1),
            _ => next,
        };
        self.and_behind(self.0.iter().enumerate().fold(0, step))
    }
}
