//! What an artist does at a time: the singles, the album and all that comes of it later.

use super::artist::{Artist, Roster};
use super::chance::Chance;
use super::marks::MARK;
use super::recording::{Recording, Studio, Version};
use super::release::{Date, Release};
use super::territories::Territories;
use super::words::COMPILATIONS;

/// How many recordings are remembered for compilations and karaoke.
const SHELF: usize = 4096;
/// The last year of releases.
const LAST_YEAR: u32 = 2026;

/// Plans releases.
#[derive(Clone, Debug)]
pub(super) struct Planner {
    pub(super) chance: Chance,
    pub(super) roster: Roster,
    pub(super) territories: Territories,
    studio: Studio,
    shelf: Vec<Recording>,
    covers: u64,
    karaoke: Option<Artist>,
    /// The most tracks that a release may have.
    longest: u32,
}

impl Planner {
    pub(super) fn new(seed: u64, longest: u32) -> Self {
        let mut chance = Chance::new(seed);
        Self {
            roster: Roster::new(),
            territories: Territories::new(&mut chance),
            studio: Studio::default(),
            shelf: Vec::new(),
            covers: 0,
            karaoke: None,
            longest,
            chance,
        }
    }

    /// The releases of one project, the oldest recordings first.
    pub(super) fn project(&mut self) -> Vec<Release> {
        let kind = self.chance.below(1000);
        match kind {
            0..440 => self.single(),
            440..560 => self.small(),
            560..900 => self.album(),
            900..912 => self.live_album(),
            912..930 => self.classical(),
            930..942 => self.remixes(),
            942..956 if self.shelf.len() >= 40 => self.karaoke(),
            956..976 if self.shelf.len() >= 40 => self.compilation(),
            _ => self.single(),
        }
    }

    /// Somebody and a date for them.
    fn begin(&mut self) -> (Artist, Date) {
        let artist = self.roster.draw(&mut self.chance, 380);
        let debut = u32::from(self.roster.get(artist).debut);
        let year = debut + self.chance.low(LAST_YEAR + 1 - debut, 2);
        (artist, Date::draw(&mut self.chance, year))
    }

    fn size(&mut self, first: u32, last: u32) -> u32 {
        self.chance.between(first, last).min(self.longest)
    }

    fn record(&mut self, artist: Artist, year: u32) -> Recording {
        self.studio.record(&mut self.roster, &mut self.chance, artist, year)
    }

    fn derive(&mut self, of: &Recording, version: Version) -> Recording {
        self.studio.derive(&mut self.roster, &mut self.chance, of, version)
    }

    /// New songs; a release seldom has two of one name.
    fn songs(&mut self, artist: Artist, year: u32, count: u32) -> Vec<Recording> {
        let mut songs: Vec<Recording> = Vec::new();
        for _ in 0..count {
            let mut song = self.record(artist, year);
            for _ in 0..3 {
                if songs.iter().any(|other| other.base == song.base) {
                    song = self.record(artist, year);
                }
            }
            songs.push(song);
        }
        let old = year < 1992 && self.chance.per_mille(240);
        if old {
            let remastered = self.chance.between(1995, 2025);
            songs = songs.iter().map(|song| self.derive(song, Version::Remaster(remastered))).collect();
        }
        songs
    }

    fn release(
        &mut self,
        kind: &'static str,
        name: String,
        artist: Artist,
        date: Date,
        songs: Vec<Recording>,
    ) -> Release {
        self.covers += 1;
        for song in &songs {
            if self.shelf.len() < SHELF {
                self.shelf.push(song.clone());
            } else if self.chance.per_mille(100) {
                let place = self.chance.index(SHELF);
                self.shelf[place] = song.clone();
            }
        }
        let longest = self.longest as usize;
        let markets = self.territories.draw(&mut self.chance);
        let label = self.roster.label(artist).to_owned();
        let songs = songs.into_iter().take(longest).collect();
        Release { kind, name, artists: vec![artist], date, markets, label, cover: self.covers, discs: 1, songs }
    }

    /// One song, often with other versions of it.
    fn single(&mut self) -> Vec<Release> {
        let (artist, date) = self.begin();
        let mut songs = self.songs(artist, date.year, 1);
        let more = self.chance.weighted(&[(700, 0), (180, 1), (120, 2)]);
        for _ in 0..more {
            let version = self.chance.weighted(&[
                (26, Version::Remix),
                (18, Version::RadioEdit),
                (16, Version::Instrumental),
                (14, Version::Acoustic),
                (9, Version::SpedUp),
                (6, Version::Slowed),
                (8, Version::Extended),
                (5, Version::Language),
            ]);
            let derived = self.derive(&songs[0], version);
            songs.push(derived);
        }
        let name = songs[0].name();
        let single = self.release("single", name, artist, date, songs);
        self.with_copies(single)
    }

