//! Whether a catalogue is as it must be.

use std::collections::HashMap;
use std::fs::File;
use std::ops::ControlFlow;

use rusqlite::{OptionalExtension, Params};
use serde_json::Value;
use sleeve_model::{Id, Kind};

use super::change::counted;
use super::reader::Reader;
use super::schema::storage;
use super::{Store, words};
use crate::links::Links;
use crate::markets::MarketLists;
use crate::text::{self, Index};
use crate::{Error, ErrorKind, KINDS, Object};

/// What was found in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Objects whose documents were read, and found by what they say.
    pub objects: u64,
    /// Places of objects among others: tracks on albums, albums and tracks of artists.
    pub relations: u64,
    /// Whether there is a text index on disk; where there is none, the next search builds it.
    pub has_index: bool,
}

/// What the rows of one kind say beside their documents.
struct Row {
    row: u32,
    album: Option<u32>,
    numbers: [i64; 2],
}

impl Store {
    /// Reads all of it: the file's own order, every document, whether what an object is found by agrees with it, and
    /// the text index. `told` is told how many objects were read, and can break off: `None`.
    ///
    /// # Errors
    /// [`ErrorKind::Damaged`], with the first thing that is not in order.
    pub fn verify(&self, told: &mut dyn FnMut(u64) -> ControlFlow<()>) -> Result<Option<Verified>, Error> {
        self.at_one_instant(|reader| self.verify_in(reader, told))
    }

