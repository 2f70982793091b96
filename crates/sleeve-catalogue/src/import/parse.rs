//! JSON parsed for an import: as everywhere, but for lists of markets.
//!
//! Most of a track's values are codes of markets. A list of them becomes one text, compact JSON, as
//! [`MarketLists`](crate::markets::MarketLists) takes it: to parse, compare and store hundreds of texts of two letters
//! takes longer than all the rest of the document.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::markets::is_list;

/// Parses a text. Each `available_markets` that lists pairs of capital letters is a text: the list as compact JSON.
///
/// # Errors
/// As `serde_json` has them.
pub(super) fn parse(text: &[u8]) -> Result<Value, serde_json::Error> {
    serde_json::from_slice(text).map(Parsed::into_value)
}

/// What was parsed. Whether a code and a list of codes are those of markets is for the object around them to say.
enum Parsed {
    /// Two capital letters.
    Code([u8; 2]),
    /// A list of nothing but codes, as compact JSON.
    Codes(String),
    Other(Value),
}

struct Parser;

impl Parsed {
    fn into_value(self) -> Value {
        match self {
            Self::Code(letters) => Value::String(letters.map(char::from).iter().collect()),
            Self::Codes(json) => Value::Array(split(&json)),
            Self::Other(value) => value,
        }
    }
}

/// The codes of a list that is still open or closed.
fn split(json: &str) -> Vec<Value> {
    // Codes have no quotes in them: every second piece is one.
    json.split('"').skip(1).step_by(2).map(Value::from).collect()
}

impl<'de> Deserialize<'de> for Parsed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Parser)
    }
}

impl<'de> Visitor<'de> for Parser {
    type Value = Parsed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Parsed, E> {
        Ok(Parsed::Other(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Parsed, E> {
        Ok(Parsed::Other(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Parsed, E> {
        Ok(Parsed::Other(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Parsed, E> {
        Ok(Parsed::Other(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Parsed, E> {
        Ok(match *value.as_bytes() {
            [first @ b'A'..=b'Z', second @ b'A'..=b'Z'] => Parsed::Code([first, second]),
            _ => Parsed::Other(value.into()),
        })
    }

    fn visit_unit<E>(self) -> Result<Parsed, E> {
        Ok(Parsed::Other(Value::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Parsed, A::Error> {
        let mut codes = String::from("[");
        let mut list = loop {
            match values.next_element()? {
                Some(Parsed::Code([first, second])) => {
                    let quoted = [first, second].map(char::from);
                    if codes.len() > 1 {
                        codes.push(',');
                    }
                    codes.push('"');
                    codes.extend(quoted);
                    codes.push('"');
                }
                Some(other) => {
                    let mut list = split(&codes);
                    list.push(other.into_value());
                    break list;
                }
                None => {
                    codes.push(']');
                    return Ok(Parsed::Codes(codes));
                }
            }
        };
        while let Some(value) = values.next_element::<Parsed>()? {
            list.push(value.into_value());
        }
        Ok(Parsed::Other(Value::Array(list)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Parsed, A::Error> {
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = match members.next_value()? {
                Parsed::Codes(json) if name == "available_markets" && is_list(&json) => Value::String(json),
                other => other.into_value(),
            };
            map.insert(name, value);
        }
        Ok(Parsed::Other(Value::Object(map)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::parse;

    #[test]
    fn everything_but_lists_of_markets_is_parsed_as_everywhere() {
        let text = r#"{"b":[1,-1,1.5,1e300,null,true,"\u00e9\n",{},[],["SE"],["SE","x","NO",["NO"]],"SE"],
            "a":{"available_markets": [ "SE" , "N\u004f" ]},"b2":18446744073709551615,"c":1,"c":2}"#;
        let mut expected: Value = serde_json::from_str(text).expect("JSON");
        expected["a"]["available_markets"] = json!(r#"["SE","NO"]"#);
        assert_eq!(parse(text.as_bytes()).expect("JSON").to_string(), expected.to_string());
        for bad in [r#"{"available_markets":["SE""#, "{} {}", r#"{"available_markets":["SE" "NO"]}"#, "[,]", "\"\x01\""]
        {
            let expected = serde_json::from_str::<Value>(bad).expect_err("no JSON").to_string();
            assert_eq!(parse(bad.as_bytes()).expect_err("no JSON").to_string(), expected, "{bad}");
        }
    }

    #[test]
    fn only_what_lists_markets_becomes_a_text() {
        for (sent, kept) in [
            (r#"["SE","NO"]"#, json!(r#"["SE","NO"]"#)),
            ("[]", json!("[]")),
            ("null", json!(null)),
            ("\"GB\"", json!("GB")),
            (r#"["SE",["NO"]]"#, json!(["SE", ["NO"]])),
            (r#"["SE","??"]"#, json!(["SE", "??"])),
        ] {
            let text = format!("{{\"available_markets\":{sent}}}");
            assert_eq!(parse(text.as_bytes()).expect("JSON")["available_markets"], kept, "{sent}");
        }
        let long = json!({"available_markets": vec!["SE"; 10_000]});
        assert_eq!(parse(long.to_string().as_bytes()).expect("JSON"), long);
    }
}
