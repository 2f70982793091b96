//! One connection, and what is needed to read objects through it.

use std::ops::ControlFlow;
use std::sync::{Arc, PoisonError};

use rusqlite::types::FromSql;
use rusqlite::{Connection, OptionalExtension, Params, Row};
use sleeve_model::{AlbumGroup, Id, Kind, Market};

use super::Lists;
use super::schema::storage;
use crate::document::Squeezer;
use crate::text::{self, Index};
use crate::{Document, Error, ErrorKind, KINDS, MarketList, Object, generate};

/// A statement for objects of a kind: what [`Reader::objects`] reads of them, and what stands behind that. Kinds that are
/// not kept have none.
macro_rules! select {
    ($kind:expr, $rest:literal) => {
        match $kind {
            Kind::Track => Some(concat!("SELECT id, popularity, markets, document, isrc FROM track ", $rest)),
            Kind::Album => Some(concat!("SELECT id, popularity, markets, document, upc FROM album ", $rest)),
            Kind::Artist => Some(concat!("SELECT id, popularity, markets, document, NULL FROM artist ", $rest)),
            _ => None,
        }
    };
}
pub(super) use select;

/// One connection, and what is needed to read objects through it.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) connection: Connection,
    pub(super) squeezer: Squeezer,
}

impl Reader {
    pub(super) fn new(connection: Connection) -> Result<Self, Error> {
        Ok(Self { connection, squeezer: Squeezer::new()? })
    }

    /// The objects of a query for id, popularity, list of markets, document, and ISRC or UPC.
    pub(super) fn objects(
        &mut self,
        kind: Kind,
        sql: &str,
        values: impl Params,
        lists: &Lists,
    ) -> Result<Vec<Object>, Error> {
        let mut objects = Vec::new();
        self.each(kind, sql, values, lists, &mut |object| {
            objects.push(object);
            ControlFlow::Continue(())
        })?;
        Ok(objects)
    }

    /// The object in a row, if there is one.
    pub(super) fn object(&mut self, kind: Kind, row: u32, lists: &Lists) -> Result<Option<Object>, Error> {
        let Some(sql) = select!(kind, "WHERE row = ?1") else { return Ok(None) };
        Ok(self.objects(kind, sql, [row], lists)?.pop())
    }

    /// The objects with these ids. An index spares the walk from id to row; what it does not know, or names wrongly, is
    /// looked for all the same.
    pub(super) fn several(
        &mut self,
        kind: Kind,
        ids: &[Id],
        index: Option<&Index>,
        lists: &Lists,
    ) -> Result<Vec<Option<Object>>, Error> {
        let (Some(by_row), Some(by_id)) = (select!(kind, "WHERE row = ?1"), select!(kind, "WHERE id = ?1")) else {
            return Ok(vec![None; ids.len()]);
        };
        let Self { connection, squeezer } = self;
        let mut by_row = connection.prepare_cached(by_row).map_err(storage)?;
        let mut by_id = connection.prepare_cached(by_id).map_err(storage)?;
        let index = index.zip(text::Kind::of(kind));
        let one = |id: &Id| {
            if let Some(number) = index.and_then(|(index, kind)| index.row_of(kind, *id).ok()?) {
                let mut rows = by_row.query([number]).map_err(storage)?;
                if let Some(row) = rows.next().map_err(storage)?
                    && row.get_ref(0).is_ok_and(|found| found.as_str() == Ok(id.as_str()))
                {
                    return read(kind, row, squeezer, connection, lists).map(Some);
                }
            }
            let mut rows = by_id.query([id.as_str()]).map_err(storage)?;
            let row = rows.next().map_err(storage)?;
            row.map(|row| read(kind, row, squeezer, connection, lists)).transpose()
        };
        ids.iter().map(one).collect()
    }

