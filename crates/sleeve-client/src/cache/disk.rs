//! A cache on disk, for all programs of a user.

mod file;

use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use self::file::{FileId, MOMENT, PATIENCE, Place};
use super::{Cache, Change, MemoryCache, Shelf, size};

/// A cache in a folder, in the file `cache.db` (SQLite), which any number of programs share. It holds 256 MiB of answers
/// unless told otherwise.
///
/// It never stands in the way of a call: a file that another program holds is asked for a moment and no more; one that is damaged is set aside as `cache.db.damaged` and made anew; where
/// there can be none, or a newer program's is there, a [`MemoryCache`] takes its place, and [`DiskCache::why_not`] says
/// why.
///
/// ```
/// use std::sync::Arc;
/// use sleeve_client::{DiskCache, Spotify};
///
/// # let home = tempfile::tempdir().expect("a folder");
/// let cache = Arc::new(DiskCache::open(&home.path().join(".cache/sleeve")));
/// assert_eq!(cache.why_not(), None); // the folder can be used
/// let spotify = Spotify::builder()
///     .credentials("my client id", "my client secret")
///     .cache(cache.clone()) // how the app is paced, and its mode
///     .answers(Some(cache)) // answers as well
///     .build()?;
/// # Ok::<(), sleeve_client::Error>(())
/// ```
#[derive(Debug)]
pub struct DiskCache(Store);

#[derive(Debug)]
enum Store {
    Disk(Disk),
    Memory(MemoryCache, String),
}

#[derive(Debug)]
struct Disk {
    place: Place,
    room: u64,
    held: Mutex<Held>,
}

#[derive(Debug)]
struct Held {
    connection: Connection,
    /// Which file it is that is open.
    file: Option<FileId>,
    /// Until when answers are left alone, because another program holds the file.
    shut_until: SystemTime,
    /// How many bytes were written since it was last looked whether there are too many.
    written: u64,
}

/// What one shelf holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// Which.
    pub shelf: Shelf,
    /// How many values.
    pub entries: u64,
    /// Their bytes, keys included.
    pub bytes: u64,
    /// When the one that was not used for longest was used, to the hour; `None` where there is none.
    pub oldest: Option<SystemTime>,
}

/// For how long answers are left alone where another program holds the file.
const SHUT: Duration = Duration::from_secs(1);
/// A use of an answer is noted where the last one was so long ago: a read is not to cost a write.
const NOTED_MS: i64 = 3_600_000;
const SELECT: &str = "SELECT value, used_ms FROM kept WHERE shelf = ?1 AND key = ?2 AND until_ms > ?3";
const INSERT: &str =
    "INSERT OR REPLACE INTO kept (shelf, key, until_ms, used_ms, size, value) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
/// Takes out what was not used for longest, so that the rest fits.
const TRIM: &str = "DELETE FROM kept WHERE rowid IN (SELECT rowid FROM
    (SELECT rowid, sum(size) OVER (ORDER BY used_ms DESC, rowid DESC) AS total FROM kept WHERE shelf = ?1)
    WHERE total > ?2)";
const USAGE: &str =
    "SELECT count(*), coalesce(sum(size), 0), min(used_ms) FROM kept WHERE shelf = ?1 AND until_ms > ?2";

impl DiskCache {
    /// Opens the cache in a folder; makes the folder (0700) and the file (0600) where there are none.
    pub fn open(folder: &Path) -> Self {
        Self::with_room(folder, 256 << 20)
    }

    /// The same, with room for so many bytes of answers: where they are more, the oldest use goes first.
    pub fn with_room(folder: &Path, bytes: u64) -> Self {
        let place = Place::new(folder);
        match place.open() {
            Ok((connection, file)) => {
                let held = Mutex::new(Held { connection, file, shut_until: UNIX_EPOCH, written: u64::MAX });
                Self(Store::Disk(Disk { place, room: bytes, held }))
            }
            Err(refusal) => {
                let why = refusal.explain(&place);
                tracing::warn!("{why}; what is learned is kept until the program ends");
                Self(Store::Memory(MemoryCache::default(), why))
            }
        }
    }

