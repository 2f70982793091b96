//! What a client returned beside what the server sent.

use serde_json::Value;

/// Where the two differ first, if they do.
pub(super) fn exactly(said: &Value, sent: &Value) -> Result<(), String> {
    difference(said, sent, "", true)
}

/// The same for a client with types of its own: its models leave members out, and have empty ones for absent ones.
pub(super) fn as_far_as_typed(said: &Value, sent: &Value) -> Result<(), String> {
    difference(said, sent, "", false)
}

fn difference(said: &Value, sent: &Value, place: &str, exact: bool) -> Result<(), String> {
    match (said, sent) {
        (Value::Array(said), Value::Array(sent)) => {
            if said.len() != sent.len() {
                return Err(format!("{place} has {} items, {} were sent", said.len(), sent.len()));
            }
            let mut pairs = said.iter().zip(sent).enumerate();
            pairs.try_for_each(|(index, (said, sent))| difference(said, sent, &format!("{place}/{index}"), exact))
        }
        (Value::Object(said), Value::Object(sent)) => {
            // A typed client too knows what a thing is called.
            let wanted = |key: &str| exact || ["id", "name", "total"].contains(&key);
            if let Some(missing) = sent.keys().find(|key| wanted(key) && !said.contains_key(*key)) {
                return Err(format!("{place}/{missing} was sent, and is lost"));
            }
            said.iter().try_for_each(|(key, said)| match sent.get(key) {
                Some(sent) => difference(said, sent, &format!("{place}/{key}"), exact),
                None if !exact && is_empty(said) => Ok(()),
                None => Err(format!("{place}/{key} is {said}, which was not sent")),
            })
        }
        _ if said == sent => Ok(()),
        _ => Err(format!("{place} is {said}, sent was {sent}")),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Number(number) => number.as_u64() == Some(0),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.values().all(is_empty),
        Value::Bool(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{as_far_as_typed, exactly};
    use serde_json::json;

    #[test]
    fn the_first_difference_is_found() {
        let sent = json!({"id": "a", "name": "b", "artists": [{"id": "c", "name": "d", "type": "artist"}]});
        assert_eq!(exactly(&sent, &sent), Ok(()));
        let typed = json!({"id": "a", "name": "b", "popularity": 0, "artists": [{"id": "c", "name": "d"}]});
        assert_eq!(as_far_as_typed(&typed, &sent), Ok(()));
        assert!(exactly(&typed, &sent).is_err());
        for wrong in [
            json!({"id": "a", "name": "b", "artists": []}),
            json!({"id": "a", "artists": [{"id": "c", "name": "d"}]}),
            json!({"id": "a", "name": "b", "artists": [{"id": "c", "name": "e"}]}),
            json!({"id": "a", "name": "b", "popularity": 1}),
        ] {
            assert!(as_far_as_typed(&wrong, &sent).is_err(), "{wrong}");
        }
    }
}
