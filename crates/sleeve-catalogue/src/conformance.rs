//! What a store must do, wherever it rests: functions that tests run on it.
//!
//! Each panics with a sentence where the store does otherwise.

use std::ops::ControlFlow;

use serde_json::{Value, json};
use sleeve_model::{AlbumGroup, Id, Kind, Market};

use crate::text::Query;
use crate::{Catalogue, Discography, Find, Listing, Object, Preparer, Put, Standing, Store, Window, standing};

/// Runs everything on stores that `empty` makes.
pub fn check(empty: impl Fn() -> Store) {
    an_empty_catalogue_has_nothing(&empty());
    what_is_put_comes_back(&empty());
    several_come_back_in_the_order_in_which_they_are_asked_for(&empty());
    a_later_document_adds_to_an_earlier_one(&empty());
    recordings_are_ordered_by_popularity_then_id(&empty());
    a_change_is_seen_whole_or_not_at_all(&empty());
    a_cleared_catalogue_is_empty(&empty());
    tracks_are_relinked_to_a_copy_that_plays(&empty());
    an_album_has_its_tracks_in_order(&empty());
    an_artist_has_albums_by_group_and_tracks_by_popularity(&empty());
    relations_follow_what_is_said_later(&empty());
    words_find_what_is_there_now(&empty());
}

fn put(store: &Store, documents: impl IntoIterator<Item = Value>) -> Vec<Put> {
    store.put(documents).expect("written")
}

fn track(id: &str, isrc: &str, popularity: u8, markets: &[&str]) -> Value {
    json!({
        "available_markets": markets, "external_ids": {"isrc": isrc}, "id": id, "name": id, "popularity": popularity,
        "type": "track"
    })
}

fn id(text: &str) -> Id {
    Id::parse(text).expect("a good id")
}

fn ids(objects: &[Object]) -> Vec<&str> {
    objects.iter().map(|object| object.id.as_str()).collect()
}

/// The document as JSON, without what follows from its kind and id.
fn json(object: &Object) -> Value {
    let mut json: Value = serde_json::from_str(&object.document.to_json()).expect("a document is JSON");
    let members = json.as_object_mut().expect("it is an object");
    ["external_urls", "href", "uri"].iter().for_each(|name| drop(members.shift_remove(*name)));
    json
}

const A: &str = "aaaaaaaaaaaaaaaaaaaaaa";
const B: &str = "bbbbbbbbbbbbbbbbbbbbbb";
const C: &str = "cccccccccccccccccccccc";
const D: &str = "dddddddddddddddddddddd";

const ALL: Window = Window { offset: 0, limit: 50 };

fn an_empty_catalogue_has_nothing(store: &Store) {
    for kind in [Kind::Track, Kind::Album, Kind::Artist, Kind::User] {
        assert_eq!(store.object(kind, id(A)).expect("readable"), None);
        assert_eq!(store.several(kind, &[id(A), id(B)]).expect("readable"), [None, None]);
        assert_eq!(store.count(kind).expect("readable"), 0);
        assert_eq!(store.example(kind).expect("readable"), None);
    }
    assert_eq!(store.recordings("X").expect("readable"), []);
    assert_eq!(store.album_tracks(id(A), ALL).expect("readable"), Listing::default());
    assert_eq!(store.artist_albums(id(A), &AlbumGroup::ALL, None, ALL).expect("readable"), Discography::default());
    assert_eq!(store.top_tracks(id(A), 10).expect("readable"), []);
    assert!(store.is_empty().expect("readable") && store.invented().expect("readable").is_none());
}

