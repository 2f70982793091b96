//! The order of hits, and the best of them.

use super::postings::{ARTIST, Hit, LONGEST_NAME, NAME};
use super::search::Search;

/// How well an entry fits; smaller is better.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rank {
    class: u8,
    /// How many words of the name were not asked for.
    more: u8,
}

/// The rank of an entry by text.
pub(super) fn rank(found: &[(Hit, Option<usize>)]) -> Rank {
    let (mut all_name, mut no_album, mut exact, mut named, mut asked) = (true, true, true, 0, 0);
    let mut length = 0;
    for &(hit, weight) in found {
        let Some(weight) = weight else { continue };
        length = usize::from(hit.info >> 4);
        asked += weight;
        exact &= hit.exact;
        if hit.info & NAME != 0 {
            named += weight;
        } else {
            all_name = false;
            no_album &= hit.info & ARTIST != 0;
        }
    }
    let more = length.saturating_sub(named);
    let (class, more) = match () {
        () if asked == 0 => (0, 0),
        () if all_name && length == asked.min(usize::from(LONGEST_NAME)) => (0, 0),
        () if no_album && named > 0 && more == 0 => (1, 0),
        () if no_album => (2, if named > 0 { more } else { 0 }),
        () => (3, 0),
    };
    Rank { class: class + if exact { 0 } else { 4 }, more: more as u8 }
}

/// The best so far, as many as a page needs.
pub(super) struct Best {
    keys: Vec<u64>,
    wanted: usize,
    worst: u64,
    total: u32,
}

impl Best {
    pub(super) fn new(search: &Search<'_>) -> Self {
        let wanted = (search.offset as usize).saturating_add(search.limit as usize);
        Self { keys: Vec::new(), wanted, worst: u64::MAX, total: 0 }
    }

    #[inline]
    pub(super) fn add(&mut self, rank: Rank, level: u8, entry: u32) {
        self.total += 1;
        let key = u64::from(u32::from_be_bytes([0, rank.class, level, rank.more])) << 32 | u64::from(entry);
        if key < self.worst {
            self.keys.push(key);
            if self.keys.len() >= (2 * self.wanted).max(256) {
                self.cut();
            }
        }
    }

    fn cut(&mut self) {
        if self.wanted > 0 && self.keys.len() > self.wanted {
            let (_, worst, _) = self.keys.select_nth_unstable(self.wanted - 1);
            self.worst = *worst;
        }
        self.keys.truncate(self.wanted);
    }

    pub(super) fn finish(mut self, search: &Search<'_>) -> (u32, Vec<u32>) {
        self.cut();
        self.keys.sort_unstable();
        let entries = self.keys.iter().skip(search.offset as usize).map(|&key| key as u32).collect();
        (self.total, entries)
    }
}
