//! TLS, which needs certificates made for the test, and proxies, which a test cannot set in its environment.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, Version};
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use super::Sockets;
use crate::{Origins, Transport, TransportError};

/// A server for `localhost` that speaks these protocols over TLS, and its certificate.
async fn serve(protocols: &[&[u8]]) -> (Origins, CertificateDer<'static>) {
    let key = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let certificate = key.cert.der().clone();
    let private = key.signing_key.serialize_der().try_into().expect("a key");
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(ring).with_safe_default_protocol_versions().expect("versions");
    let mut config = config.with_no_client_auth().with_single_cert(vec![certificate.clone()], private).expect("a pair");
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let stream = acceptor.accept(stream).await.ok()?;
                let answer = service_fn(async |_| Ok::<_, Infallible>(Response::new(Full::new(Bytes::from("{}")))));
                let server = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
                server.serve_connection(TokioIo::new(stream), answer).await.ok()
            });
        }
    });
    (Origins::at(&format!("https://localhost:{port}")).expect("an origin"), certificate)
}

async fn ask(origins: &Origins, trusted: Option<CertificateDer<'static>>) -> Result<Response<Bytes>, TransportError> {
    ask_through(None, origins, trusted).await
}

async fn ask_through(
    proxy: Option<SocketAddr>,
    origins: &Origins,
    trusted: Option<CertificateDer<'static>>,
) -> Result<Response<Bytes>, TransportError> {
    let proxies = proxy.map(|address| Matcher::builder().all(format!("http://me:pass@{address}")).build());
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(trusted);
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(ring).with_safe_default_protocol_versions().expect("versions");
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let sockets = Sockets::with(origins, config, proxies);
    let request = Request::get(format!("{}/tracks/x", origins.api())).body(Bytes::new()).expect("a request");
    sockets.send(request).await
}

#[tokio::test]
async fn http_2_is_spoken_where_the_server_does_and_http_1_elsewhere() {
    for (protocols, version) in [(&[&b"h2"[..], b"http/1.1"][..], Version::HTTP_2), (&[b"http/1.1"], Version::HTTP_11)]
    {
        let (origins, certificate) = serve(protocols).await;
        let answer = ask(&origins, Some(certificate)).await.expect("an answer");
        assert_eq!((answer.version(), &answer.body()[..]), (version, &b"{}"[..]));
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_here_trusts_is_said_to_be_one() {
    let (origins, _) = serve(&[b"h2"]).await;
    let error = ask(&origins, None).await.expect_err("no trust");
    assert!(error.is_lasting());
    let said = format!("no secure connection to {} (invalid peer certificate: UnknownIssuer)", &origins.api()[..23]);
    assert_eq!(error.to_string(), said);
}

/// A proxy for one connection; ends with the head that it was sent. With `onward` it makes a tunnel to there, else it
/// answers itself.
async fn proxy(onward: Option<SocketAddr>) -> (SocketAddr, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let heard = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.expect("a head"));
        }
        if let Some(onward) = onward {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.expect("to be heard");
            let mut onward = TcpStream::connect(onward).await.expect("a server");
            tokio::io::copy_bidirectional(&mut stream, &mut onward).await.ok();
        } else {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await.expect("to be heard");
        }
        String::from_utf8(head).expect("text").to_ascii_lowercase()
    });
    (address, heard)
}

const AUTHORIZATION: &str = "\r\nproxy-authorization: basic bwu6cgfzcw==\r\n";

#[tokio::test]
async fn a_proxy_is_told_the_whole_address_and_who_asks() {
    let (address, heard) = proxy(None).await;
    let origins = Origins::at("http://spotify.example").expect("an origin");
    let answer = ask_through(Some(address), &origins, None).await.expect("an answer");
    assert_eq!(&answer.body()[..], b"{}");
    let head = heard.await.expect("a head");
    assert!(head.starts_with("get http://spotify.example/v1/tracks/x http/1.1\r\n"), "{head}");
    assert!(head.contains(AUTHORIZATION), "{head}");
}

#[tokio::test]
async fn through_a_proxy_a_secure_connection_is_a_tunnel() {
    let (origins, certificate) = serve(&[b"h2"]).await;
    let host = origins.api().strip_prefix("https://").and_then(|rest| rest.strip_suffix("/v1")).expect("a host");
    let port = host.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    let (address, heard) = proxy(Some(SocketAddr::from(([127, 0, 0, 1], port)))).await;
    let answer = ask_through(Some(address), &origins, Some(certificate)).await.expect("an answer");
    assert_eq!((answer.version(), &answer.body()[..]), (Version::HTTP_2, &b"{}"[..]));
    drop(answer);
    let head = heard.await.expect("a head");
    assert!(head.starts_with(&format!("connect {host} http/1.1\r\n")), "{head}");
    assert!(head.contains(AUTHORIZATION), "{head}");
}
