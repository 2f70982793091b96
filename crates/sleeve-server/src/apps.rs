//! The apps: registered in the data folder, or for as long as a process lives.
//!
//! Every read is answered from memory. What another process wrote is seen at once where an app is not known yet, and
//! else at the next [`Apps::refresh`].

mod app;
mod limits;
mod store;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use sleeve_model::QuotaMode;

pub use self::app::{App, Draft, Field, Problem, Secret, redirect_uri_problem};
pub use self::limits::{DailyQuota, Limits, NoDailyQuota, NoRateLimit, RateLimit, limit_or_off};
use self::store::{Reader, Store};
use crate::seal::{Purpose, Sealer};
use crate::{Clock, DataFolder, Error, Kind, Random};

/// The apps. Clones share them.
#[derive(Clone, Debug)]
pub struct Apps(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    known: ArcSwap<HashMap<String, Arc<Entry>>>,
    written: Mutex<Written>,
    /// Where apps are looked up that are not known yet: nobody who asks waits for somebody who writes.
    reader: Option<Mutex<Reader>>,
    sealer: Arc<Sealer>,
    clock: Clock,
    random: Random,
}

/// Where apps are written: held while one is changed.
#[derive(Debug)]
struct Written {
    store: Option<Store>,
    version: i64,
    temporary: Vec<Arc<Entry>>,
}

#[derive(Clone, Debug)]
struct Entry {
    app: App,
    sealed_secret: Vec<u8>,
}

impl Apps {
    /// Apps that end with the process, and its tokens with them.
    pub fn in_memory(clock: Clock, random: Random) -> Self {
        let sealer = Sealer::ephemeral(random.clone());
        Self::with(None, sealer, clock, random)
    }

    /// The apps of a data folder.
    ///
    /// # Errors
    /// [`Kind::Folder`], [`Kind::Newer`] or [`Kind::Damaged`]; the folder is then as it was.
    pub fn open(folder: &DataFolder, clock: Clock, random: Random) -> Result<Self, Error> {
        let state = folder.path().join("state.db");
        // The key comes first: whoever finds a `state.db` finds its key, at whatever instant another process is, or was
        // killed. A `state.db` without one has lost it, and no new one would open its secrets.
        let store = if state.exists() {
            let store = Store::open(&state)?;
            let key = folder.path().join("keys/master");
            if !key.exists() {
                let message = format!(
                    "{} is missing, without which no client secret can be read; put it back from a copy",
                    key.display()
                );
                return Err(Error::new(Kind::Damaged, message));
            }
            store
        } else {
            folder.key("master", &random)?;
            Store::open(&state)?
        };
        let sealer = Sealer::new(&folder.key("master", &random)?, random.clone());
        let apps = Self::with(Some((store, Reader::open(&state)?)), sealer, clock, random);
        apps.reload(&mut apps.lock())?;
        // All were sealed with the same key, so one tells.
        if apps.0.known.load().values().next().is_some_and(|entry| apps.unseal(entry).is_none()) {
            let key = folder.path().join("keys/master");
            let key = key.display();
            let message =
                format!("{key} is not the key with which the apps' secrets were sealed; put it back from a copy");
            return Err(Error::new(Kind::Damaged, message));
        }
        Ok(apps)
    }

    fn with(state: Option<(Store, Reader)>, sealer: Sealer, clock: Clock, random: Random) -> Self {
        let (store, reader) = state.unzip();
        Self(Arc::new(Inner {
            known: ArcSwap::default(),
            written: Mutex::new(Written { store, version: 0, temporary: Vec::new() }),
            reader: reader.map(Mutex::new),
            sealer: Arc::new(sealer),
            clock,
            random,
        }))
    }

    /// What seals secrets and tokens here.
    pub fn sealer(&self) -> &Arc<Sealer> {
        &self.0.sealer
    }

    /// Registers an app under a new id and with a new secret.
    ///
    /// # Errors
    /// [`Kind::InvalidApp`] where the draft breaks a rule, [`Kind::Folder`] where it cannot be written.
    pub fn create(&self, draft: Draft) -> Result<(App, Secret), Error> {
        let draft = checked(draft)?;
        let secret = Secret::new(self.0.random.hex::<16>());
        let entry = self.entry(self.0.random.hex::<16>(), &secret, draft);
        let mut written = self.lock();
        match &written.store {
            Some(store) => store.insert(&entry)?,
            None => written.temporary.push(Arc::new(entry.clone())),
        }
        self.reload(&mut written)?;
        Ok((entry.app, secret))
    }

