//! The grammar of a search: what somebody typed, as terms to look up.
//!
//! Words in any order; `"a phrase"`; `NOT` and `OR` in capitals; `*` in a word or at its end; the filters `artist:`, `album:`,
//! `track:`, `genre:`, `isrc:`, `upc:`, `year:1999`, `year:1955-1960`, `tag:new`, `tag:hipster`, their values with or
//! without quotes. There are no errors: what fits no rule (`year:x`, `playlist:`, a lone `OR`, an open quote, nothing but
//! `NOT`s) is read as the words that it is made of.
//!
//! Guesses, the service does not say: without quotes the value of `artist:`, `album:`, `track:` and `genre:` reaches to
//! the next filter, quote, `NOT` or `OR` (`artist:Miles Davis album:Kind of Blue`); where that finds nothing, only its
//! first word is held to the field. The last word also stands for words that begin with it, unless white space follows.
//! At most four words of a search stand for others, by a `*`, as the last one, or misspelt; further ones count as written.

use super::normalise::{Word, normalise};
use super::terms::weight;
use super::wildcard::ANY;

/// Words beyond these are not looked at.
const MOST_WORDS: usize = 24;
/// Nor characters beyond these; the service refuses queries of a quarter of that.
const MOST_CHARACTERS: usize = 1_000;
/// Words of one search that may go on or be misspelt: each may need a table of 2 bytes an entry. The others count as
/// they are written.
pub(super) const MOST_EXPANDED: usize = 4;
/// A last word of fewer characters stands for itself alone.
const SHORTEST_START: usize = 2;

/// A search, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub(super) clauses: Vec<Clause>,
    pub(super) years: Option<(u32, u32)>,
    pub(super) new: bool,
    pub(super) hipster: bool,
    pub(super) fields: Vec<Field>,
    /// Of entries that fit alike those with the shorter names are wanted, not the more popular ones.
    pub(super) closest: bool,
    isrc: Option<String>,
    upc: Option<String>,
}

/// Terms of which one must fit, or none may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clause {
    pub(super) not: bool,
    pub(super) any: Vec<Term>,
}

/// A word, a run of words or a phrase, and where it may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) field: Field,
    /// A later word of a value without quotes: may stand anywhere where nothing is found otherwise.
    pub(super) loose: bool,
    /// Side by side, in this order; each in one of its spellings.
    pub(super) slots: Vec<Vec<String>>,
    /// Or all as this one word.
    pub(super) whole: Option<String>,
    /// The word may go on, or has a `*` in it.
    pub(super) start: bool,
    /// The word may be misspelt where nothing is found otherwise; set then.
    pub(super) misspelt: bool,
    /// How many words of a name it stands for.
    pub(super) weight: usize,
}

/// What a term or filter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Any,
    Artist,
    Album,
    Track,
    Genre,
    Year,
    Isrc,
    Upc,
    Tag,
}

impl Query {
    /// Reads a search. Any text is one; work is bounded however long it is.
    pub fn parse(text: &str) -> Self {
        let mut reader = Reader { left: MOST_WORDS, ..Reader::default() };
        let text = text.char_indices().nth(MOST_CHARACTERS).map_or(text, |(end, _)| &text[..end]);
        let mut rest = text.trim_start();
        while !rest.is_empty() && reader.left > 0 {
            rest = reader.piece(rest).trim_start();
        }
        reader.finish(text)
    }

    /// The value of `isrc:` in capitals without dashes, where the search has one.
    pub fn isrc(&self) -> Option<&str> {
        self.isrc.as_deref()
    }

    /// The value of `upc:`, where the search has one.
    pub fn upc(&self) -> Option<&str> {
        self.upc.as_deref()
    }

    /// The words of some texts, each to stand in its field in any order.
    pub(super) fn of_fields(texts: &[(Field, &str)]) -> Self {
        let mut reader = Reader { left: MOST_WORDS, ..Reader::default() };
        for &(field, text) in texts {
            if !text.chars().any(char::is_alphanumeric) {
                reader.term(&normalise(text, 1), field, false, false);
            }
            for piece in text.split_whitespace() {
                reader.field = Some((field, false));
                reader.words(piece);
            }
        }
        reader.query.closest = true;
        reader.query.bound();
        reader.query
    }

