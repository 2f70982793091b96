//! Markets: the countries in which an object may be played.

use std::fmt;
use std::str::FromStr;

/// A market: an ISO 3166-1 alpha-2 code, as `GB`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Market([u8; 2]);

/// The text is no ISO 3166-1 alpha-2 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidMarket;

/// The 249 assigned codes of ISO 3166-1, and `XK` (Kosovo), which the service uses beside them.
const CODES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT \
    BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK \
    FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE \
    JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ \
    MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO \
    RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW \
    TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// Whether there is a market, by its index. An import looks up 370 codes a track.
const KNOWN: [bool; 676] = {
    let (codes, mut known, mut at) = (CODES.as_bytes(), [false; 676], 0);
    while at < codes.len() {
        known[Market([codes[at], codes[at + 1]]).index()] = true;
        at += 3;
    }
    known
};

impl Market {
    /// The two letters, in capitals.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a market holds two ASCII letters")
    }

    /// A number under 676 that is the market's own: for sets of markets.
    pub const fn index(self) -> usize {
        let [first, second] = self.0;
        (first - b'A') as usize * 26 + (second - b'A') as usize
    }

    /// Every market that there is, in alphabetical order.
    pub fn all() -> impl Iterator<Item = Self> {
        CODES.split(' ').filter_map(|code| <[u8; 2]>::try_from(code.as_bytes()).ok().map(Self))
    }
}

impl FromStr for Market {
    type Err = InvalidMarket;

    /// Takes two letters of either case.
    fn from_str(text: &str) -> Result<Self, InvalidMarket> {
        let letters = <[u8; 2]>::try_from(text.as_bytes()).map_err(|_| InvalidMarket)?;
        let market = Self(letters.map(|letter| letter.to_ascii_uppercase()));
        let is_known = market.0.iter().all(u8::is_ascii_uppercase) && KNOWN[market.index()];
        is_known.then_some(market).ok_or(InvalidMarket)
    }
}

impl fmt::Display for Market {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Market {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Market({self})")
    }
}

impl From<Market> for String {
    fn from(market: Market) -> Self {
        market.as_str().to_owned()
    }
}

impl fmt::Display for InvalidMarket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a market is a country code of two letters, as GB")
    }
}

impl std::error::Error for InvalidMarket {}

#[cfg(test)]
mod tests {
    use super::Market;

    #[test]
    fn markets_are_iso_codes_of_either_case() {
        assert_eq!(Market::all().count(), 250);
        for (text, expected) in [("GB", Some("GB")), ("gb", Some("GB")), ("XK", Some("XK")), ("ZZ", None), ("", None)] {
            let market = text.parse::<Market>().ok();
            assert_eq!(market.as_ref().map(Market::as_str), expected, "{text}");
        }
        assert!("GBR".parse::<Market>().is_err());
        assert!("é".parse::<Market>().is_err());
    }
}
