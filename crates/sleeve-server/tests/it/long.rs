//! Requests that are long, and answered.

use std::sync::Arc;

use sleeve_catalogue::Store;
use sleeve_server::Draft;
use sleeve_server::accounts::access_token;

use crate::harness::{START_MS, Server, Ticks, config};

#[test]
fn a_search_for_ten_kilobytes_is_answered_even_where_every_byte_is_escaped() {
    let config = config(&Ticks::new(), Arc::new(Store::in_memory().expect("memory")));
    let (app, _) = config.apps.create(Draft::new("Player", "Plays.")).expect("created");
    let token = access_token::mint(config.apps.sealer(), &app.client_id, START_MS);
    let server = Server::start(config);
    let ask = |q: &str| {
        let target = format!("/v1/search?q={q}&type=track,album,artist&market=DE&limit=50&offset=950");
        server.ask(&format!("GET {target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n")).status
    };
    assert_eq!(ask(&"%22".repeat(10_240)), 200, "only punctuation");
    assert_eq!(ask(&"%D0%B9".repeat(5_120)), 200, "Cyrillic");
    assert_eq!(ask(&"%22".repeat(11_000)), 414);
}
