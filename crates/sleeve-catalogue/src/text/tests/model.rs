//! The index against a slow plain model: every entry is looked at, word by word.

use proptest::prelude::{Just, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::id;
use crate::text::normalise::normalise;
use crate::text::query::{Clause, Field, Term};
use crate::text::{Builder, Entry, Index, Kind, Query, Search};

const WORDS: [&str; 22] = [
    "love",
    "lover",
    "lovers",
    "live",
    "the",
    "night",
    "nihgt",
    "and",
    "&",
    "AC/DC",
    "acdc",
    "Кино",
    "kino",
    "東京",
    "京",
    "さくら",
    "don't",
    "Beyoncé",
    "remaster",
    "remasters",
    "R.E.M.",
    "+",
];

#[derive(Clone, Debug)]
struct Thing {
    name: String,
    artists: Vec<String>,
    album: String,
    genre: String,
    popularity: u8,
    year: u32,
    markets: u32,
}

/// A place in a field: the spellings of what stands there.
type Places = Vec<Vec<String>>;

fn places(text: &str) -> Places {
    let words = normalise(text, 64);
    words.into_iter().map(|word| [Some(word.text), word.latin, word.whole].into_iter().flatten().collect()).collect()
}

/// The fields of a thing as bits, with each of their texts.
fn texts(thing: &Thing) -> Vec<(u8, Places)> {
    let mut texts = vec![(1, places(&thing.name))];
    texts.extend(thing.artists.iter().map(|artist| (2, places(artist))));
    texts.extend([(4, places(&thing.album)), (8, places(&thing.genre))]);
    texts
}

/// The least number of single mistakes between two words, neighbours exchanged being one.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            table[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let mut best = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                best = best.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    best = best.min(table[i - 2][j - 2] + 1);
                }
                best
            };
        }
    }
    table[a.len()][b.len()]
}

fn meant(asked: &str, word: &str, mistakes: usize) -> bool {
    let allowance = match asked.len() {
        _ if !asked.is_ascii() || asked.contains('*') => 0,
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    };
    let most = mistakes.min(allowance);
    asked == word
        || most > 0 && word.is_ascii() && (distance(asked, word) == 1)
        || most > 1 && word.is_ascii() && word.starts_with(&asked[..1]) && distance(asked, word) == 2
}

/// Whether a word goes on from what was asked for, or fits it where that has a `*`.
fn begins(asked: &str, word: &str) -> bool {
    fn fits(asked: &[u8], word: &[u8]) -> bool {
        match asked.split_first() {
            None => word.is_empty(),
            Some((b'*', rest)) => (0..=word.len()).any(|passed| fits(rest, &word[passed..])),
            Some((first, rest)) => word.first() == Some(first) && fits(rest, &word[1..]),
        }
    }
    if asked.contains('*') { fits(asked.as_bytes(), word.as_bytes()) } else { word.starts_with(asked) }
}

/// In which of the allowed fields a term stands, and whether as itself.
fn stands(term: &Term, texts: &[(u8, Places)], loose: bool, mistakes: usize) -> Option<(u8, bool)> {
    let allowed = match term.field {
        _ if term.loose && loose => 7,
        Field::Any => 7,
        Field::Track => 1,
        Field::Artist => 2,
        Field::Album => 4,
        _ => 8,
    };
    let (mut exact, mut begun) = (0, 0);
    for (field, places) in texts.iter().filter(|(field, _)| field & allowed != 0) {
        let one = term.slots.len() == 1;
        for word in places.iter().flatten() {
            let asked = term.whole.iter().chain(term.slots[0].iter().filter(|_| one));
            for asked in asked {
                exact |= if meant(asked, word, if term.misspelt { mistakes } else { 0 }) { *field } else { 0 };
            }
            if term.start && term.slots[0].iter().any(|asked| begins(asked, word)) {
                begun |= field;
            }
        }
        let beside =
            |run: &[Vec<String>]| run.iter().zip(&term.slots).all(|(at, slot)| slot.iter().any(|w| at.contains(w)));
        if !one && places.windows(term.slots.len()).any(beside) {
            exact |= field;
        }
    }
    match (exact, begun) {
        (0, 0) => None,
        (0, begun) => Some((begun, false)),
        (exact, _) => Some((exact, true)),
    }
}

