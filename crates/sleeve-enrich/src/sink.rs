//! The third room: rows with their new cells, into a file that appears when it is complete.

pub(crate) mod target;

use crate::columns::{Column, Value};
use crate::error::Error;
use crate::plan::Heading;
use crate::source::scan::Dialect;
use crate::source::{Batch, RowRef};
use crate::stage::{Outcome, Render};

use self::target::Target;

/// Writes rows as they came, with new cells behind the table's last column.
///
/// A row that is too short is filled up with empty cells; what a row has beyond the table's columns follows the new
/// cells: so they stand in their own columns in every row, and nothing is lost. A line with nothing on it stays so.
#[derive(Debug)]
pub(crate) struct Sink {
    target: Target,
    separator: u8,
    width: usize,
    /// How many columns tell of the track.
    columns: usize,
    line: Vec<u8>,
}

// === impl Sink ===

impl Sink {
    pub(crate) fn new(target: Target, dialect: Dialect, width: usize, columns: usize) -> Self {
        Self { target, separator: dialect.separator, width, columns, line: Vec::new() }
    }

    /// What stands before the rows: the input's own first bytes and names, then the names of the new columns.
    pub(crate) fn write_heading(&mut self, heading: &Heading, names: &[String]) -> Result<(), Error> {
        self.line.clear();
        self.line.extend(&heading.lead);
        self.line.extend(&heading.names);
        self.pad(heading.cells);
        for name in names {
            self.line.push(self.separator);
            push_cell(&mut self.line, name.as_bytes(), self.separator);
        }
        self.line.extend(&heading.terminator);
        self.target.write(&self.line)
    }

    /// Rows and what is known of them, one outcome for each row.
    pub(crate) fn write(&mut self, batch: &Batch, outcomes: &[Outcome]) -> Result<(), Error> {
        self.line.clear();
        for (row, outcome) in batch.rows().zip(outcomes) {
            self.push(row, outcome);
        }
        self.target.write(&self.line)
    }

    fn push(&mut self, row: RowRef<'_>, outcome: &Outcome) {
        self.line.extend(row.before());
        if row.cells() > 0 {
            self.pad(row.cells());
            match &outcome.cells {
                Some(cells) => self.line.extend(&**cells),
                None => self.line.extend(std::iter::repeat_n(self.separator, self.columns)),
            }
            for cell in [outcome.status.as_str(), outcome.method, outcome.score] {
                self.line.push(self.separator);
                self.line.extend(cell.as_bytes());
            }
        }
        self.line.extend(row.beyond());
        self.line.extend(row.terminator());
    }

    fn pad(&mut self, cells: usize) {
        self.line.extend(std::iter::repeat_n(self.separator, self.width.saturating_sub(cells)));
    }

    /// Gives the output its name.
    pub(crate) fn finish(self) -> Result<(), Error> {
        self.target.finish()
    }
}

// === cells ===

/// Makes a track's cells as this sink writes them, each with the separator before it.
pub(crate) fn render(dialect: Dialect, columns: Vec<Column>) -> Render {
    Box::new(move |track, asked| {
        let mut cells = Vec::new();
        for column in &columns {
            cells.push(dialect.separator);
            let value: Value<'_> = column.of(track, asked);
            push_cell(&mut cells, value.text().as_bytes(), dialect.separator);
        }
        cells.into()
    })
}

/// Quotes a cell only where it must be.
fn push_cell(line: &mut Vec<u8>, cell: &[u8], separator: u8) {
    if !cell.iter().any(|byte| matches!(byte, b'"' | b'\n' | b'\r') || *byte == separator) {
        line.extend(cell);
        return;
    }
    line.push(b'"');
    for &byte in cell {
        if byte == b'"' {
            line.push(b'"');
        }
        line.push(byte);
    }
    line.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::push_cell;

    #[test]
    fn cells_are_quoted_only_where_they_must_be() {
        for (cell, separator, expected) in [
            ("a", b',', "a"),
            ("", b',', ""),
            (" a ", b',', " a "),
            ("a, b", b',', "\"a, b\""),
            ("a, b", b';', "a, b"),
            ("a; b", b';', "\"a; b\""),
            ("7\" cut", b',', "\"7\"\" cut\""),
            ("a\nb", b'\t', "\"a\nb\""),
            ("a\rb", b'|', "\"a\rb\""),
        ] {
            let mut line = Vec::new();
            push_cell(&mut line, cell.as_bytes(), separator);
            assert_eq!(line, expected.as_bytes(), "{cell:?}");
        }
    }
}
