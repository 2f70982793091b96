//! Ids, codes and addresses that nobody can take for facts.

/// Ends the base part of every invented name. It is a symbol, neither letter nor digit, so that search passes over it.
pub(super) const MARK: char = '°';

/// How every invented id begins.
pub(crate) const ID_PREFIX: &str = "0sleeve";

/// How every invented ISRC begins: no country has this code.
pub(super) const ISRC_PREFIX: &str = "ZZ";

/// How every invented UPC begins.
pub(super) const UPC_PREFIX: &str = "000";

/// How the invented part of every cover's and preview's address begins: it leads nowhere.
pub(super) const ADDRESS_MARK: &str = "0051ee7e";

const BASE62: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const BASE36: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/// How many ISRCs there are in one year: three characters of registrant, five digits.
const ISRCS: u64 = 46_656 * 100_000;
const UPCS: u64 = 100_000_000;

/// What an id is for: it takes the lowest two bits.
#[derive(Clone, Copy, Debug)]
pub(super) enum Room {
    Artist,
    Album,
    Track,
}

/// Makes marks from running numbers: each number has its own, so nothing need be remembered to keep them apart.
#[derive(Clone, Debug)]
pub(super) struct Marks {
    key: u64,
}

impl Marks {
    pub(super) fn new(seed: u64) -> Self {
        Self { key: scramble(seed ^ 0x736c_6565_7665) }
    }

    /// The id of the `number`th object of a room. The first four characters behind the prefix are the seed's, the
    /// eleven after them the number's: 62¹¹ is more than 2⁶⁴.
    pub(super) fn id(&self, room: Room, number: u64) -> String {
        let mut id = ID_PREFIX.to_owned();
        push_digits(&mut id, BASE62, self.key, 4);
        push_digits(&mut id, BASE62, scramble(((number << 2) | room as u64) ^ self.key), 11);
        id
    }

    /// The ISRC of the `number`th recording, first released in `year`.
    pub(super) fn isrc(&self, number: u64, year: u32) -> String {
        let place = spread(number, 3_141_592_661, self.key, ISRCS);
        let mut isrc = ISRC_PREFIX.to_owned();
        push_digits(&mut isrc, BASE36, place / 100_000, 3);
        isrc.push_str(&format!("{:02}{:05}", year % 100, place % 100_000));
        isrc
    }

    /// The UPC of the `number`th album, its check digit right.
    pub(super) fn upc(&self, number: u64) -> String {
        let digits = format!("{UPC_PREFIX}{:08}", spread(number, 61_803_399, self.key, UPCS));
        let weigh = |(place, digit): (usize, u8)| u32::from(digit - b'0') * if place % 2 == 0 { 3 } else { 1 };
        let sum: u32 = digits.bytes().enumerate().map(weigh).sum();
        format!("{digits}{}", (10 - sum % 10) % 10)
    }

    /// The 24 digits by which the address of a cover goes on behind its size.
    pub(super) fn cover(&self, room: Room, number: u64) -> String {
        format!("{ADDRESS_MARK}{:016x}", scramble(self.key ^ !((number << 2) | room as u64)))
    }

    /// The address of a preview, as one app gets it.
    pub(super) fn preview(&self, number: u64) -> String {
        let first = scramble(self.key.rotate_left(17) ^ number);
        let second = scramble(first);
        let app = scramble(self.key ^ 0x0061_7070);
        format!("https://p.scdn.co/mp3-preview/{ADDRESS_MARK}{first:016x}{second:016x}?cid={app:016x}{second:016x}")
    }
}

/// A bijection of 64 bits (the finish of SplitMix64).
fn scramble(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// A bijection of `0..end`, for a `step` that has no factor in common with it.
fn spread(number: u64, step: u64, start: u64, end: u64) -> u64 {
    let place = u128::from(number) * u128::from(step) + u128::from(start);
    u64::try_from(place % u128::from(end)).expect("a remainder is below its divisor")
}

/// The last `length` digits of a number, the lowest first.
fn push_digits(text: &mut String, digits: &[u8], mut number: u64, length: usize) {
    let base = digits.len() as u64;
    for _ in 0..length {
        text.push(char::from(digits[(number % base) as usize]));
        number /= base;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use sleeve_model::Id;

    use super::{Marks, Room};

    #[test]
    fn marks_of_different_numbers_differ() {
        let marks = Marks::new(7);
        let ids: HashSet<_> = (0..20_000)
            .flat_map(|number| [Room::Artist, Room::Album, Room::Track].map(|room| marks.id(room, number)))
            .collect();
        assert_eq!(ids.len(), 60_000);
        assert!(ids.iter().all(|id| id.starts_with("0sleeve") && Id::parse(id).is_ok()));
        let isrcs: HashSet<_> = (0..40_000).map(|number| marks.isrc(number, 1999)).collect();
        assert_eq!(isrcs.len(), 40_000);
        assert!(isrcs.iter().all(|isrc| isrc.len() == 12 && isrc.starts_with("ZZ") && &isrc[5..7] == "99"));
        let upcs: HashSet<_> = (0..40_000).map(|number| marks.upc(number)).collect();
        assert_eq!(upcs.len(), 40_000);
        assert!(upcs.iter().all(|upc| upc.len() == 12 && upc.starts_with("000")));
        assert_ne!(marks.id(Room::Track, 0), Marks::new(8).id(Room::Track, 0));
    }

    #[test]
    fn the_steps_share_no_factor_with_what_they_run_through() {
        for (step, end) in [(3_141_592_661_u64, super::ISRCS), (61_803_399, super::UPCS)] {
            assert!([2, 3, 5].iter().all(|prime| end % prime != 0 || step % prime != 0), "{step} and {end}");
        }
    }
}
