//! One change of a catalogue: all of it, or nothing.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rusqlite::types::ToSql;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;
use sleeve_model::{Id, Kind};

use super::schema::{open, storage};
use super::{Borrowed, Reader, Store, words};
use crate::document::with_lists;
use crate::links::Links;
use crate::merge::merge;
use crate::{Error, ErrorKind, KINDS, MarketList, Prepared, Preparer};

/// One change of a catalogue. Others see all of it once it is finished; dropped before that, it never was.
#[derive(Debug)]
pub struct Change<'a> {
    store: &'a Store,
    writer: Writer<'a>,
    /// Numbers of lists of markets.
    numbers: HashMap<*const MarketList, (u32, Arc<MarketList>)>,
    /// Rows of objects that others name.
    rows: HashMap<(Kind, Id), u32>,
    preparer: Preparer,
    /// The generation of what is changed.
    before: Option<i64>,
    finished: bool,
}

/// What became of an object that was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It was not there.
    New,
    /// It was there, and more or something else is known of it now.
    Changed,
    /// It said nothing that was not known.
    Same,
}

/// What of an object has the numbers of this store in it.
struct Stored {
    markets: Option<u32>,
    document: Vec<u8>,
}

/// The connection that writes: one of its own for a file, the only one there is for a store in memory.
enum Writer<'a> {
    Own(Box<Reader>),
    Only(Box<Borrowed<'a>>),
}

/// How many rows and lists a change remembers; then it begins anew.
const REMEMBERED: usize = 500_000;

impl<'a> Change<'a> {
    pub(super) fn begin(store: &'a Store) -> Result<Self, Error> {
        let mut writer = match &store.path {
            Some(path) => Writer::Own(Box::new(Reader::new(open(path)?)?)),
            None => Writer::Only(Box::new(store.reader()?)),
        };
        let preparer = Preparer::new()?;
        let settings = "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536; BEGIN IMMEDIATE";
        writer.reader().connection.execute_batch(settings).map_err(storage)?;
        let (numbers, rows) = Default::default();
        let mut change = Self { store, writer, numbers, rows, preparer, before: None, finished: false };
        change.before = change.writer.reader().meta("generation")?;
        Ok(change)
    }

