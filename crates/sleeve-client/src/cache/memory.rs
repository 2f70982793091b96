//! A cache in memory.

use std::collections::HashMap;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use super::{Cache, Change, Shelf};

/// A cache that lives as long as the client.
#[derive(Debug, Default)]
pub struct MemoryCache {
    values: Mutex<HashMap<(Shelf, String), (Vec<u8>, SystemTime)>>,
}

impl Cache for MemoryCache {
    fn get(&self, shelf: Shelf, key: &str, now: SystemTime) -> io::Result<Option<Vec<u8>>> {
        let values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        let value = values.get(&(shelf, key.to_owned()));
        Ok(value.filter(|(_, until)| *until > now).map(|(value, _)| value.clone()))
    }

    fn update(&self, shelf: Shelf, key: &str, now: SystemTime, change: &mut Change<'_>) -> io::Result<()> {
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (shelf, key.to_owned());
        let known = values.get(&key).filter(|(_, until)| *until > now).map(|(value, _)| value.as_slice());
        if let Some(new) = change(known) {
            values.insert(key, new);
        }
        Ok(())
    }
}