fn what_is_put_comes_back(store: &Store) {
    let known = track(A, "us-abc-00-00001", 7, &["GB", "SE"]);
    let bare = json!({"id": B, "name": "Ünïcode \u{0} 音", "type": "album", "later": [1, null, {"x": "y"}]});
    assert_eq!(put(store, [known.clone(), bare.clone()]), [Put::New, Put::New]);
    let found = store.object(Kind::Track, id(A)).expect("readable").expect("it is there");
    assert_eq!(json(&found), known);
    assert_eq!(
        (found.isrc.as_deref(), found.popularity),
        (Some("USABC0000001"), 7),
        "an ISRC is kept in capitals and without dashes"
    );
    let market = |code: &str| code.parse::<Market>().expect("a market");
    let markets = found.markets.as_ref().expect("it says where it plays");
    assert!(markets.contains(market("SE")) && !markets.contains(market("JP")));
    assert_eq!(store.object(Kind::Album, id(B)).expect("readable").as_ref().map(json), Some(bare));
    assert_eq!(store.object(Kind::Album, id(A)).expect("readable"), None, "an id is one kind's");
    assert_eq!(store.object(Kind::Track, id(&A.to_uppercase())).expect("readable"), None, "ids differ by case");
    assert_eq!(store.count(Kind::Track).expect("readable"), 1);
    assert_eq!(store.example(Kind::Track).expect("readable").map(|example| example.id), Some(id(A)));
}

fn several_come_back_in_the_order_in_which_they_are_asked_for(store: &Store) {
    put(store, [track(A, "X", 1, &[]), track(B, "Y", 2, &[])]);
    let found = store.several(Kind::Track, &[id(B), id(C), id(A), id(B)]).expect("readable");
    let found: Vec<_> = found.iter().map(|track| track.as_ref().map(|track| track.id)).collect();
    assert_eq!(found, [Some(id(B)), None, Some(id(A)), Some(id(B))]);
    assert_eq!(store.several(Kind::Track, &[]).expect("readable"), []);
}

fn a_later_document_adds_to_an_earlier_one(store: &Store) {
    let generation = store.generation();
    put(store, [track(A, "X", 1, &["GB"]), track(B, "X", 1, &[])]);
    assert_ne!(store.generation(), generation, "a change is told by another generation");
    let later = json!({"id": A, "type": "track", "name": null, "popularity": 2, "external_ids": {"isrc": "Y"}});
    assert_eq!(put(store, [later.clone(), later]), [Put::Changed, Put::Same]);
    let found = store.object(Kind::Track, id(A)).expect("readable").expect("it is there");
    assert_eq!(json(&found), track(A, "Y", 2, &["GB"]));
    assert_eq!(store.count(Kind::Track).expect("readable"), 2);
    assert_eq!(ids(&store.recordings("Y").expect("readable")), [A]);
    assert_eq!(ids(&store.recordings("X").expect("readable")), [B]);
    let example = store.example(Kind::Track).expect("readable").map(|example| example.id);
    assert_eq!(example, Some(id(A)), "the one stored first stays first");
}

fn recordings_are_ordered_by_popularity_then_id(store: &Store) {
    put(store, [track(C, "X", 5, &[]), track(B, "X", 9, &[]), track(A, "X", 5, &[])]);
    assert_eq!(ids(&store.recordings("X").expect("readable")), [B, A, C]);
    put(store, (0..101).map(|number| track(&format!("{number:022}"), "Y", 5, &[])));
    assert_eq!(store.recordings("Y").expect("readable").len(), 100);
}

fn a_change_is_seen_whole_or_not_at_all(store: &Store) {
    let mut preparer = Preparer::new().expect("memory");
    let mut change = store.change().expect("nobody else writes");
    for (popularity, became) in [(1, Put::New), (2, Put::Changed)] {
        let prepared = preparer.prepare(track(A, "X", popularity, &["GB"])).expect("a good object");
        assert_eq!(change.put(prepared).expect("written"), became);
    }
    drop(change);
    assert_eq!(store.count(Kind::Track).expect("readable"), 0);
    let other = track(A, "X", 3, &["SE"]);
    put(store, [other.clone()]);
    assert_eq!(json(&store.object(Kind::Track, id(A)).expect("readable").expect("it is there")), other);
    preparer.prepare(json!({"id": B, "type": "user"})).expect_err("a catalogue holds no users");
}