/// The class, how unpopular it is, and how many words of its name were not asked for.
fn key(query: &Query, thing: &Thing, loose: bool, mistakes: usize) -> Option<(u16, u8, u16)> {
    let texts = texts(thing);
    let (mut asked, mut named, mut all_name, mut no_album, mut all_exact) = (0, 0, true, true, true);
    for Clause { not, any } in &query.clauses {
        let fits: Vec<_> = any.iter().filter_map(|term| stands(term, &texts, loose, mistakes)).collect();
        if fits.is_empty() != *not {
            return None;
        }
        if *not || any.iter().all(|term| term.field == Field::Genre) {
            continue;
        }
        let exact = fits.iter().any(|fit| fit.1);
        let fields = fits.iter().filter(|fit| fit.1 == exact).fold(0, |all, fit| all | fit.0);
        let weight = any.iter().map(|term| term.weight).max().unwrap_or(0);
        asked += weight;
        all_exact &= exact;
        named += if fields & 1 != 0 { weight } else { 0 };
        all_name &= fields & 1 != 0;
        no_album &= fields & 3 != 0;
    }
    let words = normalise(&thing.name, 64);
    let length = words.iter().filter(|word| word.text != "and").count().max(usize::from(!words.is_empty())).min(15);
    let more = length.saturating_sub(named) as u16;
    let (class, more) = match () {
        () if asked == 0 || all_name && length == asked.min(15) => (0, 0),
        () if no_album && named > 0 && more == 0 => (1, 0),
        () if no_album => (2, if named > 0 { more } else { 0 }),
        () => (3, 0),
    };
    Some((class + if all_exact { 0 } else { 4 }, 255 - thing.popularity, more))
}

/// Four words may be misspelt: those that go on, then those that stand nowhere, then the first others.
fn misspelt(things: &[Thing], query: &Query) -> Query {
    let words: Vec<String> = things.iter().flat_map(texts).flat_map(|(_, places)| places).flatten().collect();
    let mut query = query.clone();
    let mut left = 4;
    let pass = |wanted: &dyn Fn(&Term) -> bool, query: &mut Query, left: &mut usize| {
        for term in query.clauses.iter_mut().flat_map(|clause| &mut clause.any) {
            if *left > 0 && !term.misspelt && term.slots.len() == 1 && wanted(term) {
                term.misspelt = true;
                *left -= 1;
            }
        }
    };
    let asked = |term: &Term| -> Vec<String> { term.slots[0].iter().chain(&term.whole).cloned().collect() };
    let long = |term: &Term| asked(term).iter().any(|word| word.is_ascii() && !word.contains('*') && word.len() > 3);
    pass(&|term| term.start, &mut query, &mut left);
    pass(&|term| long(term) && !asked(term).iter().any(|word| words.contains(word)), &mut query, &mut left);
    pass(&long, &mut query, &mut left);
    query
}

fn slow(things: &[Thing], query: &Query, plays: impl Fn(u32) -> bool) -> Vec<u32> {
    let query = &misspelt(things, query);
    let loosely = query.clauses.iter().flat_map(|clause| &clause.any).any(|term| term.loose);
    for (loose, mistakes) in [(false, 0), (true, 0), (true, 1), (true, 2)] {
        if query.is_empty() || (loose, mistakes) == (true, 0) && !loosely {
            continue;
        }
        let mut found = Vec::new();
        for (row, thing) in (0u32..).zip(things) {
            let year = query.years.is_none_or(|(from, to)| (from..=to).contains(&thing.year));
            if let Some(key) = key(query, thing, loose, mistakes).filter(|_| year && plays(thing.markets)) {
                found.push((key, row));
            }
        }
        if !found.is_empty() {
            found.sort_unstable();
            return found.into_iter().map(|(_, row)| row).collect();
        }
    }
    Vec::new()
}

fn indexed(things: &[Thing]) -> Vec<u8> {
    let mut builder = Builder::new();
    for (row, thing) in (0u32..).zip(things) {
        let artists: Vec<&str> = thing.artists.iter().map(String::as_str).collect();
        builder.add(&Entry {
            kind: Kind::Track,
            row,
            id: id(row),
            name: &thing.name,
            artists: &artists,
            album: Some(&thing.album),
            genres: &[&thing.genre],
            popularity: thing.popularity,
            released: Some(&thing.year.to_string()),
            markets: thing.markets,
        });
    }
    let mut bytes = Vec::new();
    builder.write(&mut bytes).expect("memory takes it");
    bytes
}

