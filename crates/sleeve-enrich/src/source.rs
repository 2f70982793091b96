//! The first room: rows out of a file, in batches, each with its bytes as they stood.
//!
//! Memory holds one batch, or one row where a row is larger than that. What a row says is not understood here but for
//! one cell, that of the id.

pub(crate) mod column;
pub(crate) mod head;
pub(crate) mod scan;

use std::borrow::Cow;
use std::fmt;
use std::io::Read;
use std::ops::Range;

use self::scan::{Dialect, Scan, unquoted};
use crate::error::{Error, Kind};

/// A row may be as large as this; what is larger has a quote that was never closed, or is no table.
pub(crate) const MAX_ROW: usize = 64 << 20;
const BATCH_BYTES: usize = 1 << 20;
const BATCH_ROWS: usize = 10_000;
const READ_BYTES: usize = 256 << 10;

/// Where rows come from.
pub(crate) struct Source {
    reader: Reader,
    layout: Layout,
    /// The line on which the next row begins, from 1.
    line: usize,
    limits: Limits,
}

/// What a source knows of its table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    pub(crate) dialect: Dialect,
    /// The column that holds the ids, from 0.
    pub(crate) id_column: usize,
    /// How many columns there are: behind them the new ones are put.
    pub(crate) width: usize,
}

/// How much is read at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) batch_rows: usize,
    pub(crate) max_row: usize,
}

/// Some rows that follow one another.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    bytes: Vec<u8>,
    rows: Vec<Row>,
}

/// One row, by places in the batch's bytes.
#[derive(Debug)]
struct Row {
    start: usize,
    /// Where new cells are put: behind the last cell, or behind the table's last column in a row that has more.
    insert: usize,
    content: usize,
    end: usize,
    /// Empty where the row is too short to have one.
    id: Range<usize>,
    cells: usize,
}

/// One row of a [`Batch`].
#[derive(Clone, Copy)]
pub(crate) struct RowRef<'a> {
    bytes: &'a [u8],
    row: &'a Row,
}

/// The bytes of an input that are read and not yet given away.
pub(crate) struct Reader {
    input: Box<dyn Read + Send>,
    /// What errors call the input.
    pub(crate) name: String,
    pub(crate) pending: Vec<u8>,
    pub(crate) at_end: bool,
}

// === impl Source ===

impl Source {
    /// Goes on where `reader` stands; `lines_before` lines have been taken from it already.
    pub(crate) fn new(reader: Reader, layout: Layout, lines_before: usize, limits: Limits) -> Self {
        Self { reader, layout, line: lines_before + 1, limits }
    }

    /// How many columns the table has.
    pub(crate) fn width(&self) -> usize {
        self.layout.width
    }

    /// The next rows, or none at the end. Waits for the input.
    pub(crate) fn next_batch(&mut self) -> Result<Option<Batch>, Error> {
        let mut rows = Vec::new();
        let mut at = 0;
        loop {
            while at < self.reader.pending.len() && rows.len() < self.limits.batch_rows {
                match self.scan(at) {
                    (Scan::Row { .. }, row) => {
                        at = row.end;
                        rows.push(row);
                    }
                    (Scan::Incomplete, _) => break,
                    (Scan::Unclosed, _) => return Err(unclosed(&self.reader.name, self.line_at(at))),
                }
            }
            if self.reader.at_end || at >= BATCH_BYTES || rows.len() >= self.limits.batch_rows {
                break;
            }
            let unfinished = self.reader.pending.len() - at;
            if unfinished > self.limits.max_row {
                return Err(too_large(&self.reader.name, self.line_at(at), self.limits.max_row));
            }
            self.reader.fill(unfinished)?;
        }
        self.line = self.line_at(at);
        let tail = self.reader.pending.split_off(at);
        let bytes = std::mem::replace(&mut self.reader.pending, tail);
        Ok((!rows.is_empty()).then_some(Batch { bytes, rows }))
    }

