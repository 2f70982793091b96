//! The connections through which a store is read, lent out one by one.

use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use super::reader::Reader;
use super::schema::{open, storage};
use crate::Error;

/// How many readers work at once on a file; each has a connection of its own.
const READERS: usize = 4;

/// How many KiB of the file each of them remembers: the pages that lead to those of a million documents, and some more. With
/// SQLite's own 2 MB a lookup among them reads 2.8 pages, with this 2.1.
const REMEMBERED_KIB: u32 = 6 * 1024;

/// Readers, opened as they are needed.
#[derive(Debug)]
pub(super) struct Readers {
    /// The file that they read; there is one reader where it is none.
    path: Option<PathBuf>,
    here: Mutex<Here>,
    given_back: Condvar,
}

#[derive(Debug)]
struct Here {
    free: Vec<Reader>,
    /// How many more may be opened.
    unopened: usize,
}

/// A reader while it is used.
pub(super) struct Borrowed<'a> {
    from: &'a Readers,
    /// Gone only once it is given back.
    reader: Option<Reader>,
}

impl Readers {
    /// The readers of a file, or of what this connection alone holds.
    pub(super) fn new(path: Option<PathBuf>, first: Connection) -> Result<Self, Error> {
        let unopened = if path.is_some() { READERS - 1 } else { 0 };
        let here = Mutex::new(Here { free: vec![reader(first)?], unopened });
        Ok(Self { path, here, given_back: Condvar::new() })
    }

    /// A reader that is free, a new one, or the first that is given back.
    pub(super) fn borrow(&self) -> Result<Borrowed<'_>, Error> {
        let mut here = self.here();
        loop {
            if let Some(reader) = here.free.pop() {
                return Ok(Borrowed { from: self, reader: Some(reader) });
            }
            if let (Some(path), 1..) = (&self.path, here.unopened) {
                here.unopened -= 1;
                drop(here);
                return match open(path).and_then(reader) {
                    Ok(reader) => Ok(Borrowed { from: self, reader: Some(reader) }),
                    Err(error) => {
                        self.here().unopened += 1;
                        self.given_back.notify_one();
                        Err(error)
                    }
                };
            }
            here = self.given_back.wait(here).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn here(&self) -> MutexGuard<'_, Here> {
        // Nothing that is done under the lock leaves it half done.
        self.here.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Borrowed<'_> {
    pub(super) fn get(&mut self) -> &mut Reader {
        self.reader.as_mut().expect("it is given back last")
    }
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        let Some(reader) = self.reader.take() else { return };
        // Whoever panicked left the instant open in which it read.
        if !reader.connection.is_autocommit()
            && let Err(error) = reader.connection.execute_batch("ROLLBACK")
        {
            tracing::debug!(%error, "a reader was given back within a transaction");
        }
        self.from.here().free.push(reader);
        self.from.given_back.notify_one();
    }
}

fn reader(connection: Connection) -> Result<Reader, Error> {
    connection.execute_batch(&format!("PRAGMA cache_size = -{REMEMBERED_KIB}")).map_err(storage)?;
    Reader::new(connection)
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::super::schema::open;
    use super::{READERS, Readers};

    #[test]
    fn whoever_waits_gets_the_first_that_is_given_back_and_finds_nothing_begun() {
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join("catalogue.db");
        let first = open(&path).expect("a file");
        let readers = Readers::new(Some(path), first).expect("memory");
        let mut lent: Vec<_> = (0..READERS).map(|_| readers.borrow().expect("a file")).collect();
        thread::scope(|threads| {
            let waiting = threads.spawn(|| readers.borrow().expect("a file").get().connection.is_autocommit());
            let mut last = lent.pop().expect("there are some");
            last.get().connection.execute_batch("BEGIN").expect("it is idle");
            drop(last);
            assert!(waiting.join().expect("no panic"));
        });
    }
}
