//! The peer that searches: SQLite's FTS5, as it comes, over the names of the tracks.

use std::path::Path;

use anyhow::Result;
use rusqlite::Connection;

use super::words::Words;
use crate::invented::Invented;

/// A table of names.
pub(super) struct Names(Connection);

impl Names {
    /// Writes one, and says what the names are.
    pub(super) fn of(invented: &Invented, file: &Path) -> Result<(Self, Vec<String>)> {
        let mut connection = Connection::open(file)?;
        connection.execute_batch("CREATE VIRTUAL TABLE names USING fts5 (name)")?;
        let mut texts = Vec::new();
        let transaction = connection.transaction()?;
        {
            let mut insert = transaction.prepare("INSERT INTO names (name) VALUES (?1)")?;
            invented.each(|track| {
                let name = track.name();
                insert.execute([&name])?;
                texts.push(name);
                Ok(())
            })?;
        }
        transaction.commit()?;
        Ok((Self(connection), texts))
    }

    /// How many hits a search gives, the best of all first.
    pub(super) fn ranked(&self, words: &Words, limit: u32) -> Result<usize> {
        self.hits("SELECT rowid, name FROM names WHERE names MATCH ?1 ORDER BY rank LIMIT ?2", words, limit)
    }

    /// How many hits a search gives, any of them.
    pub(super) fn unranked(&self, words: &Words, limit: u32) -> Result<usize> {
        self.hits("SELECT rowid, name FROM names WHERE names MATCH ?1 LIMIT ?2", words, limit)
    }

    /// How many names have these words as they are typed, up to one.
    pub(super) fn count(&self, typed: &str) -> Result<usize> {
        let words = Words { typed: String::new(), expression: expression(typed.split_whitespace(), false) };
        self.unranked(&words, 1)
    }

    fn hits(&self, sql: &str, words: &Words, limit: u32) -> Result<usize> {
        let mut statement = self.0.prepare_cached(sql)?;
        let mut rows = statement.query((&words.expression, limit))?;
        let mut hits = 0;
        while let Some(row) = rows.next()? {
            std::hint::black_box((row.get_ref(0)?, row.get_ref(1)?));
            hits += 1;
        }
        Ok(hits)
    }
}

/// Words as FTS5 takes them; the last may only begin so.
pub(super) fn expression<'a>(words: impl Iterator<Item = &'a str>, is_begun: bool) -> String {
    let quoted: Vec<String> = words.map(|word| format!("\"{word}\"")).collect();
    format!("{}{}", quoted.join(" "), if is_begun { "*" } else { "" })
}
