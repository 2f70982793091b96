//! A server that says literal bytes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use sleeve_client::{Builder, Origins, Spotify};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What a request to the Web API meets.
#[derive(Clone)]
pub(crate) enum Act {
    /// These bytes; the connection stays.
    Say(Vec<u8>),
    /// These bytes, and the connection ends.
    SayAndClose(Vec<u8>),
    /// These bytes, and then silence.
    SayAndHang(Vec<u8>),
    /// These bytes once, and then those for ever.
    SayAndRepeat(Vec<u8>, &'static [u8]),
}

/// A server on a free port of this machine. Its token endpoint is good; its Web API does one act after the other, and
/// the last one again and again. It ends with the test's runtime.
pub(crate) struct Wire {
    pub(crate) origin: String,
    heads: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
}

impl Wire {
    pub(crate) async fn start(acts: impl IntoIterator<Item = Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let heads = Arc::default();
        let mut acts: Vec<_> = acts.into_iter().collect();
        acts.reverse();
        let acts = Arc::new(Mutex::new(acts));
        let seen = Arc::clone(&heads);
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(serve(stream, Arc::clone(&acts), Arc::clone(&seen)));
            }
        });
        Self { origin, heads, connections }
    }

    /// A client of it, without pauses and without retries.
    pub(crate) fn builder(&self) -> Builder {
        let origins = Origins::at(&self.origin).expect("an origin");
        Spotify::builder().credentials("my-client-id", "my-client-secret").origins(origins).random(|| 0.0).retries(0)
    }

    pub(crate) fn client(&self) -> Spotify {
        self.builder().build().expect("a good client")
    }

    /// The heads of the requests, in their order.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().expect("no test panics while it holds this").clone()
    }

    /// How many connections were made.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    pub(crate) fn api_calls(&self) -> usize {
        self.heads().iter().filter(|head| head.starts_with("GET ")).count()
    }
}

/// An answer with a right length.
pub(crate) fn http(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

async fn serve(mut stream: TcpStream, acts: Arc<Mutex<Vec<Act>>>, seen: Arc<Mutex<Vec<String>>>) -> Option<()> {
    let mut buffer = Vec::new();
    loop {
        let head = read_head(&mut stream, &mut buffer).await?;
        let is_token = head.starts_with("POST /api/token ");
        seen.lock().expect("no test panics while it holds this").push(head);
        let act = if is_token {
            let body = br#"{"access_token":"BQ-wire","token_type":"Bearer","expires_in":3600}"#;
            Act::Say(http("200 OK", "content-type: application/json\r\n", body))
        } else {
            let mut acts = acts.lock().expect("no test panics while it holds this");
            if acts.len() > 1 { acts.pop()? } else { acts.last()?.clone() }
        };
        match act {
            Act::Say(bytes) => stream.write_all(&bytes).await.ok()?,
            Act::SayAndClose(bytes) => return stream.write_all(&bytes).await.ok(),
            Act::SayAndHang(bytes) => {
                stream.write_all(&bytes).await.ok()?;
                std::future::pending().await
            }
            Act::SayAndRepeat(bytes, again) => {
                stream.write_all(&bytes).await.ok()?;
                let again = again.repeat(4096 / again.len());
                loop {
                    stream.write_all(&again).await.ok()?;
                }
            }
        }
    }
}

/// Reads one request and drops its body; `None` at the end of the connection.
async fn read_head(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<String> {
    let end = loop {
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
        const TLS_HANDSHAKE: u8 = 22;
        if buffer.first() == Some(&TLS_HANDSHAKE) {
            stream.write_all(&http("400 Bad Request", "", b"this is no TLS")).await.ok()?;
            return None;
        }
    };
    let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let whole = end + length.unwrap_or(0);
    while buffer.len() < whole {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    buffer.drain(..whole);
    Some(head)
}
