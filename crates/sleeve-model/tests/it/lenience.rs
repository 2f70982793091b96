//! What the service was seen to leave out, to null, or to write in another form is read all the same, at any depth.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use sleeve_model::{Album, Artist, Page, SearchResults, SimplifiedAlbum, SimplifiedTrack, Track};

use crate::{album, artist, page, simplified_album, simplified_track, track, trimmed};

/// What is done to one value of a document.
#[derive(Clone, Copy, Debug)]
enum Change {
    Null,
    Removed,
    /// A whole number written as `1.0`.
    Float,
    /// A list with `null` in front.
    NullInFront,
}

/// Every document that comes of one change in one place.
fn changed(document: &Value, change: Change) -> Vec<Value> {
    let mut all = Vec::new();
    match (change, document) {
        (Change::Float, Value::Number(number)) => all.extend(number.as_f64().map(Value::from)),
        (Change::NullInFront, Value::Array(items)) => {
            all.push([vec![Value::Null], items.clone()].concat().into());
        }
        _ => {}
    }
    match document {
        Value::Object(members) => {
            for (name, value) in members {
                let with = |new: Option<Value>| {
                    let kept = members.iter().filter_map(|(member, value)| match (member == name, &new) {
                        (true, new) => new.clone().map(|new| (member.clone(), new)),
                        (false, _) => Some((member.clone(), value.clone())),
                    });
                    Value::Object(kept.collect::<Map<_, _>>())
                };
                match change {
                    Change::Null => all.push(with(Some(Value::Null))),
                    Change::Removed => all.push(with(None)),
                    Change::Float | Change::NullInFront => {}
                }
                all.extend(changed(value, change).into_iter().map(|value| with(Some(value))));
            }
        }
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                for new in changed(item, change) {
                    let mut items = items.clone();
                    items[place] = new;
                    all.push(items.into());
                }
            }
        }
        _ => {}
    }
    all
}

fn is_read<T: DeserializeOwned + PartialEq + std::fmt::Debug>(document: &Value) {
    let read = |document: &Value| -> T {
        let text = document.to_string();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"))
    };
    for document in [document.clone(), trimmed(document.clone())] {
        for change in [Change::Null, Change::Removed] {
            let all = changed(&document, change);
            assert!(all.len() > 10, "{change:?}");
            all.iter().for_each(|changed| drop(read(changed)));
        }
        for change in [Change::Float, Change::NullInFront] {
            let all = changed(&document, change);
            assert!(!all.is_empty(), "{change:?}");
            all.iter().for_each(|changed| assert_eq!(read(changed), read(&document), "{change:?} {changed}"));
        }
    }
}

#[test]
fn every_object_is_read_whatever_one_member_lacks_in_both_quota_modes() {
    let mut linked = track();
    linked["linked_from"] =
        json!({"external_urls": {"spotify": "x"}, "href": "x", "id": "x", "type": "track", "uri": "x"});
    linked["restrictions"] = json!({"reason": "market"});
    is_read::<Artist>(&artist());
    is_read::<SimplifiedAlbum>(&simplified_album());
    is_read::<Album>(&album());
    is_read::<SimplifiedTrack>(&simplified_track());
    is_read::<Track>(&linked);
    is_read::<Page<SimplifiedTrack>>(&page(json!([simplified_track()])));
    is_read::<SearchResults>(&json!({"tracks": page(json!([track()])), "artists": page(json!([artist()])),
        "albums": page(json!([simplified_album()]))}));
}
