//! The shapes in which Spotify's answers hold objects.

use serde_json::{Value, json};

use super::{Flattened, Flattener, Hint, Piece};
use crate::import::PassedOver;

const A: &str = "0000000000000000000000";
const B: &str = "1111111111111111111111";
const C: &str = "2222222222222222222222";

fn track(id: &str) -> Value {
    json!({"id": id, "name": "T", "type": "track", "uri": format!("spotify:track:{id}")})
}

fn album(id: &str) -> Value {
    json!({"id": id, "name": "L", "type": "album"})
}

fn artist(id: &str) -> Value {
    json!({"id": id, "name": "R", "type": "artist"})
}

fn taken(value: Value) -> (Vec<Piece>, PassedOver, Flattened) {
    let (mut pieces, mut passed_over) = (Vec::new(), PassedOver::default());
    let flattened = Flattener::default().flatten(value, &mut passed_over, &mut |piece| pieces.push(piece));
    (pieces, passed_over, flattened)
}

fn names(value: Value) -> String {
    let (pieces, passed_over, Flattened { is_known, bad_id }) = taken(value);
    let pieces = pieces.iter().map(|piece| format!("{} {}", piece.kind, &piece.id.as_str()[..1]));
    let passed_over = passed_over.iter().map(|(reason, count)| format!("{count} {reason}"));
    let unknown = (!is_known).then(|| "unknown".to_owned());
    pieces.chain(passed_over).chain(unknown).chain(bad_id).collect::<Vec<_>>().join(", ")
}

#[test]
fn each_shape_of_answer_gives_its_objects() {
    let full = |id: &str| {
        let mut track = track(id);
        track["album"] = album(B);
        track["album"]["artists"] = json!([artist(C)]);
        track["artists"] = json!([artist(C), artist(A)]);
        track
    };
    let shapes = [
        (track(A), "track 0"),
        (full(A), "artist 2, artist 0, album 1, track 0"),
        (
            json!({"id": A, "type": "track", "artists": [album(B), {"id": C, "type": "band"}], "album": artist(B)}),
            "track 0",
        ),
        (json!([track(A), [track(B)]]), "track 0, track 1"),
        (json!({"tracks": [null, track(A)]}), "track 0, 1 null"),
        (json!({"href": "x", "items": [track(A), track(B)], "total": 2}), "track 0, track 1"),
        (
            json!({"tracks": {"items": [track(A)]}, "artists": {"items": [artist(B), null]}}),
            "artist 1, track 0, 1 null",
        ),
        (json!({"tracks": [track(A)], "seeds": [{"id": B, "type": "ARTIST"}]}), "track 0"),
        (
            json!({"items": [{"added_at": "x", "track": track(A)}, {"added_at": "x", "album": album(B)}]}),
            "track 0, album 1",
        ),
        (json!({"items": [{"played_at": "x", "track": track(A), "context": artist(B)}]}), "track 0"),
        (json!({"is_playing": true, "item": track(A), "context": album(B)}), "track 0"),
        (json!({"currently_playing": track(A), "queue": [track(B)]}), "track 0, track 1"),
        (
            json!({"type": "playlist", "id": C, "tracks": {"items": [{"track": track(A)}, {"track": null}]}}),
            "track 0, 1 null, 1 playlist",
        ),
        (
            json!({"type": "playlist", "id": C, "tracks": {"items": [{"track": track(A), "item": track(A)}]},
                "items": {"items": [{"track": track(A), "item": track(A)}]}}),
            "track 0, 1 playlist",
        ),
        (json!({"type": "playlist", "id": C, "tracks": {"href": "x", "total": 3}}), "1 playlist"),
        (json!({"status": 200, "body": track(A)}), "track 0"),
        (json!({"status": 200, "body": track(A).to_string()}), "track 0"),
        (json!({"status": 502, "body": "<html>"}), "unknown"),
        (json!({"body": json!({"body": track(A).to_string()}).to_string()}), "unknown"),
        (json!({"error": {"status": 404}}), "1 error"),
        (json!({"items": []}), ""),
        (json!({"items": [{"what": 1}, track(A)]}), "track 0, 1 unrecognised"),
        (json!({"items": [{"what": 1}]}), "unknown"),
        (json!({"id": A, "name": "T", "artists": ["R"], "album": "L"}), "unknown"),
        (json!({"what": 1}), "unknown"),
        (json!(7), "unknown"),
        (json!(null), "1 null"),
    ];
    for (value, expected) in shapes {
        assert_eq!(names(value.clone()), expected, "{value}");
    }
}

#[test]
fn what_a_catalogue_does_not_hold_is_counted() {
    let local = json!({"is_local": true, "id": null, "type": "track", "uri": "spotify:local:a:b:c:1"});
    let old_episode = json!({"id": A, "type": "track", "episode": true, "track": false});
    let shapes = [
        (local, "1 local_file"),
        (old_episode, "1 episode"),
        (json!({"id": A, "type": "show"}), "1 show"),
        (json!({"id": null, "type": "track"}), "1 no_id"),
        (json!({"id": A, "type": "audio_features", "uri": format!("spotify:track:{A}")}), "unknown"),
    ];
    for (value, expected) in shapes {
        assert_eq!(names(value.clone()), expected, "{value}");
    }
}