    /// Those of [`Reader::objects`], one after the other.
    pub(super) fn each(
        &mut self,
        kind: Kind,
        sql: &str,
        values: impl Params,
        lists: &Lists,
        each: &mut dyn FnMut(Object) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        let Self { connection, squeezer } = self;
        let mut statement = connection.prepare_cached(sql).map_err(storage)?;
        let mut rows = statement.query(values).map_err(storage)?;
        while let Some(row) = rows.next().map_err(storage)? {
            if each(read(kind, row, squeezer, connection, lists)?).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// The row of an object.
    pub(super) fn row(&self, kind: Kind, id: Id) -> Result<Option<u32>, Error> {
        let sql = match kind {
            Kind::Track => "SELECT row FROM track WHERE id = ?1",
            Kind::Album => "SELECT row FROM album WHERE id = ?1",
            _ => "SELECT row FROM artist WHERE id = ?1",
        };
        let mut statement = self.connection.prepare_cached(sql).map_err(storage)?;
        statement.query_row([id.as_str()], |row| row.get(0)).optional().map_err(storage)
    }

    /// A number that a query gives.
    pub(super) fn number(&self, sql: &str, values: impl Params) -> Result<u32, Error> {
        let mut statement = self.connection.prepare_cached(sql).map_err(storage)?;
        statement.query_row(values, |row| row.get(0)).map_err(storage)
    }

    /// Whether there is an object without the mark of invented ones in its id.
    pub(super) fn holds_others(&self) -> Result<bool, Error> {
        let first = generate::ID_PREFIX;
        let others = |kind: Kind| {
            // Ids are letters and digits, all of them before `~`.
            let sql = format!("SELECT EXISTS (SELECT 1 FROM {kind} WHERE id < ?1 OR id > ?1 || '~')");
            self.number(&sql, [first])
        };
        for kind in KINDS {
            if others(kind)? != 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Something that is said of the whole catalogue.
    pub(super) fn meta<T: FromSql>(&self, name: &str) -> Result<Option<T>, Error> {
        let mut statement =
            self.connection.prepare_cached("SELECT value FROM meta WHERE name = ?1").map_err(storage)?;
        statement.query_row([name], |row| row.get(0)).optional().map_err(storage)
    }

    /// The rows of an artist's albums in these groups: group by group, the newest first.
    pub(super) fn discography(&self, artist: u32, groups: &[AlbumGroup]) -> Result<Vec<(AlbumGroup, u32)>, Error> {
        let mut rows = Vec::new();
        let sql = "SELECT album FROM artist_album WHERE artist = ?1 AND grouped = ?2 ORDER BY before, album";
        let mut own = self.connection.prepare_cached(sql).map_err(storage)?;
        for group in AlbumGroup::ALL.into_iter().filter(|group| groups.contains(group)) {
            if group == AlbumGroup::AppearsOn {
                rows.extend(self.appearances(artist)?.into_iter().map(|row| (group, row)));
                continue;
            }
            let albums = own.query_map((artist, group as u8), |row| row.get(0)).map_err(storage)?;
            for album in albums {
                rows.push((group, album.map_err(storage)?));
            }
        }
        Ok(rows)
    }

    /// Those of the albums that play in a market; one that does not say where plays everywhere.
    pub(super) fn playing(
        &self,
        albums: Vec<(AlbumGroup, u32)>,
        market: Market,
        lists: &Lists,
    ) -> Result<Vec<(AlbumGroup, u32)>, Error> {
        let sql = "SELECT markets FROM album WHERE row = ?1";
        let mut statement = self.connection.prepare_cached(sql).map_err(storage)?;
        let mut playing = Vec::new();
        for (group, album) in albums {
            let list = statement.query_row([album], |row| row.get::<_, Option<u32>>(0)).optional().map_err(storage)?;
            // A change may have taken it away meanwhile.
            let Some(list) = list else { continue };
            if list.is_none_or(|list| lists.plays(list, market, &self.connection)) {
                playing.push((group, album));
            }
        }
        Ok(playing)
    }

    /// The albums of others on which an artist has a track: those whose own artists are others.
    fn appearances(&self, artist: u32) -> Result<Vec<u32>, Error> {
        let sql = "SELECT row FROM album WHERE row IN (
                       SELECT album FROM artist_track JOIN track ON track.row = track WHERE artist = ?1
                       EXCEPT SELECT album FROM artist_album WHERE artist = ?1
                   ) ORDER BY before, row";
        let mut statement = self.connection.prepare_cached(sql).map_err(storage)?;
        let albums = statement.query_map([artist], |row| row.get(0)).map_err(storage)?;
        albums.map(|album| album.map_err(storage)).collect()
    }
}

fn read(
    kind: Kind,
    row: &Row<'_>,
    squeezer: &mut Squeezer,
    connection: &Connection,
    lists: &Lists,
) -> Result<Object, Error> {
    let id = row.get_ref(0).ok().and_then(|id| Id::parse(id.as_str().ok()?).ok());
    let id =
        id.ok_or_else(|| Error::new(ErrorKind::Damaged, format!("the catalogue is damaged: a {kind} has no good id")))?;
    let bad = |what: &str| {
        Error::new(ErrorKind::Damaged, format!("the catalogue is damaged: the {kind} {id} has no good {what}"))
    };
    let list = |number: u32| lists.get(number, connection);
    let markets = match row.get::<_, Option<u32>>(2).map_err(|_| bad("markets"))? {
        Some(number) => Some(list(number)?.ok_or_else(|| bad("markets"))?),
        None => None,
    };
    let stored = row.get_ref(3).ok().and_then(|value| value.as_blob().ok()).ok_or_else(|| bad("document"))?;
    let document: Document = squeezer.unfold(stored, list)?.ok_or_else(|| bad("document"))?;
    let outside: Option<String> = row.get(4).map_err(|_| bad("outside id"))?;
    let (isrc, upc) = if kind == Kind::Album { (None, outside) } else { (outside, None) };
    let popularity = row.get(1).map_err(|_| bad("popularity"))?;
    Ok(Object { kind, id, isrc, upc, popularity, markets, document })
}

impl Lists {
    /// No more are remembered: real catalogues have some hundreds.
    const MAX: usize = 10_000;

    /// Forgets them: numbers of a change that is undone are given to other lists.
    pub(super) fn clear(&self) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// A list by its number, which is never used again for another.
    pub(super) fn get(&self, number: u32, connection: &Connection) -> Result<Option<Arc<MarketList>>, Error> {
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&number) {
            return Ok(Some(known.clone()));
        }
        let mut statement =
            connection.prepare_cached("SELECT codes FROM markets WHERE number = ?1").map_err(storage)?;
        let json: Option<String> = statement.query_row([number], |row| row.get(0)).optional().map_err(storage)?;
        let Some(list) = json.as_deref().and_then(MarketList::from_json) else { return Ok(None) };
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= Self::MAX {
            known.clear();
        }
        known.insert(number, list.clone());
        Ok(Some(list))
    }

    /// Whether a list has a market in it; one that cannot be read has none.
    pub(super) fn plays(&self, number: u32, market: Market, connection: &Connection) -> bool {
        self.get(number, connection).ok().flatten().is_some_and(|list| list.contains(market))
    }
}
