//! The transport over sockets, against bytes.

use std::io::Write;
use std::time::Duration;

use sleeve_client::{Error, Kind, Origins, Sockets, Spotify};

use crate::script::track;
use crate::wire::{Act, Wire, http};

const TRACK: &[u8] = br#"{"name":"Dance Monkey"}"#;

async fn fails(act: Act) -> Error {
    Wire::start([act]).await.client().send(track()).await.expect_err("no document")
}

#[tokio::test]
async fn a_track_comes_over_one_connection_and_one_token() {
    let wire = Wire::start([Act::Say(http("200 OK", "eTaG: \"x\"\r\n", TRACK))]).await;
    let client = wire.client();
    for _ in 0..3 {
        let answer = client.send(track().in_market("GB")).await.expect("a track");
        assert_eq!((answer.document.name.as_str(), answer.json().as_bytes()), ("Dance Monkey", TRACK));
        assert_eq!(answer.headers()["etag"], "\"x\"");
    }
    let heads = wire.heads();
    assert_eq!((heads.len(), wire.connections()), (4, 1));
    assert!(heads[1].starts_with("GET /v1/tracks/2XU0oxnq2qxCpomAAuJY8K?market=GB HTTP/1.1\r\n"), "{}", heads[1]);
    let lines: Vec<_> = heads[1].lines().map(str::to_ascii_lowercase).collect();
    for line in ["authorization: bearer bq-wire", "accept-encoding: identity", "accept: application/json"] {
        assert!(lines.iter().any(|there| there == line), "{line}: {lines:?}");
    }
}

#[tokio::test]
async fn a_packed_body_is_unpacked() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(TRACK).expect("memory");
    let body = packer.finish().expect("memory");
    let wire = Wire::start([Act::Say(http("200 OK", "content-encoding: gzip\r\n", &body))]).await;
    let answer = wire.client().send(track()).await.expect("a track");
    assert_eq!(answer.json().as_bytes(), TRACK);
    assert!(!answer.headers().contains_key("content-encoding"));
    let broken = Act::Say(http("200 OK", "content-encoding: gzip\r\n", &body[..20]));
    assert_eq!(fails(broken).await.kind(), Kind::Transport);
}

#[tokio::test]
async fn a_body_that_is_cut_is_a_broken_connection_and_tried_again() {
    let cut = Act::SayAndClose(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"name\":".to_vec());
    let error = fails(cut.clone()).await;
    assert_eq!((error.kind(), error.is_worth_retrying()), (Kind::Transport, true));
    assert!(error.to_string().contains(" broke off ("), "{error}");
    let chunks = Act::SayAndClose(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"nam".to_vec());
    assert_eq!(fails(chunks).await.kind(), Kind::Transport);
    let wire = Wire::start([cut, Act::Say(http("200 OK", "", TRACK))]).await;
    wire.builder().retries(1).build().expect("a client").send(track()).await.expect("a track");
    assert_eq!(wire.api_calls(), 2);
}

