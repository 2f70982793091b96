//! A member of a document, by its path.

use std::str::FromStr;

use serde_json::Value;

/// A path of names with dots between, as `artists.name`: through a list it leads to the member of each entry, and a
/// number is the entry at that place, from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field(String);

impl Field {
    /// A path that is known to be good.
    pub(crate) fn new(path: &str) -> Self {
        Self(path.to_owned())
    }

    /// The path.
    pub(crate) fn path(&self) -> &str {
        &self.0
    }

    /// The first name of the path.
    pub(crate) fn first(&self) -> &str {
        self.0.split('.').next().unwrap_or_default()
    }

    /// What stands there in a document; `None` where nothing does.
    pub(crate) fn of(&self, document: &Value) -> Option<Value> {
        follow(document, &self.0.split('.').collect::<Vec<_>>())
    }
}

impl FromStr for Field {
    type Err = &'static str;

    fn from_str(path: &str) -> Result<Self, Self::Err> {
        let path = path.trim();
        match path.split('.').all(|name| !name.is_empty() && !name.contains(char::is_whitespace)) {
            true => Ok(Self::new(path)),
            false => Err("a field is a member's name, or several with dots between, as album.name"),
        }
    }
}

fn follow(value: &Value, path: &[&str]) -> Option<Value> {
    let Some((name, rest)) = path.split_first() else { return Some(value.clone()) };
    match value {
        Value::Object(members) => follow(members.get(*name)?, rest),
        Value::Array(list) => match name.parse::<usize>() {
            Ok(place) => follow(list.get(place)?, rest),
            Err(_) => {
                let entries: Vec<_> = list.iter().map(|entry| follow(entry, path)).collect();
                let is_there = entries.is_empty() || entries.iter().any(Option::is_some);
                is_there.then(|| entries.into_iter().map(Option::unwrap_or_default).collect())
            }
        },
        _ => None,
    }
}

/// A value as it stands in a table: texts bare, lists with commas between, nothing for what is not there.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Array(list) => list.iter().map(text).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Field, text};

    fn check(path: &str, expected: Option<serde_json::Value>) {
        let document = json!({"name": "x", "none": null, "images": [], "artists": [
            {"name": "a", "genres": ["k", "l"], "id": 1}, {"name": "b", "genres": []}]});
        let field: Field = path.parse().expect("a good path");
        assert_eq!(field.of(&document), expected, "{path}");
    }

    #[test]
    fn a_path_leads_through_members_and_lists() {
        check("name", Some(json!("x")));
        check("none", Some(json!(null)));
        check("artists.name", Some(json!(["a", "b"])));
        check("artists.id", Some(json!([1, null])));
        check("artists.genres", Some(json!([["k", "l"], []])));
        check("artists.1.name", Some(json!("b")));
        check("images.url", Some(json!([])));
        for nothing in ["nam", "name.x", "none.x", "artists.nam", "artists.2.name", "images.0.url"] {
            check(nothing, None);
        }
        for bad in ["", ".", "a.", ".a", "a..b", "a b"] {
            assert!(bad.parse::<Field>().is_err(), "{bad}");
        }
        assert_eq!(text(&json!([["k", "l"], 1, null, true])), "k, l, 1, , true");
    }
}
