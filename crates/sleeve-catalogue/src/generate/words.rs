//! The words that invented names are made of.
//!
//! Patterns hold digits for words: `1` a describing word, `2` a thing, `3` words that go before a thing, `4` a given name,
//! `5` a family name, `6` a capital letter, `7` a word made of syllables, `8` a year, `9` a number below 60. Everything
//! else stands for itself.

mod latin;
mod other;

use super::chance::Chance;

/// The words of a language, or of several near ones: lists with `|` between their members.
#[derive(Debug)]
struct Words {
    describing: &'static str,
    things: &'static str,
    before: &'static str,
    given: &'static str,
    family: &'static str,
    syllables: &'static str,
    /// What its artists play.
    genres: &'static str,
    /// Patterns of titles, their weights before them.
    titles: &'static str,
    /// Patterns of artists' names, their weights before them.
    artists: &'static str,
    /// The pattern by which a recording is called live.
    live: &'static str,
}

/// The languages, by how common they are.
const WORDS: &[(u32, Words)] = &[
    (600, latin::ENGLISH),
    (115, latin::SPANISH),
    (45, latin::PORTUGUESE),
    (50, latin::FRENCH),
    (45, latin::GERMAN),
    (30, latin::NORDIC),
    (22, latin::TURKISH),
    (22, latin::POLISH),
    (22, other::CYRILLIC),
    (5, other::GREEK),
    (22, other::JAPANESE),
    (16, other::KOREAN),
    (14, other::CHINESE),
    (8, other::ARABIC),
    (5, other::HEBREW),
    (7, other::THAI),
    (10, other::HINDI),
];

/// A language, ready to draw from.
#[derive(Clone, Debug)]
pub(super) struct Tongue {
    describing: Vec<&'static str>,
    things: Vec<&'static str>,
    before: Vec<&'static str>,
    given: Vec<&'static str>,
    family: Vec<&'static str>,
    syllables: Vec<&'static str>,
    pub(super) genres: Vec<&'static str>,
    pub(super) titles: Patterns,
    pub(super) artists: Patterns,
    pub(super) live: &'static str,
}

/// Patterns with their weights.
pub(super) type Patterns = Vec<(u32, &'static str)>;

impl Tongue {
    /// All tongues, each with its weight.
    pub(super) fn all() -> Vec<(u32, Self)> {
        WORDS.iter().map(|(weight, words)| (*weight, Self::new(words))).collect()
    }

    fn new(words: &Words) -> Self {
        let list = |text: &'static str| text.split('|').collect();
        Self {
            describing: list(words.describing),
            things: list(words.things),
            before: list(words.before),
            given: list(words.given),
            family: list(words.family),
            syllables: list(words.syllables),
            genres: list(words.genres),
            titles: patterns(words.titles),
            artists: patterns(words.artists),
            live: words.live,
        }
    }

    /// A name after a pattern.
    pub(super) fn fill(&self, pattern: &str, chance: &mut Chance) -> String {
        let mut name = String::with_capacity(32);
        for character in pattern.chars() {
            match character {
                '1' => name.push_str(chance.pick(&self.describing)),
                '2' => name.push_str(chance.pick(&self.things)),
                '3' => name.push_str(chance.pick(&self.before)),
                '4' => name.push_str(chance.pick(&self.given)),
                '5' => name.push_str(chance.pick(&self.family)),
                '6' => name.push(chance.pick(&['A', 'B', 'C', 'D', 'E', 'H', 'J', 'K', 'L', 'M', 'R', 'S', 'T', 'W'])),
                '7' => self.push_made_up(&mut name, chance),
                '8' => name.push_str(&chance.between(1960, 2026).to_string()),
                '9' => name.push_str(&chance.between(1, 59).to_string()),
                other => name.push(other),
            }
        }
        name
    }

    fn push_made_up(&self, name: &mut String, chance: &mut Chance) {
        let first = chance.pick(&self.syllables).chars();
        name.extend(first.clone().take(1).flat_map(char::to_uppercase));
        name.extend(first.skip(1));
        for _ in 0..chance.between(1, 3) {
            name.push_str(chance.pick(&self.syllables));
        }
    }
}

/// Takes patterns apart: a weight, a colon, the pattern.
fn patterns(text: &'static str) -> Patterns {
    let pattern = |item: &'static str| {
        let (weight, pattern) = item.split_once(':').expect("a weight stands before each pattern");
        (weight.parse().expect("a weight is a number"), pattern)
    };
    text.split('|').map(pattern).collect()
}

/// What firms that release records call themselves.
pub(super) const FIRMS: &[(u32, &str)] = &[
    (30, "7 Records"),
    (14, "7 Music"),
    (8, "2 Recordings"),
    (8, "1 2 Records"),
    (6, "7 Entertainment"),
    (5, "5 & 5"),
    (5, "7"),
    (4, "7 Music Group"),
    (3, "2 2 Sound"),
    (2, "7 Ltd."),
];

/// Names of compilations.
pub(super) const COMPILATIONS: &[(u32, &str)] = &[
    (10, "2 Hits 8"),
    (8, "The Best of 2 Music"),
    (8, "1 2: The Collection"),
    (6, "This Is 2, Vol. 9"),
    (6, "Pure 2"),
    (5, "2 Classics, Vol. 9"),
    (5, "1 2 Party"),
    (4, "Top Hits 8"),
    (4, "2 for 2s"),
    (3, "1 Nights in 7"),
];
