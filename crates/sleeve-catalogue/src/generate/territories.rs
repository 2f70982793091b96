//! Where invented objects play: a few hundred lists of markets that repeat, as the real ones do.

use serde_json::Value;

use super::chance::Chance;

/// The service's markets of 2025.
const MARKETS: &str = "AD AE AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CG CH CI CL CM \
    CO CR CV CW CY CZ DE DJ DK DM DO DZ EC EE EG ES ET FI FJ FM FR GA GB GD GE GH GM GN GQ GR GT GW GY HK HN HR HT HU ID IE \
    IL IN IQ IS IT JM JO JP KE KG KH KI KM KN KR KW KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MN MO MR \
    MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NR NZ OM PA PE PG PH PK PL PR PS PT PW PY QA RO RS RW SA SB SC SE SG SI SK \
    SL SM SN SR ST SV SZ TD TG TH TJ TL TN TO TR TT TV TW TZ UA UG US UY UZ VC VE VN VU WS XK ZA ZM ZW";

/// Sets that contracts are often made for.
const REGIONS: [&str; 12] = [
    "US",
    "CA US",
    "CA MX US",
    "AT CH DE LI LU",
    "GB IE",
    "DK FI IS NO SE",
    "AU NZ",
    "JP",
    "AR BO CL CO CR DO EC GT HN MX NI PA PE PY SV UY VE",
    "AM AZ BY GE KG KZ MD TJ UA UZ",
    "BR PT",
    "AD AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MC MT NL NO PL PT RO SE SI SK SM",
];

/// Markets that have records of their own.
const HOMES: &str =
    "AR AU BR CA CL CO DE DK EG ES FI FR GB GR HU ID IL IN IT JP KR MX NG NL NO PH PL PT RO SE TH TR TW US ZA";

/// How many lists lack a few markets.
const LACKING: usize = 100;

/// The place of a list among the [`Territories`].
pub(super) type Place = u16;

/// The lists: everywhere, nowhere, then pairs of which each complements the other.
#[derive(Clone, Debug)]
pub(super) struct Territories {
    lists: Vec<Value>,
}

impl Territories {
    pub(super) const EVERYWHERE: Place = 0;
    pub(super) const NOWHERE: Place = 1;
    const REGIONAL: usize = 2;
    const SINGLE: usize = Self::REGIONAL + 2 * REGIONS.len();

    pub(super) fn new(chance: &mut Chance) -> Self {
        let all: Vec<&str> = MARKETS.split_whitespace().collect();
        let mut territories = Self { lists: Vec::new() };
        territories.push_pair(&all, |_| true);
        for region in REGIONS {
            territories.push_pair(&all, |market| region.split(' ').any(|member| member == market));
        }
        for home in HOMES.split_whitespace() {
            territories.push_pair(&all, |market| market == home);
        }
        for _ in 0..LACKING {
            let missing: Vec<&str> = (0..=chance.low(14, 2)).map(|_| chance.pick(&all)).collect();
            territories.push_pair(&all, |market| !missing.contains(&market));
        }
        territories
    }

    fn push_pair(&mut self, all: &[&str], plays: impl Fn(&str) -> bool) {
        let (here, elsewhere): (Vec<&str>, Vec<&str>) = all.iter().copied().partition(|market| plays(market));
        self.lists.push(here.into());
        self.lists.push(elsewhere.into());
    }

    /// From now on each list is a text, compact JSON.
    pub(super) fn turn_into_texts(&mut self) {
        for list in &mut self.lists {
            *list = list.to_string().into();
        }
    }

    /// The list, in the order of the alphabet.
    pub(super) fn list(&self, place: Place) -> &Value {
        &self.lists[usize::from(place)]
    }

    /// Where an album plays.
    pub(super) fn draw(&self, chance: &mut Chance) -> Place {
        let singles = self.lists.len() - 2 * LACKING - Self::SINGLE;
        let lacking = self.lists.len() - 2 * LACKING;
        let index = match chance.below(1000) {
            0..540 => return Self::EVERYWHERE,
            540..690 => lacking + 2 * chance.low(LACKING as u32, 3) as usize,
            690..720 => Self::REGIONAL + 1 + 2 * chance.index(REGIONS.len()),
            720..870 => Self::REGIONAL + 2 * chance.index(REGIONS.len()),
            870..970 => Self::SINGLE + 2 * chance.index(singles / 2),
            _ => return Self::NOWHERE,
        };
        place(index)
    }

    /// Two lists that have no market in common: where one copy of an album plays and where the other does.
    pub(super) fn draw_pair(&self, chance: &mut Chance) -> (Place, Place) {
        let index = match chance.per_mille(700) {
            true => Self::REGIONAL + 2 * chance.index(REGIONS.len()),
            false => Self::REGIONAL + 2 * chance.index((self.lists.len() - Self::REGIONAL) / 2),
        };
        match chance.per_mille(500) {
            true => (place(index), place(index + 1)),
            false => (place(index + 1), place(index)),
        }
    }
}

fn place(index: usize) -> Place {
    Place::try_from(index).expect("there are a few hundred lists")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::Value;
    use sleeve_model::Market;

    use super::{Chance, Territories};

    fn codes(list: &Value) -> Vec<&str> {
        list.as_array().expect("a list").iter().filter_map(Value::as_str).collect()
    }

    #[test]
    fn lists_hold_known_markets_in_order_and_pairs_make_up_the_whole() {
        let mut chance = Chance::new(3);
        let territories = Territories::new(&mut chance);
        assert_eq!(codes(territories.list(Territories::EVERYWHERE)).len(), 185);
        assert_eq!(codes(territories.list(Territories::NOWHERE)).len(), 0);
        for pair in territories.lists.chunks(2) {
            let (here, elsewhere) = (codes(&pair[0]), codes(&pair[1]));
            assert!(here.is_sorted() && elsewhere.is_sorted());
            assert!(here.iter().chain(&elsewhere).all(|code| code.parse::<Market>().is_ok()));
            let union: HashSet<_> = here.iter().chain(&elsewhere).collect();
            assert_eq!((union.len(), here.len() + elsewhere.len()), (185, 185));
        }
        for _ in 0..5000 {
            let (here, elsewhere) = territories.draw_pair(&mut chance);
            assert!(!codes(territories.list(here)).is_empty() && !codes(territories.list(elsewhere)).is_empty());
            codes(territories.list(territories.draw(&mut chance)));
        }
    }
}
