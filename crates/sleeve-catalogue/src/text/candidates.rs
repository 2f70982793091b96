//! Candidates for enrichment: the tracks that a pair of artist and title may mean.

use super::normalise::normalise;
use super::query::{Field, Query};
use super::{Index, Kind, Search};
use crate::error::Error;

/// Words that begin the naming of guests.
const GUESTS: [&str; 4] = ["feat", "ft", "featuring", "with"];

impl Index {
    /// The rows of at most `limit` tracks whose title and artists fit, the best first.
    ///
    /// The whole title by this artist comes first; then the title without what stands in brackets, behind a dash or
    /// behind `feat.`, and the first artist alone. Where nothing is found, mistakes in typing are allowed.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn candidates(&self, artist: &str, title: &str, limit: u32) -> Result<Vec<u32>, Error> {
        let mut rows: Vec<u32> = Vec::new();
        if normalise(title, 1).is_empty() {
            return Ok(rows);
        }
        let search = Search { limit, ..Search::default() };
        let rungs = [(artist, title), (artist, core(title)), (first_artist(artist), core(title))];
        let query = |(artist, title)| Query::of_fields(&[(Field::Track, title), (Field::Artist, artist)]);
        for (at, &rung) in rungs.iter().enumerate() {
            if rungs[..at].contains(&rung) || rows.len() >= limit as usize {
                continue;
            }
            for row in self.search_as_written(&query(rung), Kind::Track, &search)?.rows {
                if !rows.contains(&row) {
                    rows.push(row);
                }
            }
        }
        if rows.is_empty() {
            rows = self.search(&query(rungs[2]), Kind::Track, &search)?.rows;
        }
        rows.truncate(limit as usize);
        Ok(rows)
    }
}

/// A title up to what tells its version or its guests; the whole title where nothing would be left.
fn core(title: &str) -> &str {
    let mut end = title.len();
    for mark in [" - ", " (", " [", " – ", " — ", "（"] {
        end = title.find(mark).map_or(end, |at| end.min(at));
    }
    cut_guests(title, title.get(..end).filter(|core| !normalise(core, 1).is_empty()).unwrap_or(title))
}

/// The first of several artists.
fn first_artist(artist: &str) -> &str {
    let mut end = artist.len();
    for mark in [",", ";", " & ", " / ", " x ", " vs", " and ", " + "] {
        end = artist.find(mark).map_or(end, |at| end.min(at));
    }
    cut_guests(artist, artist.get(..end).filter(|first| !normalise(first, 1).is_empty()).unwrap_or(artist))
}

fn cut_guests<'a>(whole: &'a str, text: &'a str) -> &'a str {
    let mut at = 0;
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
        if at > 0 && GUESTS.contains(&word.as_str()) {
            return &whole[..at];
        }
        at += piece.len();
    }
    text
}
