//! What a run saw: counted while requests are answered, read for the last words when it ends.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// How many different names of one sort are kept; more are only counted.
const KEPT: usize = 1_000;

/// Counters of one server. Clones count together; a new one stands at nothing.
#[derive(Clone, Debug, Default)]
pub struct Tally(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    requests: AtomicU64,
    distrusted: AtomicU64,
    missed: Names,
    refused: Names,
    unreached: Names,
}

/// Different names, at most [`KEPT`] of them.
#[derive(Debug, Default)]
struct Names(Mutex<BTreeSet<String>>);

// === impl Tally ===

impl Tally {
    /// A request is going to be answered.
    pub fn request(&self) {
        self.0.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// How many requests there were.
    pub fn requests(&self) -> u64 {
        self.0.requests.load(Ordering::Relaxed)
    }

    /// A well-formed id was asked for that is not in the catalogue.
    pub fn missed(&self, id: &str) {
        self.0.missed.add(id);
    }

    /// The ids that were asked for and are not in the catalogue, each once, in order; at most 1,000.
    pub fn missed_ids(&self) -> Vec<String> {
        self.0.missed.all()
    }

    /// A host was refused because the run is offline.
    pub fn refused(&self, host: &str) {
        self.0.refused.add(host);
    }

    /// The hosts that were refused because the run is offline, each once, in order; at most 1,000.
    pub fn refused_hosts(&self) -> Vec<String> {
        self.0.refused.all()
    }

    /// A host other than Spotify's could not be reached.
    pub fn unreached(&self, host: &str) {
        self.0.unreached.add(host);
    }

    /// The hosts other than Spotify's that could not be reached, each once, in order; at most 1,000.
    pub fn unreached_hosts(&self) -> Vec<String> {
        self.0.unreached.all()
    }

    /// A program hung up because it does not trust our certificate authority.
    pub fn distrusted(&self) {
        self.0.distrusted.fetch_add(1, Ordering::Relaxed);
    }

    /// How many connections ended because the program did not trust our certificate authority.
    pub fn distrusts(&self) -> u64 {
        self.0.distrusted.load(Ordering::Relaxed)
    }
}

// === impl Names ===

impl Names {
    fn add(&self, name: &str) {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if names.len() < KEPT && !names.contains(name) {
            names.insert(name.to_owned());
        }
    }

    fn all(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{KEPT, Tally};

    #[test]
    fn names_are_kept_once_and_not_without_end() {
        let tally = Tally::default();
        for number in 0..2 * KEPT {
            tally.missed(&format!("{:04}", number % (KEPT + 10)));
        }
        tally.clone().request();
        assert_eq!((tally.missed_ids().len(), tally.requests()), (KEPT, 1));
        assert_eq!(tally.missed_ids()[1], "0001");
        assert!(tally.refused_hosts().is_empty() && tally.unreached_hosts().is_empty() && tally.distrusts() == 0);
    }
}
