//! What every catalogue must do: functions that a store's own tests run on it.
//!
//! Each panics with a sentence where the store does otherwise.

use serde_json::{Value, json};
use sleeve_model::{Id, Kind, Market};

use crate::{Catalogue, Object, Standing, standing};

/// Runs everything on stores that `empty` makes.
pub fn check<C: Catalogue>(empty: impl Fn() -> C) {
    an_empty_catalogue_has_nothing(&empty());
    what_is_put_comes_back(&empty());
    a_later_object_replaces_an_earlier_one(&empty());
    recordings_are_ordered_by_popularity_then_id(&empty());
    a_batch_is_stored_whole_or_not_at_all(&empty());
    tracks_are_relinked_to_a_copy_that_plays(&empty());
}

fn track(id: &str, isrc: &str, popularity: u8, markets: &[&str]) -> Object {
    object(&json!({
        "available_markets": markets, "external_ids": {"isrc": isrc}, "id": id, "name": id, "popularity": popularity,
        "type": "track"
    }))
}

fn object(json: &Value) -> Object {
    Object::from_json(json).expect("a good object")
}

fn id(text: &str) -> Id {
    Id::parse(text).expect("a good id")
}

const A: &str = "aaaaaaaaaaaaaaaaaaaaaa";
const B: &str = "bbbbbbbbbbbbbbbbbbbbbb";
const C: &str = "cccccccccccccccccccccc";

fn an_empty_catalogue_has_nothing(catalogue: &dyn Catalogue) {
    for kind in [Kind::Track, Kind::Album, Kind::Artist, Kind::User] {
        assert_eq!(catalogue.object(kind, id(A)).expect("readable"), None);
        assert_eq!(catalogue.count(kind).expect("readable"), 0);
        assert_eq!(catalogue.example(kind).expect("readable"), None);
    }
    assert_eq!(catalogue.recordings("X").expect("readable"), []);
}

fn what_is_put_comes_back(catalogue: &dyn Catalogue) {
    let known = track(A, "usabc0000001", 7, &["GB", "SE"]);
    assert_eq!(known.isrc.as_deref(), Some("USABC0000001"), "an ISRC is kept in capitals");
    let bare = object(&json!({"id": B, "name": "Ünïcode \u{0} 音", "type": "album", "later": [1, null, {"x": "y"}]}));
    catalogue.put(&[known.clone(), bare.clone()]).expect("written");
    assert_eq!(catalogue.object(Kind::Track, id(A)).expect("readable"), Some(known.clone()));
    assert_eq!(catalogue.object(Kind::Album, id(B)).expect("readable"), Some(bare));
    assert_eq!(catalogue.object(Kind::Album, id(A)).expect("readable"), None, "an id is one kind's");
    assert_eq!(catalogue.object(Kind::Track, id(&A.to_uppercase())).expect("readable"), None, "ids differ by case");
    assert_eq!(catalogue.count(Kind::Track).expect("readable"), 1);
    assert_eq!(catalogue.example(Kind::Track).expect("readable"), Some(known));
}

fn a_later_object_replaces_an_earlier_one(catalogue: &dyn Catalogue) {
    catalogue.put(&[track(A, "X", 1, &["GB"]), track(B, "X", 1, &[])]).expect("written");
    let later = track(A, "Y", 2, &[]);
    catalogue.put(std::slice::from_ref(&later)).expect("written");
    assert_eq!(catalogue.object(Kind::Track, id(A)).expect("readable"), Some(later.clone()));
    assert_eq!(catalogue.count(Kind::Track).expect("readable"), 2);
    assert_eq!(catalogue.recordings("Y").expect("readable"), std::slice::from_ref(&later));
    assert_eq!(catalogue.recordings("X").expect("readable").len(), 1);
    assert_eq!(catalogue.example(Kind::Track).expect("readable"), Some(later), "the one stored first stays first");
}

fn recordings_are_ordered_by_popularity_then_id(catalogue: &dyn Catalogue) {
    let copies = [track(C, "X", 5, &[]), track(B, "X", 9, &[]), track(A, "X", 5, &[])];
    catalogue.put(&copies).expect("written");
    let [c, b, a] = copies;
    assert_eq!(catalogue.recordings("X").expect("readable"), [b, a, c]);
}

fn a_batch_is_stored_whole_or_not_at_all(catalogue: &dyn Catalogue) {
    let user = object(&json!({"id": B, "type": "user"}));
    catalogue.put(&[track(A, "X", 1, &[]), user]).expect_err("a catalogue holds no users");
    assert_eq!(catalogue.count(Kind::Track).expect("readable"), 0);
}

fn tracks_are_relinked_to_a_copy_that_plays(catalogue: &dyn Catalogue) {
    let market = |code: &str| code.parse::<Market>().expect("a market");
    let (here, there) = (track(A, "X", 1, &["GB"]), track(B, "X", 9, &["SE"]));
    let everywhere = object(&json!({"id": C, "type": "track"}));
    catalogue.put(&[here.clone(), there.clone(), everywhere.clone()]).expect("written");
    let standing = |track: &Object, code| standing(catalogue, track, market(code)).expect("readable");
    assert_eq!(standing(&here, "GB"), Standing::Here);
    assert_eq!(standing(&here, "SE"), Standing::Elsewhere(Box::new(there.clone())));
    assert_eq!(standing(&there, "GB"), Standing::Elsewhere(Box::new(here.clone())));
    assert_eq!(standing(&here, "JP"), Standing::Nowhere);
    assert_eq!(standing(&everywhere, "JP"), Standing::Here, "a document without markets plays everywhere");
}