    /// Takes the beginnings that are too many as whole words.
    fn bound(&mut self) {
        let starts = self.clauses.iter_mut().flat_map(|clause| &mut clause.any).filter(|term| term.start);
        starts.skip(MOST_EXPANDED).for_each(|term| term.start = false);
    }

    /// There is nothing in it to look for.
    pub fn is_empty(&self) -> bool {
        self.clauses.iter().all(|clause| clause.not) && self.fields.is_empty()
    }
}

#[derive(Default)]
struct Reader {
    query: Query,
    left: usize,
    /// The field that words without quotes belong to, and whether its first word was read.
    field: Option<(Field, bool)>,
    not: bool,
    or: bool,
    /// The first piece of signs alone ("-", "&", "+"): only looked for where there is nothing else.
    signs: Option<String>,
    /// The clause that a word at the very end belongs to is the last one.
    open: bool,
}

impl Reader {
    /// Reads one piece and answers what is behind it.
    fn piece<'a>(&mut self, text: &'a str) -> &'a str {
        self.open = false;
        if let Some((field, rest)) = filter(text)
            && let Some(rest) = self.filter(field, rest)
        {
            return rest;
        }
        if let Some((quoted, rest)) = quoted(text) {
            self.field = None;
            self.phrase(quoted, Field::Any);
            return rest;
        }
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        match word {
            "NOT" if !rest.trim().is_empty() => (self.not, self.field) = (true, None),
            "OR" if !rest.trim().is_empty() && self.after_a_term() => (self.or, self.field) = (true, None),
            _ => self.words(word),
        }
        rest
    }

    fn after_a_term(&self) -> bool {
        self.query.clauses.last().is_some_and(|clause| !clause.not) && !self.not
    }

    /// A filter whose value makes sense, or nothing.
    fn filter<'a>(&mut self, field: Field, text: &'a str) -> Option<&'a str> {
        let (quotes, value, rest) = match quoted(text) {
            Some((value, rest)) => (true, value, rest),
            None => {
                let end = text.find(char::is_whitespace).unwrap_or(text.len());
                (false, &text[..end], &text[end..])
            }
        };
        if normalise(value, 1).is_empty() {
            return None;
        }
        match field {
            Field::Year => self.query.years = Some(years(value)?),
            Field::Isrc => self.query.isrc = Some(code(value)?),
            Field::Upc => self.query.upc = Some(code(value)?),
            Field::Tag => match value.to_ascii_lowercase().as_str() {
                "new" => self.query.new = true,
                "hipster" => self.query.hipster = true,
                _ => return None,
            },
            _ if quotes => self.phrase(value, field),
            _ => {
                self.field = Some((field, false));
                self.words(value);
            }
        }
        if quotes || matches!(field, Field::Year | Field::Isrc | Field::Upc | Field::Tag) {
            self.field = None;
        }
        if matches!(field, Field::Year | Field::Isrc | Field::Upc | Field::Tag) {
            (self.not, self.or) = (false, false);
            self.query.fields.push(field);
        }
        Some(rest)
    }

    fn phrase(&mut self, text: &str, field: Field) {
        let words = normalise(text, self.left);
        self.left -= words.len();
        self.term(&words, field, false, false);
    }

    fn words(&mut self, text: &str) {
        if !text.chars().any(char::is_alphanumeric) {
            self.signs.get_or_insert_with(|| text.to_owned());
            return;
        }
        let pattern = pattern(text).filter(|_| self.field.is_none());
        let start = pattern.is_some() || text.len() > 1 && text.ends_with(ANY);
        let words = match pattern {
            Some(text) => vec![Word { text, latin: None, joined: false, whole: None }],
            None => normalise(text, self.left),
        };
        self.left -= words.len();
        let (field, loose) = self.field.unwrap_or((Field::Any, false));
        self.term(&words, field, loose, start);
        if let Some((_, loose)) = &mut self.field {
            *loose = true;
        }
        self.open = field == Field::Any && !text.ends_with(ANY);
    }

    fn term(&mut self, words: &[Word], field: Field, loose: bool, start: bool) {
        let (not, or) = (std::mem::take(&mut self.not), std::mem::take(&mut self.or));
        let Some(first) = words.first() else { return };
        let whole = first.whole.clone().filter(|_| words[1..].iter().all(|word| word.joined));
        let slots = words.iter().map(spellings).collect();
        let start = start && words.len() == 1;
        let term = Term { field, loose, slots, whole, start, misspelt: false, weight: weight(words) };
        match self.query.clauses.last_mut() {
            Some(clause) if or && !not => clause.any.push(term),
            _ => self.query.clauses.push(Clause { not, any: vec![term] }),
        }
    }

    fn finish(mut self, text: &str) -> Query {
        if let Some(signs) = self.signs.take()
            && self.query.clauses.is_empty()
            && self.query.fields.is_empty()
        {
            self.term(&normalise(&signs, 1), Field::Any, false, false);
        }
        let only_nots = !self.query.clauses.is_empty() && self.query.clauses.iter().all(|clause| clause.not);
        if only_nots && self.query.fields.is_empty() {
            self.query.clauses.iter_mut().for_each(|clause| clause.not = false);
            self.not = false;
            self.or = false;
            self.term(&normalise("not", 1), Field::Any, false, false);
        } else if self.open && !text.ends_with(char::is_whitespace) {
            let last = self.query.clauses.last_mut().and_then(|clause| clause.any.last_mut());
            if let Some(term) = last {
                let long = term.slots.len() == 1 && term.slots[0][0].chars().count() >= SHORTEST_START;
                term.start |= long;
            }
        }
        self.query.bound();
        self.query
    }
}

