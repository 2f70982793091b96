//! Recordings: what one ISRC stands for, on however many releases.

use super::artist::{Artist, Roster};
use super::chance::Chance;
use super::marks::MARK;

/// A recording.
#[derive(Clone, Debug)]
pub(super) struct Recording {
    /// Its ISRC is made of this.
    pub(super) number: u64,
    pub(super) year: u32,
    /// The song's name with the mark.
    pub(super) base: String,
    /// What is written behind it of the song: guests, parts, subtitles.
    extra: String,
    /// What is written behind that of the recording.
    version: String,
    pub(super) artists: Vec<Artist>,
    pub(super) duration_ms: u32,
    pub(super) explicit: bool,
    /// How much it is played, 0 to 100.
    pub(super) heat: u32,
}

/// How a recording differs from the first one of the song.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    Acoustic,
    Clean,
    Demo,
    Extended,
    Instrumental,
    Karaoke,
    Language,
    Live,
    RadioEdit,
    Remaster(u32),
    Remix,
    Slowed,
    SpedUp,
}

/// Makes recordings, each with a number of its own.
#[derive(Clone, Debug, Default)]
pub(super) struct Studio {
    recorded: u64,
}

impl Recording {
    /// The whole name.
    pub(super) fn name(&self) -> String {
        [&*self.base, &self.extra, &self.version].concat()
    }

    /// The same by another name, with nothing behind it.
    pub(super) fn plain(self, base: String) -> Self {
        Self { base, extra: String::new(), version: String::new(), ..self }
    }
}

impl Studio {
    /// A song's first recording.
    pub(super) fn record(&mut self, roster: &mut Roster, chance: &mut Chance, artist: Artist, year: u32) -> Recording {
        let tongue = roster.tongue(artist);
        let pattern = chance.weighted(&tongue.titles);
        let base = format!("{}{MARK}", tongue.fill(pattern, chance));
        let mut extra = extra(roster, chance, artist);
        let mut artists = vec![artist];
        let guests = chance.weighted(&[(845, 0), (130, 1), (25, 2)]);
        for _ in 0..guests {
            let guest = roster.draw(chance, 130);
            if !artists.contains(&guest) {
                artists.push(guest);
            }
        }
        if artists.len() > 1 {
            let (open, close) = chance.weighted(&[
                (54, ("", "")),
                (30, (" (feat. ", ")")),
                (5, (" (with ", ")")),
                (4, (" [feat. ", "]")),
                (3, (" (ft. ", ")")),
                (2, (" feat. ", "")),
                (2, (" (featuring ", ")")),
            ]);
            if !open.is_empty() {
                let names: Vec<&str> = artists[1..].iter().map(|guest| &*roster.get(*guest).name).collect();
                extra = format!("{open}{}{close}{extra}", names.join(" & "));
            }
        }
        let profile = roster.get(artist);
        let share = 100 - chance.low(100, 2);
        let heat = if chance.per_mille(120) { 0 } else { u32::from(profile.fame) * share / 100 };
        Recording {
            number: self.number(),
            year,
            base,
            extra,
            version: String::new(),
            artists,
            duration_ms: draw_duration(chance),
            explicit: chance.per_mille(u32::from(profile.explicit)),
            heat,
        }
    }

    /// Another recording of the same song.
    pub(super) fn derive(
        &mut self,
        roster: &mut Roster,
        chance: &mut Chance,
        of: &Recording,
        version: Version,
    ) -> Recording {
        let mut recording = Recording { number: self.number(), heat: of.heat / 2, ..of.clone() };
        let length = u64::from(of.duration_ms);
        let percent = match version {
            Version::Clean | Version::Remaster(_) => {
                recording.heat = of.heat * 3 / 4;
                100
            }
            Version::Karaoke => {
                recording.heat = chance.low(12, 2);
                recording.explicit = false;
                chance.between(98, 103)
            }
            Version::Acoustic | Version::Demo | Version::Language | Version::Instrumental => chance.between(88, 110),
            Version::Live => chance.between(95, 150),
            Version::RadioEdit => chance.between(70, 95),
            Version::Remix | Version::Extended => chance.between(105, 190),
            Version::Slowed => 118,
            Version::SpedUp => 82,
        };
        recording.explicit &= !matches!(version, Version::Clean | Version::Instrumental);
        recording.duration_ms = u32::try_from(length * u64::from(percent) / 100).unwrap_or(of.duration_ms);
        recording.version = suffix(roster, chance, &mut recording.artists, version);
        recording
    }