    /// Why nothing is kept on disk, as a line for a person; `None` where all is well.
    pub fn why_not(&self) -> Option<&str> {
        match &self.0 {
            Store::Disk(_) => None,
            Store::Memory(_, why) => Some(why),
        }
    }

    /// What each shelf holds that has not ended yet; nothing where nothing is kept on disk.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn usage(&self, now: SystemTime) -> io::Result<Vec<Usage>> {
        let Store::Disk(disk) = &self.0 else { return Ok(Vec::new()) };
        disk.run_patiently(|held| {
            Shelf::ALL
                .into_iter()
                .map(|shelf| {
                    held.connection.query_row(USAGE, params![shelf.name(), ms(now)], |row| {
                        let number = |value: i64| u64::try_from(value).unwrap_or_default();
                        let (entries, bytes) = (number(row.get(0)?), number(row.get(1)?));
                        let oldest = row.get::<_, Option<i64>>(2)?;
                        let oldest = oldest.map(|ms| UNIX_EPOCH + Duration::from_millis(number(ms)));
                        Ok(Usage { shelf, entries, bytes, oldest })
                    })
                })
                .collect()
        })
    }

    /// Takes out everything on a shelf, or on all of them, and gives the room back to the disk. Says how many values
    /// there were.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn purge(&self, shelf: Option<Shelf>) -> io::Result<u64> {
        let Store::Disk(disk) = &self.0 else { return Ok(0) };
        disk.run_patiently(|held| {
            let sql = "DELETE FROM kept WHERE shelf = coalesce(?1, shelf)";
            let gone = held.connection.execute(sql, [shelf.map(Shelf::name)])?;
            // Each step gives a page back.
            let mut pages = held.connection.prepare("PRAGMA incremental_vacuum")?;
            let mut pages = pages.query([])?;
            while pages.next()?.is_some() {}
            // Where others read meanwhile, the log is cut later.
            let _ = held.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
            Ok(gone as u64)
        })
    }
}

#[cfg(test)]
impl DiskCache {
    /// Lets the file have so many pages and no more, as a full disk does.
    pub(super) fn bound(&self, pages: i64) {
        let Store::Disk(disk) = &self.0 else { return };
        let bounded = disk.held().connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()));
        bounded.expect("bounded");
    }
}

impl Cache for DiskCache {
    fn get(&self, shelf: Shelf, key: &str, now: SystemTime) -> io::Result<Option<Vec<u8>>> {
        match &self.0 {
            Store::Disk(disk) => disk.run_if_open(shelf, now, |held| held.get(shelf, key, now)),
            Store::Memory(memory, _) => memory.get(shelf, key, now),
        }
    }

    fn update(&self, shelf: Shelf, key: &str, now: SystemTime, change: &mut Change<'_>) -> io::Result<()> {
        match &self.0 {
            Store::Disk(disk) => {
                disk.reopen_if_other()?;
                disk.run_if_open(shelf, now, |held| held.update(shelf, key, now, disk.room, change))
            }
            Store::Memory(memory, _) => memory.update(shelf, key, now, change),
        }
    }
}

impl Disk {
    /// Works with the file; where it turns out to be damaged, with the one that takes its place.
    fn run<T>(&self, mut work: impl FnMut(&mut Held) -> rusqlite::Result<T>) -> io::Result<T> {
        let mut held = self.held();
        match work(&mut held) {
            Err(error) if file::is_damage(&error) => self.reopen(&mut held)?,
            other => return other.map_err(file::told),
        }
        work(&mut held).map_err(file::told)
    }

