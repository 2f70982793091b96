//! A catalogue in SQLite: one table for each kind, rowid tables with a unique index on the id.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Row, params};
use sleeve_model::{Id, Kind};

use crate::{Catalogue, Document, Error, ErrorKind, Markets, Object};

/// The format of the file that this program reads and writes.
const FORMAT: i64 = 1;

/// Marks an SQLite file as a catalogue of ours.
const APPLICATION: i64 = 0x736c_6361;

/// The kinds that a catalogue holds so far.
const KINDS: [Kind; 3] = [Kind::Track, Kind::Album, Kind::Artist];

const COLUMNS: &str = "id, name, isrc, popularity, markets, document";

/// A catalogue in SQLite, in memory or in a file.
#[derive(Debug)]
pub struct Store {
    connection: Mutex<Connection>,
}

impl Store {
    /// An empty catalogue that ends with the process.
    ///
    /// # Errors
    /// Where SQLite has no memory.
    pub fn in_memory() -> Result<Self, Error> {
        let connection = Connection::open_in_memory().map_err(storage)?;
        create(&connection).map_err(storage)?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    /// A catalogue that rests in a file, made where there is none.
    ///
    /// # Errors
    /// [`ErrorKind::Newer`] or [`ErrorKind::Damaged`]: the file is then as it was.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let connection = Connection::open_with_flags(path, OpenFlags::default()).map_err(|error| at(path, error))?;
        let number = |pragma: &str| connection.query_row(pragma, [], |row| row.get::<_, i64>(0));
        let format = number("PRAGMA user_version").map_err(|error| at(path, error))?;
        let application = number("PRAGMA application_id").map_err(|error| at(path, error))?;
        let tables = number("SELECT count(*) FROM sqlite_schema").map_err(|error| at(path, error))?;
        match (format, application, tables) {
            (FORMAT, APPLICATION, _) => {}
            (0, 0, 0) => create(&connection).map_err(|error| at(path, error))?,
            (format, APPLICATION, _) if format > FORMAT => {
                let path = path.display();
                let message = format!(
                    "{path} was written by a newer sleeve (format {format}, this one reads {FORMAT}); update sleeve"
                );
                return Err(Error::new(ErrorKind::Newer, message));
            }
            _ => return Err(damaged(path)),
        }
        Ok(Self { connection: Mutex::new(connection) })
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic elsewhere leaves nothing half done here: writes are transactions.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Catalogue for Store {
    fn object(&self, kind: Kind, id: Id) -> Result<Option<Object>, Error> {
        let Some(table) = table(kind) else { return Ok(None) };
        let connection = self.lock();
        let sql = format!("SELECT {COLUMNS} FROM {table} WHERE id = ?1");
        let mut statement = connection.prepare_cached(&sql).map_err(storage)?;
        let object =
            statement.query_row([id.as_str()], |row| Ok(read_object(kind, row))).optional().map_err(storage)?;
        object.transpose()
    }

    fn recordings(&self, isrc: &str) -> Result<Vec<Object>, Error> {
        let connection = self.lock();
        let sql = format!("SELECT {COLUMNS} FROM track WHERE isrc = ?1 ORDER BY popularity DESC, id");
        let mut statement = connection.prepare_cached(&sql).map_err(storage)?;
        let rows = statement.query_map([isrc], |row| Ok(read_object(Kind::Track, row))).map_err(storage)?;
        rows.map(|row| row.map_err(storage)?).collect()
    }

    fn put(&self, objects: &[Object]) -> Result<(), Error> {
        let mut connection = self.lock();
        let transaction = connection.transaction().map_err(storage)?;
        for object in objects {
            let Some(table) = table(object.kind) else {
                return Err(Error::new(ErrorKind::NotAnObject, format!("a catalogue holds no {}s yet", object.kind)));
            };
            let values = params![
                object.id.as_str(),
                object.name,
                object.isrc,
                object.popularity,
                object.markets.as_ref().map(Markets::to_bytes),
                object.document.to_bytes(),
            ];
            let sql = format!(
                "INSERT INTO {table} ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO UPDATE SET name = ?2,
                 isrc = ?3, popularity = ?4, markets = ?5, document = ?6"
            );
            transaction.prepare_cached(&sql).and_then(|mut sql| sql.execute(values)).map_err(storage)?;
        }
        transaction.commit().map_err(storage)
    }

    fn count(&self, kind: Kind) -> Result<u64, Error> {
        let Some(table) = table(kind) else { return Ok(0) };
        let count = self.lock().query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, i64>(0));
        Ok(u64::try_from(count.map_err(storage)?).unwrap_or_default())
    }

    fn example(&self, kind: Kind) -> Result<Option<Object>, Error> {
        let Some(table) = table(kind) else { return Ok(None) };
        let sql = format!("SELECT {COLUMNS} FROM {table} ORDER BY rowid LIMIT 1");
        let object = self.lock().query_row(&sql, [], |row| Ok(read_object(kind, row))).optional().map_err(storage)?;
        object.transpose()
    }
}

fn table(kind: Kind) -> Option<&'static str> {
    KINDS.contains(&kind).then(|| kind.as_str())
}

fn create(connection: &Connection) -> rusqlite::Result<()> {
    let mut sql = format!("BEGIN; PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORMAT};");
    for table in KINDS.map(Kind::as_str) {
        sql.push_str(&format!(
            "CREATE TABLE {table} (
                id TEXT NOT NULL UNIQUE,
                name TEXT NOT NULL,
                isrc TEXT,
                popularity INTEGER NOT NULL,
                markets BLOB,
                document BLOB NOT NULL
            ) STRICT;"
        ));
    }
    sql.push_str("CREATE INDEX track_isrc ON track (isrc) WHERE isrc IS NOT NULL; COMMIT;");
    connection.execute_batch(&sql)
}

fn read_object(kind: Kind, row: &Row<'_>) -> Result<Object, Error> {
    let bad =
        |what: &str| Error::new(ErrorKind::Damaged, format!("the catalogue is damaged: a {kind} has no good {what}"));
    let id = row.get_ref(0).ok().and_then(|id| Id::parse(id.as_str().ok()?).ok()).ok_or_else(|| bad("id"))?;
    let markets =
        match row.get_ref(4).ok().and_then(|value| value.as_blob_or_null().ok()).ok_or_else(|| bad("markets"))? {
            Some(bytes) => Some(Markets::from_bytes(bytes).ok_or_else(|| bad("markets"))?),
            None => None,
        };
    let document = row.get_ref(5).ok().and_then(|value| Document::from_bytes(value.as_blob().ok()?));
    Ok(Object {
        kind,
        id,
        name: row.get(1).map_err(storage)?,
        isrc: row.get(2).map_err(storage)?,
        popularity: row.get(3).map_err(storage)?,
        markets,
        document: document.ok_or_else(|| bad("document"))?,
    })
}

fn storage(error: rusqlite::Error) -> Error {
    Error::new(ErrorKind::Storage, "the catalogue cannot be used").because(error)
}

fn at(path: &Path, error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => damaged(path),
        _ => Error::new(ErrorKind::Storage, format!("cannot use {}", path.display())).because(error),
    }
}

fn damaged(path: &Path) -> Error {
    let message = format!("{} is damaged or no catalogue of sleeve's; it was left as it is", path.display());
    Error::new(ErrorKind::Damaged, message)
}
