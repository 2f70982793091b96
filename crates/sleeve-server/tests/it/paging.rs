//! Long lists, followed page by page by the addresses that the server sends, as they are.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;
use sleeve_model::QuotaMode;
use sleeve_server::Draft;
use sleeve_server::accounts::access_token;

use crate::harness::{START_MS, Server, Ticks, config};
use crate::http::world::{KILN_SONGS, SONGS, catalogue};

const HARBOUR: &str = "OurArtist0000000000001";

struct Walker {
    server: Server,
    tokens: [String; 2],
}

impl Walker {
    fn new() -> Self {
        let config = config(&Ticks::new(), Arc::new(catalogue()));
        let tokens = [QuotaMode::Extended, QuotaMode::Development].map(|mode| {
            let mut draft = Draft::new("Player", "Plays.");
            draft.quota_mode = mode;
            let (app, _) = config.apps.create(draft).expect("created");
            access_token::mint(config.apps.sealer(), &app.client_id, START_MS)
        });
        Self { server: Server::start(config), tokens }
    }

    /// The page at a target, or within the named member of what is there.
    fn page(&self, target: &str, within: &str, development: bool) -> Value {
        let token = &self.tokens[usize::from(development)];
        let answer =
            self.server.ask(&format!("GET {target} HTTP/1.1\r\nHost: h.test\r\nAuthorization: Bearer {token}\r\n\r\n"));
        assert_eq!(answer.status, 200, "{target}: {}", answer.text());
        let json: Value = serde_json::from_slice(&answer.body).expect("JSON");
        json.pointer(within).unwrap_or_else(|| panic!("{target} has no {within}")).clone()
    }

    /// All items of a list by `next`, and the way back by `previous`.
    fn walk(&self, first: &str, within: &str, development: bool) -> Vec<String> {
        let mut ids = Vec::new();
        let mut page = self.page(first, within, development);
        let (total, limit) = (page["total"].clone(), page["limit"].clone());
        for pages in 1.. {
            assert!(pages <= 1_000, "{first} never ends");
            assert_eq!((&page["total"], &page["limit"]), (&total, &limit), "{first}");
            assert_eq!(page["offset"], ids.len(), "{first}");
            ids.extend(page["items"].as_array().expect("items").iter().map(|item| text(&item["id"])));
            let Some(next) = page["next"].as_str() else { break };
            let next = self.page(&target(next), within, development);
            assert_eq!(next["href"], page["next"], "a page names itself as the page before it does");
            assert_eq!(next["previous"], page["href"], "and the page before it as that one does itself");
            page = next;
        }
        assert_eq!(total, ids.len(), "{first}");
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len(), "{first} holds an item twice");
        ids
    }
}

fn text(json: &Value) -> String {
    json.as_str().expect("a text").to_owned()
}

/// The path and query of an address of the server's.
fn target(address: &str) -> String {
    address.strip_prefix("http://h.test").unwrap_or_else(|| panic!("{address} is elsewhere")).to_owned()
}

#[test]
fn the_tracks_of_a_long_album_come_once_each_whatever_the_width_of_the_pages() {
    let walker = Walker::new();
    let path = format!("/v1/albums/{KILN_SONGS}/tracks");
    let expected: Vec<_> = (1..=SONGS).map(|number| format!("OurSong{number:015}")).collect();
    for limit in [1, 2, 7, 20, 49, 50] {
        for query in [format!("limit={limit}"), format!("country=GB&limit={limit}&offset=0")] {
            for development in [false, true] {
                assert_eq!(walker.walk(&format!("{path}/?{query}"), "", development), expected, "{query}");
            }
        }
    }
    assert_eq!(walker.walk(&path, "", false), expected);
}

#[test]
fn the_page_within_an_album_leads_to_the_rest_of_its_tracks() {
    let walker = Walker::new();
    for market in ["", "?market=SE"] {
        let album = walker.page(&format!("/v1/albums/{KILN_SONGS}{market}"), "", false);
        assert_eq!(album["total_tracks"], 64, "what the album says of itself");
        let first = &album["tracks"];
        assert_eq!((&first["total"], first["items"].as_array().map(Vec::len)), (&SONGS.into(), Some(50)));
        let second = walker.page(&target(first["next"].as_str().expect("there are more")), "", false);
        assert_eq!(second["items"].as_array().map(Vec::len), Some(11));
        assert_eq!((&second["next"], &second["previous"]), (&Value::Null, &first["href"]));
        assert_eq!(walker.page(&target(first["href"].as_str().expect("an address")), "", false), *first);
    }
}

#[test]
fn the_albums_of_an_artist_come_once_each_in_every_choice_of_groups() {
    let walker = Walker::new();
    let path = format!("/v1/artists/{HARBOUR}/albums");
    for (query, count) in [
        ("", 3),
        ("&include_groups=", 3),
        ("&include_groups=single%2Cappears_on", 2),
        ("&include_groups=compilation,album&market=from_token", 1),
        ("&market=GB", 2),
        ("&country=SE", 3),
    ] {
        for limit in [1, 2, 5, 10] {
            for development in [false, true] {
                let ids = walker.walk(&format!("{path}?limit={limit}{query}"), "", development);
                assert_eq!(ids.len(), count, "{query} {limit}");
            }
        }
    }
}

#[test]
fn what_a_search_finds_comes_once_each() {
    let walker = Walker::new();
    let expected = walker.walk("/v1/search?q=album:%22kiln%20songs%22&type=track&limit=50", "/tracks", false);
    assert_eq!(expected.len(), SONGS as usize);
    for limit in [1, 3, 10] {
        for query in
            ["q=album:%22kiln+songs%22&type=album,track&market=SE", "query=album%3A%22kiln%20songs%22&type=track"]
        {
            for development in [false, true] {
                let ids = walker.walk(&format!("/v1/search?{query}&limit={limit}"), "/tracks", development);
                assert_eq!(ids, expected, "{query} {limit}");
            }
        }
    }
}