    /// What people call an EP.
    fn small(&mut self) -> Vec<Release> {
        let (artist, date) = self.begin();
        let count = self.size(4, 6);
        let songs = self.songs(artist, date.year, count);
        let name = self.title(artist, &songs, &["", "", " EP", " - EP"]);
        let small = self.release("single", name, artist, date, songs);
        self.with_copies(small)
    }

    /// An album, before it perhaps singles, after it perhaps other editions.
    fn album(&mut self) -> Vec<Release> {
        let (artist, date) = self.begin();
        let (first, last) = self.chance.weighted(&[(930, (8, 16)), (64, (18, 32)), (6, (52, 96))]);
        let count = self.size(first, last);
        let songs = self.songs(artist, date.year, count);
        let name = self.title(artist, &songs, &[""]);
        let mut releases = Vec::new();
        let leads = self.chance.weighted(&[(560, 0), (300, 1), (140, 2)]);
        for song in songs.iter().take(leads) {
            let before = date.earlier(&mut self.chance);
            releases.push(self.release("single", song.name(), artist, before, vec![song.clone()]));
        }
        let mut album = self.release("album", name.clone(), artist, date, songs);
        album.discs = count.div_ceil(24);
        let editions = self.editions(&album, artist);
        releases.extend(self.with_copies(album));
        releases.extend(editions);
        releases
    }

    /// A longer one with the same recordings, and one with the same songs remastered years later.
    fn editions(&mut self, album: &Release, artist: Artist) -> Vec<Release> {
        let mut editions = Vec::new();
        if self.chance.per_mille(50) {
            let mut songs = album.songs.clone();
            let version = self.chance.weighted(&[(4, Version::Live), (3, Version::Demo), (3, Version::Acoustic)]);
            let bonus = self.size(2, 6) as usize;
            let more: Vec<Recording> = songs.iter().take(bonus).map(|song| self.derive(song, version)).collect();
            songs.extend(more);
            cool(&mut songs);
            let tail =
                self.chance.pick(&[" (Deluxe)", " (Deluxe Edition)", " (Expanded Edition)", " (Bonus Track Version)"]);
            let date = Date::draw(&mut self.chance, (album.date.year + 1).min(LAST_YEAR));
            editions.push(self.release("album", format!("{}{tail}", album.name), artist, date, songs));
        }
        if album.date.year < 2005 && self.chance.per_mille(90) {
            let year = self.chance.between(album.date.year + 10, LAST_YEAR.min(album.date.year + 40));
            let songs = album.songs.iter().map(|song| self.derive(song, Version::Remaster(year))).collect();
            let name = format!("{}{}", album.name, self.chance.pick(&[" (Remastered)", " (Anniversary Edition)", ""]));
            let date = Date::draw(&mut self.chance, year);
            editions.push(self.release("album", name, artist, date, songs));
        }
        editions
    }

    /// The release, and now and then a copy of it for other markets, or one without explicit words.
    fn with_copies(&mut self, mut release: Release) -> Vec<Release> {
        let mut copies = Vec::new();
        if self.chance.per_mille(60) {
            let (here, elsewhere) = self.territories.draw_pair(&mut self.chance);
            release.markets = here;
            let mut copy = Release { markets: elsewhere, ..release.clone() };
            cool(&mut copy.songs);
            copies.push(copy);
        }
        if release.songs.iter().any(|song| song.explicit) && self.chance.per_mille(180) {
            let mut clean = release.clone();
            for song in clean.songs.iter_mut().filter(|song| song.explicit) {
                *song = self.studio.derive(&mut self.roster, &mut self.chance, song, Version::Clean);
            }
            copies.push(clean);
        }
        copies.insert(0, release);
        copies
    }

    fn live_album(&mut self) -> Vec<Release> {
        let (artist, date) = self.begin();
        let count = self.size(8, 18);
        let songs = self.songs(artist, date.year, count);
        let songs = songs.iter().map(|song| self.derive(song, Version::Live)).collect();
        let tongue = self.roster.tongue(artist);
        let place = tongue.fill("7", &mut self.chance);
        let name = format!("{} {place}{MARK}", self.chance.pick(&["Live at", "Live in", "Live from"]));
        vec![self.release("album", name, artist, date, songs)]
    }

