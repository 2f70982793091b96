//! Sets of markets, and the lists of them that documents hold.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;
use sleeve_model::Market;

/// A set of markets: one bit for each pair of letters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markets([u64; Markets::WORDS]);

/// A document's list of markets. Most documents share theirs with thousands of others, so a list is kept once.
#[derive(Debug, PartialEq, Eq)]
pub struct MarketList {
    json: Box<str>,
    markets: Markets,
}

/// Lists that were met, so that equal ones are one.
#[derive(Debug, Default)]
pub(crate) struct MarketLists(HashMap<Box<str>, Arc<MarketList>>);

// === impl Markets ===

impl Markets {
    const WORDS: usize = 676_usize.div_ceil(64);

    /// Adds one.
    pub fn insert(&mut self, market: Market) {
        let index = market.index();
        self.0[index / 64] |= 1 << (index % 64);
    }

    /// Whether it is in the set.
    pub fn contains(&self, market: Market) -> bool {
        let index = market.index();
        self.0[index / 64] & (1 << (index % 64)) != 0
    }
}

impl FromIterator<Market> for Markets {
    fn from_iter<I: IntoIterator<Item = Market>>(markets: I) -> Self {
        let mut set = Self::default();
        markets.into_iter().for_each(|market| set.insert(market));
        set
    }
}

// === impl MarketList ===

impl MarketList {
    /// Takes a JSON array of codes as it stands in a document; codes that nobody knows stay in the text.
    pub(crate) fn from_json(json: &str) -> Option<Arc<Self>> {
        let codes: Vec<String> = serde_json::from_str(json).ok()?;
        let markets = codes.iter().filter_map(|code| code.parse().ok()).collect();
        Some(Arc::new(Self { json: json.into(), markets }))
    }

    /// The list as JSON.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// Whether a market is in it.
    pub fn contains(&self, market: Market) -> bool {
        self.markets.contains(market)
    }
}

// === impl MarketLists ===

impl MarketLists {
    /// No more are remembered: real catalogues have some hundreds.
    const MAX: usize = 10_000;

    /// What is longer as JSON is no list of markets, of which there are 676 at most: none of these is remembered.
    const MAX_BYTES: usize = 8 * 1_024;

    /// The list that a JSON value is; none where it is no array of texts, or too long to be one.
    pub(crate) fn of(&mut self, codes: &Value) -> Option<Arc<MarketList>> {
        let mut json = String::with_capacity(1_024);
        json.push('[');
        for (place, code) in codes.as_array()?.iter().enumerate() {
            if place > 0 {
                json.push(',');
            }
            match code.as_str()? {
                plain if plain.bytes().all(|byte| byte.is_ascii_alphanumeric()) => json.extend(["\"", plain, "\""]),
                other => json.push_str(&Value::from(other).to_string()),
            }
            if json.len() > Self::MAX_BYTES {
                return None;
            }
        }
        json.push(']');
        if let Some(known) = self.0.get(json.as_str()) {
            return Some(known.clone());
        }
        let list = MarketList::from_json(&json)?;
        if self.0.len() == Self::MAX {
            self.0.clear();
        }
        self.0.insert(json.into_boxed_str(), list.clone());
        Some(list)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use sleeve_model::Market;

    use super::{MarketList, MarketLists, Markets};

    #[test]
    fn a_set_holds_what_was_put_in() {
        let even: Markets = Market::all().step_by(2).collect();
        for (place, market) in Market::all().enumerate() {
            assert_eq!(even.contains(market), place % 2 == 0, "{market}");
        }
    }

    #[test]
    fn a_list_keeps_its_text_and_knows_its_markets() {
        let list = MarketList::from_json(r#"["GB","??","SE"]"#).expect("a list");
        assert_eq!(list.json(), r#"["GB","??","SE"]"#);
        assert!(list.contains("SE".parse().expect("a market")) && !list.contains("JP".parse().expect("a market")));
        assert!(MarketList::from_json("[1]").is_none() && MarketList::from_json("null").is_none());
    }

    #[test]
    fn what_is_too_long_for_a_list_of_markets_is_none() {
        let mut lists = MarketLists::default();
        let all: Vec<_> = Market::all().map(|market| market.to_string()).collect();
        assert!(lists.of(&json!(all)).is_some() && lists.of(&json!(["GB", "??", 1])).is_none());
        assert!(lists.of(&json!(["x".repeat(10_000)])).is_none() && lists.of(&json!(vec!["GB"; 10_000])).is_none());
    }
}
