//! The text index of a store: built with each change, opened when somebody searches, built anew where it is missing.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use serde::Deserialize;
use sleeve_model::{Id, Kind, Market};

use super::Store;
use super::reader::Reader;
use super::schema::storage;
use crate::text::{self, Builder, Entry, Index, Query};
use crate::{Document, Error, ErrorKind, Find, KINDS, Listing, MarketList};

/// The number of the list of markets of an object that says nothing of them.
const EVERYWHERE: u32 = 0;

/// What the index needs of a document.
#[derive(Default, Deserialize)]
struct Named<'a> {
    #[serde(borrow, default)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    artists: Option<Vec<Option<Part<'a>>>>,
    #[serde(borrow, default)]
    album: Option<Part<'a>>,
    #[serde(borrow, default)]
    genres: Option<Vec<Cow<'a, str>>>,
    #[serde(borrow, default)]
    release_date: Option<Cow<'a, str>>,
}

/// An object within another one.
#[derive(Deserialize)]
struct Part<'a> {
    #[serde(borrow, default)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    release_date: Option<Cow<'a, str>>,
}

/// A row on its way into the index.
struct Indexed {
    kind: Kind,
    number: u32,
    id: Id,
    popularity: u8,
    /// The number of its list of markets.
    markets: Option<u32>,
    /// The lists of markets in it are not the true ones.
    document: Document,
}

impl Store {
    /// What a search finds, the best first.
    pub(super) fn find(&self, kind: Kind, query: &Query, find: &Find) -> Result<Listing, Error> {
        let Some(indexed) = text::Kind::of(kind) else { return Ok(Listing::default()) };
        // An index speaks of the rows of its own generation.
        self.at_one_instant(|reader| self.find_in(reader, kind, indexed, query, find))
    }

    fn find_in(
        &self,
        reader: &mut Reader,
        kind: Kind,
        indexed: text::Kind,
        query: &Query,
        find: &Find,
    ) -> Result<Listing, Error> {
        let index = self.index(reader)?;
        let within = match (kind, query.isrc(), query.upc()) {
            (Kind::Track, Some(isrc), _) => Some(reader.rows("SELECT row FROM track WHERE isrc = ?1", isrc)?),
            (Kind::Album, _, Some(upc)) => Some(reader.rows("SELECT row FROM album WHERE upc = ?1", upc)?),
            _ => None,
        };
        let connection = &reader.connection;
        let plays = |market: Market| move |number| number == EVERYWHERE || self.lists.plays(number, market, connection);
        let plays = find.market.map(plays);
        let hits = index.search(
            query,
            indexed,
            &text::Search {
                offset: find.window.offset,
                limit: find.window.limit,
                today: find.today,
                plays: plays.as_ref().map(|plays| plays as &dyn Fn(u32) -> bool),
                within: within.as_deref(),
            },
        )?;
        let mut objects = Vec::with_capacity(hits.rows.len());
        for row in hits.rows {
            objects.extend(reader.object(kind, row, &self.lists)?);
        }
        Ok(Listing { total: hits.total, objects })
    }

    /// The index of what the reader sees.
    fn index(&self, reader: &mut Reader) -> Result<Arc<Index>, Error> {
        let generation = reader.meta::<i64>("generation")?.unwrap_or_default();
        let mut known = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, index)) = known.as_ref().filter(|(of, _)| *of == generation) {
            return Ok(index.clone());
        }
        let index = match &self.path {
            None => in_memory(reader)?,
            Some(store) => {
                let path = path(store, generation);
                match opened(&path) {
                    Some(index) => index,
                    None => build_anew(reader, &path)?,
                }
            }
        };
        let index = Arc::new(index);
        *known = Some((generation, index.clone()));
        Ok(index)
    }

    /// An index that leads from ids to rows, where a file is there or open. It may be of another generation than what a
    /// reader sees: whoever finds the id in the row that it names has found the right one.
    pub(super) fn index_at_hand(&self) -> Option<Arc<Index>> {
        let store = self.path.as_ref()?;
        // Nobody waits for one that is being built.
        let mut known = self.index.try_lock().ok()?;
        let generation = self.generation.load(Ordering::Acquire).cast_signed();
        if known.as_ref().is_none_or(|(of, _)| *of != generation)
            && let Some(index) = opened(&path(store, generation))
        {
            *known = Some((generation, Arc::new(index)));
        }
        known.as_ref().map(|(_, index)| index.clone())
    }
}

