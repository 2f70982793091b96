//! A catalogue in SQLite: one file that anybody can open, read by many and written by one.

mod change;
mod reader;
mod readers;
mod schema;
mod verify;
mod words;

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock};

use rusqlite::{Connection, params};
use serde_json::Value;
use sleeve_model::{AlbumGroup, Id, Kind, Market};

pub use self::change::{Change, Put};
use self::reader::{Reader, select};
use self::readers::{Borrowed, Readers};
use self::schema::{create, open, storage};
pub use self::verify::Verified;
use crate::text::{Index, Query};
use crate::{Catalogue, Discography, Error, Find, KINDS, Listing, MarketList, Object, Preparer, Window};

/// No more tracks are looked at as copies of one recording; where there are more, the ISRC is nobody's own.
const RECORDINGS: u32 = 100;

/// A catalogue in SQLite, in memory or in a file.
#[derive(Debug)]
pub struct Store {
    /// Where it rests; in memory where that is nowhere.
    path: Option<PathBuf>,
    readers: Readers,
    lists: Lists,
    generation: AtomicU64,
    /// The text index of a generation, once somebody has searched.
    index: Mutex<Option<(i64, Arc<Index>)>>,
}

/// The lists of markets that were met, by number.
#[derive(Debug, Default)]
struct Lists(RwLock<HashMap<u32, Arc<MarketList>>>);

impl Store {
    /// An empty catalogue that ends with the process.
    ///
    /// # Errors
    /// Where SQLite has no memory.
    pub fn in_memory() -> Result<Self, Error> {
        let connection = Connection::open_in_memory().map_err(storage)?;
        create(&connection).map_err(storage)?;
        Self::with(None, connection)
    }

    /// A catalogue that rests in a file, made where there is none.
    ///
    /// # Errors
    /// [`ErrorKind::Newer`](crate::ErrorKind::Newer) or [`ErrorKind::Damaged`](crate::ErrorKind::Damaged): the file is
    /// then as it was.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let store = Self::with(Some(path.to_owned()), open(path)?)?;
        store.refresh()?;
        Ok(store)
    }

    fn with(path: Option<PathBuf>, connection: Connection) -> Result<Self, Error> {
        let readers = Readers::new(path.clone(), connection)?;
        let (lists, generation, index) = Default::default();
        Ok(Self { path, readers, lists, generation, index })
    }

    /// Begins a change: all of it, or nothing, is seen by others once it is finished.
    ///
    /// # Errors
    /// [`ErrorKind::Busy`](crate::ErrorKind::Busy) where another process is changing the catalogue.
    pub fn change(&self) -> Result<Change<'_>, Error> {
        Change::begin(self)
    }

    /// One change that stores these documents, in this order, and says what became of each.
    ///
    /// # Errors
    /// As [`Preparer::prepare`] and [`Change::put`]; then nothing was changed.
    pub fn put(&self, documents: impl IntoIterator<Item = Value>) -> Result<Vec<Put>, Error> {
        let mut preparer = Preparer::new()?;
        let mut change = self.change()?;
        let done: Result<_, _> =
            documents.into_iter().map(|document| change.put(preparer.prepare(document)?)).collect();
        let done = done?;
        change.finish(&mut |_| ControlFlow::Continue(()))?;
        Ok(done)
    }

    /// Whether it has nothing in it.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn is_empty(&self) -> Result<bool, Error> {
        let mut reader = self.reader()?;
        for kind in KINDS {
            if reader.get().number(&format!("SELECT EXISTS (SELECT 1 FROM {kind})"), [])? != 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether it ends with the process.
    pub fn is_in_memory(&self) -> bool {
        self.path.is_none()
    }

    /// Whether something is in it that was not invented here, by the ids.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn holds_others(&self) -> Result<bool, Error> {
        self.reader()?.get().holds_others()
    }

    /// Takes everything out, and gives the disk space back.
    ///
    /// # Errors
    /// [`ErrorKind::Busy`](crate::ErrorKind::Busy) where another process is changing the catalogue; where the store
    /// cannot be written. Then nothing was changed.
    pub fn reset(&self) -> Result<(), Error> {
        let mut change = self.change()?;
        change.clear()?;
        change.finish(&mut |_| ControlFlow::Continue(()))?;
        // It is empty either way: what a reader holds on to is given back later.
        let shrunk = self.reader()?.get().connection.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
        if let Err(error) = shrunk {
            tracing::debug!(%error, "the catalogue's file was not made smaller");
        }
        Ok(())
    }

    fn reader(&self) -> Result<Borrowed<'_>, Error> {
        self.readers.borrow()
    }

    /// Reads several things as they are at one instant, whatever is changed meanwhile.
    fn at_one_instant<T>(&self, read: impl FnOnce(&mut Reader) -> Result<T, Error>) -> Result<T, Error> {
        let mut reader = self.reader()?;
        let reader = reader.get();
        reader.connection.execute_batch("BEGIN").map_err(storage)?;
        let found = read(reader);
        reader.connection.execute_batch("ROLLBACK").map_err(storage)?;
        found
    }

    fn objects(&self, kind: Kind, sql: &str, values: impl rusqlite::Params) -> Result<Vec<Object>, Error> {
        self.reader()?.get().objects(kind, sql, values, &self.lists)
    }
}