/// How a word may be spelt. A Chinese character is only itself: its reading is that of many others.
fn spellings(word: &Word) -> Vec<String> {
    let one = word.text.chars().count() == 1;
    let latin = word.latin.clone().filter(|_| !one);
    [Some(word.text.clone()), latin].into_iter().flatten().collect()
}

/// A word with one `*` or two in it, not as its first sign nor only as its last one: normalised but for these.
fn pattern(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(ANY).collect();
    let last = parts.len() - 1;
    if !(1..=2).contains(&last) || parts[..2].contains(&"") {
        return None;
    }
    let plain = |part: &&str| match normalise(part, 2).as_slice() {
        [] if part.is_empty() => Some(String::new()),
        [word] => Some(word.text.clone()),
        _ => None,
    };
    Some(parts.iter().map(plain).collect::<Option<Vec<_>>>()?.join("*"))
}

/// A known filter at the start of a text, and what follows its colon.
fn filter(text: &str) -> Option<(Field, &str)> {
    let (name, rest) = text.split_once(':')?;
    let field = match name.len() {
        3..=6 => match name.to_ascii_lowercase().as_str() {
            "artist" => Field::Artist,
            "album" => Field::Album,
            "track" => Field::Track,
            "genre" => Field::Genre,
            "year" => Field::Year,
            "isrc" => Field::Isrc,
            "upc" => Field::Upc,
            "tag" => Field::Tag,
            _ => return None,
        },
        _ => return None,
    };
    Some((field, rest.trim_start()))
}

/// A text in quotes at the start, straight or curly, and what is behind it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix(['"', '“', '”', '„'])?;
    let end = inner.find(['"', '“', '”'])?;
    let behind = inner[end..].chars().next().map_or(0, char::len_utf8);
    Some((&inner[..end], &inner[end + behind..]))
}

fn years(text: &str) -> Option<(u32, u32)> {
    let year = |text: &str| (text.len() == 4).then(|| text.parse::<u16>().ok()).flatten().map(u32::from);
    match text.split_once('-') {
        Some((from, to)) => Some((year(from)?, year(to)?)).map(|(from, to)| (from.min(to), from.max(to))),
        None => year(text).map(|year| (year, year)),
    }
}

/// A code's letters and digits in capitals.
fn code(text: &str) -> Option<String> {
    let code: String = text.chars().filter(|c| *c != '-' && !c.is_whitespace()).take(32).collect();
    (!code.is_empty() && code.bytes().all(|b| b.is_ascii_alphanumeric())).then(|| code.to_ascii_uppercase())
}

#[cfg(test)]
mod tests;
