//! Who makes the music: a few with hundreds of tracks, many with one.

use super::chance::Chance;
use super::marks::MARK;
use super::words::{FIRMS, Tongue};

/// The place of an artist in the [`Roster`].
pub(super) type Artist = u32;

/// What is remembered of an artist.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    pub(super) name: Box<str>,
    pub(super) tongue: u8,
    /// 0 to 100.
    pub(super) fame: u8,
    /// The first year of a release.
    pub(super) debut: u16,
    /// How many in a thousand of the songs are explicit.
    pub(super) explicit: u16,
    /// The place of the label; without one, the artist's own name is it.
    label: Option<u32>,
    /// Whether the document is out.
    pub(super) delivered: bool,
}

/// The artists so far.
///
/// Who is drawn gets another lot in the urn now and then, and the famous begin with several lots: so the numbers of releases get
/// the long tail of real ones without a logarithm.
#[derive(Clone, Debug)]
pub(super) struct Roster {
    tongues: Vec<(u32, Tongue)>,
    artists: Vec<Profile>,
    labels: Vec<Box<str>>,
    urn: Vec<Artist>,
}

impl Roster {
    /// Named on compilations.
    pub(super) const VARIOUS: Artist = 0;

    pub(super) fn new() -> Self {
        let tongues = Tongue::all();
        let mut roster = Self { tongues, artists: Vec::new(), labels: Vec::new(), urn: Vec::new() };
        roster.artists.push(Profile {
            name: format!("Various Artists{MARK}").into(),
            tongue: 0,
            fame: 0,
            debut: 1950,
            explicit: 0,
            label: None,
            delivered: false,
        });
        roster
    }

    pub(super) fn get(&self, artist: Artist) -> &Profile {
        &self.artists[artist as usize]
    }

    pub(super) fn get_mut(&mut self, artist: Artist) -> &mut Profile {
        &mut self.artists[artist as usize]
    }

    pub(super) fn tongue(&self, artist: Artist) -> &Tongue {
        &self.tongues[usize::from(self.get(artist).tongue)].1
    }

    pub(super) fn label(&self, artist: Artist) -> &str {
        let profile = self.get(artist);
        profile.label.map_or(&profile.name, |label| &self.labels[label as usize])
    }

    /// Somebody to make a release: new in so many of a thousand.
    pub(super) fn draw(&mut self, chance: &mut Chance, new: u32) -> Artist {
        if self.urn.is_empty() || chance.per_mille(new) {
            return self.discover(chance);
        }
        let artist = chance.pick(&self.urn);
        if chance.per_mille(300) {
            self.urn.push(artist);
        }
        artist
    }

    /// A new artist.
    fn discover(&mut self, chance: &mut Chance) -> Artist {
        let weights: Vec<(u32, u8)> =
            (0_u8..).zip(&self.tongues).map(|(place, (weight, _))| (*weight, place)).collect();
        let tongue = chance.weighted(&weights);
        let words = &self.tongues[usize::from(tongue)].1;
        let pattern = chance.weighted(&words.artists);
        let name = words.fill(pattern, chance);
        self.sign(format!("{name}{MARK}"), tongue, chance)
    }

    /// A new artist who sings other people's songs for others to sing along.
    pub(super) fn discover_karaoke(&mut self, chance: &mut Chance) -> Artist {
        let pattern = chance.weighted(&[(3, "7 Karaoke"), (2, "The 2 Karaoke Band"), (1, "7 Tribute Players")]);
        let name = self.tongues[0].1.fill(pattern, chance);
        self.sign(format!("{name}{MARK}"), 0, chance)
    }

    fn sign(&mut self, name: String, tongue: u8, chance: &mut Chance) -> Artist {
        let fame = draw_fame(chance);
        let label = self.draw_label(tongue, chance);
        let profile = Profile {
            name: name.into(),
            tongue,
            fame,
            debut: draw_debut(chance),
            explicit: chance.weighted(&[(800, 15), (90, 300), (110, 700)]),
            label,
            delivered: false,
        };
        let artist = Artist::try_from(self.artists.len()).expect("there are fewer than 2³² artists");
        self.artists.push(profile);
        let lots = 1 + usize::from(fame) / 12 + if fame > 65 { 20 } else { 0 };
        self.urn.extend(std::iter::repeat_n(artist, lots));
        artist
    }

    fn draw_label(&mut self, tongue: u8, chance: &mut Chance) -> Option<u32> {
        if chance.per_mille(400) {
            return None;
        }
        if self.labels.is_empty() || chance.per_mille(200) {
            let pattern = chance.weighted(FIRMS);
            let name = self.tongues[usize::from(tongue)].1.fill(pattern, chance);
            self.labels.push(format!("{name}{MARK}").into());
            return u32::try_from(self.labels.len() - 1).ok();
        }
        let known = u32::try_from(self.labels.len()).expect("fewer labels than artists");
        Some(chance.low(known, 3))
    }
}

fn draw_fame(chance: &mut Chance) -> u8 {
    let (first, last) = chance.weighted(&[
        (380, (0, 3)),
        (440, (4, 22)),
        (130, (23, 42)),
        (42, (43, 62)),
        (7, (63, 80)),
        (1, (81, 100)),
    ]);
    u8::try_from(chance.between(first, last)).expect("at most 100")
}

fn draw_debut(chance: &mut Chance) -> u16 {
    let ago = if chance.per_mille(650) { chance.low(18, 2) } else { chance.low(77, 1) };
    u16::try_from(2026 - ago).expect("a year has four digits")
}
