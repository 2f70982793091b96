//! The forward proxy over real sockets.

mod garbage;
mod others;
mod spotify;

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use sleeve_catalogue::Store;
use sleeve_server::apps::Limits;
use sleeve_server::proxy::{self, Config, Upstream};
use sleeve_server::tls::{Authority, Terminator};
use sleeve_server::{Apps, Clock, Local, Random, Tally, Timeouts};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Made once: it takes a while without optimisation.
static CATALOGUE: LazyLock<Arc<Store>> =
    LazyLock::new(|| Arc::new(sleeve_catalogue::starter().expect("the starter catalogue")));

/// A proxy that runs until it is dropped.
struct Running {
    address: SocketAddr,
    authority: Authority,
    tally: Tally,
    task: JoinHandle<std::io::Result<()>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Running {
    async fn start(upstream: Upstream, is_offline: bool) -> Self {
        let (clock, random) = (Clock::system(), Random::system());
        let authority = Authority::ephemeral(clock.clone(), random.clone());
        let tally = Tally::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        let config = Config {
            local: local(clock, random, tally.clone()),
            terminator: Terminator::new(authority.clone()),
            upstream,
            is_offline,
        };
        let task = tokio::spawn(proxy::serve(listener, config, std::future::pending()));
        Self { address, authority, tally, task }
    }

    async fn online() -> Self {
        Self::start(Upstream::default(), false).await
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("the proxy listens")
    }

    /// Sends a text and reads all that comes until the proxy hangs up.
    async fn ask(&self, request: &str) -> String {
        exchange(self.connect().await, request).await
    }

    /// A tunnel to a host and port, granted.
    async fn tunnel(&self, to: &str) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(format!("CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n\r\n").as_bytes()).await.expect("sent");
        let head = read_head(&mut stream).await;
        assert!(head.starts_with("HTTP/1.1 200 "), "{to}: {head}");
        stream
    }

    /// TLS through a tunnel, trusting the proxy's authority.
    async fn secure(&self, to: &str, sni: &str, protocol: &[u8]) -> std::io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.authority.root().clone()).expect("a root");
        let stream = self.tunnel(to).await;
        connector(roots, protocol).connect(ServerName::try_from(sni.to_owned()).expect("a name"), stream).await
    }
}

fn connector(roots: RootCertStore, protocol: &[u8]) -> TlsConnector {
    let mut config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring speaks TLS")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    TlsConnector::from(Arc::new(config))
}

fn local(clock: Clock, random: Random, tally: Tally) -> Local {
    let apps = Apps::in_memory(clock.clone(), random.clone());
    let catalogue = CATALOGUE.clone();
    Local::new(sleeve_server::Config {
        apps,
        catalogue,
        adopt_unknown_apps: true,
        limits: Limits::default(),
        keep_answers: true,
        tally,
        timeouts: Timeouts::default(),
        clock,
        random,
    })
}

async fn exchange(mut stream: impl AsyncRead + AsyncWrite + Unpin, request: &str) -> String {
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("read");
    String::from_utf8_lossy(&answer).into_owned()
}

async fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("a head"));
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// A server that takes one connection, sends back what it got up to the end of a head, and hangs up.
async fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("its address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let head = read_head(&mut stream).await;
            let length = head.len();
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{head}");
            stream.write_all(answer.as_bytes()).await.expect("sent");
        }
    });
    address
}
