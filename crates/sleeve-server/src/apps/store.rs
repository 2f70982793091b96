//! `state.db`: the apps on disk. What is answered has been written through to the disk.

use std::num::NonZeroU32;
use std::path::Path;
use std::time::Duration;
use std::{fs, iter};

use rusqlite::types::{Type, Value};
use rusqlite::{
    Connection, ErrorCode, OpenFlags, OptionalExtension, Row, Transaction, TransactionBehavior, params,
    params_from_iter,
};
use sleeve_model::quota::UnknownQuotaMode;

use super::{App, DailyQuota, Draft, Entry, Limits, NoRateLimit};
use crate::folder::{link, temporary_beside, unusable};
use crate::{Error, Kind};

/// The format of `state.db` that this program reads and writes.
const FORMAT: i64 = 2;

/// How long somebody is waited for who writes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Marks an SQLite file as ours.
const APPLICATION: i64 = 0x736c_6576;

const SCHEMA: &str = "
    CREATE TABLE app (
        client_id TEXT NOT NULL UNIQUE,
        secret BLOB NOT NULL,
        created_at_ms INTEGER NOT NULL,
        name TEXT NOT NULL,
        description TEXT NOT NULL,
        building TEXT NOT NULL,
        website TEXT NOT NULL,
        redirect_uris TEXT NOT NULL,
        apis TEXT NOT NULL,
        quota_mode TEXT NOT NULL,
        rate_limit TEXT,
        daily_quota INTEGER
    ) STRICT;
";

/// What makes format 2 of format 1, which knew no limits.
const LIMITS: &str = "ALTER TABLE app ADD COLUMN rate_limit TEXT; ALTER TABLE app ADD COLUMN daily_quota INTEGER;";

const COLUMNS: &str = "client_id, secret, created_at_ms, name, description, building, website, redirect_uris, apis, \
                       quota_mode, rate_limit, daily_quota";

/// The apps on disk.
#[derive(Debug)]
pub(super) struct Store {
    connection: Connection,
}

/// Reads the apps on disk, beside a [`Store`] that may be waiting to write.
#[derive(Debug)]
pub(super) struct Reader(Connection);