fn a_cleared_catalogue_is_empty(store: &Store) {
    put(store, [artist(A), album(B, "album", "1999", &[A]), track_of(C, B, 1, 1, 50, &[A])]);
    let mut change = store.change().expect("nobody else writes");
    change.set_invented("by nobody").expect("written");
    change.clear().expect("written");
    change.finish(&mut |_| ControlFlow::Continue(())).expect("written");
    an_empty_catalogue_has_nothing(store);
}

fn tracks_are_relinked_to_a_copy_that_plays(store: &Store) {
    let market = |code: &str| code.parse::<Market>().expect("a market");
    put(store, [track(A, "X", 1, &["GB"]), track(B, "X", 9, &["SE"]), json!({"id": C, "type": "track"})]);
    let get = |track| store.object(Kind::Track, id(track)).expect("readable").expect("it is there");
    let standing = |track, code| standing(store, &get(track), market(code)).expect("readable");
    assert_eq!(standing(A, "GB"), Standing::Here);
    assert_eq!(standing(A, "SE"), Standing::Elsewhere(Box::new(get(B))));
    assert_eq!(standing(B, "GB"), Standing::Elsewhere(Box::new(get(A))));
    assert_eq!(standing(A, "JP"), Standing::Nowhere);
    assert_eq!(standing(C, "JP"), Standing::Here, "a document without markets plays everywhere");
}

fn artist(id: &str) -> Value {
    json!({"id": id, "name": id, "type": "artist"})
}

fn album(id: &str, album_type: &str, released: &str, artists: &[&str]) -> Value {
    let artists: Vec<_> = artists.iter().map(|id| artist(id)).collect();
    json!({"album_type": album_type, "artists": artists, "id": id, "release_date": released, "type": "album"})
}

fn track_of(id: &str, album: &str, disc: u32, number: u32, popularity: u8, artists: &[&str]) -> Value {
    let artists: Vec<_> = artists.iter().map(|id| artist(id)).collect();
    json!({
        "album": {"id": album, "type": "album"}, "artists": artists, "disc_number": disc, "id": id,
        "popularity": popularity, "track_number": number, "type": "track"
    })
}

fn an_album_has_its_tracks_in_order(store: &Store) {
    let tracks = [track_of(A, D, 2, 1, 0, &[]), track_of(B, D, 1, 2, 0, &[]), track_of(C, D, 1, 1, 0, &[])];
    put(store, [album(D, "album", "1999", &[])].into_iter().chain(tracks));
    let Listing { total, objects } = store.album_tracks(id(D), ALL).expect("readable");
    assert_eq!((total, ids(&objects)), (3, vec![C, B, A]));
    let Listing { total, objects } = store.album_tracks(id(D), Window { offset: 1, limit: 1 }).expect("readable");
    assert_eq!((total, ids(&objects)), (3, vec![B]));
    assert_eq!(store.album_tracks(id(D), Window { offset: 9, limit: 1 }).expect("readable").total, 3);
}

