//! The tables, and what makes a file a catalogue.

use std::path::Path;
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::{Error, ErrorKind};

/// The format of the file that this program reads and writes.
const FORMAT: i64 = 2;

/// Marks an SQLite file as a catalogue of ours.
const APPLICATION: i64 = 0x736c_6361;

/// How long a connection waits for another one.
const PATIENCE: Duration = Duration::from_secs(10);

/// Numbers of rows are never used again, nor those of lists of markets: what a reader remembers of one stays true.
///
/// A track's `album`, an artist's tracks and albums are derived from the documents. `unpopularity` and `before` count
/// downwards, so that the most popular and the newest stand first.
const TABLES: &str = "
    CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE markets (number INTEGER PRIMARY KEY AUTOINCREMENT, codes TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE artist (
        row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, popularity INTEGER NOT NULL, markets INTEGER,
        document BLOB NOT NULL
    ) STRICT;
    CREATE TABLE album (
        row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, popularity INTEGER NOT NULL, markets INTEGER,
        upc TEXT, before INTEGER NOT NULL, document BLOB NOT NULL
    ) STRICT;
    CREATE TABLE track (
        row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, popularity INTEGER NOT NULL, markets INTEGER,
        isrc TEXT, album INTEGER, disc INTEGER NOT NULL, number INTEGER NOT NULL, document BLOB NOT NULL
    ) STRICT;
    CREATE TABLE artist_track (
        artist INTEGER NOT NULL, unpopularity INTEGER NOT NULL, track INTEGER NOT NULL,
        PRIMARY KEY (artist, unpopularity, track)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE artist_album (
        artist INTEGER NOT NULL, grouped INTEGER NOT NULL, before INTEGER NOT NULL, album INTEGER NOT NULL,
        PRIMARY KEY (artist, grouped, before, album)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX album_upc ON album (upc) WHERE upc IS NOT NULL;
    CREATE INDEX track_isrc ON track (isrc) WHERE isrc IS NOT NULL;
    CREATE INDEX track_album ON track (album, disc, number) WHERE album IS NOT NULL;
";

/// A connection to a file, which is made where there is none.
///
/// # Errors
/// [`ErrorKind::Newer`] or [`ErrorKind::Damaged`]: the file is then as it was.
pub(super) fn open(path: &Path) -> Result<Connection, Error> {
    match connect(path, OpenFlags::default(), path) {
        // On a disk that is read-only the one, in a folder that is the other.
        Err(error)
            if matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
                && rests_unwritable(path) =>
        {
            // What can only be read is not changed by anybody: no log is needed.
            let escaped = percent_encode(path.as_os_str().as_encoded_bytes(), ESCAPED);
            let uri = format!("file:{escaped}?immutable=1");
            connect(Path::new(&uri), OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI, path)
        }
        connection => connection,
    }
    .map_err(|error| at(path, error))?
}

/// Connects, and looks what the file is.
fn connect(name: &Path, flags: OpenFlags, path: &Path) -> rusqlite::Result<Result<Connection, Error>> {
    let connection = Connection::open_with_flags(name, flags)?;
    connection.busy_timeout(PATIENCE)?;
    let number = |pragma: &str| connection.query_row(pragma, [], |row| row.get::<_, i64>(0));
    let format = number("PRAGMA user_version")?;
    let application = number("PRAGMA application_id")?;
    let tables = number("SELECT count(*) FROM sqlite_schema")?;
    Ok(match (format, application, tables) {
        (FORMAT, APPLICATION, _) => Ok(connection),
        (0, 0, 0) => {
            connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
            create(&connection)?;
            Ok(connection)
        }
        (format, APPLICATION, _) if format > FORMAT => {
            let path = path.display();
            let message = format!(
                "{path} was written by a newer sleeve (format {format}, this one reads {FORMAT}); update sleeve"
            );
            Err(Error::new(ErrorKind::Newer, message))
        }
        _ => Err(damaged(path)),
    })
}

/// Whether a file is there, whole without a log, on what can only be read.
fn rests_unwritable(path: &Path) -> bool {
    let log = path.with_extension("db-wal");
    let has_log = std::fs::metadata(log).is_ok_and(|log| log.len() > 0);
    path.is_file() && !has_log && std::fs::File::options().append(true).open(path).is_err()
}

/// What is escaped in the path of a URI.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_');

/// Makes the tables; where two processes do at once, one does it and both find them.
pub(super) fn create(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let made = connection.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))? == FORMAT;
    if made {
        return connection.execute_batch("ROLLBACK");
    }
    connection.execute_batch(&format!(
        "PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORMAT}; {TABLES} COMMIT;"
    ))
}

pub(super) fn storage(error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy) => {
            Error::new(ErrorKind::Busy, "another program is changing the catalogue; try again when it has ended")
        }
        Some(ErrorCode::DiskFull) => {
            Error::new(ErrorKind::Storage, "the disk is full; the catalogue is as it was").because(error)
        }
        Some(ErrorCode::ReadOnly) => {
            Error::new(ErrorKind::Storage, "the catalogue can only be read where it is; it is as it was")
        }
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            Error::new(ErrorKind::Damaged, "the catalogue is damaged").because(error)
        }
        _ => Error::new(ErrorKind::Storage, "the catalogue cannot be used").because(error),
    }
}

fn at(path: &Path, error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => damaged(path),
        _ => Error::new(ErrorKind::Storage, format!("cannot use {}", path.display())).because(error),
    }
}

fn damaged(path: &Path) -> Error {
    let message = format!("{} is damaged or no catalogue of this sleeve's; it was left as it is", path.display());
    Error::new(ErrorKind::Damaged, message)
}
