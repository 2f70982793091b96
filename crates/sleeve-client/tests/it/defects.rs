//! What other clients trip over, and what servers and proxies on the way do wrong: literal bytes over sockets.

use std::io::Write;
use std::time::Duration;

use sleeve_client::endpoints::tracks::GetTrack;
use sleeve_client::{Error, Kind, Origins, Sockets};

use crate::script::track;
use crate::wire::{Act, Wire, http};

const TRACK: &[u8] = br#"{"name":"Dance Monkey"}"#;

fn good() -> Act {
    Act::Say(http("200 OK", "", TRACK))
}

async fn fails(act: Act) -> Error {
    Wire::start([act]).await.client().send(track()).await.expect_err("no document")
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).expect("memory");
    packer.finish().expect("memory")
}

#[tokio::test]
async fn a_502_is_reported_as_502_and_its_page_is_one_line() {
    let page = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n";
    let wire = Wire::start([Act::Say(http("502 Bad Gateway", "content-type: text/html\r\n", page))]).await;
    let client = wire.builder().retries(2).build().expect("a client");
    let error = client.send(track()).await.expect_err("down");
    assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (Kind::Fault, Some(502)));
    assert_eq!((error.tries(), error.is_worth_retrying(), wire.api_calls()), (3, true, 3));
    assert!(error.to_string().contains("502 Bad Gateway (<html> <head><title>502 Bad Gateway</title>"), "{error}");
}

#[tokio::test]
async fn a_retry_after_is_found_whatever_the_case_of_its_name_and_a_day_of_it_is_no_loop() {
    for name in ["Retry-After", "retry-after", "RETRY-AFTER", "rEtRy-AfTeR"] {
        let line = format!("{name}: 86400\r\n");
        let wire = Wire::start([Act::Say(http("429 Too Many Requests", &line, b"Too many requests"))]).await;
        let error = wire.client().send(track()).await.expect_err("locked");
        assert_eq!((error.kind(), wire.api_calls()), (Kind::RateLimited, 1), "{name}");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(86_400)));
        assert!(error.to_string().ends_with("429 Too Many Requests (Too many requests); try again in 24 h 0 min"));
    }
}

#[tokio::test]
async fn a_good_status_without_a_document_says_what_came_and_that_another_try_is_useless() {
    for (body, said) in [
        (&b""[..], "an empty answer (200 OK) where a document was expected"),
        (b"AAAgBxZz0", "the answer cannot be read (expected value at line 1 column 1): AAAgBxZz0"),
        (b"<html>Sign in to the Wi-Fi</html>", "<html>Sign in to the Wi-Fi</html>"),
        (b"{\"name\":\"Dance Mon", "cannot be read (EOF while parsing a string"),
        (b"{\"name\":\"\xff\xfe\"}", "cannot be read (invalid utf-8"),
        (b"{\"name\":\"a\"}{\"name\":\"b\"}", "cannot be read (trailing characters"),
        (b"null", "): null"),
        (b"[]", "cannot be read (a list, and no object): []"),
        (b" [\"x\"]", "cannot be read ("),
    ] {
        let error = fails(Act::Say(http("200 OK", "content-type: application/json\r\n", body))).await;
        assert_eq!((error.kind(), error.body(), error.is_worth_retrying()), (Kind::Decode, body, false));
        assert!(error.to_string().contains(said), "{error}");
        assert!(error.to_string().ends_with("; check the address and any proxy on the way"), "{error}");
    }
}

#[tokio::test]
async fn documents_that_other_clients_cannot_read_are_read() {
    let local = r#"{"album":{"album_type":null,"artists":[],"images":[],"name":""},"artists":[{"id":null,"name":"a"}],
        "available_markets":[],"disc_number":0,"duration_ms":201000,"external_ids":{},"id":null,"href":null,
        "is_local":true,"name":"b","popularity":0,"track_number":0,"uri":"spotify:local:a::b:201"}"#;
    for body in [
        // What development mode leaves out, and what an older one had.
        r#"{"id":"x","type":"track","name":"b","artists":[{"id":"y","name":"a"}]}"#,
        r#"{"id":"x","name":"b","external_ids":{"isrc":"gbaye0601498"},"popularity":61}"#,
        r#"{"id":"x","name":"b","duration_ms":209438.0,"popularity":61.0,"track_number":1.0}"#,
        r#"{"id":"x","name":"b","album":{"images":null,"artists":null,"available_markets":null},"artists":null}"#,
        r#"{"id":"x","name":"b","artists":[null,{"id":"y","name":"a"}],"restrictions":{"reason":"new"},"mood":[{}]}"#,
        local,
    ] {
        let wire = Wire::start([Act::Say(http("200 OK", "", body.as_bytes()))]).await;
        let answer = wire.client().send(track()).await.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((answer.document.name.as_str(), answer.json()), ("b", body));
    }
}