    fn number(&mut self) -> u64 {
        self.recorded += 1;
        self.recorded - 1
    }
}

/// What a song's own name goes on with, now and then.
fn extra(roster: &Roster, chance: &mut Chance, artist: Artist) -> String {
    let words = roster.tongue(artist);
    match chance.below(1000) {
        0..6 => format!(", Pt. {}", chance.between(1, 3)),
        6..10 => format!(" (Part {})", chance.pick(&["I", "II", "III", "One", "Two"])),
        10..40 => {
            let pattern = chance.weighted(&words.titles);
            format!(" ({}{MARK})", words.fill(pattern, chance))
        }
        40..46 => {
            let film = words.fill("1 2", chance);
            let tail = chance.pick(&["", "", ": The Musical", " (Season 1)"]);
            format!(" (From \"{film}{MARK}{tail}\")")
        }
        46..52 => format!(" - {}", chance.pick(&["Interlude", "Intro", "Outro", "Skit"])),
        _ => String::new(),
    }
}

/// What is written behind a recording's name; a remixer joins its artists.
fn suffix(roster: &mut Roster, chance: &mut Chance, artists: &mut Vec<Artist>, version: Version) -> String {
    let year = chance.between(1994, 2025);
    match version {
        Version::Acoustic => {
            chance.weighted(&[(6, " - Acoustic"), (2, " (Acoustic)"), (2, " - Acoustic Version")]).into()
        }
        Version::Clean => String::new(),
        Version::Demo => chance.weighted(&[(4, " - Demo"), (2, " - Demo Version"), (1, " (Home Demo)")]).into(),
        Version::Extended => chance.weighted(&[(4, " - Extended Mix"), (2, " (12\" Mix)"), (1, " - Club Mix")]).into(),
        Version::Instrumental => chance.weighted(&[(4, " - Instrumental"), (2, " (Instrumental)")]).into(),
        Version::Karaoke => {
            let original = &roster.get(artists[0]).name;
            let style = format!(" (In the Style of {original}) [Karaoke Version]");
            let famous = format!(" (Made Famous by {original})");
            match chance.below(3) {
                0 => style,
                1 => famous,
                _ => " - Karaoke Version".to_owned(),
            }
        }
        Version::Language => {
            let language = chance.pick(&["English", "Spanish", "Japanese", "French", "German", "Korean", "Portuguese"]);
            format!(" - {language} Version")
        }
        Version::Live => {
            let tongue = roster.tongue(artists[0]);
            let live = tongue.fill(tongue.live, chance);
            match chance.below(6) {
                0 => " (Live)".to_owned(),
                1 => " - Live".to_owned(),
                2 => format!(" ({live})"),
                3 => format!(" - {live} / {year}"),
                _ => format!(" - {live}"),
            }
        }
        Version::RadioEdit => chance
            .weighted(&[(6, " - Radio Edit"), (2, " (Radio Edit)"), (2, " - Single Version"), (1, " - Edit")])
            .into(),
        Version::Remaster(year) => match chance.below(6) {
            0 | 1 => format!(" - Remastered {year}"),
            2 => format!(" - {year} Remastered Version"),
            3 => format!(" ({year} Remaster)"),
            _ => format!(" - {year} Remaster"),
        },
        Version::Remix => remix(roster, chance, artists),
        Version::Slowed => {
            chance.weighted(&[(3, " - Slowed + Reverb"), (2, " - slowed"), (1, " (Slowed Down)")]).into()
        }
        Version::SpedUp => chance.weighted(&[(3, " - Sped Up"), (2, " - sped up version"), (1, " (Nightcore)")]).into(),
    }
}

fn remix(roster: &mut Roster, chance: &mut Chance, artists: &mut Vec<Artist>) -> String {
    let remixer = roster.draw(chance, 130);
    if chance.per_mille(600) && !artists.contains(&remixer) {
        artists.push(remixer);
    }
    let name = &roster.get(remixer).name;
    match chance.below(5) {
        0 => format!(" ({name} Remix)"),
        1 => format!(" - {name} Mix"),
        2 => " - Remix".to_owned(),
        _ => format!(" - {name} Remix"),
    }
}

fn draw_duration(chance: &mut Chance) -> u32 {
    let (first, last) =
        chance.weighted(&[(930, (110_000, 310_000)), (40, (21_000, 100_000)), (30, (300_000, 780_000))]);
    chance.middling(first, last)
}
