//! What will be done, decided before anything is asked for: which column, which names, where the output goes.

use std::borrow::Cow;
use std::fmt;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use sleeve_client::model::Market;

use crate::columns::{self, Column};
use crate::error::{Error, Kind};
use crate::sink::target::Target;
use crate::sink::{self, Sink};
use crate::source::column::{Choice, Table, shortened};
use crate::source::head::{Head, SampleRow};
use crate::source::scan::{Terminator, unquoted};
use crate::source::{Layout, Limits, Reader, Source, lines};
use crate::stage::Render;

/// What a user may choose.
#[derive(Clone, Debug)]
pub struct Config {
    /// The column that holds the ids, by its name or its number from 1; found by its content unless given.
    pub id_column: Option<String>,
    /// The market in which tracks are asked for.
    pub market: Option<Market>,
    /// The columns to add.
    pub columns: Vec<Column>,
}

/// Where rows come from.
pub struct Input {
    name: String,
    from: From,
}

/// Where rows go.
pub struct Output(To);

/// A job that is ready to run. It holds its input and its output open; dropped, it leaves no trace.
pub struct Plan {
    pub(crate) source: Source,
    pub(crate) sink: Sink,
    pub(crate) heading: Heading,
    pub(crate) names: Vec<String>,
    pub(crate) render: Render,
    pub(crate) market: Option<Market>,
    id_column: IdColumn,
}

/// The column that holds the ids. Its `Display` says so: `column 3 "track" holds track ids (17 of 20 rows)`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdColumn {
    /// Counted from 1.
    pub number: usize,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Whether the first row names the columns.
    pub header: bool,
    /// How many of the rows that were looked at hold a track's id, URI or link there.
    pub tracks: usize,
    /// How many rows were looked at.
    pub rows: usize,
    /// Whether these are all rows.
    pub whole: bool,
}

/// What stands before the rows of the output.
#[derive(Debug)]
pub(crate) struct Heading {
    /// A byte order mark, and lines that belong to no table.
    pub(crate) lead: Vec<u8>,
    /// The input's names as they stood, or names made for columns that have none.
    pub(crate) names: Vec<u8>,
    /// How many names there are.
    pub(crate) cells: usize,
    /// What ends the line of the names.
    pub(crate) terminator: Vec<u8>,
}

enum From {
    File(PathBuf),
    Stream(Box<dyn Read + Send>),
}

enum To {
    File(PathBuf),
    Stream(String, Box<dyn Write + Send>),
}

// === impl Config, Input, Output ===

impl Default for Config {
    fn default() -> Self {
        Self { id_column: None, market: None, columns: Column::DEFAULT.to_vec() }
    }
}

impl Input {
    /// A file.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self { name: path.display().to_string(), from: From::File(path) }
    }

    /// A stream, as standard input; `name` is what messages call it.
    pub fn stream(name: impl Into<String>, reader: impl Read + Send + 'static) -> Self {
        Self { name: name.into(), from: From::Stream(Box::new(reader)) }
    }
}

impl Output {
    /// A file, which appears under its name when it is complete. One that is there already is replaced then.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(To::File(path.into()))
    }

    /// A stream, as standard output, which is written as it goes; `name` is what messages call it.
    pub fn stream(name: impl Into<String>, writer: impl Write + Send + 'static) -> Self {
        Self(To::Stream(name.into(), Box::new(writer)))
    }
}

// === impl Plan ===

impl Plan {
    /// Opens the input, reads its beginning, chooses the column, and makes sure that the output can be written.
    /// Waits for the input, which may be a pipe.
    ///
    /// # Errors
    /// [`Kind::Input`] where the input cannot be read or is no text, [`Kind::Column`] where no column fits,
    /// [`Kind::Output`] where the output cannot be written or is the input.
    pub fn new(config: Config, input: Input, output: Output) -> Result<Self, Error> {
        if let (From::File(input), To::File(output)) = (&input.from, &output.0)
            && are_one_file(input, output)
        {
            let message = format!("{} is the input itself; give the output another name", output.display());
            return Err(Error::new(Kind::Output, message));
        }
        let mut reader = input.open()?;
        let head = Head::read(&mut reader)?;
        let Some((first, rest)) = head.rows.split_first() else {
            return Err(Error::new(Kind::Input, format!("{} has no rows", reader.name)));
        };
        let table = Table {
            name: &reader.name,
            first: texts(&reader.pending, first),
            rest: rest.iter().map(|row| texts(&reader.pending, row)).collect(),
        };
        let choice = table.choose(config.id_column.as_deref())?;
        let width = width(&head, choice.header);
        let taken = if choice.header { table.first.clone() } else { made_up_names(width) };
        let names = columns::names(&config.columns, &taken);
        let id_column = IdColumn::of(choice, &table, head.whole);
        let heading = Heading::of(&reader.pending, &head, choice.header.then_some(first), width);
        let target = output.open()?;

        let begin = if choice.header { first.end } else { head.lead };
        let lines_before = lines(&reader.pending[..begin], head.dialect);
        drop(reader.pending.drain(..begin));
        let layout = Layout { dialect: head.dialect, id_column: choice.column, width };
        Ok(Self {
            source: Source::new(reader, layout, lines_before, Limits::default()),
            sink: Sink::new(target, head.dialect, width, config.columns.len()),
            heading,
            names,
            render: sink::render(head.dialect, config.columns),
            market: config.market,
            id_column,
        })
    }

