//! Releases: an album, single or compilation before it is written down.

use super::artist::Artist;
use super::chance::Chance;
use super::recording::Recording;
use super::territories::Place;

/// A release with its tracks.
#[derive(Clone, Debug)]
pub(super) struct Release {
    /// `album`, `single` or `compilation`.
    pub(super) kind: &'static str,
    pub(super) name: String,
    pub(super) artists: Vec<Artist>,
    pub(super) date: Date,
    pub(super) markets: Place,
    pub(super) label: String,
    /// The cover's number: copies of a release share it.
    pub(super) cover: u64,
    pub(super) discs: u32,
    pub(super) songs: Vec<Recording>,
}

/// A day, of which perhaps only the month or year is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Date {
    pub(super) year: u32,
    month: u32,
    day: u32,
    precision: Precision,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Precision {
    Year,
    Month,
    Day,
}

impl Date {
    /// A date in a year; of old ones often only the year is known.
    pub(super) fn draw(chance: &mut Chance, year: u32) -> Self {
        let months = if year == 2026 { 10 } else { 12 };
        let unknown = if year < 1990 { 260 } else { 12 };
        let precision = match chance.below(1000) {
            roll if roll < unknown => Precision::Year,
            roll if roll < unknown + 5 => Precision::Month,
            _ => Precision::Day,
        };
        Self { year, month: chance.between(1, months), day: chance.between(1, 28), precision }
    }

    /// Some weeks before, to the day.
    pub(super) fn earlier(self, chance: &mut Chance) -> Self {
        let months = (self.year * 12 + self.month - 1 - chance.between(1, 5)).max(1950 * 12);
        Self { year: months / 12, month: months % 12 + 1, day: chance.between(1, 28), precision: Precision::Day }
    }

    /// As the service writes it.
    pub(super) fn text(self) -> String {
        let Self { year, month, day, precision } = self;
        match precision {
            Precision::Year => format!("{year}"),
            Precision::Month => format!("{year}-{month:02}"),
            Precision::Day => format!("{year}-{month:02}-{day:02}"),
        }
    }

    /// `year`, `month` or `day`.
    pub(super) fn precision(self) -> &'static str {
        match self.precision {
            Precision::Year => "year",
            Precision::Month => "month",
            Precision::Day => "day",
        }
    }
}
