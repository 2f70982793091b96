//! Text to words: what is written differently and means the same becomes equal.

use std::iter::Peekable;

use any_ascii::any_ascii_char;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// Longer words are cut; nobody searches by the 41st character.
const LONGEST_WORD: usize = 40;
/// A run ("AC/DC", "さくら") is also known as one word ("acdc", "sakura") if that is no longer than this.
const LONGEST_WHOLE: usize = 20;
/// A text without any letter or digit ("+", "????") is one word of at most so many characters.
const LONGEST_SIGNS: usize = 16;

/// One word of a text, normalised: compatibility forms resolved, lower case, without accents and apostrophes.
///
/// Words of Latin letters are plain ASCII. Words of other scripts stay what they are and carry their transliteration.
/// Chinese characters and kana are a word each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub text: String,
    /// Its transliteration, where the script is another than Latin: `kino` for `кино`.
    pub latin: Option<String>,
    /// No white space stands between it and the word before it (`dc` in `AC/DC`).
    pub joined: bool,
    /// On the first word of a run without white space: the run as one word (`acdc`, `dongjing`).
    pub whole: Option<String>,
}

/// The words of a text in order, at most `most` of them; work is bounded by that too.
///
/// A text of signs alone is one word of these signs, so that a song named `+` can be found.
pub fn normalise(text: &str, most: usize) -> Vec<Word> {
    let mut splitter = Splitter { most, ..Splitter::default() };
    let characters = text.chars().map(ahead_of_compatibility);
    if text.is_ascii() {
        splitter.run(characters.peekable());
    } else {
        splitter.run(characters.nfkc().peekable());
    }
    if splitter.words.is_empty() && most > 0 {
        let signs: String = text.chars().filter(|c| !c.is_whitespace()).take(LONGEST_SIGNS).collect();
        if !signs.is_empty() {
            splitter.words.push(Word { text: signs, latin: None, joined: false, whole: None });
        }
    }
    splitter.words
}

/// What NFKC would turn into letters or accents of their own.
fn ahead_of_compatibility(c: char) -> char {
    match c {
        '™' | '®' | '©' | '℠' => ' ',
        '´' | '`' => '\'',
        other => other,
    }
}

#[derive(Default)]
struct Splitter {
    words: Vec<Word>,
    most: usize,
    text: String,
    latin: String,
    /// Letters since the last full stop in the word, for acronyms.
    since_stop: usize,
    /// Where the run began and what it is as one word.
    run_start: usize,
    whole: String,
}

impl Splitter {
    fn run(&mut self, mut characters: Peekable<impl Iterator<Item = char>>) {
        let mut before = ' ';
        while let Some(c) = characters.next() {
            if self.words.len() >= self.most {
                self.text.clear();
                break;
            }
            let after = characters.peek().copied().unwrap_or(' ');
            match c {
                '0'..='9' | 'a'..='z' => self.letter(c),
                'A'..='Z' => self.letter(c.to_ascii_lowercase()),
                '\'' | '’' | '‘' | 'ʼ' | '′' => {}
                '$' if before.is_alphabetic() || after.is_alphabetic() => self.letter('s'),
                '!' if before.is_alphabetic() && after.is_alphabetic() => self.letter('i'),
                '.' if self.since_stop == 1 && before.is_alphabetic() && after.is_alphabetic() => self.since_stop = 0,
                '&' => self.and(),
                '+' if before.is_whitespace() && after.is_whitespace() && !self.words.is_empty() => self.and(),
                _ if c.is_whitespace() => {
                    self.end_word();
                    self.end_run();
                }
                _ if c.is_ascii() => self.end_word(),
                _ if is_ideograph(c) => self.ideograph(c),
                _ if c.is_alphanumeric() || is_combining_mark(c) => self.foreign(c),
                _ => self.end_word(),
            }
            before = c;
        }
        if self.words.len() < self.most {
            self.end_word();
        }
        self.end_run();
    }

    fn letter(&mut self, c: char) {
        self.since_stop += 1;
        if self.text.len() < LONGEST_WORD {
            self.text.push(c);
            self.latin.push(c);
        }
    }

    /// A letter beyond ASCII: Latin ones become ASCII, others stay and are transliterated beside.
    fn foreign(&mut self, c: char) {
        if is_dropped_mark(c) || self.text.len() >= LONGEST_WORD {
            return;
        }
        self.since_stop += 1;
        let latin = any_ascii_char(c).chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase());
        let before = self.latin.len();
        self.latin.extend(latin);
        if is_latin(c) && self.latin.len() > before {
            self.text.push_str(&self.latin[before..]);
        } else {
            for lower in c.to_lowercase() {
                self.text.push(plain(lower));
            }
        }
    }

    fn ideograph(&mut self, c: char) {
        self.end_word();
        let latin: String = any_ascii_char(c).chars().filter(char::is_ascii_alphanumeric).collect();
        let latin = latin.to_ascii_lowercase();
        self.whole.push_str(&latin);
        // The reading of one kana is a syllable that would find too much; that of a Chinese character is a word.
        let latin = (!is_kana(c) && !latin.is_empty()).then_some(latin);
        self.push(c.to_string(), latin);
    }

    fn and(&mut self) {
        self.end_word();
        self.push("and".to_owned(), None);
    }

    fn end_word(&mut self) {
        self.since_stop = 0;
        if self.text.is_empty() {
            self.latin.clear();
            return;
        }
        let text = std::mem::take(&mut self.text);
        let latin = std::mem::take(&mut self.latin);
        self.whole.push_str(if latin.is_empty() { &text } else { &latin });
        let latin = (latin != text && !latin.is_empty()).then_some(latin);
        self.push(text, latin);
    }

    fn push(&mut self, text: String, latin: Option<String>) {
        if self.words.len() < self.most {
            let joined = self.words.len() > self.run_start;
            self.words.push(Word { text, latin, joined, whole: None });
        }
    }

    fn end_run(&mut self) {
        let whole = std::mem::take(&mut self.whole);
        if self.words.len() > self.run_start + 1 && whole.len() <= LONGEST_WHOLE && !whole.is_empty() {
            self.words[self.run_start].whole = Some(whole);
        }
        self.run_start = self.words.len();
    }
}

/// A letter without what is often left out: Greek accents, the dots of ё, the final form of sigma.
fn plain(c: char) -> char {
    match c {
        'ё' => 'е',
        'ς' => 'σ',
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => {
            let mut base = c;
            decompose_canonical(c, |part| {
                if !is_combining_mark(part) {
                    base = part;
                }
            });
            base
        }
        other => other,
    }
}

/// Accents that stand alone after composition, and the vowel points of Arabic and Hebrew.
fn is_dropped_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}')
}

fn is_latin(c: char) -> bool {
    matches!(c, '\u{aa}'..='\u{2af}' | '\u{1d00}'..='\u{1dbf}' | '\u{1e00}'..='\u{1eff}' | '\u{2c60}'..='\u{2c7f}'
        | '\u{a720}'..='\u{a7ff}' | '\u{ab30}'..='\u{ab6f}')
}

fn is_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}')
}

fn is_ideograph(c: char) -> bool {
    is_kana(c)
        || matches!(c, '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests;
