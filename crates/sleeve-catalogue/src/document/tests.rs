use proptest::prelude::*;
use serde_json::{Map, Value, json};
use sleeve_model::{AlbumGroup, Form, Id, QuotaMode};

use super::{Document, MarketView, Squeezer, View, with_lists};
use crate::markets::MarketLists;

const EXTENDED: View<'static> = View {
    base: "http://127.0.0.1:8975/v1/",
    client_id: "app",
    quota_mode: QuotaMode::Extended,
    form: Form::Full,
    market: MarketView::NotAsked,
    album_group: None,
    tracks: "",
};

fn compiled(json: &Value) -> Document {
    Document::compile(json, &mut MarketLists::default()).0
}

/// The document after it has rested.
fn rested(document: &Document) -> Option<Document> {
    let mut squeezer = Squeezer::new().expect("memory");
    let stored = with_lists(&[7, 300][..document.lists().len().min(2)], &squeezer.squeeze(document).expect("memory"));
    let list = |number| Ok(document.lists().get(if number == 7 { 0 } else { 1 }).cloned());
    squeezer.unfold(&stored, list).expect("no list fails")
}

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
        "album": {"available_markets": ["GB"], "href": "https://api.spotify.com/v1/albums/a", "label": "L", "type": "album",
                  "album_type": "album", "artists": [], "external_urls": {}, "id": "a", "images": [], "name": "A",
                  "release_date": "1999", "release_date_precision": "year", "total_tracks": 1, "uri": "u"},
        "available_markets": ["GB", "SE"], "href": "https://api.spotify.com/v1/tracks/t", "is_local": false,
        "later": {"unknown": [1.0, null, "é"]}, "artists": [], "disc_number": 1, "duration_ms": 1, "explicit": false,
        "external_ids": {}, "name": "N", "track_number": 1, "popularity": 3, "preview_url": "https://p.scdn.co/mp3-preview/x?cid=old",
        "type": "track", "linked_from": {"href": "https://api.spotify.com/v1/tracks/u"}
    }"#;
    compiled(&serde_json::from_str(json).expect("good JSON"))
}

fn check(view: &View<'_>, expected: &str) {
    let document = track();
    assert_eq!(write(&document, view), expected);
    assert_eq!(rested(&document), Some(document));
}

#[test]
fn an_extended_app_sees_everything_with_its_own_host_and_id() {
    check(
        &EXTENDED,
        r#"{"album":{"available_markets":["GB"],"href":"http://127.0.0.1:8975/v1/albums/a","label":"L","type":"album","album_type":"album","artists":[],"external_urls":{},"id":"a","images":[],"name":"A","release_date":"1999","release_date_precision":"year","total_tracks":1,"uri":"u"},"available_markets":["GB","SE"],"href":"http://127.0.0.1:8975/v1/tracks/t","is_local":false,"later":{"unknown":[1.0,null,"é"]},"artists":[],"disc_number":1,"duration_ms":1,"explicit":false,"external_ids":{},"name":"N","track_number":1,"popularity":3,"preview_url":"https://p.scdn.co/mp3-preview/x?cid=app","type":"track","linked_from":{"href":"http://127.0.0.1:8975/v1/tracks/u"}}"#,
    );
}

