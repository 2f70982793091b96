//! Documents as the Web API sends them go through their types without a change.

mod lenience;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use sleeve_model::{Album, Artist, Kind, QuotaMode, SearchResults, SimplifiedAlbum, SimplifiedTrack, Track};

const ID: &str = "0000000000000000000001";

/// The members that say what an object is, as every object has them.
fn object(kind: &str, members: Value) -> Value {
    let mut object = json!({
        "external_urls": {"spotify": format!("https://open.spotify.com/{kind}/{ID}")},
        "href": format!("https://api.spotify.com/v1/{kind}s/{ID}"),
        "id": ID,
        "name": "A name",
        "type": kind,
        "uri": format!("spotify:{kind}:{ID}"),
    });
    let Value::Object(members) = members else { panic!("members are an object") };
    object.as_object_mut().expect("an object").extend(members);
    object
}

fn page(items: Value) -> Value {
    json!({"href": "https://api.spotify.com/v1/x?offset=0&limit=50", "items": items, "limit": 50, "next": null,
        "offset": 0, "previous": null, "total": 1})
}

fn images() -> Value {
    json!([{"url": "https://i.scdn.co/image/1", "height": 640, "width": 640},
        {"url": "https://i.scdn.co/image/2", "height": null, "width": null}])
}

fn artist() -> Value {
    object(
        "artist",
        json!({"followers": {"href": null, "total": 7}, "genres": ["dream pop"], "images": images(),
        "popularity": 50}),
    )
}

fn simplified_artist() -> Value {
    object("artist", json!({}))
}

fn simplified_album() -> Value {
    object(
        "album",
        json!({"album_type": "album", "album_group": "appears_on", "total_tracks": 1,
        "available_markets": ["GB"], "images": images(), "release_date": "1981", "release_date_precision": "year",
        "artists": [simplified_artist()]}),
    )
}

fn simplified_track() -> Value {
    object(
        "track",
        json!({"artists": [simplified_artist()], "available_markets": ["GB"], "disc_number": 1,
        "duration_ms": 1000, "explicit": false, "preview_url": null, "track_number": 1, "is_local": false}),
    )
}

fn track() -> Value {
    let Value::Object(mut members) = simplified_track() else { panic!("a track is an object") };
    members.extend(Map::from_iter([
        ("album".to_owned(), without(simplified_album(), &["album_group"])),
        ("external_ids".to_owned(), json!({"isrc": "GBAAA8100001"})),
        ("popularity".to_owned(), json!(3)),
    ]));
    Value::Object(members)
}

fn album() -> Value {
    let Value::Object(mut members) = without(simplified_album(), &["album_group"]) else { panic!("an object") };
    members.extend(Map::from_iter([
        ("tracks".to_owned(), page(json!([simplified_track()]))),
        ("copyrights".to_owned(), json!([{"text": "1981 Somebody", "type": "C"}])),
        ("external_ids".to_owned(), json!({"upc": "000000000001"})),
        ("genres".to_owned(), json!([])),
        ("label".to_owned(), json!("A label")),
        ("popularity".to_owned(), json!(3)),
    ]));
    Value::Object(members)
}

fn without(mut document: Value, members: &[&str]) -> Value {
    document.as_object_mut().expect("an object").retain(|name, _| !members.contains(&name.as_str()));
    document
}

/// The document as an app in development mode gets it.
fn trimmed(document: Value) -> Value {
    match document {
        Value::Object(members) => {
            let kind = members.get("type").and_then(Value::as_str).and_then(Kind::from_word);
            let left_out = kind.map_or(&[] as &[_], |kind| QuotaMode::Development.left_out(kind));
            let kept = members.into_iter().filter(|(name, _)| !left_out.contains(&name.as_str()));
            Value::Object(kept.map(|(name, value)| (name, trimmed(value))).collect())
        }
        Value::Array(items) => items.into_iter().map(trimmed).collect(),
        other => other,
    }
}

fn comes_back<T: Serialize + DeserializeOwned>(document: &Value) {
    for document in [document.clone(), trimmed(document.clone())] {
        let text = document.to_string();
        let value: T = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(serde_json::to_value(&value).expect("it encodes"), document);
    }
}

#[test]
fn every_object_comes_back_in_both_quota_modes() {
    comes_back::<Artist>(&artist());
    comes_back::<SimplifiedAlbum>(&simplified_album());
    comes_back::<Album>(&album());
    comes_back::<SimplifiedTrack>(&simplified_track());
    comes_back::<Track>(&track());
}

#[test]
fn what_a_market_adds_comes_back() {
    let linked_from = without(simplified_artist(), &["name"]);
    let mut asked = without(track(), &["available_markets"]);
    for (member, value) in
        [("is_playable", json!(false)), ("restrictions", json!({"reason": "market"})), ("linked_from", linked_from)]
    {
        asked[member] = value;
    }
    comes_back::<Track>(&asked);
    let mut asked = without(simplified_album(), &["available_markets"]);
    asked["is_playable"] = json!(true);
    comes_back::<SimplifiedAlbum>(&asked);
}

#[test]
fn search_results_hold_only_the_pages_that_came() {
    comes_back::<SearchResults>(&json!({"tracks": page(json!([track()])), "artists": page(json!([artist()])),
        "albums": page(json!([simplified_album()]))}));
    comes_back::<SearchResults>(&json!({"playlists": page(json!([{"id": "x", "owner": {"id": "y"}}]))}));
    comes_back::<SearchResults>(&json!({}));
}

#[test]
fn null_and_nothing_are_read_everywhere() {
    let nulls = |document: Value| -> Value {
        document
            .as_object()
            .expect("an object")
            .keys()
            .map(|name| (name.clone(), Value::Null))
            .collect::<Map<_, _>>()
            .into()
    };
    fn read<T: DeserializeOwned + Default + PartialEq + std::fmt::Debug>(nulls: Value) {
        assert_eq!(serde_json::from_value::<T>(nulls).expect("nulls are read"), T::default());
        assert_eq!(serde_json::from_str::<T>("{}").expect("nothing is read"), T::default());
    }
    read::<Artist>(nulls(artist()));
    read::<Album>(nulls(album()));
    read::<SimplifiedAlbum>(nulls(simplified_album()));
    read::<SimplifiedTrack>(nulls(simplified_track()));
}
