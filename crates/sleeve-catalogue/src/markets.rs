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

    /// The list that a JSON value is: an array of texts, or a text that [`is_list`]. None where it is neither, or too
    /// long to be one.
    pub(crate) fn of(&mut self, codes: &Value) -> Option<Arc<MarketList>> {
        match codes {
            Value::Array(codes) => self.known(&joined(codes)?),
            Value::String(json) if is_list(json) => self.known(json),
            _ => None,
        }
    }

    fn known(&mut self, json: &str) -> Option<Arc<MarketList>> {
        if let Some(known) = self.0.get(json) {
            return Some(known.clone());
        }
        let list = MarketList::from_json(json)?;
        if self.0.len() == Self::MAX {
            self.0.clear();
        }
        self.0.insert(json.into(), list.clone());
        Some(list)
    }
}

/// What is longer as JSON is no list of markets, of which there are 676 at most: none of these is remembered.
const MAX_BYTES: usize = 8 * 1_024;

/// Whether a text is a list of pairs of capital letters as compact JSON: `["NO","SE"]`.
pub(crate) fn is_list(text: &str) -> bool {
    let Some(codes) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) else { return false };
    let is_code = |code: &[u8]| matches!(code, [b'"', b'A'..=b'Z', b'A'..=b'Z', b'"']);
    let mut chunks = codes.as_bytes().chunks(5);
    let last = chunks.next_back().unwrap_or_default();
    text.len() <= MAX_BYTES
        && (codes.is_empty() || is_code(last))
        && chunks.all(|chunk| is_code(&chunk[..4]) && chunk[4] == b',')
}

/// An array of texts as compact JSON.
fn joined(codes: &[Value]) -> Option<String> {
    let mut json = String::with_capacity(1_024);
    json.push('[');
    for (place, code) in codes.iter().enumerate() {
        if place > 0 {
            json.push(',');
        }
        match code.as_str()? {
            plain if plain.bytes().all(|byte| byte.is_ascii_alphanumeric()) => json.extend(["\"", plain, "\""]),
            other => json.push_str(&Value::from(other).to_string()),
        }
        if json.len() > MAX_BYTES {
            return None;
        }
    }
    json.push(']');
    Some(json)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;
    use sleeve_model::Market;

    use super::{MarketList, MarketLists, Markets, is_list};

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
    fn a_list_is_known_by_its_text() {
        let mut lists = MarketLists::default();
        for text in ["[]", r#"["SE"]"#, r#"["NO","SE"]"#] {
            let list = lists.of(&json!(text)).expect("a list");
            assert_eq!(list.json(), text);
            assert!(Arc::ptr_eq(&list, &lists.of(&serde_json::from_str(text).expect("JSON")).expect("a list")));
        }
        for text in [
            "",
            "[",
            "]",
            "[,]",
            "GB",
            r#"["SE",]"#,
            r#"["SE""NO"]"#,
            r#"["se"]"#,
            r#"[ "SE"]"#,
            r#"["SE","NO"#,
            "\"\"",
        ] {
            assert!(!is_list(text), "{text}");
            assert!(lists.of(&json!(text)).is_none(), "{text}");
        }
    }

    #[test]
    fn what_is_too_long_for_a_list_of_markets_is_none() {
        let mut lists = MarketLists::default();
        let all: Vec<_> = Market::all().map(|market| market.to_string()).collect();
        assert!(lists.of(&json!(all)).is_some() && lists.of(&json!(["GB", "??", 1])).is_none());
        assert!(lists.of(&json!(["x".repeat(10_000)])).is_none() && lists.of(&json!(vec!["GB"; 10_000])).is_none());
    }
}