fn an_artist_has_albums_by_group_and_tracks_by_popularity(store: &Store) {
    let other = "eeeeeeeeeeeeeeeeeeeeee";
    put(
        store,
        [
            artist(A),
            artist(other),
            album(A, "single", "2001", &[A]),
            album(B, "album", "1999-05", &[A]),
            album(C, "album", "2000", &[A, other]),
            album(D, "compilation", "2010", &[other]),
            track_of(A, A, 1, 1, 5, &[A]),
            track_of(B, D, 1, 1, 50, &[other, A]),
            track_of(C, C, 1, 1, 20, &[A]),
        ],
    );
    let albums = |groups: &[AlbumGroup], market: Option<&str>, window| {
        let market = market.map(|code| code.parse().expect("a market"));
        let Discography { total, albums } = store.artist_albums(id(A), groups, market, window).expect("readable");
        let albums = albums.iter().map(|(group, album)| format!("{} {}", group.as_str(), album.id)).collect::<Vec<_>>();
        (total, albums)
    };
    let all = [format!("album {C}"), format!("album {B}"), format!("single {A}"), format!("appears_on {D}")];
    let within = Window { offset: 1, limit: 2 };
    assert_eq!(albums(&AlbumGroup::ALL, None, ALL), (4, all.to_vec()));
    assert_eq!(albums(&AlbumGroup::ALL, None, within), (4, all[1..3].to_vec()));
    assert_eq!(albums(&[AlbumGroup::AppearsOn], None, ALL), (1, all[3..].to_vec()));
    let in_sweden = |id| json!({"available_markets": ["SE"], "id": id, "type": "album"});
    put(store, [in_sweden(A), in_sweden(B), json!({"available_markets": ["GB"], "id": C, "type": "album"})]);
    assert_eq!(albums(&AlbumGroup::ALL, Some("SE"), ALL), (3, all[1..].to_vec()));
    assert_eq!(albums(&AlbumGroup::ALL, Some("SE"), within), (3, all[2..].to_vec()));
    assert_eq!(ids(&store.top_tracks(id(A), 10).expect("readable")), [B, C, A]);
    assert_eq!(ids(&store.top_tracks(id(A), 1).expect("readable")), [B]);
}

fn relations_follow_what_is_said_later(store: &Store) {
    put(store, [artist(A), artist(B), album(C, "album", "1999", &[A]), track_of(D, C, 1, 1, 5, &[A])]);
    put(store, [album(C, "single", "2005", &[B]), track_of(D, C, 1, 1, 6, &[B])]);
    let albums = |artist| store.artist_albums(id(artist), &AlbumGroup::ALL, None, ALL).expect("readable");
    assert_eq!(albums(A).total, 0);
    assert_eq!(albums(B).albums.first().map(|(group, album)| (*group, album.id)), Some((AlbumGroup::Single, id(C))));
    assert_eq!(store.top_tracks(id(A), 10).expect("readable"), []);
    assert_eq!(ids(&store.top_tracks(id(B), 10).expect("readable")), [D]);
}

fn words_find_what_is_there_now(store: &Store) {
    let found = |kind, words: &str, market: Option<&str>| {
        let market = market.map(|code| code.parse().expect("a market"));
        let find = Find { market, today: 20_261_124, window: ALL };
        let Listing { total, objects } = store.search(kind, &Query::parse(words), &find).expect("readable");
        assert_eq!(total as usize, objects.len());
        ids(&objects).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(found(Kind::Track, "night", None).is_empty());
    let one = json!({"id": A, "name": "Night Harbour", "type": "track", "available_markets": ["GB"], "popularity": 1});
    let other = json!({"id": B, "name": "Night Ferry", "type": "track", "available_markets": ["SE"], "popularity": 9,
                       "artists": [{"id": C, "name": "Кино", "type": "artist"}], "external_ids": {"isrc": "X"}});
    put(store, [json!({"id": C, "name": "Кино", "genres": ["post-punk"], "type": "artist"}), one, other]);
    assert_eq!(found(Kind::Track, "night", None), [B, A], "the more popular first");
    assert_eq!(found(Kind::Track, "night", Some("GB")), [A], "only what plays there");
    assert_eq!(found(Kind::Track, "kino ferry", None), [B]);
    assert_eq!(found(Kind::Artist, "kino", None), [C]);
    assert_eq!(found(Kind::Track, "genre:post-punk", None), [B], "a track has its artists' genres");
    assert_eq!((found(Kind::Track, "isrc:x", None), found(Kind::Track, "isrc:y", None)), (vec![B.to_owned()], vec![]));
    assert!(found(Kind::User, "night", None).is_empty());
    put(store, [json!({"id": A, "name": "Day Harbour", "type": "track"})]);
    assert_eq!(
        (found(Kind::Track, "night", None), found(Kind::Track, "day", None)),
        (vec![B.to_owned()], vec![A.to_owned()])
    );
}