#[tokio::test]
async fn a_body_that_is_longer_than_it_says_is_read_as_long_as_it_says() {
    let error = fails(Act::SayAndClose(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{\"name\":\"x\"}".to_vec())).await;
    assert_eq!((error.kind(), error.body()), (Kind::Decode, &b"{\"nam"[..]));
}

#[tokio::test]
async fn something_that_is_no_http_is_a_broken_connection() {
    for bytes in [&b""[..], b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", b"\0\0\0"] {
        let error = fails(Act::SayAndClose(bytes.to_vec())).await;
        assert_eq!(error.kind(), Kind::Transport, "{error}");
        assert!(error.to_string().contains("the connection to http://127.0.0.1:"), "{error}");
    }
}

#[tokio::test]
async fn an_html_502_and_an_empty_200_are_errors_with_what_came() {
    let error = fails(Act::Say(http("502 Bad Gateway", "content-type: text/html\r\n", b"<h1>502</h1>"))).await;
    assert_eq!((error.kind(), error.body()), (Kind::Fault, &b"<h1>502</h1>"[..]));
    let error = fails(Act::Say(http("200 OK", "", b""))).await;
    assert!(error.to_string().contains("an empty answer (200 OK)"), "{error}");
}

#[tokio::test]
async fn a_slow_head_and_a_slow_body_are_timeouts() {
    for bytes in [&b""[..], b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"] {
        let wire = Wire::start([Act::SayAndHang(bytes.to_vec())]).await;
        let client = wire.builder().timeout(Duration::from_millis(300)).build().expect("a client");
        let error = client.send(track()).await.expect_err("silence");
        assert_eq!(error.kind(), Kind::Timeout);
        assert!(error.to_string().contains("no answer within 0.3 s"), "{error}");
    }
}

#[tokio::test]
async fn a_body_without_end_is_given_up_at_the_limit() {
    let endless = b"HTTP/1.1 200 OK\r\n\r\n{\"name\":\"".to_vec();
    let wire = Wire::start([Act::SayAndRepeat(endless, b"x")]).await;
    let origins = Origins::at(&wire.origin).expect("an origin");
    let sockets = Sockets::to(&origins).expect("sockets").body_limit(100_000);
    let client = wire.builder().transport(sockets).retries(3).build().expect("a client");
    let error = client.send(track()).await.expect_err("endless");
    assert_eq!((error.kind(), error.is_worth_retrying()), (Kind::Transport, false));
    assert!(error.to_string().contains("is larger than 100000 bytes"), "{error}");
    assert_eq!(wire.api_calls(), 1);
}

#[tokio::test]
async fn a_bomb_is_given_up_at_the_limit() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(&vec![b' '; Sockets::BODY_LIMIT + 1]).expect("memory");
    let body = packer.finish().expect("memory");
    assert!(body.len() < 100_000);
    let error = fails(Act::Say(http("200 OK", "content-encoding: gzip\r\n", &body))).await;
    assert!(error.to_string().contains("is larger than 16777216 bytes"), "{error}");
}

#[tokio::test]
async fn a_redirect_takes_the_token_nowhere() {
    let elsewhere = Wire::start([Act::Say(http("200 OK", "", TRACK))]).await;
    let location = format!("location: {}/v1/tracks/x\r\n", elsewhere.origin);
    let error = fails(Act::Say(http("302 Found", &location, b""))).await;
    assert_eq!(error.kind(), Kind::Fault);
    assert!(error.to_string().contains("redirects are not followed"), "{error}");
    assert!(elsewhere.heads().is_empty());
}

#[tokio::test]
async fn where_nothing_listens_it_says_so() {
    let port =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
    let error = to(&format!("http://127.0.0.1:{port}")).await;
    assert_eq!((error.kind(), error.tries()), (Kind::Transport, 1));
    let origin = format!("http://127.0.0.1:{port}");
    let said = format!("token {origin}/api/token: nothing listens at {origin}; start it, or check the address");
    assert_eq!(error.to_string(), said);
}

#[tokio::test]
async fn a_name_that_leads_nowhere_is_said_to() {
    // A name with a part of more than 63 letters: the resolver knows without a network.
    let name = format!("http://{}.invalid", "x".repeat(64));
    let error = to(&name).await;
    assert_eq!(error.kind(), Kind::Transport);
    assert!(error.to_string().contains(&format!("the name in {name} leads nowhere (")), "{error}");
    assert!(error.to_string().ends_with("; check the address and the network"), "{error}");
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_said_to_and_not_tried_again() {
    let wire = Wire::start([Act::Say(http("200 OK", "", TRACK))]).await;
    let error = to(&wire.origin.replace("http:", "https:")).await;
    assert_eq!((error.kind(), error.tries(), error.is_worth_retrying()), (Kind::Transport, 1, false), "{error}");
    assert!(error.to_string().contains("no secure connection to https://127.0.0.1:"), "{error}");
    assert!(error.to_string().contains("SSL_CERT_FILE"), "{error}");
}

/// What a client that asks there for a token says. Its sockets trust no certificate: this machine may have none.
async fn to(origin: &str) -> Error {
    let sockets = Sockets::to(&Origins::at("http://127.0.0.1").expect("an origin")).expect("sockets");
    let client = Spotify::builder().credentials("my-client-id", "my-client-secret");
    let client = client.origins(Origins::at(origin).expect("an origin")).transport(sockets).retries(0).build();
    client.expect("a client").token().await.expect_err("nobody there")
}
