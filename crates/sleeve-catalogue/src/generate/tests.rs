//! What an invented catalogue holds to.

use std::collections::{HashMap, HashSet};

use serde::de::DeserializeOwned;
use serde_json::Value;
use sleeve_model::{Market, SimplifiedAlbum, SimplifiedArtist, Track};

use super::generate;
use super::marks::MARK;
use crate::Object;

fn text<'a>(document: &'a Value, pointer: &str) -> &'a str {
    document.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer} of {document}"))
}

fn number(document: &Value, pointer: &str) -> u64 {
    document.pointer(pointer).and_then(Value::as_u64).unwrap_or_else(|| panic!("{pointer} of {document}"))
}

fn list<'a>(document: &'a Value, pointer: &str) -> &'a [Value] {
    document.pointer(pointer).and_then(Value::as_array).unwrap_or_else(|| panic!("{pointer} of {document}"))
}

fn of_type<'a>(documents: &'a [Value], word: &str) -> Vec<&'a Value> {
    documents.iter().filter(|document| document["type"] == word).collect()
}

/// FNV-1a over the documents' compact text.
fn fingerprint(tracks: u64, seed: u64) -> u64 {
    let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    generate(tracks, seed)
        .fold(0xcbf2_9ce4_8422_2325, |so_far, document| document.to_string().bytes().fold(so_far, hash))
}

#[test]
fn it_has_as_many_tracks_as_were_asked_for() {
    for tracks in [0, 1, 2, 10, 64, 1000] {
        let mut generator = generate(tracks, 1);
        let count = generator.by_ref().filter(|document| document["type"] == "track").count();
        assert_eq!(count as u64, tracks);
    }
    let words: Vec<String> = generate(1, 1).map(|document| text(&document, "/type").to_owned()).collect();
    assert!(words.ends_with(&["album".into(), "track".into()]) && words[0] == "artist", "{words:?}");
}

/// Whoever changes what is drawn changes every catalogue that people made from a seed: say so in the changelog.
#[test]
fn a_seed_means_the_same_for_ever() {
    assert_eq!(fingerprint(64, 1), 8_094_272_315_633_638_764);
    assert_eq!(fingerprint(3000, 7), 14_691_428_513_352_689_222);
    assert_ne!(fingerprint(64, 2), fingerprint(64, 1));
}

#[test]
fn artists_and_albums_come_before_the_tracks_that_name_them_and_ids_are_unique() {
    let mut known = HashSet::new();
    for document in generate(4000, 3) {
        let named = ["/artists", "/album/artists"].iter().filter_map(|pointer| document.pointer(pointer)?.as_array());
        for artist in named.flatten() {
            assert!(known.contains(text(artist, "/uri")), "{artist}");
        }
        if document["type"] == "track" {
            assert!(known.contains(text(&document, "/album/uri")), "{document}");
        }
        let uri = text(&document, "/uri");
        assert!(uri.ends_with(text(&document, "/id")) && known.insert(uri.to_owned()), "{uri} came twice");
    }
}

#[test]
fn albums_have_the_tracks_they_say_numbered_from_one_on_each_disc() {
    let documents: Vec<Value> = generate(8000, 4).collect();
    let mut places: HashMap<String, Vec<(u64, u64)>> = HashMap::new();
    for track in of_type(&documents, "track") {
        let place = (number(track, "/disc_number"), number(track, "/track_number"));
        places.entry(text(track, "/album/id").to_owned()).or_default().push(place);
    }
    let albums = of_type(&documents, "album");
    let mut most_discs = 0;
    for album in &albums {
        let places = &places[text(album, "/id")];
        assert_eq!(places.len() as u64, number(album, "/total_tracks"), "{album}");
        let mut expected = (1, 1);
        for place in places {
            if place.0 == expected.0 + 1 {
                expected = (place.0, 1);
            }
            assert_eq!(*place, expected, "{album}");
            expected.1 += 1;
        }
        most_discs = most_discs.max(expected.0);
    }
    assert_eq!(places.len(), albums.len());
    assert!(most_discs >= 3 && albums.iter().any(|album| number(album, "/total_tracks") > 50), "{most_discs} discs");
}

fn decode<T: DeserializeOwned>(document: &Value) -> T {
    serde_json::from_value(document.clone()).unwrap_or_else(|error| panic!("{error}: {document}"))
}

#[test]
fn documents_are_of_their_types_and_in_the_recorded_order() {
    for document in generate(2000, 5) {
        let object = Object::from_json(&document).expect("a catalogue takes it");
        let members: Vec<&str> = document.as_object().expect("an object").keys().map(String::as_str).collect();
        let expected = match text(&document, "/type") {
            "track" => {
                let track: Track = decode(&document);
                assert_eq!(serde_json::to_value(&track).expect("it encodes")["album"], document["album"]);
                assert_eq!(object.isrc.as_deref(), track.external_ids.isrc.as_deref());
                "album artists available_markets disc_number duration_ms explicit external_ids external_urls href id \
                 is_local name popularity preview_url track_number type uri"
            }
            "album" => {
                assert_eq!(decode::<SimplifiedAlbum>(&document).name, object.name());
                "album_type total_tracks available_markets external_urls href id images name release_date \
                 release_date_precision type uri artists copyrights external_ids genres label popularity"
            }
            _ => {
                assert_eq!(decode::<SimplifiedArtist>(&document).name, object.name());
                "external_urls followers genres href id images name popularity type uri"
            }
        };
        assert_eq!(members.join(" "), expected);
    }
}