    fn verify_in(
        &self,
        reader: &mut Reader,
        told: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<Option<Verified>, Error> {
        let said: String =
            reader.connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(storage)?;
        if said != "ok" {
            return Err(damaged(format!("SQLite says: {}", said.replace('\n', " "))));
        }
        let mut verified = Verified::default();
        let (artists, albums) = (reader.rows_by_id(Kind::Artist)?, reader.rows_by_id(Kind::Album)?);
        for kind in KINDS {
            let there = reader.number(&format!("SELECT count(*) FROM {kind}"), [])?;
            let counted = reader.meta::<u32>(&counted(kind))?.unwrap_or_default();
            if counted != there {
                return Err(damaged(format!("it has {there} {kind}s, and says that it has {counted}")));
            }
            let flow = self.verify_kind(reader, kind, [&artists, &albums], &mut verified, told)?;
            if flow.is_break() {
                return Ok(None);
            }
        }
        let count = "SELECT (SELECT count(*) FROM artist_track) + (SELECT count(*) FROM artist_album)
                     + (SELECT count(*) FROM track WHERE album IS NOT NULL)";
        let there = u64::from(reader.number(count, [])?);
        if there != verified.relations {
            let known = verified.relations;
            return Err(damaged(format!("it has {there} relations, and its documents speak of {known}")));
        }
        verified.has_index = self.verify_index(reader)?;
        Ok(Some(verified))
    }

    fn verify_kind(
        &self,
        reader: &mut Reader,
        kind: Kind,
        [artists, albums]: [&HashMap<Id, u32>; 2],
        verified: &mut Verified,
        told: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, Error> {
        let mut lists = MarketLists::default();
        for number in reader.numbers(&format!("SELECT row FROM {kind} ORDER BY row"))? {
            let Some(object) = reader.object(kind, number, &self.lists)? else { continue };
            let json = agrees(&object, &mut lists)?;
            let links = Links::of(kind, &json);
            let row = reader.placed(kind, number)?;
            verified.relations += related(reader, &object, &links, &row, [artists, albums])?;
            verified.objects += 1;
            if verified.objects.is_multiple_of(4_096) && told(verified.objects).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Whether there is a text index on disk, which is then whole.
    fn verify_index(&self, reader: &mut Reader) -> Result<bool, Error> {
        let generation = reader.meta::<i64>("generation")?.unwrap_or_default();
        let Some(path) = self.path.as_ref().map(|store| words::path(store, generation)) else { return Ok(false) };
        let Ok(file) = File::open(&path) else { return Ok(false) };
        let index = Index::open(file)?;
        index.verify()?;
        for kind in KINDS {
            let there = reader.number(&format!("SELECT count(*) FROM {kind}"), [])?;
            let indexed = text::Kind::of(kind).map_or(0, |kind| index.count(kind));
            if there != indexed {
                return Err(damaged(format!("it has {there} {kind}s, and its text index {indexed}")));
            }
        }
        Ok(true)
    }
}

/// Whether what an object is found by follows from its document.
fn agrees(object: &Object, lists: &mut MarketLists) -> Result<Value, Error> {
    let Object { kind, id, .. } = object;
    let json: Value = serde_json::from_str(&object.document.to_json())
        .map_err(|error| damaged(format!("the document of the {kind} {id} is no JSON")).because(error))?;
    let said = Object::compile(&json, lists)?;
    if said != *object {
        return Err(damaged(format!("the {kind} {id} is found by something else than its document says")));
    }
    Ok(json)
}

/// How many relations an object has, all of which follow from its document.
fn related(
    reader: &Reader,
    object: &Object,
    links: &Links,
    row: &Row,
    [artists, albums]: [&HashMap<Id, u32>; 2],
) -> Result<u64, Error> {
    let Object { kind, id, .. } = object;
    let elsewhere = |what: &str| damaged(format!("the {kind} {id} is not {what} its document says"));
    let mut count = 0;
    if *kind == Kind::Artist {
        return Ok(count);
    }
    if *kind == Kind::Track {
        let album = links.album.and_then(|album| albums.get(&album).copied());
        if row.album.is_some() && row.album != album || row.numbers != [links.disc, links.number].map(i64::from) {
            return Err(elsewhere("on the album where"));
        }
        count += u64::from(row.album.is_some());
    } else if row.numbers[0] != -i64::from(links.released) {
        return Err(elsewhere("of the day that"));
    }
    let group = links.group.map_or(0, |group| group as i64);
    for artist in links.artists.iter().filter_map(|artist| artists.get(artist)) {
        let is_there = match kind {
            Kind::Track => reader.holds(
                "SELECT 1 FROM artist_track WHERE artist = ?1 AND unpopularity = ?2 AND track = ?3",
                (artist, -i64::from(object.popularity), row.row),
            )?,
            _ => reader.holds(
                "SELECT 1 FROM artist_album WHERE artist = ?1 AND grouped = ?2 AND before = ?3 AND album = ?4",
                (artist, group, -i64::from(links.released), row.row),
            )?,
        };
        // An artist that came after what names it is not related to it.
        count += u64::from(is_there);
    }
    Ok(count)
}

fn damaged(what: String) -> Error {
    Error::new(ErrorKind::Damaged, format!("the catalogue is damaged: {what}"))
}

impl Reader {
    fn holds(&self, sql: &str, values: impl Params) -> Result<bool, Error> {
        let mut statement = self.connection.prepare_cached(sql).map_err(storage)?;
        statement.query_row(values, |_| Ok(())).optional().map(|found| found.is_some()).map_err(storage)
    }

    fn numbers(&self, sql: &str) -> Result<Vec<u32>, Error> {
        let mut statement = self.connection.prepare_cached(sql).map_err(storage)?;
        let rows = statement.query_map([], |row| row.get(0)).map_err(storage)?;
        rows.map(|row| row.map_err(storage)).collect()
    }

    fn rows_by_id(&self, kind: Kind) -> Result<HashMap<Id, u32>, Error> {
        let mut statement = self.connection.prepare(&format!("SELECT id, row FROM {kind}")).map_err(storage)?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?))).map_err(storage)?;
        let mut found = HashMap::new();
        for row in rows {
            let (id, row) = row.map_err(storage)?;
            let id = Id::parse(&id).map_err(|_| damaged(format!("a {kind} has the id `{id}`, which is none")))?;
            found.insert(id, row);
        }
        Ok(found)
    }

    /// Where a row says that its object stands.
    fn placed(&self, kind: Kind, row: u32) -> Result<Row, Error> {
        let sql = match kind {
            Kind::Track => "SELECT album, disc, number FROM track WHERE row = ?1",
            Kind::Album => "SELECT NULL, before, 0 FROM album WHERE row = ?1",
            _ => "SELECT NULL, 0, 0",
        };
        let mut statement = self.connection.prepare_cached(sql).map_err(storage)?;
        let read = |values: &rusqlite::Row<'_>| {
            Ok(Row { row, album: values.get(0)?, numbers: [values.get(1)?, values.get(2)?] })
        };
        match kind {
            Kind::Artist => statement.query_row([], read),
            _ => statement.query_row([row], read),
        }
        .map_err(storage)
    }
}
