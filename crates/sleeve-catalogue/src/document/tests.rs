use proptest::prelude::*;
use serde_json::{Map, Value, json};
use sleeve_model::{Id, QuotaMode};

use super::{Document, MarketView, View};

const EXTENDED: View<'static> = View {
    base: "http://127.0.0.1:8975/v1/",
    client_id: "app",
    quota_mode: QuotaMode::Extended,
    market: MarketView::NotAsked,
};

fn id() -> Id {
    Id::parse("2XU0oxnq2qxCpomAAuJY8K").expect("a good id")
}

fn write(document: &Document, view: &View<'_>) -> String {
    let mut out = Vec::new();
    document.write(view, &mut out);
    String::from_utf8(out).expect("a document is text")
}

fn track() -> Document {
    let json = r#"{
        "album": {"available_markets": ["GB"], "href": "https://api.spotify.com/v1/albums/a", "label": "L", "type": "album"},
        "available_markets": ["GB", "SE"], "href": "https://api.spotify.com/v1/tracks/t", "is_local": false,
        "later": {"unknown": [1.0, null, "é"]}, "popularity": 3, "preview_url": "https://p.scdn.co/mp3-preview/x?cid=old",
        "type": "track", "linked_from": {"href": "https://api.spotify.com/v1/tracks/u"}
    }"#;
    Document::from_json(&serde_json::from_str(json).expect("good JSON"))
}

fn check(view: &View<'_>, expected: &str) {
    let document = track();
    assert_eq!(write(&document, view), expected);
    let stored = Document::from_bytes(&document.to_bytes()).expect("the stored form comes back");
    assert_eq!(stored, document);
}

#[test]
fn an_extended_app_sees_everything_with_its_own_host_and_id() {
    check(
        &EXTENDED,
        r#"{"album":{"available_markets":["GB"],"href":"http://127.0.0.1:8975/v1/albums/a","label":"L","type":"album"},"available_markets":["GB","SE"],"href":"http://127.0.0.1:8975/v1/tracks/t","is_local":false,"later":{"unknown":[1.0,null,"é"]},"popularity":3,"preview_url":"https://p.scdn.co/mp3-preview/x?cid=app","type":"track","linked_from":{"href":"http://127.0.0.1:8975/v1/tracks/u"}}"#,
    );
}

#[test]
fn a_development_app_sees_fewer_members_and_no_preview() {
    check(
        &View { quota_mode: QuotaMode::Development, ..EXTENDED },
        r#"{"album":{"href":"http://127.0.0.1:8975/v1/albums/a","type":"album"},"href":"http://127.0.0.1:8975/v1/tracks/t","is_local":false,"later":{"unknown":[1.0,null,"é"]},"preview_url":null,"type":"track"}"#,
    );
}

#[test]
fn a_market_takes_the_lists_away_and_says_whether_it_plays() {
    let check = |market, mode, added: &str| {
        let text = write(&track(), &View { market, quota_mode: mode, ..EXTENDED });
        assert!(!text.contains("available_markets"), "{text}");
        assert!(text.contains(&format!(r#""is_local":false{added},"later""#)), "{text}");
        assert!(serde_json::from_str::<Value>(&text).is_ok(), "{text}");
    };
    let (extended, development) = (QuotaMode::Extended, QuotaMode::Development);
    let linked = r#","is_playable":true,"linked_from":{"external_urls":{"spotify":"https://open.spotify.com/track/2XU0oxnq2qxCpomAAuJY8K"},"href":"http://127.0.0.1:8975/v1/tracks/2XU0oxnq2qxCpomAAuJY8K","id":"2XU0oxnq2qxCpomAAuJY8K","type":"track","uri":"spotify:track:2XU0oxnq2qxCpomAAuJY8K"}"#;
    check(MarketView::Playable, extended, r#","is_playable":true"#);
    check(MarketView::Restricted, extended, r#","is_playable":false,"restrictions":{"reason":"market"}"#);
    check(MarketView::LinkedFrom(id()), extended, linked);
    check(MarketView::LinkedFrom(id()), development, r#","is_playable":true"#);
}

#[test]
fn the_resting_text_has_the_canonical_host_and_no_apps_id() {
    let document = track();
    let text = std::str::from_utf8(document.text()).expect("text");
    assert!(
        text.contains("https://api.spotify.com/v1/tracks/t") && text.contains(r#"?cid=""#) && !text.contains("old")
    );
}

#[test]
fn members_that_are_left_out_leave_no_comma_wherever_they_stand() {
    let members = ["name", "popularity", "available_markets", "linked_from", "id"];
    for order in 0..5_usize.pow(3) {
        let picked = [order % 5, order / 5 % 5, order / 25];
        let mut map = Map::new();
        for pick in picked {
            map.insert(members[pick].to_owned(), json!("x"));
        }
        for place in 0..=map.len() {
            let mut whole: Vec<_> = map.clone().into_iter().collect();
            whole.insert(place, ("type".to_owned(), json!("track")));
            let document = Document::from_json(&Value::Object(whole.iter().cloned().collect()));
            let text = write(&document, &View { quota_mode: QuotaMode::Development, ..EXTENDED });
            let expected: Map<_, _> = whole
                .into_iter()
                .filter(|(name, _)| !["popularity", "available_markets", "linked_from"].contains(&name.as_str()))
                .collect();
            assert_eq!(text, Value::Object(expected).to_string());
        }
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(json!("https://api.spotify.com/v1/x")),
        Just(json!("https://p.scdn.co/x?cid=")),
        Just(json!("track")),
    ];
    let name = prop_oneof![
        Just("type".to_owned()),
        Just("href".to_owned()),
        Just("preview_url".to_owned()),
        Just("popularity".to_owned()),
        Just("available_markets".to_owned()),
        Just("is_local".to_owned()),
        any::<String>(),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::vec((name.clone(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_json_is_answered_as_json(json in any_json(), development: bool, market in 0..4) {
        let document = Document::from_json(&json);
        prop_assert_eq!(std::str::from_utf8(document.text()).expect("text"), json.to_string());
        let quota_mode = if development { QuotaMode::Development } else { QuotaMode::Extended };
        let market = match market {
            0 => MarketView::NotAsked,
            1 => MarketView::Playable,
            2 => MarketView::Restricted,
            _ => MarketView::LinkedFrom(id()),
        };
        let text = write(&document, &View { quota_mode, market, ..EXTENDED });
        prop_assert!(serde_json::from_str::<Value>(&text).is_ok(), "{}", text);
        prop_assert_eq!(Document::from_bytes(&document.to_bytes()), Some(document));
    }

    #[test]
    fn damaged_stored_forms_are_refused_or_composed_but_never_panic(bytes: Vec<u8>, at: usize, byte: u8) {
        let mut damaged = track().to_bytes();
        let length = damaged.len();
        damaged[at % length] = byte;
        for bytes in [bytes, damaged] {
            if let Some(document) = Document::from_bytes(&bytes) {
                document.write(&View { quota_mode: QuotaMode::Development, ..EXTENDED }, &mut Vec::new());
            }
        }
    }
}
