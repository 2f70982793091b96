//! The journey of a first call, through both doors of a local Spotify: joined to the client in this process, and on a
//! port.

use std::io::Write;
use std::sync::Arc;

use serde_json::Value;
use sleeve_client::endpoints::tracks::{GetSeveralTracks, GetTrack};
use sleeve_client::model::{QuotaMode, TrackId};
use sleeve_client::{Budget, Kind, Origins, Pace, Spotify};
use sleeve_local::InProcess;
use sleeve_server::{Apps, Clock, Config, DataFolder, Draft, Local, Random};

use crate::harness::{DANCE_MONKEY, Home, Pair, Server};

/// Two clients for one app of one data folder: in process, and through a port.
struct Doors {
    clients: [Spotify; 2],
    pair: Pair,
    server: Server,
    _home: Home,
}

impl Doors {
    fn open(quota_mode: QuotaMode) -> Self {
        let home = Home::new();
        let pair = home.app(&["--quota", quota_mode.as_str()]);
        let server = home.serve();
        let folder = DataFolder::open(&home.data()).expect("a data folder");
        let apps = Apps::open(&folder, Clock::system(), Random::system()).expect("apps");
        let catalogue = Arc::new(sleeve_catalogue::starter().expect("a catalogue"));
        let local = Local::new(Config::new(apps, catalogue));
        let client = || Spotify::builder().credentials(pair.id.clone(), pair.secret.clone());
        let clients = [
            client().transport(InProcess::to(local)).pace(Pace::Off).budget(Budget::Off).build().expect("a client"),
            client().origins(Origins::at(&server.origin).expect("an origin")).build().expect("a client"),
        ];
        Self { clients, pair, server, _home: home }
    }

    /// What came through the port, as it would have come from Spotify's own host.
    fn as_at_spotify(&self, text: &str) -> String {
        text.replace(&format!("{}/v1/", self.server.origin), "https://api.spotify.com/v1/")
    }
}

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    runtime.expect("a runtime").block_on(work)
}

fn id(text: &str) -> TrackId {
    text.parse().expect("an id")
}

/// The text of a document, compact, with this app in the place of whichever it names.
fn reference(path: &str, client_id: &str) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut document: Value = serde_json::from_str(&text).expect("JSON");
    let preview = document["preview_url"].as_str().expect("a preview");
    let (url, _) = preview.split_once("cid=").expect("it names an app");
    document["preview_url"] = format!("{url}cid={client_id}").into();
    document.to_string()
}

#[test]
fn the_first_call_brings_the_reference_document_key_for_key() {
    let doors = Doors::open(QuotaMode::Extended);
    let mut references = vec![reference(
        concat!(env!("CARGO_MANIFEST_DIR"), "/../sleeve-catalogue/starter/dance-monkey.json"),
        &doors.pair.id,
    )];
    match facts() {
        Some(folder) => references.push(reference(&format!("{folder}/first-call.json"), &doors.pair.id)),
        None => say("SLEEVE_FACTS names no folder of facts: not compared with its first-call.json"),
    }
    run(async {
        for client in &doors.clients {
            let token = client.token().await.expect("a token");
            assert!(token.access_token.reveal().starts_with("BQ"));
            assert_eq!((token.expires_in.as_secs(), token.scope.as_str()), (3600, ""));
            let answer = client.send(GetTrack::new(id(DANCE_MONKEY))).await.expect("an answer");
            let document: Value = serde_json::from_str(&doors.as_at_spotify(answer.json())).expect("JSON");
            for reference in &references {
                // Texts are compared, so the order of the keys counts.
                assert_eq!(&document.to_string(), reference);
            }
            assert_eq!(answer.document.name, "Dance Monkey");
        }
    });
}

#[test]
fn both_doors_give_the_same_bytes_but_for_the_host() {
    let doors = Doors::open(QuotaMode::Extended);
    let ids = ["75JFxkI2RXiU7L9VXzMkle", "7xGfFoTpQ2E7fRF5lN10tr", DANCE_MONKEY, "0pqnGHJpmpxLKifKRmU6WP"].map(id);
    run(async {
        let [in_process, port] = &doors.clients;
        for market in [None, Some("GB"), Some("US"), Some("CN")] {
            for track in ids {
                let call = || match market {
                    Some(market) => GetTrack::new(track).in_market(market),
                    None => GetTrack::new(track),
                };
                match (in_process.send(call()).await, port.send(call()).await) {
                    (Ok(near), Ok(far)) => {
                        assert_eq!(near.json(), doors.as_at_spotify(far.json()));
                        for name in ["content-type", "cache-control", "vary"] {
                            assert_eq!(near.headers().get(name), far.headers().get(name), "{name}");
                        }
                    }
                    (Err(near), Err(far)) => {
                        assert_eq!((near.kind(), near.body()), (Kind::NotFound, far.body()));
                    }
                    (near, far) => panic!("one door opened: {:?} {:?}", near.is_ok(), far.is_ok()),
                }
            }
            let call = || match market {
                Some(market) => GetSeveralTracks::new(ids).in_market(market),
                None => GetSeveralTracks::new(ids),
            };
            let near = in_process.send(call()).await.expect("an answer");
            let far = port.send(call()).await.expect("an answer");
            assert_eq!(near.json(), doors.as_at_spotify(far.json()));
            let names: Vec<_> =
                near.document.tracks.iter().map(|track| track.as_ref().map(|t| t.name.as_str())).collect();
            assert_eq!(names, [Some("The Scientist"), None, Some("Dance Monkey"), Some("Believer")]);
        }
    });
}

