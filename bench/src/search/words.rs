//! What is searched for: words out of names, drawn by chance that is the same every time.

use anyhow::Result;

use super::names::expression;

/// The least characters of a word that a typing error is made in, and of a word that is begun.
const LONG: usize = 5;

/// One search.
#[derive(Clone, Debug)]
pub(super) struct Words {
    /// For sleeve. White space at the end says that the last word is whole.
    pub(super) typed: String,
    /// For SQLite.
    pub(super) expression: String,
}

impl Words {
    fn of(words: &[&str]) -> Self {
        Self { typed: format!("{} ", words.join(" ")), expression: expression(words.iter().copied(), false) }
    }

    /// The last word without its end, where it is long enough to have one.
    pub(super) fn begun(&self) -> Self {
        let mut words: Vec<&str> = self.typed.split_whitespace().collect();
        if let Some(last) = words.last_mut()
            && let Some((end, _)) = last.char_indices().nth(LONG - 1)
        {
            *last = &last[..end];
        }
        Self { typed: words.join(" "), expression: expression(words.into_iter(), true) }
    }
}

/// So many searches for one to three words of a name.
pub(super) fn queries(names: &[String], count: usize) -> Vec<Words> {
    let mut chance = fastrand::Rng::with_seed(1);
    let mut queries = Vec::new();
    while queries.len() < count {
        let name = &names[chance.usize(..names.len())];
        let mut words: Vec<&str> = name.split_whitespace().map(bare).collect();
        // What is one word to one and two to the other is left out, and what would be a command.
        words.retain(|word| !word.is_empty() && word.chars().all(char::is_alphanumeric));
        words.retain(|word| !["NOT", "OR"].contains(word));
        chance.shuffle(&mut words);
        words.truncate(chance.usize(1..=3));
        queries.extend((!words.is_empty()).then(|| Words::of(&words)));
    }
    queries
}

/// A word without the signs around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

/// The same with two neighbours exchanged in one long word, where that gives something that is not found as it is.
pub(super) fn mistyped(queries: &[Words], is_unknown: impl Fn(&str) -> Result<bool>) -> Result<Vec<Words>> {
    let mut chance = fastrand::Rng::with_seed(2);
    let mut wrong = Vec::new();
    for query in queries {
        let mut words: Vec<String> = query.typed.split_whitespace().map(str::to_owned).collect();
        let Some(word) = words.iter_mut().find(|word| word.is_ascii() && word.len() >= LONG) else { continue };
        let at = chance.usize(1..word.len() - 2);
        let pair: String = [&word[at + 1..at + 2], &word[at..=at]].concat();
        word.replace_range(at..at + 2, &pair);
        let typed = format!("{} ", words.join(" "));
        if is_unknown(&typed)? {
            wrong.push(Words { typed, expression: query.expression.clone() });
        }
    }
    Ok(wrong)
}
