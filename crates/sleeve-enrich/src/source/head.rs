//! The beginning of a file, from which its form is guessed: separator, line ending, header.

use std::ops::Range;

use super::column::track_references;
use super::scan::{self, Dialect, Scan, Terminator, unquoted};
use super::{MAX_ROW, Reader, lines, too_large, unclosed};
use crate::error::{Error, Kind};

/// Rows are looked at until there are so many, names and a thousand others, or the sample ends.
pub(crate) const SAMPLE_ROWS: usize = 1_001;
const SAMPLE_BYTES: usize = 1 << 20;
/// Rows from which the separator is told.
const DIALECT_ROWS: usize = 100;
/// What may stand between cells; at equal marks the first wins.
const SEPARATORS: [u8; 4] = *b",;\t|";

/// The first rows of a file.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) dialect: Dialect,
    /// What stands before the first row that has cells: a byte order mark, a line `sep=;`, lines with nothing on them.
    pub(crate) lead: usize,
    /// The first rows that have cells.
    pub(crate) rows: Vec<SampleRow>,
    /// Whether these are all the rows that there are.
    pub(crate) whole: bool,
}

/// One row of a [`Head`], by places in the reader's pending bytes.
#[derive(Debug)]
pub(crate) struct SampleRow {
    pub(crate) cells: Vec<Range<usize>>,
    pub(crate) content: usize,
    pub(crate) end: usize,
}

// === impl Head ===

impl Head {
    /// Reads until the sample is full or the input ends, and guesses. Nothing is taken from the reader.
    pub(crate) fn read(reader: &mut Reader) -> Result<Self, Error> {
        while !reader.at_end && reader.pending.len() < SAMPLE_BYTES {
            reader.fill(SAMPLE_BYTES - reader.pending.len())?;
        }
        refuse_what_is_no_text(reader)?;
        loop {
            let bytes = &reader.pending;
            let (mark, separator) = preamble(bytes);
            let terminator = if bytes.contains(&b'\n') || !bytes.contains(&b'\r') {
                Terminator::Newline
            } else {
                Terminator::Return
            };
            let separator = separator.unwrap_or_else(|| {
                let rows =
                    |separator| sample(bytes, mark, Dialect { separator, terminator }, reader.at_end, DIALECT_ROWS);
                likely_separator(|separator| marks(bytes, &rows(separator).rows))
            });
            let dialect = Dialect { separator, terminator };
            let Sample { rows, end, stop } = sample(bytes, mark, dialect, reader.at_end, SAMPLE_ROWS);
            let line = 1 + lines(&bytes[..end], dialect);
            if stop == Some(Scan::Unclosed) {
                return Err(unclosed(&reader.name, line));
            }
            // A second row is needed to tell a header: a huge first row may not leave room for it.
            if rows.len() > 1 || reader.at_end {
                let lead = rows.first().map_or(mark, SampleRow::start);
                return Ok(Self { dialect, lead, rows, whole: reader.at_end && end == bytes.len() });
            }
            if bytes.len() > MAX_ROW {
                return Err(too_large(&reader.name, line, MAX_ROW));
            }
            let more = reader.pending.len();
            reader.fill(more)?;
        }
    }
}

impl SampleRow {
    pub(crate) fn start(&self) -> usize {
        self.cells.first().map_or(self.end, |cell| cell.start)
    }
}

/// Rows that were looked at, where they end, and what stopped the look before the limit.
struct Sample {
    rows: Vec<SampleRow>,
    end: usize,
    stop: Option<Scan>,
}

/// Up to `limit` rows that have cells.
fn sample(bytes: &[u8], from: usize, dialect: Dialect, at_end: bool, limit: usize) -> Sample {
    let mut rows = Vec::new();
    let mut at = from;
    while at < bytes.len() && rows.len() < limit {
        let mut cells = Vec::new();
        let scan = scan::row(&bytes[at..], dialect, at_end, |start, end| cells.push(at + start..at + end));
        let Scan::Row { content, end } = scan else { return Sample { rows, end: at, stop: Some(scan) } };
        if content > 0 {
            rows.push(SampleRow { cells, content: at + content, end: at + end });
        }
        at += end;
    }
    Sample { rows, end: at, stop: None }
}

/// How far the byte order mark and a spreadsheet's line `sep=;` reach, and the separator that the line names.
fn preamble(bytes: &[u8]) -> (usize, Option<u8>) {
    let mark = if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    match &bytes[mark..] {
        [b's', b'e', b'p', b'=', separator, b'\n', ..] => (mark + 6, Some(*separator)),
        [b's', b'e', b'p', b'=', separator, b'\r', b'\n', ..] => (mark + 7, Some(*separator)),
        _ => (mark, None),
    }
}

/// The separator with the most marks; `marks` is asked once for each.
fn likely_separator(marks: impl Fn(u8) -> (usize, usize, usize)) -> u8 {
    let mut best = (SEPARATORS[0], marks(SEPARATORS[0]));
    for separator in &SEPARATORS[1..] {
        let marks = marks(*separator);
        if marks > best.1 {
            best = (*separator, marks);
        }
    }
    best.0
}

/// What speaks for a separator, in order of weight: rows with a track id standing alone in one column; rows as wide as
/// the first, if that has more than one cell; how wide that is.
fn marks(bytes: &[u8], rows: &[SampleRow]) -> (usize, usize, usize) {
    let width = rows.first().map_or(0, |row| row.cells.len());
    let ids = track_references(rows.iter().map(|row| row.cells.iter().map(|cell| unquoted(&bytes[cell.clone()]))));
    let ids = ids.into_iter().max().unwrap_or_default();
    match width {
        0 | 1 => (ids, 0, 0),
        _ => (ids, rows.iter().filter(|row| row.cells.len() == width).count(), width),
    }
}

fn refuse_what_is_no_text(reader: &Reader) -> Result<(), Error> {
    const KNOWN: [(&[u8], &str); 8] = [
        (b"\x1F\x8B", "is compressed with gzip; unpack it first"),
        (b"\x28\xB5\x2F\xFD", "is compressed with zstd; unpack it first"),
        (b"PK\x03\x04", "is a ZIP archive or a spreadsheet; unpack it, or save it as CSV"),
        (b"PAR1", "is a Parquet file; save it as CSV"),
        (b"SQLite format 3\0", "is a SQLite database; save a table of it as CSV"),
        (b"\xFF\xFE", "is UTF-16 text; save it as UTF-8"),
        (b"\xFE\xFF", "is UTF-16 text; save it as UTF-8"),
        (b"%PDF-", "is a PDF; save its table as CSV"),
    ];
    match KNOWN.iter().find(|(start, _)| reader.pending.starts_with(start)) {
        Some((_, what)) => Err(Error::new(Kind::Input, format!("{} {what}", reader.name))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
