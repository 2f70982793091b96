//! Inputs read one after the other, on threads of their own.

#[cfg(test)]
mod tests;

use std::io::{Cursor, Read};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, SyncSender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::exportify::Columns;
use super::flatten::{Flattened, Flattener, Piece};
use super::format::{self, Format};
use super::parse::parse;
use super::rationed::Ration;
use super::records::Records;
use super::{Bad, Input, Tally};
use crate::{Error, ErrorKind};

/// How far an import has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Records read, the bad ones too.
    pub records: u64,
    /// Objects handed to the sink.
    pub objects: u64,
    /// Bytes of the inputs that were read, packed as they are.
    pub bytes_read: u64,
    /// Bytes of all inputs; `None` where one of them is a stream.
    pub bytes_total: Option<u64>,
}

/// How many objects go over to the sink at a time, the size of their records (in bytes) at which fewer do, and how many
/// such batches wait before and behind the preparing.
const BATCH: usize = 128;
const BATCH_BYTES: usize = 8 << 20;
const BATCHES: usize = 2;

/// How long `progress` waits for an input that brings nothing.
const PATIENCE: Duration = Duration::from_millis(100);

/// The longest record or row, in bytes: a playlist of 10,000 entries with lists of markets has its place.
const LONGEST: usize = 64 << 20;

/// A text without one good record is left after this many.
const NONSENSE: u64 = 100;