fn text(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(WORDS.as_slice()), 0..most).prop_map(|words| words.join(" "))
}

fn thing() -> impl Strategy<Value = Thing> {
    (text(5), prop::collection::vec(text(3), 0..3), text(4), text(2), 0..4u8, 1990..1994u32, 0..3u32).prop_map(
        |(name, artists, album, genre, popularity, year, markets)| Thing {
            name,
            artists,
            album,
            genre,
            popularity,
            year,
            markets,
        },
    )
}

fn query() -> impl Strategy<Value = String> {
    let word = prop::sample::select(WORDS.as_slice()).prop_map(str::to_owned);
    let filter = prop::sample::select(["artist:", "album:", "track:", "genre:", "playlist:", ""].as_slice());
    let piece = prop_oneof![
        6 => word.clone(),
        1 => (word.clone(), 1..3usize).prop_map(|(word, cut)| word.chars().take(cut).chain(['*']).collect()),
        1 => (word.clone(), any::<prop::sample::Index>()).prop_map(|(word, at)| {
            let at = at.index(word.chars().count());
            word.chars().enumerate().map(|(n, c)| if n == at { '*' } else { c }).collect()
        }),
        1 => (word.clone(), any::<prop::sample::Index>()).prop_map(|(word, at)| {
            let at = at.index(word.chars().count());
            word.chars().enumerate().filter(|(n, _)| *n != at).map(|(_, c)| c).collect()
        }),
        1 => prop::sample::select(["NOT", "OR", "\"", "year:1991", "year:1990-1992", "year:x", "*"].as_slice()).prop_map(str::to_owned),
        2 => (filter.clone(), text(3)).prop_map(|(filter, text)| format!("{filter}\"{text}\"")),
        2 => (filter, word).prop_map(|(filter, word)| format!("{filter}{word}")),
    ];
    let end = prop_oneof![Just(""), Just(" ")];
    (prop_oneof![4 => prop::collection::vec(piece.clone(), 1..5), 1 => prop::collection::vec(piece, 5..9)], end)
        .prop_map(|(pieces, end)| pieces.join(" ") + end)
}

proptest! {
    #[test]
    fn the_index_finds_what_a_slow_plain_model_finds_in_the_same_order(
        things in prop::collection::vec(thing(), 0..30),
        queries in prop::collection::vec(query(), 1..8),
        offset in 0..8u32,
        limit in 1..8u32,
    ) {
        let index = Index::from_bytes(indexed(&things)).expect("a whole index");
        for text in queries {
            let query = Query::parse(&text);
            for plays in [None, Some(&(|markets: u32| markets != 1) as &dyn Fn(u32) -> bool)] {
                let expected = slow(&things, &query, |markets| plays.is_none_or(|plays| plays(markets)));
                let hits = index.search(&query, Kind::Track, &Search { offset, limit, plays, ..Search::default() });
                let hits = hits.expect("searched");
                let window: Vec<u32> = expected.iter().copied().skip(offset as usize).take(limit as usize).collect();
                prop_assert_eq!((hits.total as usize, hits.rows), (expected.len(), window), "{:?} {:?}", text, query);
            }
        }
    }

    #[test]
    fn no_text_is_an_error_or_a_panic(text in ".{0,200}", noise in "[\"*:NOTR artistyear0-9-]{0,80}") {
        let index = super::some();
        for text in [text, noise] {
            let query = Query::parse(&text);
            prop_assert!(index.search(&query, Kind::Track, &Search::default()).is_ok());
        }
    }

    #[test]
    fn a_damaged_index_is_an_error_and_never_a_panic(
        things in prop::collection::vec(thing(), 1..30),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<bool>(),
    ) {
        let mut bytes = indexed(&things);
        let at = at.index(bytes.len());
        let whole = bytes[at] == byte && !cut;
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        let Ok(index) = Index::from_bytes(bytes) else { return Ok(()) };
        prop_assert_eq!(index.verify().is_ok(), whole);
        for query in ["love", "lov", "\"the night\"", "nigth remaster", "AC/DC OR 東京", "NOT the kino", "year:1991 love"] {
            let plays = |markets: u32| markets != 1;
            let search = Search { plays: Some(&plays), within: None, ..Search::default() };
            let _ = index.search(&Query::parse(query), Kind::Track, &search);
        }
        let _ = index.candidates("kino", "the night", 5);
    }
}