#[tokio::test]
async fn an_error_without_a_message_or_without_json_keeps_its_status() {
    let too_long = b"Content-Length required. That's all we know.";
    for (status, body, kind, said) in [
        ("403 Forbidden", &br#"{"error":{"status":403}}"#[..], Kind::Forbidden, ": 403 Forbidden; see the app's"),
        ("403 Forbidden", b"", Kind::Forbidden, ": 403 Forbidden; see the app's"),
        ("404 Not Found", br#"{"error":{"status":404}}"#, Kind::NotFound, ": 404 Not Found; check the id"),
        ("404 Not Found", b"", Kind::Fault, "this is not how Spotify answers"),
        ("411 Length Required", too_long, Kind::Fault, "411 Length Required (Content-Length required. That's"),
        ("400 Bad Request", br#"{"error":null}"#, Kind::Fault, "400 Bad Request ({\"error\":null})"),
        ("400 Bad Request", br#"{"error":{"message":["x"]}}"#, Kind::Fault, "400 Bad Request"),
        ("304 Not Modified", b"", Kind::Fault, "304 Not Modified"),
        ("504 Gateway Timeout", b"upstream request timeout", Kind::Fault, "504 Gateway Timeout (upstream request"),
    ] {
        let error = fails(Act::SayAndClose(http(status, "", body))).await;
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(said), "{said}: {error}");
    }
}

#[tokio::test]
async fn lengths_that_lie_or_contradict_each_other_are_broken_connections() {
    for answer in [
        "HTTP/1.1 200 OK\r\ncontent-length: 24\r\n\r\n{\"name\":\"Dance Monkey\"}",
        "HTTP/1.1 200 OK\r\ncontent-length: 18446744073709551615\r\n\r\n{\"name\":\"Dance Monkey\"}",
        "HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999999999\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\ncontent-length: two\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}x",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}xx0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}\r\n0\r\n\r\n",
    ] {
        let error = fails(Act::SayAndClose(answer.as_bytes().to_vec())).await;
        assert_eq!((error.kind(), error.is_worth_retrying()), (Kind::Transport, true), "{answer}: {error}");
        assert!(error.to_string().contains(" broke off ("), "{error}");
    }
}

#[tokio::test]
async fn what_follows_an_answer_unasked_is_not_the_next_calls_answer() {
    let mut two = http("200 OK", "", br#"{"name":"first"}"#);
    two.extend(http("200 OK", "", br#"{"name":"unasked"}"#));
    let wire = Wire::start([Act::Say(two), good()]).await;
    let client = wire.builder().retries(1).build().expect("a client");
    assert_eq!(client.send(track()).await.expect("a track").document.name, "first");
    assert_eq!(client.send(track()).await.expect("a track").document.name, "Dance Monkey");
}

#[tokio::test]
async fn an_old_server_without_lengths_is_understood() {
    let mut old = b"HTTP/1.0 200 OK\r\n\r\n".to_vec();
    old.extend_from_slice(TRACK);
    let wire = Wire::start([Act::SayAndClose(old)]).await;
    let client = wire.client();
    for _ in 0..2 {
        assert_eq!(client.send(track()).await.expect("a track").json().as_bytes(), TRACK);
    }
    let mut hinted = b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n".to_vec();
    hinted.extend_from_slice(b"HTTP/1.1 200\r\nx-odd: \xff\r\nX-ODD: 2\r\ncontent-length: 23\r\n\r\n");
    hinted.extend_from_slice(TRACK);
    let wire = Wire::start([Act::Say(hinted)]).await;
    assert_eq!(wire.client().send(track()).await.expect("a track").json().as_bytes(), TRACK);
}

#[tokio::test]
async fn a_connection_that_the_server_ended_between_two_calls_costs_no_call() {
    let wire = Wire::start([Act::SayAndClose(http("200 OK", "", TRACK))]).await;
    let client = wire.builder().retries(1).build().expect("a client");
    for _ in 0..20 {
        client.send(track()).await.expect("a track");
    }
    assert_eq!(wire.heads().iter().filter(|head| head.starts_with("POST ")).count(), 1);
}

#[tokio::test]
async fn many_calls_after_one_another_share_one_connection() {
    let wire = Wire::start([good()]).await;
    let client = wire.client();
    for _ in 0..50 {
        client.send(track()).await.expect("a track");
    }
    assert_eq!((wire.api_calls(), wire.connections()), (50, 1));
}

#[tokio::test]
async fn a_head_without_end_is_given_up() {
    for (start, again) in [
        (&b"HTTP/1.1 200 OK\r\nx-long: "[..], &b"x"[..]),
        (b"HTTP/1.1 200 OK\r\n", b"x-more: y\r\n"),
        (b"HTTP/1.1 200 ", b"O"),
        (b"", b"\r\n"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", b"0"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;", b"x"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", b"x-more: y\r\n"),
    ] {
        let wire = Wire::start([Act::SayAndRepeat(start.to_vec(), again)]).await;
        let client = wire.builder().timeout(Duration::from_millis(500)).build().expect("a client");
        let error = client.send(track()).await.expect_err("endless");
        let shown = String::from_utf8_lossy(start);
        assert!(matches!(error.kind(), Kind::Transport | Kind::Timeout), "{shown}: {error}");
    }
}

#[tokio::test]
async fn bodies_without_end_are_given_up_at_the_limit_errors_among_them() {
    for (start, again) in [
        (&b"HTTP/1.1 200 OK\r\n\r\n{\"name\":\""[..], &b"x"[..]),
        (b"HTTP/1.1 500 Oh\r\n\r\n", b"x"),
        (b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\n\r\n", b"x"),
        (b"HTTP/1.1 401 Unauthorized\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", b"3\r\nxxx\r\n"),
    ] {
        let wire = Wire::start([Act::SayAndRepeat(start.to_vec(), again)]).await;
        let sockets = Sockets::to(&Origins::at(&wire.origin).expect("an origin")).expect("sockets").body_limit(100_000);
        let error = wire.builder().transport(sockets).build().expect("a client").send(track()).await;
        let error = error.expect_err("endless");
        assert_eq!((error.kind(), error.is_worth_retrying(), error.tries()), (Kind::Transport, false, 1), "{error}");
        assert!(error.to_string().contains("is larger than 100000 bytes"), "{error}");
    }
}

#[tokio::test]
async fn a_body_that_is_packed_wrongly_is_said_to_be() {
    let whole = packed(TRACK);
    let mut torn = whole.clone();
    let middle = torn.len() / 2;
    torn[middle] ^= 0xff;
    let mut wrong_sum = whole.clone();
    let end = wrong_sum.len();
    wrong_sum[end - 6] ^= 0xff;
    for (body, said) in [
        (&whole[..whole.len() - 4], " broke off ("),
        (&torn[..], " cannot be unpacked ("),
        (&wrong_sum[..], " cannot be unpacked ("),
    ] {
        let error = fails(Act::Say(http("200 OK", "content-encoding: gzip\r\n", body))).await;
        assert_eq!((error.kind(), error.is_worth_retrying()), (Kind::Transport, true), "{error}");
        assert!(error.to_string().contains(said), "{error}");
    }
    let plain = fails(Act::Say(http("200 OK", "content-encoding: gzip\r\n", TRACK))).await;
    assert_eq!((plain.kind(), plain.is_worth_retrying()), (Kind::Transport, false));
    assert!(plain.to_string().contains("is not packed, though it says so; check any proxy"), "{plain}");
    for name in ["GZIP", "x-gzip"] {
        let head = format!("content-encoding: {name}\r\n");
        let wire = Wire::start([Act::Say(http("200 OK", &head, &whole))]).await;
        wire.client().send(track()).await.expect("a track");
    }
}

#[tokio::test]
async fn a_packing_that_nobody_asked_for_is_no_document() {
    let error = fails(Act::Say(http("200 OK", "content-encoding: br\r\n", b"\x8b\x00\x80\x7b\x7d\x03"))).await;
    assert_eq!(error.kind(), Kind::Decode);
}

#[tokio::test]
async fn no_redirect_of_any_kind_takes_the_token_to_another_host_or_another_path() {
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let elsewhere = Wire::start([good()]).await;
        for place in [format!("{}/v1/tracks/x", elsewhere.origin), "/v1/tracks/x".to_owned(), "//x".to_owned()] {
            let wire = Wire::start([Act::Say(http(status, &format!("location: {place}\r\n"), b""))]).await;
            let error = wire.client().send(track()).await.expect_err("a redirect");
            assert_eq!((error.kind(), error.is_worth_retrying(), wire.api_calls()), (Kind::Fault, false, 1));
            assert!(error.to_string().contains(&format!("to {place}, and redirects are not followed")), "{error}");
        }
        assert_eq!(elsewhere.connections(), 0);
    }
}

#[tokio::test]
async fn nothing_is_sent_that_nobody_asked_for() {
    let wire = Wire::start([good()]).await;
    let client = wire.client();
    assert_eq!(wire.connections(), 0, "a client is made without a call");
    client.send(GetTrack::new("2XU0oxnq2qxCpomAAuJY8K".parse().expect("an id"))).await.expect("a track");
    let lines: Vec<_> = wire.heads().iter().map(|head| head.lines().next().unwrap_or_default().to_owned()).collect();
    assert_eq!(lines, ["POST /api/token HTTP/1.1", "GET /v1/tracks/2XU0oxnq2qxCpomAAuJY8K HTTP/1.1"]);
}
