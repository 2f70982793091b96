//! A list of markets, as objects carry it.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use crate::Market;

/// The markets in which an object may be played, in the order in which they came. A track and its album carry some 370
/// of them, so they are kept as one text.
///
/// **Shape:** codes that [`Market`] does not know are kept; `null` among them, and what holds a line's end, is passed
/// over.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Markets {
    /// Each code, and behind it [`END`].
    codes: String,
}

/// What no code holds.
const END: char = '\n';
/// Room for as many markets as there are today; more find room as well.
const USUAL: usize = 3 * 192;

impl Markets {
    /// The codes, as `GB`.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.codes.split_terminator(END)
    }

    /// Whether a market is among them.
    pub fn contains(&self, market: Market) -> bool {
        self.iter().any(|code| code == market.as_str())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there are none: it plays nowhere, or nobody said where.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    fn push(&mut self, code: &str) {
        if self.codes.capacity() == 0 {
            self.codes.reserve(USUAL);
        }
        self.codes.push_str(code);
        self.codes.push(END);
    }
}

impl fmt::Debug for Markets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Serialize for Markets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Markets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(List)
    }
}

struct List;

impl<'de> Visitor<'de> for List {
    type Value = Markets;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of markets")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Markets, A::Error> {
        let mut markets = Markets::default();
        while list.next_element_seed(Code(&mut markets))?.is_some() {}
        Ok(markets)
    }
}

/// Reads one code behind the others.
struct Code<'a>(&'a mut Markets);

impl<'de> DeserializeSeed<'de> for Code<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for Code<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a market")
    }

    fn visit_str<E>(self, code: &str) -> Result<(), E> {
        if !code.contains(END) {
            self.0.push(code);
        }
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Markets;
    use crate::Market;

    #[test]
    fn a_list_keeps_its_order_and_codes_that_nobody_knows() {
        let json = r#"["SE","GB","QQ","from_token",""]"#;
        let markets: Markets = serde_json::from_str(json).expect("a list");
        assert_eq!(markets.iter().collect::<Vec<_>>(), ["SE", "GB", "QQ", "from_token", ""]);
        assert_eq!((markets.len(), markets.is_empty()), (5, false));
        assert_eq!(serde_json::to_string(&markets).expect("JSON"), json);
        assert_eq!(format!("{markets:?}"), r#"["SE", "GB", "QQ", "from_token", ""]"#);
        let market = |text: &str| text.parse::<Market>().expect("a market");
        assert!(markets.contains(market("gb")) && !markets.contains(market("DE")));
        assert!(serde_json::from_str::<Markets>("[]").expect("a list").is_empty());
    }

    #[test]
    fn null_is_passed_over_and_what_is_no_market_is_an_error() {
        let markets: Markets = serde_json::from_str(r#"[null,"GB","G\nB",null]"#).expect("a list");
        assert_eq!(markets.iter().collect::<Vec<_>>(), ["GB"]);
        for json in [r#"{"GB":1}"#, "[1]", "[[]]", r#""GB""#, "true"] {
            serde_json::from_str::<Markets>(json).expect_err(json);
        }
    }
}
