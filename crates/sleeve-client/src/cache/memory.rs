//! A cache in memory.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use super::{Cache, Change, Shelf, size};

/// A cache that lives as long as the client. It holds 16 MiB of answers unless told otherwise.
#[derive(Debug)]
pub struct MemoryCache {
    room: u64,
    shelves: Mutex<HashMap<Shelf, Values>>,
}

/// What is on one shelf.
#[derive(Debug, Default)]
struct Values {
    entries: HashMap<Arc<str>, Entry>,
    /// The keys in the order in which they were used, the oldest use first.
    uses: BTreeMap<u64, Arc<str>>,
    clock: u64,
    size: u64,
}

#[derive(Debug)]
struct Entry {
    value: Vec<u8>,
    until: SystemTime,
    used: u64,
}

impl MemoryCache {
    /// A cache with room for so many bytes of answers: where they are more, the oldest use goes first.
    pub fn with_room(bytes: u64) -> Self {
        Self { room: bytes, shelves: Mutex::default() }
    }

    fn shelves(&self) -> MutexGuard<'_, HashMap<Shelf, Values>> {
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryCache {
    fn default() -> Self {
        Self::with_room(16 << 20)
    }
}

impl Cache for MemoryCache {
    fn get(&self, shelf: Shelf, key: &str, now: SystemTime) -> io::Result<Option<Vec<u8>>> {
        let mut shelves = self.shelves();
        Ok(shelves.get_mut(&shelf).and_then(|values| values.get(key, now)).map(<[u8]>::to_vec))
    }

    fn update(&self, shelf: Shelf, key: &str, now: SystemTime, change: &mut Change<'_>) -> io::Result<()> {
        let mut shelves = self.shelves();
        let values = shelves.entry(shelf).or_default();
        if let Some((value, until)) = change(values.get(key, now)) {
            values.remove(key);
            let room = if shelf == Shelf::Answers { self.room } else { u64::MAX };
            if until > now && size(key, &value) <= room {
                values.insert(key.into(), value, shelf.end(until, now));
                values.trim(room);
            }
        }
        Ok(())
    }
}

impl Values {
    fn get(&mut self, key: &str, now: SystemTime) -> Option<&[u8]> {
        if self.entries.get(key)?.until <= now {
            self.remove(key);
            return None;
        }
        let entry = self.entries.get_mut(key)?;
        if let Some(key) = self.uses.remove(&entry.used) {
            self.clock += 1;
            entry.used = self.clock;
            self.uses.insert(self.clock, key);
        }
        Some(&entry.value)
    }

    fn insert(&mut self, key: Arc<str>, value: Vec<u8>, until: SystemTime) {
        self.clock += 1;
        self.size += size(&key, &value);
        self.uses.insert(self.clock, Arc::clone(&key));
        self.entries.insert(key, Entry { value, until, used: self.clock });
    }

    fn remove(&mut self, key: &str) {
        if let Some(entry) = self.entries.remove(key) {
            self.uses.remove(&entry.used);
            self.size -= size(key, &entry.value);
        }
    }

    fn trim(&mut self, room: u64) {
        while self.size > room
            && let Some((_, key)) = self.uses.pop_first()
        {
            self.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::MemoryCache;
    use crate::{Cache, Shelf};

    #[test]
    fn what_has_ended_or_gone_leaves_nothing_behind() {
        let cache = MemoryCache::with_room(1000);
        let now = SystemTime::UNIX_EPOCH;
        for round in 0..100 {
            let value = vec![0; 99];
            let until = now + Duration::from_secs(1 + round);
            let kept =
                cache.update(Shelf::Answers, &format!("key {round}"), now, &mut |_| Some((value.clone(), until)));
            kept.expect("memory takes all");
        }
        for round in 0..100 {
            cache.get(Shelf::Answers, &format!("key {round}"), now + Duration::from_secs(1000)).expect("memory");
        }
        let shelves = cache.shelves();
        let values = &shelves[&Shelf::Answers];
        assert_eq!((values.entries.len(), values.uses.len(), values.size), (0, 0, 0));
    }
}