    /// The app of this name, registered where there is none; one app, however many programs ask for it together.
    ///
    /// # Errors
    /// [`Kind::InvalidApp`] where the draft breaks a rule, [`Kind::Folder`] where it cannot be written.
    pub fn find_or_create(&self, draft: Draft) -> Result<(App, Secret), Error> {
        let draft = checked(draft)?;
        let named = |entry: &Entry| entry.app.draft.name == draft.name;
        let first = |entries: Vec<Entry>| {
            entries.into_iter().filter(named).find_map(|entry| Some((self.unseal(&entry)?, entry.app)))
        };
        let listed = self.list().into_iter().filter_map(|app| self.find(&app.client_id));
        if let Some((secret, app)) = first(listed.map(|entry| Entry::clone(&entry)).collect()) {
            return Ok((app, secret));
        }
        let mut written = self.lock();
        let Some(store) = &written.store else {
            drop(written);
            return self.create(draft);
        };
        let (secret, app) = store.atomically(|| {
            if let Some(known) = first(store.all()?) {
                return Ok(known);
            }
            let secret = Secret::new(self.0.random.hex::<16>());
            let entry = self.entry(self.0.random.hex::<16>(), &secret, draft.clone());
            store.insert(&entry)?;
            Ok((secret, entry.app))
        })?;
        self.reload(&mut written)?;
        Ok((app, secret))
    }

    /// Takes a pair that was issued elsewhere as an app, in memory only.
    ///
    /// # Errors
    /// [`Kind::Folder`] where the registered apps cannot be read.
    pub fn adopt(&self, client_id: &str, secret: &Secret, draft: Draft) -> Result<App, Error> {
        let entry = self.entry(client_id.to_owned(), secret, draft);
        let app = entry.app.clone();
        let mut written = self.lock();
        written.temporary.push(Arc::new(entry));
        self.reload(&mut written)?;
        Ok(app)
    }

    fn entry(&self, client_id: String, secret: &Secret, draft: Draft) -> Entry {
        let sealed_secret = self.0.sealer.seal(Purpose::Secret, client_id.as_bytes(), secret.reveal().as_bytes());
        Entry { app: App { client_id, created_at_ms: self.0.clock.unix_millis(), draft }, sealed_secret }
    }

    /// Every app, the oldest first.
    pub fn list(&self) -> Vec<App> {
        let mut apps: Vec<_> = self.0.known.load().values().map(|entry| entry.app.clone()).collect();
        apps.sort_by(|a, b| (a.created_at_ms, &a.client_id).cmp(&(b.created_at_ms, &b.client_id)));
        apps
    }

    /// One app.
    pub fn get(&self, client_id: &str) -> Option<App> {
        self.find(client_id).map(|entry| entry.app.clone())
    }

    /// Its quota mode.
    pub fn quota_mode(&self, client_id: &str) -> Option<QuotaMode> {
        self.standing(client_id).map(|(quota_mode, _)| quota_mode)
    }

    /// Its quota mode and its limits: the one look-up that every request makes.
    pub fn standing(&self, client_id: &str) -> Option<(QuotaMode, Limits)> {
        let standing = |entry: &Entry| (entry.app.draft.quota_mode, entry.app.draft.limits);
        match self.0.known.load().get(client_id) {
            Some(entry) => Some(standing(entry)),
            None => self.find(client_id).map(|entry| standing(&entry)),
        }
    }

    /// Its secret.
    pub fn secret(&self, client_id: &str) -> Option<Secret> {
        self.unseal(&*self.find(client_id)?)
    }

    fn unseal(&self, entry: &Entry) -> Option<Secret> {
        let mut sealed = entry.sealed_secret.clone();
        let text = self.0.sealer.open(Purpose::Secret, entry.app.client_id.as_bytes(), &mut sealed)?;
        Some(Secret::new(String::from_utf8_lossy(text)))
    }

    /// Says something else of an app.
    ///
    /// # Errors
    /// [`Kind::NoSuchApp`], [`Kind::InvalidApp`], [`Kind::Folder`].
    pub fn edit(&self, client_id: &str, draft: Draft) -> Result<App, Error> {
        self.amend(client_id, |current| *current = draft)
    }

