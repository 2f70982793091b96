use proptest::prelude::{any, prop, prop_oneof};
use proptest::strategy::{Just, Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Running, exchange};

/// Sends bytes, hangs up half, and reads what comes.
async fn send(mut stream: TcpStream, bytes: &[u8]) -> Vec<u8> {
    let mut answer = Vec::new();
    // The proxy may hang up before all is sent or read: that is its right.
    let _ = stream.write_all(bytes).await;
    let _ = stream.shutdown().await;
    let _ = stream.read_to_end(&mut answer).await;
    answer
}

async fn still_serves(proxy: &Running) {
    let stream = proxy.secure("api.spotify.com:443", "api.spotify.com", b"http/1.1").await.expect("trusted");
    let request = "GET /nowhere HTTP/1.1\r\nHost: api.spotify.com\r\nConnection: close\r\n\r\n";
    assert!(exchange(stream, request).await.starts_with("HTTP/1.1 404 "));
}

fn samples<S: Strategy>(strategy: &S, count: usize) -> Vec<S::Value> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| strategy.new_tree(&mut runner).expect("a sample").current()).collect()
}

#[tokio::test]
async fn no_bytes_before_a_tunnel_end_the_proxy_or_make_it_fail() {
    let proxy = Running::start(sleeve_server::proxy::Upstream::default(), true).await;
    let head = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..300),
        "(CONNECT|GET|POST|[A-Z]{1,9}) [!-~]{0,40} HTTP/[0-9]\\.[0-9]\r\n([!-~]{1,9}: ?[ -~]{0,30}\r\n){0,4}\r\n"
            .prop_map(String::into_bytes),
        ("(CONNECT|GET) (http://|https://)?", "\\PC{0,30}", "(:[0-9]{0,6})?(/\\PC{0,9})? HTTP/1.1\r\n\r\n")
            .prop_map(|(a, b, c)| (a + &b + &c).into_bytes()),
    ];
    for bytes in samples(&head, 400) {
        let answer = send(proxy.connect().await, &bytes).await;
        let status = String::from_utf8_lossy(&answer).split(' ').nth(1).unwrap_or("none").to_owned();
        let is_fault = status.starts_with('5') && !matches!(status.as_str(), "501" | "502" | "505");
        assert!(!is_fault, "{status} for {:?}", String::from_utf8_lossy(&bytes));
    }
    still_serves(&proxy).await;
}

#[tokio::test]
async fn no_bytes_in_place_of_a_hello_end_the_proxy() {
    let proxy = Running::online().await;
    let record = (any::<[u8; 3]>(), prop::collection::vec(any::<u8>(), 0..600)).prop_map(|(kind, body)| {
        let length = u16::try_from(body.len()).expect("short").to_be_bytes();
        // A record that says the right length, and a hello that is none.
        [&[0x16, 0x03, kind[0] % 5], &length[..], &body[..]].concat()
    });
    let hello =
        prop_oneof![prop::collection::vec(any::<u8>(), 0..600), record, Just(b"GET / HTTP/1.1\r\n\r\n".to_vec())];
    for bytes in samples(&hello, 200) {
        let answer = send(proxy.tunnel("api.spotify.com:443").await, &bytes).await;
        // Nothing, or an alert of TLS.
        assert!(answer.is_empty() || answer[0] == 0x15, "{answer:?}");
    }
    still_serves(&proxy).await;
}

#[tokio::test]
async fn no_bytes_inside_a_tunnel_end_the_proxy() {
    let proxy = Running::online().await;
    let inner = prop::collection::vec(any::<u8>(), 0..300);
    for (index, bytes) in samples(&inner, 60).iter().enumerate() {
        let protocol: &[u8] = if index % 2 == 0 { b"h2" } else { b"http/1.1" };
        let mut stream = proxy.secure("api.spotify.com:443", "api.spotify.com", protocol).await.expect("trusted");
        // As above: the proxy may hang up at any byte.
        let _ = stream.write_all(bytes).await;
        let _ = stream.shutdown().await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
    }
    still_serves(&proxy).await;
}