    /// Works with movements; the composer stands before who plays.
    fn classical(&mut self) -> Vec<Release> {
        let (player, date) = self.begin();
        let composer = self.roster.draw(&mut self.chance, 300);
        let mut songs = Vec::new();
        let works = self.size(2, 4).div_ceil(2);
        for _ in 0..works {
            let form =
                self.chance.pick(&["Sonata", "Symphony", "String Quartet", "Piano Concerto", "Suite", "Partita"]);
            let key = self.chance.pick(&["C Major", "D Minor", "E-Flat Major", "F-Sharp Minor", "G Major", "A Minor"]);
            let (number, opus) = (self.chance.between(1, 32), self.chance.between(1, 135));
            let work = format!("{form} No. {number} in {key}, Op. {opus}");
            for part in ["I. Allegro", "II. Adagio", "III. Menuetto", "IV. Presto"] {
                let mut song = self.record(player, date.year);
                song = song.plain(format!("{work}: {part}{MARK}"));
                song.artists = if composer == player { vec![player] } else { vec![composer, player] };
                songs.push(song);
            }
        }
        let name = songs.first().and_then(|song| song.base.split_once(':')).map(|(work, _)| format!("{work}{MARK}"));
        let name = name.unwrap_or_default();
        vec![self.release("album", name, player, date, songs)]
    }

    /// Several remixes of one song.
    fn remixes(&mut self) -> Vec<Release> {
        let (artist, date) = self.begin();
        let song = self.record(artist, date.year);
        let count = self.size(2, 7);
        let songs = (0..count).map(|_| self.derive(&song, Version::Remix)).collect();
        vec![self.release("single", format!("{} (Remixes)", song.base), artist, date, songs)]
    }

    /// Other people's songs to sing along to.
    fn karaoke(&mut self) -> Vec<Release> {
        let band = match self.karaoke.filter(|_| self.chance.per_mille(700)) {
            Some(band) => band,
            None => self.roster.discover_karaoke(&mut self.chance),
        };
        self.karaoke = Some(band);
        let mut songs = Vec::new();
        let count = self.size(4, 20);
        for _ in 0..count {
            let place = self.chance.index(self.shelf.len());
            let of = self.shelf[place].clone();
            let mut song = self.derive(&of, Version::Karaoke);
            song.artists = vec![band];
            songs.push(song);
        }
        let year = self.chance.between(2004, LAST_YEAR);
        let date = Date::draw(&mut self.chance, year);
        let words = self.roster.tongue(band);
        let pattern = self.chance.weighted(&[(3, "Karaoke 2 Hits, Vol. 9"), (2, "Sing 1 2"), (1, "Karaoke: The 2s")]);
        let name = format!("{}{MARK}", words.fill(pattern, &mut self.chance));
        vec![self.release("album", name, band, date, songs)]
    }

    /// Recordings of many artists, the same as on their own releases.
    fn compilation(&mut self) -> Vec<Release> {
        let count = self.size(14, 40);
        let mut songs = Vec::new();
        for _ in 0..count {
            let place = self.chance.index(self.shelf.len());
            songs.push(self.shelf[place].clone());
        }
        cool(&mut songs);
        let newest = songs.iter().map(|song| song.year).max().unwrap_or(LAST_YEAR);
        let year = self.chance.between(newest, LAST_YEAR);
        let date = Date::draw(&mut self.chance, year);
        let pattern = self.chance.weighted(COMPILATIONS);
        let tongue = self.roster.tongue(Roster::VARIOUS);
        let name = format!("{}{MARK}", tongue.fill(pattern, &mut self.chance));
        let mut release = self.release("compilation", name, Roster::VARIOUS, date, Vec::new());
        let publisher = self.roster.draw(&mut self.chance, 0);
        release.label = self.roster.label(publisher).to_owned();
        release.discs = count.div_ceil(20);
        release.songs = songs;
        vec![release]
    }

    /// An album's name: one of its songs' or its own.
    fn title(&mut self, artist: Artist, songs: &[Recording], tails: &[&str]) -> String {
        let tail = self.chance.pick(tails);
        if self.chance.per_mille(300) {
            let song = songs.first().map(|song| song.base.as_str()).unwrap_or_default();
            return format!("{song}{tail}");
        }
        if self.chance.per_mille(60) {
            return format!("{}{tail}", self.roster.get(artist).name);
        }
        let tongue = self.roster.tongue(artist);
        let pattern = self.chance.weighted(&tongue.titles);
        format!("{}{MARK}{tail}", tongue.fill(pattern, &mut self.chance))
    }
}

/// A later release of a recording is played less.
fn cool(songs: &mut [Recording]) {
    songs.iter_mut().for_each(|song| song.heat /= 2);
}
