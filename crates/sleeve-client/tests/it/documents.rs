//! What comes back.

use sleeve_client::Kind;
use sleeve_client::endpoints::albums::ListAlbumTracks;
use sleeve_client::endpoints::search::Search;
use sleeve_client::endpoints::tracks::GetSeveralTracks;

use crate::script::{Script, answer, answer_with, track, track_id};

#[tokio::test(start_paused = true)]
async fn the_call_is_this_request() {
    let script = Script::default();
    script.client().send(track().in_market("gb")).await.expect("a track");
    let call = script.requests().pop().expect("a request");
    assert_eq!(call.method(), "GET");
    assert_eq!(call.uri(), "https://api.spotify.com/v1/tracks/2XU0oxnq2qxCpomAAuJY8K?market=GB");
    assert_eq!(call.headers()["authorization"], "Bearer BQ-token-1");
    assert_eq!(call.headers()["accept"], "application/json");
    assert!(call.headers()["user-agent"].to_str().is_ok_and(|agent| agent.starts_with("sleeve/")));
    assert!(call.body().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_answer_holds_the_document_its_text_to_the_byte_and_the_headers() {
    let body = "{\n  \"type\" : \"track\",\n  \"name\" : \"Gr\\u00f6\\u00dfe\",\n  \"vorkosigan\" : 1.50\n}\n";
    let script = Script::default().api([answer_with(200, &[("ETag", "\"MC-x\""), ("cache-control", "public")], body)]);
    let answer = script.client().send(track()).await.expect("a track");
    assert_eq!(answer.document.name, "Größe");
    assert_eq!(answer.json(), body);
    assert_eq!(answer.headers()["etag"], "\"MC-x\"");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.into_json(), body);
}

#[tokio::test(start_paused = true)]
async fn absent_null_float_and_unknown_members_never_fail_a_document() {
    for body in [
        r#"{"id":"x"}"#,
        r#"{"album":null,"artists":null,"duration_ms":null,"name":null,"external_ids":null,"is_local":null}"#,
        r#"{"duration_ms":209438.0,"popularity":1.0,"track_number":"1","disc_number":1e0,"name":"x"}"#,
        r#"{"album":{"images":null,"artists":[null,{}],"total_tracks":1.0},"artists":[null,{"id":null}],"id":"x"}"#,
        r#"{"brand_new":{"a":[1,2,{}]},"name":"x","type":"track"}"#,
        r#"{"album":{},"artists":[{}],"external_ids":{},"external_urls":{},"uri":"x"}"#,
    ] {
        let script = Script::default().api([answer(200, body)]);
        let answer = script.client().send(track()).await.unwrap_or_else(|error| panic!("{body}: {error}"));
        assert_eq!(answer.json(), body);
    }
}

#[tokio::test(start_paused = true)]
async fn an_unknown_track_among_several_is_a_none_in_its_place() {
    let script = Script::default().api([answer(200, r#"{"tracks":[null,{"name":"Dance Monkey"}]}"#)]);
    let answer = script.client().send(GetSeveralTracks::new([track_id(), track_id()])).await.expect("tracks");
    assert!(answer.document.tracks[0].is_none());
    assert!(answer.document.tracks[1].as_ref().is_some_and(|track| track.name == "Dance Monkey"));
}

#[tokio::test(start_paused = true)]
async fn a_good_status_without_the_document_is_an_error_with_what_came() {
    let html = format!("<html>\n<body>{}</body></html>", "x".repeat(1000));
    for (body, said) in [
        (&b""[..], "an empty answer (200 OK) where a document was expected; check the address"),
        (b" \n", "an empty answer (200 OK)"),
        (html.as_bytes(), "the answer cannot be read (expected value at line 1 column 1): <html> <body>xxx"),
        (b"{\"name\":\"half", "): {\"name\":\"half; check the address"),
        (b"null", "): null; check"),
        (b"\"track\"", "): \"track\"; check"),
        (b"{\"name\":\"\xff\"}", "the answer cannot be read (invalid utf-8"),
        (b"{}{}", "the answer cannot be read (trailing characters"),
        (b"{}", "the answer cannot be read (it has no `id` or `uri` or `name`): {}"),
        (br#"{"status":"ok","data":null}"#, "the answer cannot be read (it has no `id` or `uri` or `name`)"),
        (br#"{"error":{"status":500,"message":"Oops"}}"#, "the answer cannot be read (an error, and no document"),
    ] {
        let script = Script::default().api([answer(200, body.to_vec())]);
        let error = script.client().send(track()).await.expect_err("no document");
        assert_eq!((error.kind(), error.body(), error.tries()), (Kind::Decode, body, 1));
        assert!(error.to_string().contains(said), "{error}");
        assert!(error.to_string().chars().count() < 450, "{error}");
        assert!(!error.is_worth_retrying());
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_would_be_refused_for_certain_is_not_sent() {
    let script = Script::default();
    let error = script.client().send(track().in_market("Britain")).await.expect_err("no market");
    assert_eq!((error.kind(), error.tries(), error.url()), (Kind::InvalidCall, 0, None));
    assert_eq!(error.to_string(), "get-track: `Britain`: a market is a country code of two letters, as GB");
    assert!(script.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_byte_order_mark_is_no_part_of_the_text() {
    let token = "\u{feff}{\"access_token\":\"BQx\"}";
    let unknown = "\u{feff}{\"error\":{\"status\":404,\"message\":\"Resource not found\"}}";
    let script = Script::default()
        .token([answer(200, token)])
        .api([answer(200, "\u{feff}{\"name\":\"Dance Monkey\"}"), answer(404, unknown)]);
    let client = script.client();
    let answer = client.send(track()).await.expect("a track");
    assert_eq!(answer.json(), "{\"name\":\"Dance Monkey\"}");
    assert_eq!(client.send(track()).await.expect_err("no track").kind(), Kind::NotFound);
}

#[tokio::test(start_paused = true)]
async fn an_answer_for_several_or_of_a_page_without_its_list_is_an_error_and_not_an_empty_list() {
    let script = Script::default().api([answer(200, "{}"), answer(200, "{}"), answer(200, r#"{"total":0}"#)]);
    let client = script.client();
    let album = || "0UywfDKYlyiu1b38DRrzYD".parse().expect("a good id");
    let several = client.send(GetSeveralTracks::new([track_id()])).await.map(drop);
    let words = client.fetch::<serde_json::Value>("get-several-tracks", "/tracks?ids=x").await.map(drop);
    let page = client.send(ListAlbumTracks::new(album())).await.map(drop);
    for outcome in [several, words, page] {
        assert_eq!(outcome.expect_err("no list").kind(), Kind::Decode);
    }
}

#[tokio::test(start_paused = true)]
async fn one_bad_item_of_an_answer_that_is_read_whole_is_named_and_the_others_are_in_the_body() {
    let page = r#"{"items":[{"name":"a"},{"name":{"en":"b"}}],"next":null}"#;
    let several = r#"{"tracks":[null,{"name":"a","album":{"images":[{"url":5}]}}]}"#;
    let found = r#"{"tracks":{"items":[{"name":["x"]}]}}"#;
    let script = Script::default().api([answer(200, page), answer(200, several), answer(200, found)]);
    let client = script.client();
    let album = "0UywfDKYlyiu1b38DRrzYD".parse().expect("a good id");
    let outcomes = [
        (client.send(ListAlbumTracks::new(album)).await.map(drop), page, "items[1].name"),
        (
            client.send(GetSeveralTracks::new([track_id(), track_id()])).await.map(drop),
            several,
            "tracks[1].album.images[0].url",
        ),
        (
            client.send(Search::new("x", [sleeve_client::model::Kind::Track])).await.map(drop),
            found,
            "tracks.items[0].name",
        ),
    ];
    for (outcome, body, place) in outcomes {
        let error = outcome.expect_err(place);
        assert_eq!((error.kind(), error.body(), error.concerns_all()), (Kind::BadItem, body.as_bytes(), false));
        assert!(
            error.to_string().contains(&format!(": `{place}` of the answer cannot be read: invalid type")),
            "{error}"
        );
        assert!(error.to_string().ends_with("; ask for the items one by one, or take them as they come"), "{error}");
    }
}
