//! The file of a cache: opened, made, and set aside where it is damaged.

use std::fs::{self, File, TryLockError};
use std::io;
#[cfg(unix)]
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::private;

/// How long a program waits for another's change where nothing else waits with it.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// How long it does where it may be holding up a task: a change takes less than a millisecond. Who wants more comes again.
pub(super) const MOMENT: Duration = Duration::from_millis(20);
const AGAIN: Duration = Duration::from_millis(10);
const APPLICATION: i64 = 0x534c_4343; // SLCC
const FORMAT: i64 = 1;
/// The value is last: what stands before it is read without it.
const TABLES: &str = "
CREATE TABLE kept (shelf TEXT NOT NULL, key TEXT NOT NULL, until_ms INTEGER NOT NULL, used_ms INTEGER NOT NULL,
    size INTEGER NOT NULL, value BLOB NOT NULL, PRIMARY KEY (shelf, key)) STRICT;
CREATE INDEX kept_by_use ON kept (shelf, used_ms, until_ms, size);";

/// Where the file is.
#[derive(Debug)]
pub(super) struct Place {
    folder: PathBuf,
    path: PathBuf,
}

/// What tells two files of one name apart.
pub(super) type FileId = (u64, u64);
type Opened = (Connection, Option<FileId>);

/// Why there is no file to work with.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Another format's, by its number.
    Newer(i64),
    /// Not a cache, or one with holes in it.
    Damaged,
    Disk(io::Error),
}

impl Place {
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), path: folder.join("cache.db") }
    }

    /// Opens the file, makes it, or puts a new one in its place where it is damaged.
    pub(super) fn open(&self) -> Result<Opened, Refusal> {
        match self.connect(None) {
            Err(refusal) if !matches!(refusal, Refusal::Newer(_)) => self.reopen(PATIENCE),
            other => other,
        }
    }

    /// The same where there is reason to think that the file is not there, damaged, or another than the one that was
    /// opened.
    pub(super) fn reopen(&self, patience: Duration) -> Result<Opened, Refusal> {
        private::make_folder(&self.folder)?;
        // One at a time: nobody sets aside what another has just made, and SQLite does not wait where two programs turn
        // a file into one with a log.
        let lock = made(&self.folder.join("cache.lock"))?;
        let mut left = patience;
        while let Err(error) = lock.try_lock() {
            let TryLockError::WouldBlock = error else { return Err(Refusal::Disk(error.into())) };
            if left.is_zero() {
                return Err(Refusal::Disk(io::Error::new(
                    io::ErrorKind::WouldBlock,
                    "another program holds cache.lock",
                )));
            }
            thread::sleep(AGAIN);
            left = left.saturating_sub(AGAIN);
        }
        match self.connect(Some(patience)) {
            Err(Refusal::Damaged) => {
                self.set_aside()?;
                self.connect(Some(patience))
            }
            other => other,
        }
    }

    /// Opens the file. `turn`: whether it may be made, and how long another program may take; then it is looked through as
    /// well.
    fn connect(&self, turn: Option<Duration>) -> Result<Opened, Refusal> {
        if turn.is_some() {
            // For the owner alone; what SQLite puts beside it is like it.
            made(&self.path)?;
        }
        let connection = Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.busy_timeout(turn.unwrap_or(MOMENT))?;
        match marks(&connection)? {
            (0, 0, 0) if turn.is_some() => create(&connection)?,
            (FORMAT, APPLICATION, _) => {}
            (format, APPLICATION, _) if format > FORMAT => return Err(Refusal::Newer(format)),
            _ => return Err(Refusal::Damaged),
        }
        if turn.is_some() && connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0))? != "ok" {
            return Err(Refusal::Damaged);
        }
        // After a power cut the last changes may be missing, never a part of one.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.busy_timeout(MOMENT)?;
        Ok((connection, self.file()))
    }

    /// Which file has the name now, as far as this system can tell.
    pub(super) fn file(&self) -> Option<FileId> {
        #[cfg(unix)]
        let file = fs::metadata(&self.path).ok().map(|file| (file.dev(), file.ino()));
        #[cfg(not(unix))]
        let file = None;
        file
    }

    /// Gives the file, and its log with it, another name. An earlier one of that name goes.
    fn set_aside(&self) -> io::Result<()> {
        let aside = self.folder.join("cache.db.damaged");
        tracing::warn!("{} is damaged; it is set aside as {}", self.path.display(), aside.display());
        // The log first: it must not be taken for the new file's.
        for end in ["-wal", "-shm", ""] {
            let from = self.folder.join(format!("cache.db{end}"));
            let to = self.folder.join(format!("cache.db.damaged{end}"));
            match fs::rename(from, &to) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Ok(()) => private::close(&to)?,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl Refusal {
    /// In words for a person: what cannot be used, and why.
    pub(super) fn explain(&self, place: &Place) -> String {
        let path = place.path.display();
        match self {
            Self::Newer(format) => {
                format!(
                    "{path} was written by a newer sleeve (format {format}, this one reads {FORMAT}); update sleeve"
                )
            }
            Self::Damaged => format!("{path} is damaged, and no other could be made; delete it"),
            Self::Disk(error) => format!("cannot use {path}: {error}"),
        }
    }
}

impl Refusal {
    /// As an error of a cache.
    pub(super) fn told(self, place: &Place) -> io::Error {
        match self {
            Self::Disk(error) if error.kind() == io::ErrorKind::WouldBlock => error,
            other => io::Error::other(other.explain(place)),
        }
    }
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        if is_damage(&error) { Self::Damaged } else { Self::Disk(told(error)) }
    }
}

/// An error as others see it: one that is over when another program is done is told from the rest.
pub(super) fn told(error: rusqlite::Error) -> io::Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => io::Error::new(io::ErrorKind::WouldBlock, error),
        _ => io::Error::other(error),
    }
}

/// Whether an error says that the file is damaged.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

fn create(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.execute_batch(&format!(
        "BEGIN IMMEDIATE; PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORMAT}; {TABLES} COMMIT;"
    ))
}

/// Opens a file as it is; makes it where there is none.
fn made(path: &Path) -> io::Result<File> {
    private::file().create(true).truncate(false).write(true).open(path)
}

/// Format, whose it is, and the number of tables.
fn marks(connection: &Connection) -> rusqlite::Result<(i64, i64, i64)> {
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    Ok((
        number("PRAGMA user_version")?,
        number("PRAGMA application_id")?,
        number("SELECT count(*) FROM sqlite_schema")?,
    ))
}