impl Catalogue for Store {
    fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    fn refresh(&self) -> Result<(), Error> {
        let generation = self.reader()?.get().meta::<i64>("generation")?.unwrap_or_default();
        self.generation.store(generation.unsigned_abs(), Ordering::Release);
        Ok(())
    }

    fn object(&self, kind: Kind, id: Id) -> Result<Option<Object>, Error> {
        let index = self.index_at_hand();
        Ok(self.reader()?.get().several(kind, &[id], index.as_deref(), &self.lists)?.pop().flatten())
    }

    fn several(&self, kind: Kind, ids: &[Id]) -> Result<Vec<Option<Object>>, Error> {
        let index = self.index_at_hand();
        self.at_one_instant(|reader| reader.several(kind, ids, index.as_deref(), &self.lists))
    }

    fn recordings(&self, isrc: &str) -> Result<Vec<Object>, Error> {
        let sql = "SELECT id, popularity, markets, document, isrc FROM track WHERE isrc = ?1
                   ORDER BY popularity DESC, id LIMIT ?2";
        self.objects(Kind::Track, sql, params![isrc, RECORDINGS])
    }

    fn album_tracks(&self, album: Id, window: Window) -> Result<Listing, Error> {
        self.at_one_instant(|reader| {
            let Some(row) = reader.row(Kind::Album, album)? else { return Ok(Listing::default()) };
            let total = reader.number("SELECT count(*) FROM track WHERE album = ?1", [row])?;
            let sql = "SELECT id, popularity, markets, document, isrc FROM track WHERE album = ?1
                       ORDER BY disc, number, row LIMIT ?2 OFFSET ?3";
            let objects = reader.objects(Kind::Track, sql, params![row, window.limit, window.offset], &self.lists)?;
            Ok(Listing { total, objects })
        })
    }

    fn artist_albums(
        &self,
        artist: Id,
        groups: &[AlbumGroup],
        market: Option<Market>,
        window: Window,
    ) -> Result<Discography, Error> {
        self.at_one_instant(|reader| {
            let Some(row) = reader.row(Kind::Artist, artist)? else { return Ok(Discography::default()) };
            let mut rows = reader.discography(row, groups)?;
            if let Some(market) = market {
                // By its list alone: an artist of many compilations has more albums than fit the memory.
                rows = reader.playing(rows, market, &self.lists)?;
            }
            let mut albums = Vec::new();
            for (group, row) in rows.iter().skip(window.offset as usize).take(window.limit as usize) {
                albums.extend(reader.object(Kind::Album, *row, &self.lists)?.map(|album| (*group, album)));
            }
            Ok(Discography { total: u32::try_from(rows.len()).unwrap_or(u32::MAX), albums })
        })
    }

    fn top_tracks(&self, artist: Id, limit: u32) -> Result<Vec<Object>, Error> {
        self.at_one_instant(|reader| {
            let Some(row) = reader.row(Kind::Artist, artist)? else { return Ok(Vec::new()) };
            let sql = "SELECT id, popularity, markets, document, isrc FROM artist_track JOIN track ON row = track
                       WHERE artist = ?1 ORDER BY unpopularity, track LIMIT ?2";
            reader.objects(Kind::Track, sql, params![row, limit], &self.lists)
        })
    }

    fn search(&self, kind: Kind, query: &Query, find: &Find) -> Result<Listing, Error> {
        self.find(kind, query, find)
    }

    fn count(&self, kind: Kind) -> Result<u64, Error> {
        Ok(self.reader()?.get().meta::<u32>(&change::counted(kind))?.unwrap_or_default().into())
    }

    fn example(&self, kind: Kind) -> Result<Option<Object>, Error> {
        let Some(sql) = select!(kind, "ORDER BY row LIMIT 1") else { return Ok(None) };
        Ok(self.objects(kind, sql, [])?.pop())
    }

    fn each(&self, kind: Kind, each: &mut dyn FnMut(Object) -> ControlFlow<()>) -> Result<(), Error> {
        let Some(sql) = select!(kind, "ORDER BY id") else { return Ok(()) };
        self.reader()?.get().each(kind, sql, [], &self.lists, each)
    }

    fn invented(&self) -> Result<Option<String>, Error> {
        self.reader()?.get().meta("invented")
    }
}
