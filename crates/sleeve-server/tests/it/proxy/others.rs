use sleeve_server::proxy::{NoProxy, Parent, Upstream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::{Running, echo, exchange, read_head};

const CLOSE: &str = "Connection: close\r\n\r\n";

#[tokio::test]
async fn another_host_is_tunnelled_unread() {
    let (proxy, echo) = (Running::online().await, echo().await);
    let stream = proxy.tunnel(&echo.to_string()).await;
    let answer = exchange(stream, "\u{1} anything \r\n\r\n").await;
    assert!(answer.ends_with("\r\n\r\n\u{1} anything \r\n\r\n"), "{answer:?}");
    assert_eq!(proxy.tally.requests(), 0);
}

#[tokio::test]
async fn plain_http_is_forwarded_as_the_host_expects_it() {
    let (proxy, echo) = (Running::online().await, echo().await);
    let answer = proxy
        .ask(&format!(
            "GET http://{echo}/a?b=c HTTP/1.1\r\nHost: other\r\nX-Kept: yes\r\nX-Hop: no\r\nProxy-Authorization: Basic eDp5\r\nConnection: x-hop, close\r\n\r\n"
        ))
        .await;
    let (_, seen) = answer.split_once("\r\n\r\n").expect("a head and a body");
    let seen = seen.to_ascii_lowercase();
    assert!(seen.starts_with("get /a?b=c http/1.1\r\n"), "{answer}");
    assert!(seen.contains(&format!("host: {echo}\r\n")) && seen.contains("x-kept: yes\r\n"), "{seen}");
    assert!(!seen.contains("x-hop") && !seen.contains("proxy-"), "{seen}");
}

#[tokio::test]
async fn offline_refuses_every_other_host_and_remembers_it_but_not_this_machine() {
    let (proxy, echo) = (Running::start(Upstream::default(), true).await, echo().await);
    for request in [
        "CONNECT Example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n",
        "GET http://files.example.org/ HTTP/1.1\r\nHost: files.example.org\r\n",
        "CONNECT www.spotify.com:443 HTTP/1.1\r\nHost: www.spotify.com\r\n",
    ] {
        let answer = proxy.ask(&format!("{request}{CLOSE}")).await;
        assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
        let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
        assert_eq!(body.lines().count(), 1);
    }
    assert_eq!(proxy.tally.refused_hosts(), ["example.org", "files.example.org", "www.spotify.com"]);
    proxy.tunnel(&echo.to_string()).await;
    proxy.secure("api.spotify.com:443", "api.spotify.com", b"h2").await.expect("Spotify is here");
}

#[tokio::test]
async fn the_proxy_does_not_call_itself() {
    let proxy = Running::online().await;
    let port = proxy.address.port();
    for host in ["127.0.0.1", "localhost", "127.9.9.9", "0.0.0.0", "[::1]"] {
        for request in [
            format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: x\r\n{CLOSE}"),
            format!("GET http://{host}:{port}/ HTTP/1.1\r\nHost: x\r\n{CLOSE}"),
        ] {
            let answer = proxy.ask(&request).await;
            assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
        }
    }
}

#[tokio::test]
async fn a_host_that_is_not_there_is_said_and_remembered() {
    let proxy = Running::online().await;
    let free = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("its address");
    for request in [
        format!("CONNECT {free} HTTP/1.1\r\nHost: x\r\n{CLOSE}"),
        format!("GET http://{free}/ HTTP/1.1\r\nHost: x\r\n{CLOSE}"),
    ] {
        let answer = proxy.ask(&request).await;
        assert!(answer.starts_with("HTTP/1.1 502 ") && answer.contains(&format!("cannot reach {free}")), "{answer}");
    }
    assert_eq!(proxy.tally.unreached_hosts(), ["127.0.0.1"]);
    assert!(proxy.ask(&format!("GET / HTTP/1.1\r\nHost: x\r\n{CLOSE}")).await.starts_with("HTTP/1.1 400 "));
}

/// A user's proxy that takes one connection and gives one answer; tells what it was asked.
async fn parent(answer: &'static str) -> (String, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("its address");
    let task = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let head = read_head(&mut stream).await;
        stream.write_all(answer.as_bytes()).await.expect("sent");
        head
    });
    (format!("http://ann:word@{address}"), task)
}

async fn behind(url: &str) -> Running {
    let parent = Parent::parse(url).expect("a proxy");
    let upstream =
        Upstream { https: Some(parent.clone()), http: Some(parent), no_proxy: NoProxy::parse("nowhere.invalid") };
    Running::start(upstream, false).await
}

#[tokio::test]
async fn other_hosts_are_reached_through_the_users_own_proxy() {
    let (url, asked) = parent("HTTP/1.0 200 Connection established\r\nVia: x\r\n\r\nfirst bytes").await;
    let proxy = behind(&url).await;
    let mut stream = proxy.tunnel("example.org:443").await;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.expect("read");
    assert_eq!(bytes, b"first bytes");
    let expected =
        "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\nProxy-Authorization: Basic YW5uOndvcmQ=\r\n\r\n";
    assert_eq!(asked.await.expect("it was asked"), expected);

    let (url, asked) = parent("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi").await;
    let proxy = behind(&url).await;
    let answer = proxy.ask(&format!("GET http://example.org/a HTTP/1.1\r\nHost: example.org\r\n{CLOSE}")).await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("\r\n\r\nhi"), "{answer}");
    let asked = asked.await.expect("it was asked").to_ascii_lowercase();
    assert!(asked.starts_with("get http://example.org/a http/1.1\r\n"), "{asked}");
    assert!(asked.contains("proxy-authorization: basic yw5uondvcmq=\r\n"), "{asked}");
}

#[tokio::test]
async fn what_the_users_proxy_refuses_is_said_without_its_password() {
    let (url, _asked) = parent("HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n").await;
    let proxy = behind(&url).await;
    let answer = proxy.ask(&format!("CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n{CLOSE}")).await;
    assert!(answer.starts_with("HTTP/1.1 502 ") && answer.contains("407 Who are you"), "{answer}");
    assert!(!answer.contains("word"), "{answer}");
    // Spotify's hosts, this machine's and those of NO_PROXY never go through it.
    proxy.secure("api.spotify.com:443", "api.spotify.com", b"h2").await.expect("Spotify is here");
    proxy.tunnel(&echo().await.to_string()).await;
}