    /// The line of what is pending there.
    fn line_at(&self, at: usize) -> usize {
        self.line + lines(&self.reader.pending[..at], self.layout.dialect)
    }

    fn scan(&self, at: usize) -> (Scan, Row) {
        let Layout { dialect, id_column, width } = self.layout;
        let mut row = Row { start: at, insert: at, content: at, end: at, id: at..at, cells: 0 };
        let scan = scan::row(&self.reader.pending[at..], dialect, self.reader.at_end, |start, end| {
            if row.cells == id_column {
                row.id = at + start..at + end;
            }
            row.cells += 1;
            if row.cells <= width {
                row.insert = at + end;
            }
        });
        if let Scan::Row { content, end } = scan {
            row.content = at + content;
            row.end = at + end;
            if content == 0 {
                row.cells = 0;
            }
        }
        (scan, row)
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("layout", &self.layout).field("line", &self.line).finish_non_exhaustive()
    }
}

// === impl Batch ===

impl Batch {
    /// The rows, in the order of the file; rows with nothing in them too.
    pub(crate) fn rows(&self) -> impl Iterator<Item = RowRef<'_>> {
        self.rows.iter().map(|row| RowRef { bytes: &self.bytes, row })
    }
}

// === impl RowRef ===

impl<'a> RowRef<'a> {
    /// What the cell of the id says; nothing in a row that is too short to have one.
    pub(crate) fn id(self) -> Cow<'a, [u8]> {
        unquoted(&self.bytes[self.row.id.clone()])
    }

    /// The row up to where new cells are put.
    pub(crate) fn before(self) -> &'a [u8] {
        &self.bytes[self.row.start..self.row.insert]
    }

    /// The cells that are more than the table has columns, with the separator before them.
    pub(crate) fn beyond(self) -> &'a [u8] {
        &self.bytes[self.row.insert..self.row.content]
    }

    /// What ends the row; nothing in a last row without it.
    pub(crate) fn terminator(self) -> &'a [u8] {
        &self.bytes[self.row.content..self.row.end]
    }

    /// All of the row but what ends it.
    pub(crate) fn content(self) -> &'a [u8] {
        &self.bytes[self.row.start..self.row.content]
    }

    /// How many cells it has: none in a line with nothing on it.
    pub(crate) fn cells(self) -> usize {
        self.row.cells
    }
}

// === impl Limits ===

impl Default for Limits {
    fn default() -> Self {
        Self { batch_rows: BATCH_ROWS, max_row: MAX_ROW }
    }
}

// === impl Reader ===

impl Reader {
    pub(crate) fn new(name: String, input: Box<dyn Read + Send>) -> Self {
        Self { input, name, pending: Vec::new(), at_end: false }
    }

    /// Reads on: `wanted` bytes or a few pages, whichever is more. Doubling what is wanted keeps long rows linear.
    pub(crate) fn fill(&mut self, wanted: usize) -> Result<(), Error> {
        let wanted = wanted.max(READ_BYTES) as u64;
        match self.input.by_ref().take(wanted).read_to_end(&mut self.pending) {
            Ok(0) => self.at_end = true,
            Ok(_) => {}
            Err(error) => return Err(Error::cannot_read(&self.name, error)),
        }
        Ok(())
    }
}

// === words ===

pub(crate) fn too_large(name: &str, line: usize, limit: usize) -> Error {
    let message = format!(
        "{name}: the row on line {line} is larger than {} MiB; is a quote opened there and never closed?",
        limit >> 20
    );
    Error::new(Kind::Input, message)
}

pub(crate) fn unclosed(name: &str, line: usize) -> Error {
    Error::new(Kind::Input, format!("{name}: the row on line {line} opens a quote that is never closed"))
}

/// How many lines end within these bytes.
pub(crate) fn lines(bytes: &[u8], dialect: Dialect) -> usize {
    let end = dialect.terminator.as_byte();
    bytes.iter().filter(|&&byte| byte == end).count()
}

#[cfg(test)]
mod tests;