impl Store {
    /// Opens the file, and makes it where there is none.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        if !path.exists() {
            make(path)?;
        }
        let connection = Connection::open(path).map_err(|error| unusable(path, error))?;
        connection.busy_timeout(PATIENCE).map_err(|error| explain(path, error))?;
        // Nothing is changed before it is known that the file is ours.
        match read_format(&connection).map_err(|error| explain(path, error))? {
            (1..=FORMAT, APPLICATION) => {
                tune(&connection).and_then(|()| migrate(&connection)).map_err(|error| explain(path, error))?;
                Ok(Self { connection })
            }
            (format, APPLICATION) if format > FORMAT => {
                let path = path.display();
                let message = format!(
                    "{path} was written by a newer sleeve (format {format}, this one reads {FORMAT}); update sleeve, or take another folder with --data"
                );
                Err(Error::new(Kind::Newer, message))
            }
            _ => Err(damaged(path)),
        }
    }

    /// A number that changes whenever another process has written.
    pub(super) fn version(&self) -> Result<i64, Error> {
        self.run(|connection| connection.query_row("PRAGMA data_version", [], |row| row.get(0)))
    }

    /// Every app, the oldest first.
    pub(super) fn all(&self) -> Result<Vec<Entry>, Error> {
        self.run(|connection| {
            let sql = format!("SELECT {COLUMNS} FROM app ORDER BY created_at_ms, rowid");
            let mut statement = connection.prepare_cached(&sql)?;
            statement.query_map([], read_entry)?.collect()
        })
    }

    pub(super) fn find(&self, client_id: &str) -> Result<Option<Entry>, Error> {
        self.run(|connection| find(connection, client_id))
    }

    pub(super) fn insert(&self, entry: &Entry) -> Result<(), Error> {
        let Entry { app: App { client_id, created_at_ms, draft }, sealed_secret } = entry;
        let created_at_ms = i64::try_from(*created_at_ms).unwrap_or(i64::MAX);
        let first: [Value; 3] = [client_id.clone().into(), sealed_secret.clone().into(), created_at_ms.into()];
        self.run(|connection| {
            let sql = format!("INSERT INTO app ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)");
            connection.execute(&sql, params_from_iter(first.into_iter().chain(described(draft))))
        })?;
        Ok(())
    }

    /// Whether there was such an app.
    pub(super) fn update(&self, client_id: &str, draft: &Draft) -> Result<bool, Error> {
        let sql =
            "UPDATE app SET name = ?2, description = ?3, building = ?4, website = ?5, redirect_uris = ?6, apis = ?7,
            quota_mode = ?8, rate_limit = ?9, daily_quota = ?10 WHERE client_id = ?1";
        let values = iter::once(client_id.to_owned().into()).chain(described(draft));
        Ok(self.run(|connection| connection.execute(sql, params_from_iter(values)))? > 0)
    }

    pub(super) fn set_secret(&self, client_id: &str, sealed_secret: &[u8]) -> Result<bool, Error> {
        let sql = "UPDATE app SET secret = ?2 WHERE client_id = ?1";
        Ok(self.run(|connection| connection.execute(sql, params![client_id, sealed_secret]))? > 0)
    }

    pub(super) fn delete(&self, client_id: &str) -> Result<bool, Error> {
        Ok(self.run(|connection| connection.execute("DELETE FROM app WHERE client_id = ?1", [client_id]))? > 0)
    }

    /// Does several things as one: nobody writes between them, and all of them are kept, or none.
    pub(super) fn atomically<T>(&self, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        // Ends in a rollback where it is dropped before its commit.
        let transaction =
            self.run(|connection| Transaction::new_unchecked(connection, TransactionBehavior::Immediate))?;
        let done = work()?;
        self.run(|_| transaction.commit())?;
        Ok(done)
    }

    fn run<'a, T>(&'a self, work: impl FnOnce(&'a Connection) -> rusqlite::Result<T>) -> Result<T, Error> {
        work(&self.connection).map_err(|error| explain_at(&self.connection, error))
    }
}

impl Reader {
    /// Opens the file of a [`Store`].
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let opened = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY);
        let connection = opened.map_err(|error| unusable(path, error))?;
        connection.busy_timeout(PATIENCE).map_err(|error| explain(path, error))?;
        Ok(Self(connection))
    }

    pub(super) fn find(&self, client_id: &str) -> Result<Option<Entry>, Error> {
        find(&self.0, client_id).map_err(|error| explain_at(&self.0, error))
    }
}

fn find(connection: &Connection, client_id: &str) -> rusqlite::Result<Option<Entry>> {
    let sql = format!("SELECT {COLUMNS} FROM app WHERE client_id = ?1");
    connection.prepare_cached(&sql)?.query_row([client_id], read_entry).optional()
}

/// What a draft's columns hold, in the order of [`COLUMNS`].
fn described(draft: &Draft) -> [Value; 9] {
    let Draft { name, description, building, website, redirect_uris, apis, quota_mode, limits } = draft;
    [
        name.clone().into(),
        description.clone().into(),
        building.clone().into(),
        website.clone().into(),
        to_json(redirect_uris).into(),
        to_json(apis).into(),
        quota_mode.to_string().into(),
        limits.rate.map(|limit| limit.to_string()).into(),
        limits.daily_quota.map(|quota| quota.0.get()).into(),
    ]
}

/// Makes the file under another name and gives it its own when it is whole: SQLite does not wait where two programs
/// turn a new file into one with a log, and nobody is to meet half a file.
fn make(path: &Path) -> Result<(), Error> {
    let (temporary, _) = temporary_beside(path).map_err(|error| unusable(path, error))?;
    let made = make_at(&temporary, path);
    // What counts is whether the file got its own name.
    let _ = fs::remove_file(&temporary);
    made
}

