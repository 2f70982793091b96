//! Calls made of words: the same token, waits and tries, and whatever document.

use serde_json::Value;
use sleeve_client::{Kind, Origins};

use crate::script::{Script, answer, expired, limited};

#[tokio::test(start_paused = true)]
async fn the_request_is_this_and_the_answer_is_whatever_came() {
    let body = r#"{"b":1.50,"a":[null]}"#;
    let script = Script::default().api([answer(200, body)]);
    let answer = script.client().fetch::<Value>("search", "/search?q=a%20b&type=track").await.expect("an answer");
    assert_eq!((answer.json(), &answer.document["a"][0], answer.status().as_u16()), (body, &Value::Null, 200));
    let call = script.requests().pop().expect("a request");
    assert_eq!(call.method(), "GET");
    assert_eq!(call.uri(), "https://api.spotify.com/v1/search?q=a%20b&type=track");
    assert_eq!(call.headers()["authorization"], "Bearer BQ-token-1");
    assert_eq!(call.headers()["accept"], "application/json");
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_a_short_wait_and_a_fault_are_met_as_by_every_call() {
    let script = Script::default().api([expired(), limited("2"), answer(503, ""), answer(200, "[]")]);
    script.client().fetch::<Value>("search", "/search").await.expect("an answer");
    assert_eq!(script.bearers(), ["Bearer BQ-token-1", "Bearer BQ-token-2", "Bearer BQ-token-2", "Bearer BQ-token-2"]);
    let script = Script::default().api([answer(404, r#"{"error":{"status":404,"message":"Not found."}}"#)]);
    let error = script.client().fetch::<Value>("get-an-album", "/albums/x").await.expect_err("no album");
    assert_eq!((error.kind(), error.operation()), (Kind::NotFound, "get-an-album"));
    let script = Script::default().api([answer(200, "<html>")]);
    let error = script.client().fetch::<Value>("search", "/search").await.expect_err("no JSON");
    assert_eq!(error.kind(), Kind::Decode);
}

#[tokio::test(start_paused = true)]
async fn what_is_no_path_under_the_api_is_not_sent() {
    let script = Script::default();
    for target in ["", "albums/x", "@example.org/", ".example.org/", "https://example.org/", "/a b"] {
        let error = script.client().fetch::<Value>("search", target).await.expect_err("no path");
        assert_eq!(error.kind(), Kind::InvalidCall, "{target}");
    }
    assert_eq!(script.requests().len(), 0);
}

#[test]
fn only_addresses_of_the_api_are_followed() {
    let spotify = Script::default().client();
    let target = |url| spotify.target_of(url);
    assert_eq!(target("https://api.spotify.com/v1/search?offset=20"), Some("/search?offset=20"));
    for url in [
        "https://api.spotify.com/v1",
        "https://api.spotify.com/v11/search",
        "https://api.spotify.com.example.org/v1/search",
        "http://api.spotify.com/v1/search",
        "https://example.org/v1/search",
        "/v1/search",
        "",
    ] {
        assert_eq!(target(url), None, "{url}");
    }
    let origins = Origins::at("http://127.0.0.1:8975").expect("an origin");
    let local = Script::default().builder().origins(origins).build().expect("a client");
    assert_eq!(local.target_of("http://127.0.0.1:8975/v1/tracks/x"), Some("/tracks/x"));
    assert_eq!(local.target_of("http://127.0.0.1:8976/v1/tracks/x"), None);
}