#[test]
fn an_apps_id_of_any_kind_leaves_the_link_a_text() {
    let text = write(&track(), &View { client_id: r#"a"b é"#, ..EXTENDED });
    assert!(text.contains(r#"x?cid=a%22b%20%C3%A9","#), "{text}");
}

#[test]
fn a_development_app_sees_fewer_members_and_no_preview() {
    check(
        &View { quota_mode: QuotaMode::Development, ..EXTENDED },
        r#"{"album":{"href":"http://127.0.0.1:8975/v1/albums/a","type":"album","album_type":"album","artists":[],"external_urls":{},"id":"a","images":[],"name":"A","release_date":"1999","release_date_precision":"year","total_tracks":1,"uri":"u"},"href":"http://127.0.0.1:8975/v1/tracks/t","is_local":false,"later":{"unknown":[1.0,null,"é"]},"artists":[],"disc_number":1,"duration_ms":1,"explicit":false,"external_ids":{},"name":"N","track_number":1,"preview_url":null,"type":"track"}"#,
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
fn at_rest_it_has_the_canonical_host_and_no_apps_id() {
    let json: Value = serde_json::from_str(&track().to_json()).expect("good JSON");
    assert_eq!(json["href"], "https://api.spotify.com/v1/tracks/t");
    assert_eq!(json["preview_url"], "https://p.scdn.co/mp3-preview/x?cid=");
}

#[test]
fn the_simplified_form_of_a_track_ends_with_is_local_and_what_the_market_says() {
    let view = View { form: Form::Simplified, market: MarketView::Restricted, ..EXTENDED };
    let expected = r#"{"href":"http://127.0.0.1:8975/v1/tracks/t","later":{"unknown":[1.0,null,"é"]},"artists":[],"disc_number":1,"duration_ms":1,"explicit":false,"name":"N","track_number":1,"preview_url":"https://p.scdn.co/mp3-preview/x?cid=app","type":"track","linked_from":{"href":"http://127.0.0.1:8975/v1/tracks/u"},"is_local":false,"is_playable":false,"restrictions":{"reason":"market"}}"#;
    check(&view, expected);
}

#[test]
fn an_album_gets_its_page_of_tracks_and_members_that_nobody_knows() {
    let document = compiled(&json!({
        "type": "album", "name": "A", "available_markets": ["GB"], "tracks": {"items": [1]}, "artists": [], "images": []
    }));
    let check = |view: &View<'_>, expected: &str| assert_eq!(write(&document, view), expected);
    check(
        &View { tracks: r#"{"items":[]}"#, ..EXTENDED },
        r#"{"type":"album","name":"A","available_markets":["GB"],"artists":[],"images":[],"tracks":{"items":[]},"album_type":"album","total_tracks":0,"release_date":"0000","release_date_precision":"year","copyrights":[],"external_ids":{},"genres":[],"label":"","popularity":0}"#.replace(r#""images":[],"tracks":{"items":[]}"#, r#""tracks":{"items":[]},"images":[]"#).as_str(),
    );
    check(
        &View { form: Form::Simplified, album_group: Some(AlbumGroup::AppearsOn), ..EXTENDED },
        r#"{"type":"album","name":"A","available_markets":["GB"],"artists":[],"images":[],"album_type":"album","total_tracks":0,"release_date":"0000","release_date_precision":"year","album_group":"appears_on"}"#,
    );
    check(
        &View {
            form: Form::Simplified,
            album_group: Some(AlbumGroup::Album),
            quota_mode: QuotaMode::Development,
            market: MarketView::Restricted,
            ..EXTENDED
        },
        r#"{"type":"album","name":"A","artists":[],"images":[],"album_type":"album","total_tracks":0,"release_date":"0000","release_date_precision":"year","restrictions":{"reason":"market"}}"#,
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
            // Within another object, so that nothing is added to it.
            let document = compiled(&json!({"x": Value::Object(whole.iter().cloned().collect())}));
            let text = write(&document, &View { quota_mode: QuotaMode::Development, ..EXTENDED });
            let expected: Map<_, _> = whole
                .into_iter()
                .filter(|(name, _)| !["popularity", "available_markets", "linked_from"].contains(&name.as_str()))
                .collect();
            assert_eq!(text, json!({"x": Value::Object(expected)}).to_string());
        }
    }
}

#[test]
fn what_a_track_says_of_its_album_and_artists_is_made_whole_as_well() {
    let document = compiled(&json!({
        "album": {"name": "A", "type": "album"}, "artists": [{"name": "B", "type": "artist"}], "type": "track"
    }));
    let text: Value = serde_json::from_str(&write(&document, &EXTENDED)).expect("JSON");
    let album = json!({
        "name": "A", "type": "album", "album_type": "album", "artists": [], "external_urls": {}, "href": null, "id": null,
        "images": [], "release_date": "0000", "release_date_precision": "year", "total_tracks": 0, "uri": null
    });
    let artist = json!({"name": "B", "type": "artist", "external_urls": {}, "href": null, "id": null, "uri": null});
    assert_eq!((&text["album"], &text["artists"][0]), (&album, &artist));
    assert_eq!(rested(&document), Some(document));
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
    fn any_json_is_answered_as_json(json in any_json(), development: bool, simplified: bool, market in 0..4) {
        let document = compiled(&json);
        let quota_mode = if development { QuotaMode::Development } else { QuotaMode::Extended };
        let form = if simplified { Form::Simplified } else { Form::Full };
        let market = match market {
            0 => MarketView::NotAsked,
            1 => MarketView::Playable,
            2 => MarketView::Restricted,
            _ => MarketView::LinkedFrom(id()),
        };
        let text = write(&document, &View { quota_mode, form, market, tracks: "{}", ..EXTENDED });
        prop_assert!(serde_json::from_str::<Value>(&text).is_ok(), "{}", text);
        prop_assert!(serde_json::from_str::<Value>(&document.to_json()).is_ok(), "{}", document.to_json());
        prop_assert_eq!(rested(&document), Some(document));
    }

    #[test]
    fn what_is_at_rest_compiles_to_the_same_document(json in any_json()) {
        let document = compiled(&json);
        let again: Value = serde_json::from_str(&document.to_json()).expect("a document is JSON");
        prop_assert_eq!(compiled(&again).to_json(), document.to_json());
    }

    #[test]
    fn damaged_stored_forms_are_refused_or_composed_but_never_panic(bytes: Vec<u8>, at: usize, byte: u8) {
        let mut squeezer = Squeezer::new().expect("memory");
        let document = track();
        let mut damaged = with_lists(&[7, 300], &squeezer.squeeze(&document).expect("memory"));
        let length = damaged.len();
        damaged[at % length] = byte;
        for bytes in [bytes, damaged] {
            let list = |number| Ok(document.lists().get(number as usize % 3).cloned());
            if let Some(document) = squeezer.unfold(&bytes, list).expect("no list fails") {
                document.write(&View { quota_mode: QuotaMode::Development, ..EXTENDED }, &mut Vec::new());
                document.to_json();
            }
        }
    }
}