fn make_at(temporary: &Path, path: &Path) -> Result<(), Error> {
    let connection = Connection::open(temporary).map_err(|error| unusable(path, error))?;
    // Made without a log: whether all of it reached the file is known when it is committed, where the end of a log is
    // moved into the file at the close, which keeps to itself that there was no room.
    create(&connection).and_then(|()| tune(&connection)).map_err(|error| explain(path, error))?;
    connection.close().map_err(|(_, error)| explain(path, error))?;
    link(temporary, path).map_err(|error| unusable(path, error))
}

fn tune(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")
}

fn read_format(connection: &Connection) -> rusqlite::Result<(i64, i64)> {
    let format = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let application = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    Ok((format, application))
}

fn create(connection: &Connection) -> rusqlite::Result<()> {
    let marks = format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORMAT};");
    connection.execute_batch(&format!("BEGIN; {SCHEMA} {marks} COMMIT;"))
}

/// Takes a file of an older format up, all of it or nothing; a program that holds it open meanwhile can go on.
fn migrate(connection: &Connection) -> rusqlite::Result<()> {
    if read_format(connection)?.0 == FORMAT {
        return Ok(());
    }
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    // Another program may have been first.
    if read_format(&transaction)?.0 < FORMAT {
        transaction.execute_batch(LIMITS)?;
        transaction.pragma_update(None, "user_version", FORMAT)?;
    }
    transaction.commit()
}

fn explain_at(connection: &Connection, error: rusqlite::Error) -> Error {
    match connection.path() {
        Some(path) => explain(Path::new(path), error),
        None => unusable(Path::new("state.db"), error),
    }
}

fn explain(path: &Path, error: rusqlite::Error) -> Error {
    use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType};
    if matches!(error, FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..)) {
        return damaged(path);
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => damaged(path),
        Some(ErrorCode::DiskFull) => {
            Error::new(Kind::Folder, format!("cannot write {}: the disk is full; nothing was changed", path.display()))
        }
        // The log's index could not be made as long as it has to be.
        Some(ErrorCode::SystemIoFailure) if extended_code(&error) == Some(rusqlite::ffi::SQLITE_IOERR_SHMSIZE) => {
            let path = path.display();
            let message = format!(
                "cannot write {path}: the disk is full, or a limit on the size of files is too low; nothing was changed"
            );
            Error::new(Kind::Folder, message)
        }
        Some(ErrorCode::ReadOnly) => {
            Error::new(Kind::Folder, format!("cannot write {}: it is read-only; nothing was changed", path.display()))
        }
        _ => unusable(path, error),
    }
}

fn extended_code(error: &rusqlite::Error) -> Option<i32> {
    error.sqlite_error().map(|error| error.extended_code)
}

fn damaged(path: &Path) -> Error {
    let path = path.display();
    let message = format!(
        "{path} is damaged or not sleeve's; it was left as it is: put it back from a copy, or take another folder with --data"
    );
    Error::new(Kind::Damaged, message)
}

fn read_entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let list = |index| {
        let text: String = row.get(index)?;
        serde_json::from_str(&text).map_err(|error| unreadable(index, error))
    };
    let rate: Option<String> = row.get(10)?;
    Ok(Entry {
        sealed_secret: row.get(1)?,
        app: App {
            client_id: row.get(0)?,
            created_at_ms: u64::try_from(row.get::<_, i64>(2)?).unwrap_or_default(),
            draft: Draft {
                name: row.get(3)?,
                description: row.get(4)?,
                building: row.get(5)?,
                website: row.get(6)?,
                redirect_uris: list(7)?,
                apis: list(8)?,
                quota_mode: row.get::<_, String>(9)?.parse().map_err(|error: UnknownQuotaMode| unreadable(9, error))?,
                limits: Limits {
                    rate: rate
                        .map(|text| text.parse())
                        .transpose()
                        .map_err(|error: NoRateLimit| unreadable(10, error))?,
                    daily_quota: row.get::<_, Option<NonZeroU32>>(11)?.map(DailyQuota),
                },
            },
        },
    })
}

/// A cell that holds something else than we write there.
fn unreadable(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
}

fn to_json(list: &[String]) -> String {
    serde_json::to_string(list).expect("a list of texts is JSON")
}