fn opened(path: &Path) -> Option<Index> {
    Index::open(File::open(path).ok()?).ok()
}

/// The index of a generation that has none, or none that can be used: built, and kept where that can be done.
fn build_anew(reader: &mut Reader, path: &Path) -> Result<Index, Error> {
    tracing::info!(path = %path.display(), "the text index is missing or of another version, and is built anew");
    if write(reader, path, &mut |_| ControlFlow::Continue(())).is_ok()
        && let Some(index) = opened(path)
    {
        return Ok(index);
    }
    in_memory(reader)
}

fn in_memory(reader: &mut Reader) -> Result<Index, Error> {
    let mut bytes = Vec::new();
    if let Some(builder) = build(reader, &mut |_| ControlFlow::Continue(()))? {
        builder.write(&mut bytes)?;
    }
    Index::from_bytes(bytes)
}

/// Builds the index of what the reader sees, and lets it rest at this path: whole, or not at all. `false` where `told`
/// broke off.
pub(super) fn write(
    reader: &mut Reader,
    path: &Path,
    told: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<bool, Error> {
    let Some(builder) = build(reader, told)? else { return Ok(false) };
    let part = path.with_extension(format!("{}.part", std::process::id()));
    let failed = |error| Error::new(ErrorKind::Storage, format!("cannot write {}", path.display())).because(error);
    let written = File::create(&part).map_err(failed).and_then(|file| {
        let mut out = BufWriter::with_capacity(1 << 18, file);
        builder.write(&mut out)?;
        out.flush().and_then(|()| out.get_ref().sync_all()).map_err(failed)?;
        fs::rename(&part, path).map_err(failed)
    });
    written.map(|()| true).inspect_err(|_| {
        // What is left of it is of no use to anybody.
        let _ = fs::remove_file(&part);
    })
}

/// Where the index of a generation rests, beside the store.
pub(super) fn path(store: &Path, generation: i64) -> PathBuf {
    store.with_file_name(format!("text-{generation:016x}.index"))
}

/// Removes every index but that of this generation: those of generations that are over, and what killed programs left
/// of theirs.
pub(super) fn sweep(store: &Path, generation: Option<i64>) {
    let kept = generation.map(|generation| path(store, generation));
    let files = store.parent().and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    for file in files {
        if file.file_name().to_string_lossy().starts_with("text-") && Some(file.path()) != kept {
            // Another program may have done it already.
            let _ = fs::remove_file(file.path());
        }
    }
}

/// Removes the index of a generation that is over. What cannot be removed is swept with the next change.
pub(super) fn remove(store: &Path, generation: i64) {
    let _ = fs::remove_file(path(store, generation));
}

fn build(reader: &mut Reader, told: &mut dyn FnMut(u64) -> ControlFlow<()>) -> Result<Option<Builder>, Error> {
    let mut builder = Builder::new();
    let mut genres = Genres::default();
    let mut done = 0;
    for kind in KINDS {
        let flow = reader.each_row(kind, &mut |row| {
            done += 1;
            if done % 4_096 == 0 {
                told(done)?;
            }
            let named = serde_json::from_str(row.document.text()).unwrap_or_else(|error| {
                tracing::debug!(%error, %kind, id = %row.id, "a document has no words");
                // It is found by its id all the same, and has its place in the index.
                Named::default()
            });
            add(&mut builder, &mut genres, &row, &named);
            ControlFlow::Continue(())
        })?;
        if flow.is_break() {
            return Ok(None);
        }
    }
    Ok(told(done).is_continue().then_some(builder))
}

fn add(builder: &mut Builder, genres: &mut Genres, row: &Indexed, named: &Named<'_>) {
    let Indexed { kind, number, id, popularity, markets, .. } = *row;
    let Some(indexed) = text::Kind::of(kind) else { return };
    let parts = || named.artists.iter().flatten().flatten();
    let named_genres = named.genres.as_deref().unwrap_or_default();
    let artists: Vec<&str> = parts().filter_map(|artist| artist.name.as_deref()).collect();
    let own: Vec<&str> = match kind {
        Kind::Artist => {
            genres.note(id, named_genres);
            named_genres.iter().map(AsRef::as_ref).collect()
        }
        _ => parts().filter_map(|artist| Id::parse(artist.id.as_deref()?).ok()).flat_map(|id| genres.of(id)).collect(),
    };
    let album = named.album.as_ref();
    let released = match kind {
        Kind::Track => album.and_then(|album| album.release_date.as_deref()),
        _ => named.release_date.as_deref(),
    };
    builder.add(&Entry {
        kind: indexed,
        row: number,
        id,
        name: named.name.as_deref().unwrap_or_default(),
        artists: &artists,
        album: album.and_then(|album| album.name.as_deref()),
        genres: &own,
        popularity,
        released,
        markets: markets.unwrap_or(EVERYWHERE),
    });
}

/// The genres of artists, which are those of their tracks as well.
#[derive(Default)]
struct Genres {
    names: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u32>,
    of: HashMap<Id, Box<[u32]>>,
}

impl Genres {
    fn note(&mut self, artist: Id, genres: &[Cow<'_, str>]) {
        if genres.is_empty() {
            return;
        }
        let number = |genre: &Cow<'_, str>| match self.numbers.get(genre.as_ref()) {
            Some(number) => *number,
            None => {
                let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
                self.names.push(genre.as_ref().into());
                self.numbers.insert(genre.as_ref().into(), number);
                number
            }
        };
        let numbers = genres.iter().map(number).collect();
        self.of.insert(artist, numbers);
    }

    fn of(&self, artist: Id) -> impl Iterator<Item = &str> {
        let numbers = self.of.get(&artist).map(AsRef::as_ref).unwrap_or_default();
        numbers.iter().filter_map(|number| self.names.get(*number as usize).map(AsRef::as_ref))
    }
}

impl Reader {
    fn rows(&self, sql: &str, value: &str) -> Result<Vec<u32>, Error> {
        let mut statement = self.connection.prepare_cached(sql).map_err(storage)?;
        let rows = statement.query_map([value], |row| row.get(0)).map_err(storage)?;
        rows.map(|row| row.map_err(storage)).collect()
    }

    /// Every object of a kind, by row, until `each` has enough.
    fn each_row(
        &mut self,
        kind: Kind,
        each: &mut dyn FnMut(Indexed) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, Error> {
        let none = MarketList::from_json("[]");
        let Self { connection, squeezer } = self;
        let sql = format!("SELECT row, id, popularity, markets, document FROM {kind} ORDER BY row");
        let mut statement = connection.prepare(&sql).map_err(storage)?;
        let mut rows = statement.query([]).map_err(storage)?;
        while let Some(row) = rows.next().map_err(storage)? {
            let bad = || Error::new(ErrorKind::Damaged, format!("the catalogue is damaged: {kind}s cannot be read"));
            let id = row.get_ref(1).ok().and_then(|id| Id::parse(id.as_str().ok()?).ok()).ok_or_else(bad)?;
            let stored = row.get_ref(4).ok().and_then(|value| value.as_blob().ok()).ok_or_else(bad)?;
            let document = squeezer.unfold(stored, |_| Ok(none.clone()))?.ok_or_else(bad)?;
            let number = |column| row.get::<_, Option<u32>>(column).map_err(|_| bad());
            let popularity = number(2)?.and_then(|popularity| u8::try_from(popularity).ok()).unwrap_or_default();
            let row = number(0)?.ok_or_else(bad)?;
            if each(Indexed { kind, number: row, id, popularity, markets: number(3)?, document }).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}