    /// The same for a shelf. Where another program holds the file, calls go on without kept answers for a second, and do
    /// not wait for each.
    fn run_if_open<T>(
        &self,
        shelf: Shelf,
        now: SystemTime,
        work: impl FnMut(&mut Held) -> rusqlite::Result<T>,
    ) -> io::Result<T> {
        let spared = shelf == Shelf::Answers;
        if spared && self.held().shut_until.duration_since(now).is_ok_and(|left| !left.is_zero() && left <= SHUT) {
            return Err(io::Error::new(io::ErrorKind::WouldBlock, "another program holds the file"));
        }
        let outcome = self.run(work);
        if spared && outcome.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock) {
            self.held().shut_until = now + SHUT;
        }
        outcome
    }

    /// The same for what may take as long as another program's change.
    fn run_patiently<T>(&self, mut work: impl FnMut(&mut Held) -> rusqlite::Result<T>) -> io::Result<T> {
        self.run(|held| {
            held.connection.busy_timeout(PATIENCE)?;
            let outcome = work(held);
            held.connection.busy_timeout(MOMENT)?;
            outcome
        })
    }

    /// What is written to a file that nobody opens any more would be lost.
    fn reopen_if_other(&self) -> io::Result<()> {
        let mut held = self.held();
        if held.file == self.place.file() { Ok(()) } else { self.reopen(&mut held) }
    }

    fn reopen(&self, held: &mut Held) -> io::Result<()> {
        let opened = self.place.reopen(MOMENT).map_err(|refusal| refusal.told(&self.place))?;
        *held = Held { connection: opened.0, file: opened.1, shut_until: UNIX_EPOCH, written: u64::MAX };
        Ok(())
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn get(&self, shelf: Shelf, key: &str, now: SystemTime) -> rusqlite::Result<Option<Vec<u8>>> {
        let now = ms(now);
        let found = find(&self.connection, shelf, key, now)?;
        if let Some((_, used)) = found
            && shelf == Shelf::Answers
            && now.saturating_sub(used) >= NOTED_MS
        {
            let sql = "UPDATE kept SET used_ms = ?3 WHERE shelf = ?1 AND key = ?2";
            let noted = self.connection.prepare_cached(sql)?.execute(params![shelf.name(), key, now]);
            if let Err(error) = noted {
                tracing::debug!(%error, "the use of an answer was not noted");
            }
        }
        Ok(found.map(|(value, _)| value))
    }

    fn update(
        &mut self,
        shelf: Shelf,
        key: &str,
        now: SystemTime,
        room: u64,
        change: &mut Change<'_>,
    ) -> rusqlite::Result<()> {
        // Ends in a rollback where it is dropped before its commit.
        let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
        let known = find(&transaction, shelf, key, ms(now))?.map(|(value, _)| value);
        let Some((value, until)) = change(known.as_deref()) else { return transaction.commit() };
        let room = if shelf == Shelf::Answers { room } else { u64::MAX };
        let size = size(key, &value);
        if until > now && size <= room {
            let until = ms(shelf.end(until, now));
            transaction.prepare_cached(INSERT)?.execute(params![
                shelf.name(),
                key,
                until,
                ms(now),
                signed(size),
                value
            ])?;
        } else {
            let sql = "DELETE FROM kept WHERE shelf = ?1 AND key = ?2";
            transaction.prepare_cached(sql)?.execute(params![shelf.name(), key])?;
        }
        // Counting it all costs more than a write: it is done after each sixteenth of the room, and leaves that free.
        let spare = room / 16;
        let written = self.written.saturating_add(size);
        let is_time = shelf == Shelf::Answers && written >= spare;
        if is_time {
            transaction.execute("DELETE FROM kept WHERE until_ms <= ?1", [ms(now)])?;
            transaction.execute(TRIM, params![shelf.name(), signed(room - spare)])?;
        }
        transaction.commit()?;
        self.written = if is_time { 0 } else { written };
        Ok(())
    }
}

fn find(connection: &Connection, shelf: Shelf, key: &str, now: i64) -> rusqlite::Result<Option<(Vec<u8>, i64)>> {
    let mut statement = connection.prepare_cached(SELECT)?;
    statement.query_row(params![shelf.name(), key, now], |row| Ok((row.get(0)?, row.get(1)?))).optional()
}

/// Milliseconds since 1970.
fn ms(time: SystemTime) -> i64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

fn signed(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
