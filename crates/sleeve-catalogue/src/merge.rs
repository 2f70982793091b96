//! Two documents of one object made one.

use serde_json::{Map, Value};

/// What is known after `new` has come to `old`: the fuller one beats the simpler, the later beats the earlier, and `null`
/// and missing members never erase, nor do a few pictures more of them, nor artists without ids those with ids, nor a year
/// a day in it. Members stand in the order of the fuller document.
pub(crate) fn merge(old: Value, new: Value) -> Value {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => Value::Object(members(old, new)),
        (old, Value::Null) => old,
        (_, new) => new,
    }
}

fn members(mut old: Map<String, Value>, mut new: Map<String, Value>) -> Map<String, Value> {
    let names: Vec<String> = match new.len() >= old.len() {
        true => new.keys().chain(old.keys()).cloned().collect(),
        false => old.keys().chain(new.keys()).cloned().collect(),
    };
    let date = |map: &Map<String, Value>| map.get("release_date")?.as_str().map(str::to_owned);
    if let (Some(known), Some(said)) = (date(&old), date(&new))
        && known.len() > said.len()
        && known.starts_with(&said)
    {
        new.remove("release_date");
        new.remove("release_date_precision");
    }
    let mut merged = Map::with_capacity(names.len());
    for name in names {
        let value = match (old.remove(&name), new.remove(&name)) {
            (Some(Value::Array(old)), Some(Value::Array(new))) if is_fuller(&name, &old, &new) => old.into(),
            (Some(old), Some(new)) => merge(old, new),
            (Some(one), None) | (None, Some(one)) => one,
            // It stood in both, and was dealt with already.
            (None, None) => continue,
        };
        merged.insert(name, value);
    }
    merged
}

/// Whether a list says more than the later one: more pictures, or whose ids its artists have, which CSVs leave out.
fn is_fuller(name: &str, old: &[Value], new: &[Value]) -> bool {
    let has_id = |artist: &Value| artist.get("id").is_some_and(Value::is_string);
    match name {
        "images" => new.len() < old.len(),
        "artists" => old.iter().any(has_id) && new.iter().any(|artist| !has_id(artist)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::merge;

    fn check(old: Value, new: Value, expected: &Value) {
        assert_eq!(merge(old.clone(), new.clone()).to_string(), expected.to_string(), "{old} and {new}");
    }

    #[test]
    fn the_later_beats_the_earlier_and_nothing_is_erased() {
        check(json!({"a": 1, "b": 2}), json!({"a": 3}), &json!({"a": 3, "b": 2}));
        check(json!({"a": 1}), json!({"a": null}), &json!({"a": 1}));
        check(json!({"a": null}), json!({"a": 1}), &json!({"a": 1}));
        check(json!({"ids": {"isrc": "X"}}), json!({"ids": {"ean": "Y"}}), &json!({"ids": {"ean": "Y", "isrc": "X"}}));
        check(json!({"list": [1, 2]}), json!({"list": [3]}), &json!({"list": [3]}));
        check(json!({"images": [1, 2]}), json!({"images": [3]}), &json!({"images": [1, 2]}));
        check(json!({"images": [1]}), json!({"images": [2, 3]}), &json!({"images": [2, 3]}));
    }

    #[test]
    fn artists_without_ids_do_not_replace_those_with_ids() {
        let (known, named) = (json!([{"id": "X", "name": "A"}]), json!([{"name": "A, B"}]));
        let other = json!([{"id": "Y", "name": "B"}]);
        check(json!({"artists": known}), json!({"artists": named}), &json!({"artists": known}));
        check(json!({"artists": known}), json!({"artists": [{"id": null, "name": "A"}]}), &json!({"artists": known}));
        check(json!({"artists": named}), json!({"artists": known}), &json!({"artists": known}));
        check(json!({"artists": known}), json!({"artists": other}), &json!({"artists": other}));
        check(json!({"artists": named}), json!({"artists": [{"name": "C"}]}), &json!({"artists": [{"name": "C"}]}));
    }

    #[test]
    fn a_year_does_not_replace_a_day_in_it() {
        let dated = |date, precision| json!({"release_date": date, "release_date_precision": precision});
        let day = dated("2001-03-12", "day");
        check(day.clone(), dated("2001", "year"), &day);
        check(dated("2001", "year"), day.clone(), &day);
        check(day.clone(), dated("2002", "year"), &dated("2002", "year"));
        check(day, dated("2001-03-13", "day"), &dated("2001-03-13", "day"));
    }

    #[test]
    fn members_stand_in_the_order_of_the_fuller_document() {
        check(json!({"b": 1, "a": 2}), json!({"a": 3, "b": 4, "c": 5}), &json!({"a": 3, "b": 4, "c": 5}));
        check(json!({"c": 1, "b": 2, "a": 3}), json!({"a": 4, "z": 5}), &json!({"c": 1, "b": 2, "a": 4, "z": 5}));
    }
}