    /// The column that was chosen.
    pub fn id_column(&self) -> &IdColumn {
        &self.id_column
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan").field("id_column", &self.id_column).field("sink", &self.sink).finish_non_exhaustive()
    }
}

impl Input {
    fn open(self) -> Result<Reader, Error> {
        let input = match self.from {
            From::File(path) => match File::open(path) {
                Ok(file) => Box::new(file),
                Err(error) => return Err(Error::cannot_read(&self.name, error)),
            },
            From::Stream(stream) => stream,
        };
        Ok(Reader::new(self.name, input))
    }
}

impl Output {
    fn open(self) -> Result<Target, Error> {
        match self.0 {
            To::File(path) => Target::file(&path),
            To::Stream(name, writer) => Ok(Target::stream(&name, writer)),
        }
    }
}

// === impl IdColumn ===

impl IdColumn {
    fn of(choice: Choice, table: &Table<'_>, whole: bool) -> Self {
        let name = table.first.get(choice.column).filter(|_| choice.header);
        Self {
            number: choice.column + 1,
            name: name.map(|name| String::from_utf8_lossy(name).into_owned()),
            header: choice.header,
            tracks: choice.tracks,
            rows: choice.rows,
            whole,
        }
    }
}

impl fmt::Display for IdColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}", self.number)?;
        if let Some(name) = &self.name {
            write!(f, " \"{}\"", shortened(name))?;
        }
        let first = if self.whole { "" } else { "the first " };
        let rows = if self.rows == 1 { "row" } else { "rows" };
        if self.tracks == 0 && self.rows > 0 {
            return write!(f, " was taken, but none of {first}{} {rows} names a track there", self.rows);
        }
        write!(f, " holds track ids ({} of {first}{} {rows}", self.tracks, self.rows)?;
        f.write_str(if self.header { ")" } else { "; no row of names)" })
    }
}

// === impl Heading ===

impl Heading {
    fn of(bytes: &[u8], head: &Head, header: Option<&SampleRow>, width: usize) -> Self {
        let lead = bytes[..head.lead].to_vec();
        if let Some(row) = header {
            return Self {
                lead,
                names: bytes[row.start()..row.content].to_vec(),
                cells: row.cells.len(),
                terminator: bytes[row.content..row.end].to_vec(),
            };
        }
        let terminator = match head.rows.first().map(|row| &bytes[row.content..row.end]) {
            Some(terminator) if !terminator.is_empty() => terminator.to_vec(),
            _ if head.dialect.terminator == Terminator::Return => b"\r".to_vec(),
            _ => b"\n".to_vec(),
        };
        let names = made_up_names(width).join(&head.dialect.separator);
        Self { lead, names, cells: width, terminator }
    }
}

/// How many columns the table has: as many as it has names; more, where most rows say so.
fn width(head: &Head, header: bool) -> usize {
    let names = if header { 1 } else { 0 };
    let widths: Vec<_> = head.rows[names..].iter().map(|row| row.cells.len()).collect();
    let most = match header {
        false => widths.iter().copied().max(),
        true => {
            let wide = widths.iter().copied().max().unwrap_or_default();
            let mut counts = vec![0_usize; wide + 1];
            widths.iter().for_each(|width| counts[*width] += 1);
            (1..=wide).find(|width| 2 * counts[*width] > widths.len())
        }
    };
    let named = if header { head.rows[0].cells.len() } else { 1 };
    most.unwrap_or_default().max(named)
}

/// `column_1`, `column_2`: what columns are called that have no names.
fn made_up_names(width: usize) -> Vec<Cow<'static, [u8]>> {
    (1..=width).map(|number| format!("column_{number}").into_bytes().into()).collect()
}

fn texts<'a>(bytes: &'a [u8], row: &SampleRow) -> Vec<Cow<'a, [u8]>> {
    row.cells.iter().map(|cell| unquoted(&bytes[cell.clone()])).collect()
}

#[cfg(unix)]
fn are_one_file(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |path| fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|file| (file.dev(), file.ino()));
    place(one).is_some_and(|one| place(other) == Some(one))
}

#[cfg(not(unix))]
fn are_one_file(one: &Path, other: &Path) -> bool {
    fs::canonicalize(one).is_ok_and(|one| fs::canonicalize(other).is_ok_and(|other| one == other))
}