#[test]
fn the_local_spotify_confirms_what_a_program_before_kept_on_disk() {
    let doors = Doors::open(QuotaMode::Extended);
    let folder = tempfile::tempdir().expect("a folder");
    let read = || {
        let cache = Arc::new(sleeve_client::DiskCache::open(folder.path()));
        let builder = Spotify::builder().credentials(doors.pair.id.clone(), doors.pair.secret.clone());
        let builder = builder.origins(Origins::at(&doors.server.origin).expect("an origin"));
        let client = builder.answers(Some(cache)).build().expect("a client");
        run(async { client.send(GetTrack::new(id(DANCE_MONKEY))).await.expect("an answer") })
    };
    let (first, second) = (read(), read());
    assert_eq!([first.source(), second.source()], [sleeve_client::Source::Sent, sleeve_client::Source::Confirmed]);
    assert_eq!(first.json(), second.json());
}

#[test]
fn an_app_in_development_mode_gets_several_tracks_one_by_one() {
    let doors = Doors::open(QuotaMode::Development);
    run(async {
        for client in &doors.clients {
            let call = || GetSeveralTracks::new([id(DANCE_MONKEY), id("0000000000000000000000")]);
            let error = client.send_as_is(call()).await.expect_err("it is refused");
            assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (Kind::Forbidden, Some(403)));
            let answer = client.send(GetTrack::new(id(DANCE_MONKEY))).await.expect("an answer");
            assert_eq!(answer.document.name, "Dance Monkey");
            let several = client.send(call()).await.expect("an answer");
            assert_eq!(several.json(), format!("{{\"tracks\":[{},null]}}", answer.json()));
            let keys: Value = serde_json::from_str(answer.json()).expect("JSON");
            assert!(keys.get("popularity").is_none() && keys.get("name").is_some());
        }
    });
}

#[test]
fn the_binary_gives_an_app_in_development_mode_what_every_app_gets() {
    let home = Home::new();
    let server = home.serve();
    let [development, extended] = ["development", "extended"].map(|mode| home.app(&["--quota", mode]));
    let call = |pair: &Pair, args: &[&str]| home.run_as(pair, &[&["--api", &server.origin, "call"], args].concat());
    let both = |args: &[&str]| -> [Value; 2] {
        [&extended, &development].map(|pair| {
            let said = call(pair, args);
            serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said}"))
        })
    };
    let ids = |list: &Value| -> Vec<Value> {
        list.as_array().expect("a list").iter().map(|object| object["id"].clone()).collect()
    };
    let several = both(&["get-several-tracks", &format!("ids={DANCE_MONKEY},0000000000000000000000,{DANCE_MONKEY}")]);
    let [all, kept] = several.map(|document| ids(&document["tracks"]));
    assert_eq!((all, kept[1].is_null(), kept[0].as_str()), (kept.clone(), true, Some(DANCE_MONKEY)));
    for window in [["limit=50", "offset=0"], ["limit=12", "offset=13"]] {
        let pages = both(&["search", "q=year:1900-2030", "type=track", window[0], window[1]]);
        let [all, kept] = pages.map(|document| document["tracks"].clone());
        assert_eq!(ids(&all["items"]), ids(&kept["items"]));
        assert!(ids(&all["items"]).len() > 10, "one narrow page would do");
        for member in ["href", "limit", "next", "offset", "previous", "total"] {
            assert_eq!(all[member], kept[member], "{member}");
        }
    }
    let top = ["get-an-artists-top-tracks", "id=2ye2Wgw4gimLv2eAKyk1NB"];
    let said = call(&development, &top);
    assert_eq!((said.code(), said.out.as_str()), (Some(1), ""), "{said}");
    assert!(said.err.contains("removed for development apps since 2026-02-11 (developer.spotify.com/blog/"), "{said}");
}

#[test]
fn the_binary_prints_what_the_port_answers() {
    let home = Home::new();
    let pair = home.app(&[]);
    let server = home.serve();
    let near = home.run_as(&pair, &["track", DANCE_MONKEY]);
    let far = home.run_as(&pair, &["--api", &server.origin, "track", DANCE_MONKEY]);
    assert_eq!((near.code(), far.code()), (Some(0), Some(0)), "{near}{far}");
    assert_eq!(far.err, format!("sleeve: asking {}, as the app in CLIENT_ID\n", server.origin));
    assert_eq!(near.out, far.out.replace(&format!("{}/v1/", server.origin), "https://api.spotify.com/v1/"));
    let unknown = home.run_as(&pair, &["--api", &server.origin, "track", "7xGfFoTpQ2E7fRF5lN10tr"]);
    assert_eq!((unknown.code(), unknown.err.lines().count()), (Some(1), 2), "{unknown}");
    let table = "track\n2XU0oxnq2qxCpomAAuJY8K\n";
    home.write("plays.csv", table);
    let near = home.run_as(&pair, &["enrich", "plays.csv", "-o", "-"]);
    let far = home.run_as(&pair, &["--api", &server.origin, "enrich", "plays.csv", "-o", "-"]);
    assert_eq!((near.code(), near.out), (Some(0), far.out));
}

#[test]
fn an_app_that_is_made_in_memory_only_ends_with_its_process() {
    let apps = Apps::in_memory(Clock::system(), Random::system());
    let (app, secret) = apps.create(Draft::new("N", "D")).expect("an app");
    let home = Home::new();
    let server = home.serve();
    let answer = server.grant(&Pair { id: app.client_id, secret: secret.reveal().to_owned() });
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("Failed to get client"), "{}", answer.body);
}

#[expect(clippy::disallowed_methods, reason = "where the facts are is said by whoever runs the tests")]
fn facts() -> Option<String> {
    std::env::var("SLEEVE_FACTS").ok()
}

/// Says it past the test runner, which keeps what a good test prints to itself.
fn say(text: &str) {
    writeln!(std::io::stderr(), "{text}").expect("standard error is there");
}
