//! Which quota mode an app has, as far as its answers showed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::app::App;
use crate::{Cache, Shelf};

/// Whether an app is known to be extended: what its calls find out, and what the pacer goes by. It is kept for a day, for
/// all who share the cache.
#[derive(Debug)]
pub(crate) struct Mode {
    app: App,
    cache: Arc<dyn Cache>,
    /// In milliseconds since 1970; 0 where it is not known.
    extended_until: AtomicU64,
}

/// How long what an app was found to be is gone by.
pub(crate) const MEMORY: Duration = Duration::from_secs(24 * 3600);
/// What is known for longer than this is not written down again.
const LONG_ENOUGH: Duration = Duration::from_secs(23 * 3600);
/// What stands in the cache, before the time until which it holds.
const EXTENDED: &str = "extended until ";

impl Mode {
    pub(crate) fn new(app: App, cache: Arc<dyn Cache>) -> Self {
        Self { app, cache, extended_until: AtomicU64::new(0) }
    }

    /// Whether the app is known to be extended now.
    pub(crate) fn is_extended(&self, now: SystemTime) -> bool {
        ms(now) < self.extended_until.load(Ordering::Acquire)
    }

    /// Looks at what was found out by whoever shares the cache.
    pub(crate) fn look(&self, now: SystemTime) {
        match self.cache.get(Shelf::Modes, self.app.key(), now) {
            Ok(known) => self.extended_until.store(read(known.as_deref()), Ordering::Release),
            Err(error) => tracing::debug!(%error, "what is known of the app's mode cannot be read"),
        }
    }

    /// A call was good that development mode has lost.
    pub(crate) fn found_extended(&self, now: SystemTime) {
        if self.is_extended(now + LONG_ENOUGH) {
            return;
        }
        tracing::info!("the app is extended: a call was good that development mode does not have");
        let until = now + MEMORY;
        self.extended_until.store(ms(until), Ordering::Release);
        self.put(now, &mut |_| Some((format!("{EXTENDED}{}", ms(until)).into_bytes(), until)));
    }

    /// A call is closed to the app that extended ones have.
    pub(crate) fn found_development(&self, now: SystemTime) {
        self.extended_until.store(0, Ordering::Release);
        self.put(now, &mut |known| known.map(|_| (Vec::new(), now)));
    }

    fn put(&self, now: SystemTime, change: &mut crate::Change<'_>) {
        if let Err(error) = self.cache.update(Shelf::Modes, self.app.key(), now, change) {
            tracing::debug!(%error, "what was found out of the app's mode cannot be kept");
        }
    }
}

fn read(known: Option<&[u8]>) -> u64 {
    let text = known.and_then(|known| std::str::from_utf8(known).ok()?.strip_prefix(EXTENDED));
    text.and_then(|until| until.parse().ok()).unwrap_or(0)
}

fn ms(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
