use http::{Request, StatusCode};
use http_body_util::Empty;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::RootCertStore;
use rustls::pki_types::ServerName;
use tokio::io::AsyncReadExt;

use super::{Running, connector, exchange};

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).expect("a status line")
}

#[tokio::test]
async fn a_tunnel_to_spotify_ends_here_and_is_answered_by_the_service() {
    let proxy = Running::online().await;
    for (to, sni, expected) in [
        ("api.spotify.com:443", "api.spotify.com", "404"),
        ("ACCOUNTS.Spotify.com:8443", "accounts.spotify.com", "404"),
        // The dashboard says nothing to whoever is not signed in.
        ("developer.spotify.com.:1", "developer.spotify.com", "403"),
    ] {
        let stream = proxy.secure(to, sni, b"http/1.1").await.expect("trusted");
        let answer =
            exchange(stream, &format!("GET /nowhere HTTP/1.1\r\nHost: {sni}\r\nConnection: close\r\n\r\n")).await;
        assert_eq!(status(&answer), expected, "{to}: {answer}");
    }
    assert_eq!((proxy.tally.requests(), proxy.tally.distrusts()), (3, 0));
}

#[tokio::test]
async fn the_request_says_which_of_spotifys_hosts_it_wants_and_no_other_host_is_answered() {
    let proxy = Running::online().await;
    for (request, expected) in [
        ("GET /nowhere HTTP/1.1\r\nHost: accounts.spotify.com\r\n", "404"),
        ("GET /nowhere HTTP/1.1\r\nHost: API.spotify.com:443\r\n", "404"),
        ("GET https://accounts.spotify.com/nowhere HTTP/1.1\r\nHost: accounts.spotify.com\r\n", "404"),
        ("GET /nowhere HTTP/1.0\r\n", "404"),
        ("GET / HTTP/1.1\r\nHost: example.org\r\n", "421"),
        ("GET / HTTP/1.1\r\nHost: \u{e9}\r\n", "421"),
        ("GET https://example.org/ HTTP/1.1\r\nHost: api.spotify.com\r\n", "421"),
    ] {
        let stream = proxy.secure("api.spotify.com:443", "api.spotify.com", b"http/1.1").await.expect("trusted");
        let answer = exchange(stream, &format!("{request}Connection: close\r\n\r\n")).await;
        assert_eq!(status(&answer), expected, "{request}");
    }
}

#[tokio::test]
async fn http_2_is_spoken_where_the_client_offers_it() {
    let proxy = Running::online().await;
    let stream = proxy.secure("api.spotify.com:443", "api.spotify.com", b"h2").await.expect("trusted");
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("HTTP/2");
    tokio::spawn(connection);
    for (uri, expected) in [
        ("https://api.spotify.com/nowhere", StatusCode::NOT_FOUND),
        ("https://accounts.spotify.com/nowhere", StatusCode::NOT_FOUND),
        ("https://example.org/", StatusCode::MISDIRECTED_REQUEST),
    ] {
        let request = Request::get(uri).body(Empty::<bytes::Bytes>::new()).expect("a request");
        assert_eq!(sender.send_request(request).await.expect("answered").status(), expected, "{uri}");
    }
}

#[tokio::test]
async fn a_client_that_asks_for_another_name_or_does_not_trust_us_gets_no_connection() {
    let proxy = Running::online().await;
    let other = proxy.secure("api.spotify.com:443", "example.org", b"http/1.1").await;
    assert!(other.is_err() && proxy.tally.distrusts() == 0);
    proxy.secure("api.spotify.com:443", "accounts.spotify.com", b"http/1.1").await.expect("another of the three");

    let stream = proxy.tunnel("api.spotify.com:443").await;
    let name = ServerName::try_from("api.spotify.com").expect("a name");
    connector(RootCertStore::empty(), b"http/1.1").connect(name, stream).await.expect_err("nothing is trusted");
    // The alert is on its way: the next connection is made after it was read, or soon.
    while proxy.tally.distrusts() == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(proxy.tally.requests(), 0);
}

#[tokio::test]
async fn plain_http_to_spotify_is_sent_to_https() {
    let proxy = Running::online().await;
    let request = "GET http://API.spotify.com/v1/tracks?ids=a%2Cb HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let answer = proxy.ask(request).await;
    assert_eq!(status(&answer), "301");
    assert!(answer.contains("location: https://api.spotify.com/v1/tracks?ids=a%2Cb\r\n"), "{answer}");

    let stream = proxy.tunnel("accounts.spotify.com:80").await;
    let answer = exchange(stream, "GET /authorize HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(answer.contains("location: https://accounts.spotify.com/authorize\r\n"), "{answer}");
}

#[tokio::test]
async fn https_that_is_handed_over_without_a_tunnel_is_answered_for_spotify_only() {
    let proxy = Running::online().await;
    for (host, expected) in [("api.spotify.com", "404"), ("example.org", "501")] {
        let answer = proxy
            .ask(&format!("GET https://{host}/nowhere HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"))
            .await;
        assert_eq!(status(&answer), expected, "{host}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_finish_its_handshake_is_cut_off() {
    let proxy = Running::online().await;
    for hello in [&b""[..], b"\x16\x03\x01\x02\x00\x01"] {
        let mut stream = proxy.tunnel("api.spotify.com:443").await;
        tokio::io::AsyncWriteExt::write_all(&mut stream, hello).await.expect("sent");
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.expect("the proxy hangs up");
        assert!(rest.is_empty());
    }
}
