//! A catalogue that changes while it is served, and ids that it does not have.

use std::sync::Arc;

use serde_json::{Value, json};
use sleeve_catalogue::Store;
use sleeve_server::accounts::access_token;
use sleeve_server::{Config, Draft};

use crate::harness::{START_MS, Server, Ticks, config};

const ALBUM: &str = "OurAlbum00000000000001";
const ARTIST: &str = "OurArtist0000000000001";
const UNKNOWN: &str = "OurArtist0000000000009";
const DAY_MS: u64 = 86_400_000;

fn token(config: &Config) -> String {
    let (app, _) = config.apps.create(Draft::new("Player", "Plays.")).expect("created");
    access_token::mint(config.apps.sealer(), &app.client_id, START_MS)
}

fn get(server: &Server, token: &str, path: &str) -> Value {
    let answer = server.ask(&format!("GET /v1{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"));
    serde_json::from_slice(&answer.body).expect("JSON")
}

#[test]
fn what_was_kept_of_an_older_catalogue_is_not_sent() {
    let store = Arc::new(Store::in_memory().expect("memory"));
    let config = config(&Ticks::new(), store.clone());
    assert!(config.keep_answers);
    let token = token(&config);
    let server = Server::start(config);
    let paths = [
        (format!("/albums/{ALBUM}"), "/name"),
        (format!("/albums?ids={ALBUM}"), "/albums/0/name"),
        (format!("/artists/{ARTIST}/albums"), "/items/0/name"),
        ("/search?q=tide&type=album".to_owned(), "/albums/items/0/name"),
    ];
    for name in ["Low Tide", "High Tide", "Spring Tide"] {
        let artist = json!({"id": ARTIST, "name": "Quiet Harbour", "type": "artist"});
        let album =
            json!({"id": ALBUM, "name": name, "type": "album", "album_type": "album", "artists": [artist.clone()]});
        store.put([artist, album]).expect("stored");
        for (path, pointer) in &paths {
            for round in ["made", "kept"] {
                assert_eq!(get(&server, &token, path).pointer(pointer), Some(&name.into()), "{path} {round}");
            }
        }
    }
}

#[test]
fn what_was_new_is_not_new_for_ever() {
    let store = Store::in_memory().expect("memory");
    // The tests' clock starts on 2026-09-21.
    let album = json!({"id": ALBUM, "name": "Low Tide", "type": "album", "release_date": "2026-09-10"});
    store.put([album]).expect("stored");
    let ticks = Ticks::new();
    let config = config(&ticks, Arc::new(store));
    let apps = config.apps.clone();
    let (app, _) = apps.create(Draft::new("Player", "Plays.")).expect("created");
    let server = Server::start(config);
    for (days, total) in [(0, 1), (1, 1), (30, 0)] {
        let now = START_MS + days * DAY_MS;
        ticks.set(now);
        let token = access_token::mint(apps.sealer(), &app.client_id, now);
        assert_eq!(get(&server, &token, "/search?q=tag:new&type=album")["albums"]["total"], total, "after {days} days");
    }
}

#[test]
fn ids_that_are_not_there_are_counted_whatever_they_were_asked_for() {
    let config = config(&Ticks::new(), Arc::new(Store::in_memory().expect("memory")));
    let (tally, token) = (config.tally.clone(), token(&config));
    let server = Server::start(config);
    for path in [
        format!("/albums/{ALBUM}/tracks"),
        format!("/artists?ids={ARTIST},{UNKNOWN}"),
        format!("/artists/{UNKNOWN}/top-tracks"),
    ] {
        get(&server, &token, &path);
    }
    assert_eq!(tally.missed_ids(), [ALBUM, ARTIST, UNKNOWN]);
}