    /// Changes some of what is said of an app; what others change meanwhile of the rest is kept.
    ///
    /// # Errors
    /// [`Kind::NoSuchApp`], [`Kind::InvalidApp`], [`Kind::Folder`].
    pub fn amend(&self, client_id: &str, amend: impl FnOnce(&mut Draft)) -> Result<App, Error> {
        let amended = |mut app: App| {
            amend(&mut app.draft);
            checked(app.draft).map(|draft| App { draft, ..app })
        };
        let mut written = self.lock();
        let Written { store, temporary, .. } = &mut *written;
        let app = match (temporary.iter_mut().find(|entry| entry.app.client_id == client_id), store) {
            (Some(entry), _) => {
                let app = amended(entry.app.clone())?;
                Arc::make_mut(entry).app = app.clone();
                app
            }
            (None, Some(store)) => store.atomically(|| {
                let entry = store.find(client_id)?.ok_or_else(|| no_such_app(client_id))?;
                let app = amended(entry.app)?;
                store.update(client_id, &app.draft)?;
                Ok(app)
            })?,
            (None, None) => return Err(no_such_app(client_id)),
        };
        self.reload(&mut written)?;
        Ok(app)
    }

    /// Gives an app a new secret; the old one ends at once.
    ///
    /// # Errors
    /// [`Kind::NoSuchApp`], [`Kind::Folder`].
    pub fn rotate_secret(&self, client_id: &str) -> Result<Secret, Error> {
        let secret = Secret::new(self.0.random.hex::<16>());
        let sealed = self.0.sealer.seal(Purpose::Secret, client_id.as_bytes(), secret.reveal().as_bytes());
        self.change(
            client_id,
            |store| store.set_secret(client_id, &sealed),
            |entry| entry.sealed_secret.clone_from(&sealed),
        )?;
        Ok(secret)
    }

    /// Deletes an app; its tokens end with it.
    ///
    /// # Errors
    /// [`Kind::NoSuchApp`], [`Kind::Folder`].
    pub fn delete(&self, client_id: &str) -> Result<(), Error> {
        let mut written = self.lock();
        let count = written.temporary.len();
        written.temporary.retain(|entry| entry.app.client_id != client_id);
        let was_temporary = written.temporary.len() < count;
        let was_stored = match &written.store {
            Some(store) => store.delete(client_id)?,
            None => false,
        };
        self.reload(&mut written)?;
        if was_temporary || was_stored { Ok(()) } else { Err(no_such_app(client_id)) }
    }

    /// Takes up what other processes have written since; cheap where they have not.
    ///
    /// # Errors
    /// [`Kind::Folder`] where the registered apps cannot be read; the known ones stay.
    pub fn refresh(&self) -> Result<(), Error> {
        let mut written = self.lock();
        let version = written.store.as_ref().map_or(Ok(0), Store::version)?;
        if version == written.version { Ok(()) } else { self.reload(&mut written) }
    }

    fn change(
        &self,
        client_id: &str,
        store: impl FnOnce(&Store) -> Result<bool, Error>,
        temporary: impl FnOnce(&mut Entry),
    ) -> Result<(), Error> {
        let mut written = self.lock();
        let changed = match written.temporary.iter_mut().find(|entry| entry.app.client_id == client_id) {
            Some(entry) => {
                temporary(Arc::make_mut(entry));
                true
            }
            None => written.store.as_ref().map_or(Ok(false), store)?,
        };
        self.reload(&mut written)?;
        if changed { Ok(()) } else { Err(no_such_app(client_id)) }
    }

    fn find(&self, client_id: &str) -> Option<Arc<Entry>> {
        if let Some(entry) = self.0.known.load().get(client_id) {
            return Some(entry.clone());
        }
        // Another program's new app: known from the next refresh on, and until then looked up each time.
        let reader = self.0.reader.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        match reader.find(client_id) {
            Ok(entry) => entry.map(Arc::new),
            Err(error) => {
                tracing::error!(%error, "cannot look an app up");
                None
            }
        }
    }

    fn reload(&self, written: &mut Written) -> Result<(), Error> {
        let mut known: HashMap<_, _> = HashMap::new();
        if let Some(store) = &written.store {
            written.version = store.version()?;
            known.extend(store.all()?.into_iter().map(|entry| (entry.app.client_id.clone(), Arc::new(entry))));
        }
        known.extend(written.temporary.iter().map(|entry| (entry.app.client_id.clone(), entry.clone())));
        self.0.known.store(Arc::new(known));
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Written> {
        // A panic elsewhere leaves nothing half done here: the store is transactional.
        self.0.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn checked(mut draft: Draft) -> Result<Draft, Error> {
    draft.tidy();
    let problems: Vec<_> = draft.problems().into_iter().map(|problem| problem.message).collect();
    if problems.is_empty() { Ok(draft) } else { Err(Error::new(Kind::InvalidApp, problems.join("; "))) }
}

fn no_such_app(client_id: &str) -> Error {
    Error::new(Kind::NoSuchApp, format!("there is no app with the client id {client_id}; `sleeve app list` shows them"))
}