#[test]
fn a_text_that_is_no_id_is_said_and_the_other_objects_come() {
    let with = |album: Value, artist: Value| {
        let mut track = track(A);
        track["album"] = album;
        track["artists"] = json!([artist]);
        track
    };
    let mut on_bad = album("bad");
    on_bad["tracks"] = json!({"items": [track(A)]});
    let mut no_track = with(album(B), artist(C));
    no_track["id"] = json!("bad");
    let shapes = [
        (json!({"type": "track", "id": "bad"}), "its id `bad` is no id"),
        (json!({"type": "artist", "id": "a\nb"}), "its id `a\u{fffd}b` is no id"),
        (
            json!({"type": "track", "id": null, "uri": "spotify:track:bad"}),
            "its URI `spotify:track:bad` names no track",
        ),
        (
            json!({"type": "album", "uri": format!("spotify:track:{A}")}),
            "its URI `spotify:track:0000000000000000000000` names no album",
        ),
        (json!({"items": [track("bad"), track(A), track("worse")]}), "track 0, its id `bad` is no id"),
        (no_track, "artist 2, album 1, its id `bad` is no id"),
        (with(album("bad"), artist(C)), "artist 2, track 0, its id `bad` is no id"),
        (with(album(B), artist("bad")), "album 1, track 0, its id `bad` is no id"),
        (on_bad, "track 0, its id `bad` is no id"),
        (with(json!({"id": null, "type": "album"}), json!({"id": null, "uri": "spotify:local:x"})), "track 0"),
    ];
    for (value, expected) in shapes {
        assert_eq!(names(value.clone()), expected, "{value}");
    }
}

#[test]
fn an_object_without_type_or_id_gets_them_from_its_addresses() {
    for value in [
        json!({"uri": format!("spotify:artist:{A}")}),
        json!({"href": format!("https://api.spotify.com/v1/artists/{A}"), "id": null}),
        json!({"href": format!("http://127.0.0.1:8975/v1/artists/{A}/"), "type": "artist"}),
    ] {
        let (pieces, ..) = taken(value.clone());
        let json = &pieces.first().expect("an artist").json;
        assert_eq!((&json["type"], &json["id"]), (&json!("artist"), &json!(A)), "{value}");
    }
}

#[test]
fn what_answers_one_question_goes_and_the_rest_stays_in_order() {
    let sent = json!({
        "album": {"album_group": "single", "id": B, "is_playable": true, "type": "album", "new": 1},
        "available_markets": ["SE", "??"], "href": format!("http://127.0.0.1:8975/v1/tracks/{A}"), "id": A,
        "is_playable": true, "linked_from": {"id": C}, "restrictions": {"reason": "market"}, "track": true,
        "episode": false, "type": "track", "unheard_of": {"href": "http://else/v1/x"},
    });
    let (pieces, ..) = taken(sent);
    let kept = json!({
        "album": {"id": B, "type": "album", "new": 1},
        "available_markets": ["SE", "??"], "href": format!("https://api.spotify.com/v1/tracks/{A}"), "id": A,
        "type": "track", "unheard_of": {"href": "https://api.spotify.com/v1/x"},
    });
    assert_eq!(pieces[1].json.to_string(), kept.to_string());
}

#[test]
fn the_tracks_of_an_album_know_it_and_their_places() {
    let mut sent = album(B);
    sent["label"] = json!("K");
    sent["tracks"] = json!({"href": "x", "offset": 50, "items": [track(A), track(C)]});
    let (pieces, ..) = taken(sent);
    assert_eq!(pieces[0].json, json!({"id": B, "name": "L", "type": "album", "label": "K"}));
    assert_eq!(pieces[1].json["album"].to_string(), json!({"id": B, "name": "L", "type": "album"}).to_string());
    let album = pieces[0].id;
    assert_eq!(pieces[2].hint, Some(Hint::AlbumTrack { album, place: 51 }));

    let page = json!({"href": format!("https://api.spotify.com/v1/albums/{B}/tracks?offset=50&limit=1"), "offset": 50,
        "items": [track(A)]});
    let (pieces, ..) = taken(page);
    assert_eq!(pieces[0].hint, Some(Hint::AlbumTrack { album, place: 50 }));
    assert_eq!(pieces[0].json.get("album"), None);
}

#[test]
fn an_artists_albums_know_their_artist_and_group() {
    let page = json!({"href": format!("https://api.spotify.com/v1/artists/{A}/albums?limit=1"),
        "items": [{"id": B, "type": "album", "album_group": "appears_on"}]});
    let (pieces, ..) = taken(page);
    let artist = sleeve_model::Id::parse(A).expect("an id");
    assert_eq!(pieces[0].hint, Some(Hint::ArtistAlbum { artist, group: Some("appears_on".to_owned()) }));
}

#[test]
fn an_artist_or_album_comes_again_only_where_it_differs() {
    let mut renamed = artist(A);
    renamed["name"] = json!("other");
    assert_eq!(names(json!([artist(A), artist(A), renamed, artist(A)])), "artist 0, artist 0, artist 0");
    assert_eq!(names(json!([album(A), album(A), track(B), track(B)])), "album 0, track 1, track 1");
}
