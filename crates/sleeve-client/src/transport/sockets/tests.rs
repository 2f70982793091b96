//! TLS, which needs certificates made for the test.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, Version};
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::net::TcpListener;
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
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(trusted);
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(ring).with_safe_default_protocol_versions().expect("versions");
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let sockets = Sockets::with_tls(origins, config).expect("sockets");
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