/// Reads inputs to their ends. They are read, unpacked and taken apart on a thread of their own, and what that gives goes
/// through `prepare` on another; `sink` and `progress` are called on this one. `progress` is told after each batch, and
/// several times a second while nothing comes; it can break off. Records are read in order; an object comes after those
/// that it names.
///
/// `None` where `progress` broke off.
///
/// # Errors
/// [`ErrorKind::Input`] where an input cannot be opened, before the first object; what `sink` says. An input that fails
/// later is a bad record.
pub fn read<T: Send + 'static>(
    inputs: Vec<Input>,
    mut prepare: impl FnMut(Piece) -> T + Send + 'static,
    sink: &mut dyn FnMut(T) -> Result<(), Error>,
    progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<Option<Tally>, Error> {
    inputs.iter().try_for_each(Input::check)?;
    let bytes_total = inputs.iter().map(Input::size).sum();
    let bytes = Arc::new(AtomicU64::new(0));
    let mut at = Progress { bytes_total, ..Progress::default() };
    let (sender, read) = mpsc::sync_channel::<Batch<Piece>>(BATCHES);
    let (prepared, batches) = mpsc::sync_channel(BATCHES);
    let reader = Reader {
        tally: Tally::default(),
        flattener: Flattener::default(),
        out: Out { batch: Batch::new(), sender },
        bytes: Arc::clone(&bytes),
    };
    let reading = thread("import", move || reader.run(inputs))?;
    let preparing = thread("prepare", move || {
        // An error says that nobody takes it any more.
        let _ = read.into_iter().try_for_each(|batch| prepared.send(batch.map(&mut prepare)));
    })?;
    loop {
        match batches.recv_timeout(PATIENCE) {
            Ok(batch) => {
                at.records = batch.records;
                at.objects += batch.pieces.len() as u64;
                batch.pieces.into_iter().try_for_each(&mut *sink)?;
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        at.bytes_read = bytes.load(Ordering::Relaxed);
        // The threads are not waited for: a stream may never end.
        if progress(&at).is_break() {
            return Ok(None);
        }
    }
    preparing.join().expect("what prepares does not panic");
    Ok(Some(reading.join().expect("the reader does not panic")))
}

fn thread<T: Send + 'static>(name: &str, work: impl FnOnce() -> T + Send + 'static) -> Result<JoinHandle<T>, Error> {
    let thread = thread::Builder::new().name(name.to_owned()).spawn(work);
    thread.map_err(|error| Error::new(ErrorKind::Input, "cannot start a thread").because(error))
}

/// The thread's work.
struct Reader {
    tally: Tally,
    flattener: Flattener,
    out: Out,
    bytes: Arc<AtomicU64>,
}

struct Batch<T> {
    pieces: Vec<T>,
    /// The size of the records that they stood in, in bytes.
    bytes: usize,
    /// Records read so far.
    records: u64,
}

struct Out {
    batch: Batch<Piece>,
    sender: SyncSender<Batch<Piece>>,
}

/// Nobody takes what is read any more.
struct Stopped;

impl Reader {
    fn run(mut self, inputs: Vec<Input>) -> Tally {
        for input in inputs {
            let name = input.name().to_owned();
            if self.input(input, &name).is_err() {
                return self.tally;
            }
        }
        // An error says the same as the end.
        let _ = self.out.send(self.tally.records);
        self.tally
    }

    fn input(&mut self, input: Input, name: &str) -> Result<(), Stopped> {
        let mut head = Vec::new();
        let opened = input
            .open(Arc::clone(&self.bytes))
            .and_then(|mut text| text.by_ref().take(format::HEAD).read_to_end(&mut head).map(|_| text));
        let text = match opened {
            Ok(text) => text,
            // What came before the damage is read; it fails at the same place again.
            Err(error) if head.is_empty() => {
                self.bad(name, None, format!("cannot be read: {error}"));
                return Ok(());
            }
            Err(error) => Box::new(Failing(Some(error))),
        };
        let format = format::of(&head);
        let mark = head.len() - format::without_mark(&head).len();
        let terminator = row_end(&head);
        let mut head = Cursor::new(head);
        head.set_position(mark as u64);
        let text = head.chain(text);
        match format {
            Ok(Format::Json) => self.json(text, name),
            Ok(Format::Exportify) => self.exportify(text, name, terminator),
            Err(why) => {
                self.bad(name, None, why.to_owned());
                Ok(())
            }
        }
    }

    fn json(&mut self, text: impl Read, name: &str) -> Result<(), Stopped> {
        let mut records = Records::new(text, LONGEST);
        let (mut good, mut bad) = (0_u64, 0_u64);
        while let Some(record) = records.next() {
            let line = record.line;
            let size = record.text.as_ref().map_or(0, |text| text.len());
            self.tally.records += 1;
            let parsed = record.text.and_then(|text| parse(text).map_err(|error| damage(&error, line)));
            let (is_known, why) = match parsed {
                Ok(value) => match self.take(value, size)? {
                    Flattened { is_known: true, bad_id } => (true, bad_id),
                    _ => (false, Some("holds no object of Spotify's (no `type`, `uri` or `href`)".to_owned())),
                },
                Err(why) => (false, Some(why)),
            };
            good += u64::from(is_known);
            if let Some(why) = why {
                bad += 1;
                self.bad(name, Some(line), why);
            }
            if good == 0 && bad >= NONSENSE {
                self.bad(name, None, format!("left after {bad} bad records without a good one"));
                break;
            }
        }
        Ok(())
    }

    fn exportify(&mut self, text: impl Read, name: &str, terminator: csv::Terminator) -> Result<(), Stopped> {
        let ration = Ration::new(LONGEST);
        let mut rows = csv::ReaderBuilder::new();
        rows.has_headers(false).flexible(true).terminator(terminator);
        // The last row ends as the others do, so that lines can be counted.
        let mut rows = rows.from_reader(ration.of(text.chain(&b"\n"[..])));
        let mut row = csv::StringRecord::new();
        let mut columns = None;
        loop {
            ration.renew();
            let read = rows.read_record(&mut row);
            match (read, &columns) {
                // An empty line with a carriage return.
                (Ok(true), _) if row.len() == 1 && row[0].trim().is_empty() => {}
                (Ok(true), None) => columns = Columns::find(row.iter()),
                (Ok(true), Some(columns)) => {
                    self.tally.records += 1;
                    let cell = |place| row.get(place);
                    let taken = self.take(columns.row(cell).to_track(), row.as_slice().len())?;
                    if let Some(why) = taken.bad_id.or_else(|| columns.flaw(cell)) {
                        let below = row.iter().flat_map(str::bytes).filter(|byte| *byte == b'\n').count() as u64;
                        // Empty lines before it count to the row: its end says where it is.
                        self.bad(name, Some(rows.position().line().saturating_sub(1 + below).max(1)), why);
                    }
                }
                (Ok(false), _) => return Ok(()),
                (Err(error), _) => {
                    let is_over = error.is_io_error();
                    self.tally.records += 1;
                    self.bad(name, row.position().map(csv::Position::line), error.to_string());
                    if is_over {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Takes a record of so many bytes apart and passes its objects on.
    fn take(&mut self, value: serde_json::Value, size: usize) -> Result<Flattened, Stopped> {
        let Self { tally, flattener, out, .. } = self;
        let mut sent = Ok(());
        let mut passed_over = std::mem::take(&mut tally.passed_over);
        let flattened = flattener.flatten(value, &mut passed_over, &mut |piece| {
            tally.objects.add(piece.kind);
            out.batch.pieces.push(piece);
            if out.batch.pieces.len() >= BATCH && sent.is_ok() {
                sent = out.send(tally.records);
            }
        });
        tally.passed_over = passed_over;
        out.batch.bytes += size;
        if out.batch.bytes >= BATCH_BYTES && sent.is_ok() {
            sent = out.send(tally.records);
        }
        sent.map(|()| flattened)
    }

    fn bad(&mut self, name: &str, line: Option<u64>, why: String) {
        self.tally.add_bad(Bad { input: name.to_owned(), line, why });
    }
}

impl<T> Batch<T> {
    fn new() -> Self {
        Self { pieces: Vec::with_capacity(BATCH), bytes: 0, records: 0 }
    }

    fn map<U>(self, each: impl FnMut(T) -> U) -> Batch<U> {
        let Self { pieces, bytes, records } = self;
        Batch { pieces: pieces.into_iter().map(each).collect(), bytes, records }
    }
}

impl Out {
    fn send(&mut self, records: u64) -> Result<(), Stopped> {
        let batch = std::mem::replace(&mut self.batch, Batch::new());
        self.sender.send(Batch { records, ..batch }).map_err(|_| Stopped)
    }
}

/// How the rows of a CSV end, by its beginning. Where lines end with a line feed, a carriage return before it is left to
/// the last cell: the reader would count the line feed to the next row.
fn row_end(head: &[u8]) -> csv::Terminator {
    let first = head.iter().position(|byte| matches!(byte, b'\r' | b'\n')).map_or(&b""[..], |place| &head[place..]);
    let is_return_alone = first.starts_with(b"\r") && !first.starts_with(b"\r\n");
    if is_return_alone { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') }
}

/// Says once more what was said when the head was read.
struct Failing(Option<std::io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// What a parser says of a record, with the line on which it stands in the file.
fn damage(error: &serde_json::Error, line: u64) -> String {
    let text = error.to_string();
    let why = text.rfind(" at line ").map_or(text.as_str(), |end| &text[..end]);
    match error.line() {
        0 | 1 => format!("not JSON: {why} (column {})", error.column()),
        below => format!("not JSON: {why} (line {}, column {})", line + below as u64 - 1, error.column()),
    }
}
