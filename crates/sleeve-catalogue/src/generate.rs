//! An invented catalogue, the same for the same seed on every machine.
//!
//! [`generate`] yields whole documents as the service sends them: artists and albums before the tracks that name them.
//! An album comes without its page of tracks, which is made when it is served; its tracks follow it.
//!
//! Names, versions, editions, markets and popularity are drawn so that what is hard in real catalogues is about as common
//! here. **Nothing is a fact, and everything says so:**
//!
//! - the base part of every name of an artist, album, track, label or film ends in `°` (`Night Harbour° - 2011 Remaster`),
//!   a symbol that search passes over;
//! - ids begin with `0sleeve`;
//! - ISRCs begin with `ZZ`, which no country has, and UPCs with `000`;
//! - addresses of covers and previews have `0051ee7e` where the invented part begins, and lead nowhere.
//!
//! Only whole numbers decide, and the source of chance is named (ChaCha8), so nothing depends on the machine. What an
//! invented catalogue lacks: podcasts, audiobooks, playlists, users, local files.

mod artist;
mod chance;
mod document;
mod into;
mod marks;
mod project;
mod recording;
mod release;
mod territories;
#[cfg(test)]
mod tests;
mod words;

use std::collections::VecDeque;

use serde_json::Value;

use artist::Artist;
use document::{Pen, Spot};
pub use into::{Order, Stage, into};
pub(crate) use marks::ID_PREFIX;
use marks::Marks;
use project::Planner;
use release::Release;
use territories::Territories;

/// Invents a catalogue of so many tracks, with their albums and artists.
pub fn generate(tracks: u64, seed: u64) -> Generator {
    let longest = u32::try_from((tracks / 5).clamp(1, 200)).expect("at most 200");
    Generator {
        planner: Planner::new(seed, longest),
        marks: Marks::new(seed),
        plan: VecDeque::new(),
        ready: VecDeque::new(),
        left: tracks,
        albums: 0,
        tracks: 0,
    }
}

/// Documents of an invented catalogue, one after another.
#[derive(Clone, Debug)]
pub struct Generator {
    planner: Planner,
    marks: Marks,
    plan: VecDeque<Release>,
    ready: VecDeque<Value>,
    /// Tracks that are still to be written.
    left: u64,
    albums: u64,
    tracks: u64,
}

impl Generator {
    /// The same documents, but that each list of markets is a text, as [`Preparer::prepare`](crate::Preparer::prepare)
    /// takes it: two arrays of hundreds of codes for each track would cost more than all the rest of it.
    fn with_markets_as_texts(mut self) -> Self {
        self.planner.territories.turn_into_texts();
        self
    }

    /// Writes the next release down.
    fn write_next(&mut self) {
        let Some(mut release) = self.plan.pop_front() else {
            self.plan.extend(self.planner.project());
            return;
        };
        release.songs.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
        self.left -= release.songs.len() as u64;
        self.introduce(&release);
        let Planner { chance, roster, territories, .. } = &mut self.planner;
        let mut pen = Pen { marks: &self.marks, roster, territories, chance };
        self.ready.push_back(pen.album(&release, self.albums));
        let mut album = pen.simplified_album(&release, self.albums);
        self.albums += 1;
        let a_disc = release.songs.len().div_ceil(release.discs.max(1) as usize).max(1);
        for (place, song) in release.songs.iter().enumerate() {
            let markets = draw_markets(pen.chance, pen.territories, &release);
            let (disc, track) = ((place / a_disc) as u32 + 1, (place % a_disc) as u32 + 1);
            let spot = Spot { number: self.tracks, disc, track, markets };
            let is_last = place + 1 == release.songs.len();
            let album = if is_last { album.take() } else { album.clone() };
            self.ready.push_back(pen.track(song, spot, album));
            self.tracks += 1;
        }
    }

    /// Artists that no document has named yet.
    fn introduce(&mut self, release: &Release) {
        let named = release.songs.iter().flat_map(|song| &song.artists);
        let named: Vec<Artist> = release.artists.iter().chain(named).copied().collect();
        for artist in named {
            let Planner { chance, roster, territories, .. } = &mut self.planner;
            if !roster.get(artist).delivered {
                roster.get_mut(artist).delivered = true;
                self.ready.push_back(Pen { marks: &self.marks, roster, territories, chance }.artist(artist));
            }
        }
    }
}

impl Iterator for Generator {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        while self.ready.is_empty() && self.left > 0 {
            self.write_next();
        }
        self.ready.pop_front()
    }
}

/// Where a track plays: mostly where its album does.
fn draw_markets(chance: &mut chance::Chance, territories: &Territories, release: &Release) -> territories::Place {
    match chance.below(1000) {
        0..15 => Territories::NOWHERE,
        15..35 => territories.draw(chance),
        _ => release.markets,
    }
}