#[test]
fn documents_on_their_way_into_a_store_become_the_same_objects() {
    for (sent, stored) in generate(300, 5).zip(generate(300, 5).with_markets_as_texts()) {
        assert!(stored.get("available_markets").is_none_or(Value::is_string), "{stored}");
        assert_eq!(Object::from_json(&stored).expect("an object"), Object::from_json(&sent).expect("an object"));
    }
}

#[test]
fn everything_says_that_it_is_invented() {
    let marked = |name: &str| assert!(name.contains(MARK), "{name}");
    for document in generate(2000, 6) {
        marked(text(&document, "/name"));
        assert!(text(&document, "/id").starts_with("0sleeve"));
        match text(&document, "/type") {
            "track" => {
                assert!(text(&document, "/external_ids/isrc").starts_with("ZZ"));
                marked(text(&document, "/album/name"));
                if let Some(preview) = document["preview_url"].as_str() {
                    let (address, app) = preview.split_once("?cid=").expect("an app's id");
                    assert!(address.contains("/mp3-preview/0051ee7e"), "{preview}");
                    assert_eq!((address.len(), app.len()), ("https://p.scdn.co/mp3-preview/".len() + 40, 32));
                }
            }
            "album" => {
                assert!(text(&document, "/external_ids/upc").starts_with("000"));
                marked(text(&document, "/label"));
                list(&document, "/copyrights").iter().for_each(|copyright| marked(text(copyright, "/text")));
            }
            _ => {}
        }
        let images = document.pointer("/images").or_else(|| document.pointer("/album/images"));
        for image in images.and_then(Value::as_array).into_iter().flatten() {
            let url = text(image, "/url");
            assert!(url.len() == "https://i.scdn.co/image/".len() + 40 && url.contains("0051ee7e"), "{url}");
        }
    }
}

#[test]
fn markets_are_known_and_copies_play_where_the_others_do_not() {
    let mut lists: HashMap<String, HashSet<String>> = HashMap::new();
    let mut recordings: HashMap<String, Vec<String>> = HashMap::new();
    for track in generate(6000, 8).filter(|document| document["type"] == "track") {
        let markets = track["available_markets"].to_string();
        lists.entry(markets.clone()).or_insert_with(|| {
            let codes: Vec<&str> = list(&track, "/available_markets").iter().filter_map(Value::as_str).collect();
            assert!(codes.is_sorted() && codes.iter().all(|code| code.parse::<Market>().is_ok()), "{track}");
            codes.into_iter().map(str::to_owned).collect()
        });
        recordings.entry(text(&track, "/external_ids/isrc").to_owned()).or_default().push(markets);
    }
    assert!((50..=500).contains(&lists.len()), "{} lists", lists.len());
    let complete = |one: &String, other: &String| {
        let (one, other) = (&lists[one], &lists[other]);
        !one.is_empty() && !other.is_empty() && one.is_disjoint(other)
    };
    let complemented = |copies: &&Vec<String>| copies.iter().skip(1).any(|copy| complete(&copies[0], copy));
    let count = recordings.values().filter(complemented).count();
    assert!(count > 50, "{count} recordings");
}

#[test]
fn hard_things_are_about_as_common_as_in_real_catalogues() {
    let documents: Vec<Value> = generate(8000, 9).collect();
    let tracks = of_type(&documents, "track");
    let per_mille = |count: usize| count * 1000 / tracks.len();
    let share = |test: &dyn Fn(&Value) -> bool| per_mille(tracks.iter().filter(|track| test(track)).count());
    let names = |words: &'static [&str]| share(&|track| words.iter().any(|word| text(track, "/name").contains(word)));
    let markets = |track: &Value| list(track, "/available_markets").len();
    let mut recordings: HashMap<&str, usize> = HashMap::new();
    tracks.iter().for_each(|track| *recordings.entry(text(track, "/external_ids/isrc")).or_default() += 1);
    let shares = [
        ("in brackets", names(&["(", "["]), 60..250),
        ("behind a dash", names(&[" - "]), 50..200),
        ("with guests named", names(&["feat", "(with ", "(ft. "]), 30..120),
        ("remastered", names(&["Remaster"]), 10..80),
        ("live", names(&[" - Live", "(Live", "Vivo"]), 5..80),
        ("remixed", names(&["Remix", " Mix"]), 5..60),
        ("for karaoke", names(&["Karaoke", "Made Famous", "In the Style"]), 1..40),
        ("in other scripts", share(&|track| text(track, "/name").chars().any(|c| c > '\u{2ff}')), 40..200),
        ("by several", share(&|track| list(track, "/artists").len() > 1), 120..260),
        ("explicit", share(&|track| track["explicit"] == true), 30..250),
        ("everywhere", share(&|track| markets(track) == 185), 350..700),
        ("nowhere", share(&|track| markets(track) == 0), 15..100),
        ("nearly unheard", share(&|track| number(track, "/popularity") <= 20), 600..950),
        ("hits", share(&|track| number(track, "/popularity") > 70), 1..40),
        ("with a preview", share(&|track| track["preview_url"].is_string()), 60..200),
        ("on several albums", per_mille(recordings.values().filter(|count| **count > 1).sum()), 150..450),
        ("albums", per_mille(of_type(&documents, "album").len()), 110..210),
        ("artists", per_mille(of_type(&documents, "artist").len()), 45..110),
    ];
    for (what, share, expected) in shares {
        assert!(expected.contains(&share), "{what}: {share} of a thousand, expected {expected:?}");
    }
}
