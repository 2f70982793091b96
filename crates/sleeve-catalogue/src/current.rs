//! The catalogue of a data folder: what was imported or generated there, else the starter catalogue.

use std::ops::{ControlFlow, Deref};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use arc_swap::{ArcSwap, Guard};
use sleeve_model::{AlbumGroup, Id, Kind, Market};

use crate::text::Query;
use crate::{Catalogue, Discography, Error, ErrorKind, Find, Listing, Object, Store, Window, starter};

/// The catalogue of a data folder: what was imported or generated there, else the starter catalogue. It follows what
/// other processes do to the folder.
#[derive(Debug)]
pub struct Current {
    path: PathBuf,
    chosen: ArcSwap<Chosen>,
}

#[derive(Debug)]
enum Chosen {
    /// The starter catalogue, and the file with nothing in it where there is one.
    Starter(Store, Option<(Store, Identity)>),
    File(Store, Identity),
}

/// Which file a path leads to: device and inode.
type Identity = (u64, u64);

impl Current {
    /// The catalogue in this folder, which may not be there.
    ///
    /// # Errors
    /// [`ErrorKind::Newer`] or [`ErrorKind::Damaged`]: the file is then as it was.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(Self::FILE);
        let chosen = choose(&path)?;
        Ok(Self { path, chosen: ArcSwap::from_pointee(chosen) })
    }

    /// What is served from this folder now, for whoever need not follow it.
    ///
    /// # Errors
    /// As [`open`](Self::open); and where nobody may look whether there is a file.
    pub fn store_in(folder: &Path) -> Result<Store, Error> {
        match choose(&folder.join(Self::FILE))? {
            Chosen::Starter(store, _) | Chosen::File(store, _) => Ok(store),
        }
    }

    /// The name of the file in the folder.
    pub const FILE: &str = "catalogue.db";

    /// Whether it is the starter catalogue.
    pub fn is_starter(&self) -> bool {
        matches!(**self.chosen.load(), Chosen::Starter(..))
    }

    fn store(&self) -> Guard<Arc<Chosen>> {
        self.chosen.load()
    }

    /// What is not there may have come, or all of it may have gone, since anybody looked.
    fn look_twice<T>(
        &self,
        look: impl Fn(&Store) -> Result<T, Error>,
        is_there: impl Fn(&T) -> bool,
    ) -> Result<T, Error> {
        let found = look(&self.store())?;
        if is_there(&found) {
            return Ok(found);
        }
        let generation = self.generation();
        if let Err(error) = self.refresh() {
            // It is not in what can be read.
            tracing::warn!(%error, "the catalogue cannot be looked at again");
        }
        if self.generation() == generation { Ok(found) } else { look(&self.store()) }
    }
}

impl Deref for Chosen {
    type Target = Store;

    fn deref(&self) -> &Store {
        match self {
            Self::Starter(store, _) | Self::File(store, _) => store,
        }
    }
}

fn choose(path: &Path) -> Result<Chosen, Error> {
    let Some(identity) = identity(path)? else { return Ok(Chosen::Starter(starter()?, None)) };
    let store = Store::open(path)?;
    Ok(match store.is_empty()? {
        true => Chosen::Starter(starter()?, Some((store, identity))),
        false => Chosen::File(store, identity),
    })
}

/// Takes up what others changed of a store; whether that is empty or not as before.
fn is_same(store: &Store, was_empty: bool) -> Result<bool, Error> {
    let known = store.generation();
    store.refresh()?;
    Ok(store.generation() == known || store.is_empty()? == was_empty)
}

/// Which file there is, if there is one.
fn identity(path: &Path) -> Result<Option<Identity>, Error> {
    match fs::metadata(path) {
        Ok(file) => Ok(Some((file.dev(), file.ino()))),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(Error::new(ErrorKind::Storage, format!("cannot use {}", path.display())).because(error)),
    }
}

impl Catalogue for Current {
    fn generation(&self) -> u64 {
        self.store().generation()
    }

    fn refresh(&self) -> Result<(), Error> {
        let now = identity(&self.path)?;
        let is_same = match &**self.store() {
            Chosen::Starter(_, None) => now.is_none(),
            // A file that was removed, or another in its place: ours would never change again.
            Chosen::Starter(_, Some((_, known))) | Chosen::File(_, known) if now != Some(*known) => false,
            Chosen::Starter(_, Some((store, _))) => is_same(store, true)?,
            Chosen::File(store, _) => is_same(store, false)?,
        };
        if !is_same {
            self.chosen.store(Arc::new(choose(&self.path)?));
        }
        Ok(())
    }

    fn object(&self, kind: Kind, id: Id) -> Result<Option<Object>, Error> {
        self.look_twice(|store| store.object(kind, id), Option::is_some)
    }

    fn several(&self, kind: Kind, ids: &[Id]) -> Result<Vec<Option<Object>>, Error> {
        self.look_twice(|store| store.several(kind, ids), |found| found.iter().all(Option::is_some))
    }

    fn recordings(&self, isrc: &str) -> Result<Vec<Object>, Error> {
        self.store().recordings(isrc)
    }

    fn album_tracks(&self, album: Id, window: Window) -> Result<Listing, Error> {
        self.store().album_tracks(album, window)
    }

    fn artist_albums(
        &self,
        artist: Id,
        groups: &[AlbumGroup],
        market: Option<Market>,
        window: Window,
    ) -> Result<Discography, Error> {
        self.store().artist_albums(artist, groups, market, window)
    }

    fn top_tracks(&self, artist: Id, limit: u32) -> Result<Vec<Object>, Error> {
        self.store().top_tracks(artist, limit)
    }

    fn search(&self, kind: Kind, query: &Query, find: &Find) -> Result<Listing, Error> {
        self.store().search(kind, query, find)
    }

    fn count(&self, kind: Kind) -> Result<u64, Error> {
        self.store().count(kind)
    }

    fn example(&self, kind: Kind) -> Result<Option<Object>, Error> {
        self.store().example(kind)
    }

    fn each(&self, kind: Kind, each: &mut dyn FnMut(Object) -> ControlFlow<()>) -> Result<(), Error> {
        self.store().each(kind, each)
    }

    fn invented(&self) -> Result<Option<String>, Error> {
        self.store().invented()
    }
}