    /// Stores an object, merged with what is known of it. An object that others name comes before them: what names an
    /// artist or album that is not there is not found by it.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn put(&mut self, prepared: Prepared) -> Result<Put, Error> {
        let stored = self.stored(&prepared)?;
        if let Some(row) = self.insert(&prepared, &stored)? {
            self.link(row, &prepared)?;
            return Ok(Put::New);
        }
        let kind = prepared.object.kind;
        let (row, rests) = self.rests(kind, prepared.object.id)?;
        if rests == stored.document {
            return Ok(Put::Same);
        }
        let known = self.known(kind, &rests)?;
        let new: Value = parsed(&prepared.object.document.to_json())?;
        let merged = merge(known.clone(), new);
        if merged == known {
            return Ok(Put::Same);
        }
        let merged = self.preparer.prepare(merged)?;
        self.unlink(row, kind, &known)?;
        let stored = self.stored(&merged)?;
        self.update(row, &merged, &stored)?;
        self.link(row, &merged)?;
        Ok(Put::Changed)
    }

    /// Takes everything out; what is said of the whole catalogue as well.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn clear(&mut self) -> Result<(), Error> {
        self.rows.clear();
        self.numbers.clear();
        let mut sql =
            String::from("DELETE FROM artist_album; DELETE FROM artist_track; DELETE FROM meta; DELETE FROM markets;");
        KINDS.iter().for_each(|kind| sql.push_str(&format!("DELETE FROM {kind};")));
        self.connection().execute_batch(&sql).map_err(storage)
    }

    /// Whether something is in it that was not invented here, by the ids.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn holds_others(&mut self) -> Result<bool, Error> {
        self.writer.reader().holds_others()
    }

    /// How the catalogue was invented, if it was.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn invented(&mut self) -> Result<Option<String>, Error> {
        self.writer.reader().meta("invented")
    }

    /// Says how the catalogue was invented.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn set_invented(&mut self, how: &str) -> Result<(), Error> {
        self.set_meta("invented", &how)
    }

    /// Makes the change visible to everybody, its text index included; `told` is told how many objects are in that so
    /// far, and can break off: `false`, and nothing was changed.
    ///
    /// # Errors
    /// Where the store cannot be written; then nothing was changed.
    pub fn finish(mut self, told: &mut dyn FnMut(u64) -> ControlFlow<()>) -> Result<bool, Error> {
        let sql = "SELECT abs(random())";
        let generation: i64 = self.connection().query_row(sql, [], |row| row.get(0)).map_err(storage)?;
        self.set_meta("generation", &generation)?;
        for kind in KINDS {
            // Counting takes a walk over all of them, so it is done once.
            let count = self.writer.reader().number(&format!("SELECT count(*) FROM {kind}"), [])?;
            self.set_meta(&counted(kind), &count)?;
        }
        // The index needs memory of its own.
        (self.rows, self.numbers) = Default::default();
        self.connection().execute_batch("PRAGMA shrink_memory").map_err(storage)?;
        if let Some(store) = &self.store.path {
            // While it is certain that nobody else writes an index: behind the commit the next one may.
            words::sweep(store, self.before);
            // Before the change is seen: a killed program leaves an index of a generation that never was.
            if !words::write(self.writer.reader(), &words::path(store, generation), told)? {
                return Ok(false);
            }
        }
        if let Err(error) = self.connection().execute_batch("COMMIT") {
            // A full disk: the index of a generation that never was would keep it full.
            if let Some(store) = &self.store.path {
                words::remove(store, generation);
            }
            return Err(storage(error));
        }
        self.finished = true;
        self.store.generation.store(generation.unsigned_abs(), Ordering::Release);
        if let (Some(store), Some(before)) = (&self.store.path, self.before) {
            words::remove(store, before);
        }
        // What is not written back now is written back later: the change is there either way.
        if let Err(error) = self.tidy() {
            tracing::debug!(%error, "the catalogue's log was not written back");
        }
        Ok(true)
    }

    fn tidy(&mut self) -> rusqlite::Result<()> {
        let number = |connection: &Connection, pragma| connection.query_row(pragma, [], |row| row.get::<_, i64>(0));
        let free = number(self.connection(), "PRAGMA freelist_count")?;
        let all = number(self.connection(), "PRAGMA page_count")?;
        // What took most of the file is gone: the disk gets its space back.
        if free > all / 2 {
            self.connection().execute_batch("VACUUM")?;
        }
        self.connection().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
    }

    fn connection(&mut self) -> &mut Connection {
        &mut self.writer.reader().connection
    }

    fn set_meta(&mut self, name: &str, value: &dyn ToSql) -> Result<(), Error> {
        let sql = "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2";
        self.connection().execute(sql, params![name, value]).map(drop).map_err(storage)
    }

    /// The row of an object that was not there yet.
    fn insert(&mut self, prepared: &Prepared, stored: &Stored) -> Result<Option<u32>, Error> {
        let sql = match prepared.object.kind {
            Kind::Track => {
                "INSERT INTO track (id, popularity, markets, document, isrc, album, disc, number)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO NOTHING"
            }
            Kind::Album => {
                "INSERT INTO album (id, popularity, markets, document, upc, before)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO NOTHING"
            }
            _ => {
                "INSERT INTO artist (id, popularity, markets, document)
                 VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO NOTHING"
            }
        };
        if self.execute(sql, &prepared.object.id.as_str(), prepared, stored)? == 0 {
            return Ok(None);
        }
        let row = u32::try_from(self.connection().last_insert_rowid());
        row.map(Some).map_err(|_| Error::new(ErrorKind::Storage, "the catalogue is full"))
    }

    fn update(&mut self, row: u32, prepared: &Prepared, stored: &Stored) -> Result<(), Error> {
        let sql = match prepared.object.kind {
            Kind::Track => {
                "UPDATE track SET popularity = ?2, markets = ?3, document = ?4, isrc = ?5, album = ?6, disc = ?7,
                 number = ?8 WHERE row = ?1"
            }
            Kind::Album => {
                "UPDATE album SET popularity = ?2, markets = ?3, document = ?4, upc = ?5, before = ?6 WHERE row = ?1"
            }
            _ => "UPDATE artist SET popularity = ?2, markets = ?3, document = ?4 WHERE row = ?1",
        };
        self.execute(sql, &row, prepared, stored).map(drop)
    }

    /// What of an object has the numbers of this store in it.
    fn stored(&mut self, prepared: &Prepared) -> Result<Stored, Error> {
        let Prepared { object, squeezed, .. } = prepared;
        let markets = object.markets.as_ref().map(|list| self.number(list)).transpose()?;
        let lists = object.document.lists().iter().map(|list| self.number(list)).collect::<Result<Vec<_>, _>>()?;
        Ok(Stored { markets, document: with_lists(&lists, squeezed) })
    }

    /// Executes a statement whose first value is `first`, and whose others are the object's columns.
    fn execute(&mut self, sql: &str, first: &dyn ToSql, prepared: &Prepared, stored: &Stored) -> Result<usize, Error> {
        let Prepared { object, links, .. } = prepared;
        let album = links.album.map(|album| self.row(Kind::Album, album)).transpose()?.flatten();
        let mut statement = self.connection().prepare_cached(sql).map_err(storage)?;
        let before = -i64::from(links.released);
        let common: [&dyn ToSql; 4] = [first, &object.popularity, &stored.markets, &stored.document];
        let own: &[&dyn ToSql] = match object.kind {
            Kind::Track => &[&object.isrc, &album, &links.disc, &links.number],
            Kind::Album => &[&object.upc, &before],
            _ => &[],
        };
        statement.execute(rusqlite::params_from_iter(common.iter().chain(own))).map_err(storage)
    }

    /// Notes whose an object is.
    fn link(&mut self, row: u32, prepared: &Prepared) -> Result<(), Error> {
        self.each_link(row, prepared.object.kind, prepared.object.popularity, &prepared.links, true)
    }

    fn unlink(&mut self, row: u32, kind: Kind, known: &Value) -> Result<(), Error> {
        let popularity = known.get("popularity").and_then(Value::as_u64).and_then(|value| u8::try_from(value).ok());
        self.each_link(row, kind, popularity.unwrap_or_default(), &Links::of(kind, known), false)
    }

    fn each_link(&mut self, row: u32, kind: Kind, popularity: u8, links: &Links, put: bool) -> Result<(), Error> {
        for artist in &links.artists {
            let Some(artist) = self.row(Kind::Artist, *artist)? else { continue };
            let (sql, values) = match (kind, put) {
                (Kind::Track, true) => (
                    "INSERT OR IGNORE INTO artist_track (artist, unpopularity, track) VALUES (?1, ?2, ?3)",
                    vec![i64::from(artist), -i64::from(popularity), row.into()],
                ),
                (Kind::Track, false) => (
                    "DELETE FROM artist_track WHERE artist = ?1 AND unpopularity = ?2 AND track = ?3",
                    vec![i64::from(artist), -i64::from(popularity), row.into()],
                ),
                (_, put) => (
                    match put {
                        true => {
                            "INSERT OR IGNORE INTO artist_album (artist, grouped, before, album) VALUES (?1, ?2, ?3, ?4)"
                        }
                        false => {
                            "DELETE FROM artist_album WHERE artist = ?1 AND grouped = ?2 AND before = ?3 AND album = ?4"
                        }
                    },
                    vec![
                        artist.into(),
                        links.group.map_or(0, |group| group as i64),
                        -i64::from(links.released),
                        row.into(),
                    ],
                ),
            };
            let mut statement = self.connection().prepare_cached(sql).map_err(storage)?;
            statement.execute(rusqlite::params_from_iter(values)).map_err(storage)?;
        }
        Ok(())
    }

    /// The row of an object that is there, and its document as it rests.
    fn rests(&mut self, kind: Kind, id: Id) -> Result<(u32, Vec<u8>), Error> {
        let sql = match kind {
            Kind::Track => "SELECT row, document FROM track WHERE id = ?1",
            Kind::Album => "SELECT row, document FROM album WHERE id = ?1",
            _ => "SELECT row, document FROM artist WHERE id = ?1",
        };
        let mut statement = self.connection().prepare_cached(sql).map_err(storage)?;
        statement.query_row([id.as_str()], |row| Ok((row.get(0)?, row.get(1)?))).map_err(storage)
    }

    /// The document of an object that is there.
    fn known(&mut self, kind: Kind, rests: &[u8]) -> Result<Value, Error> {
        let damaged =
            || Error::new(ErrorKind::Damaged, format!("the catalogue is damaged: a {kind} has no good document"));
        let lists = &self.store.lists;
        let Reader { connection, squeezer, .. } = self.writer.reader();
        let document = squeezer.unfold(rests, |number| lists.get(number, connection))?.ok_or_else(damaged)?;
        parsed(&document.to_json())
    }

    fn row(&mut self, kind: Kind, id: Id) -> Result<Option<u32>, Error> {
        if let Some(row) = self.rows.get(&(kind, id)) {
            return Ok(Some(*row));
        }
        let row = self.writer.reader().row(kind, id)?;
        if let (Some(row), true) = (row, kind != Kind::Track) {
            if self.rows.len() >= REMEMBERED {
                self.rows.clear();
            }
            self.rows.insert((kind, id), row);
        }
        Ok(row)
    }

    /// The number of a list of markets, which gets one where it has none.
    fn number(&mut self, list: &Arc<MarketList>) -> Result<u32, Error> {
        if let Some((number, _)) = self.numbers.get(&Arc::as_ptr(list)) {
            return Ok(*number);
        }
        let connection = self.connection();
        let find = |connection: &Connection| {
            let mut statement = connection.prepare_cached("SELECT number FROM markets WHERE codes = ?1")?;
            statement.query_row([list.json()], |row| row.get::<_, u32>(0)).optional()
        };
        let number = match find(connection).map_err(storage)? {
            Some(number) => number,
            None => {
                connection.execute("INSERT INTO markets (codes) VALUES (?1)", [list.json()]).map_err(storage)?;
                u32::try_from(connection.last_insert_rowid())
                    .map_err(|_| Error::new(ErrorKind::Storage, "the catalogue has too many lists of markets"))?
            }
        };
        if self.numbers.len() >= REMEMBERED / 50 {
            self.numbers.clear();
        }
        // Kept alive, so that its address stays its own.
        self.numbers.insert(Arc::as_ptr(list), (number, list.clone()));
        Ok(number)
    }
}

impl Drop for Change<'_> {
    fn drop(&mut self) {
        if !self.finished {
            self.store.lists.clear();
            // A connection that is closed, or a process that ends, takes an unfinished change with it as well.
            let undone = self.connection().execute_batch("ROLLBACK").and_then(|()| self.tidy());
            if let Err(error) = undone {
                tracing::debug!(%error, "an unfinished change was not undone at once");
            }
        }
    }
}

impl Writer<'_> {
    fn reader(&mut self) -> &mut Reader {
        match self {
            Self::Own(reader) => reader,
            Self::Only(reader) => reader.get(),
        }
    }
}

impl std::fmt::Debug for Writer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Writer")
    }
}

/// Under which name the number of objects of a kind stands among what is said of the whole catalogue.
pub(super) fn counted(kind: Kind) -> String {
    format!("{kind}s")
}

fn parsed(json: &str) -> Result<Value, Error> {
    serde_json::from_str(json).map_err(|error| {
        Error::new(ErrorKind::Damaged, "the catalogue is damaged: a document is no JSON").because(error)
    })
}
