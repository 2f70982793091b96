//! A server under test on a free loopback port, and a client that sends and reads raw bytes.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpStream};
use std::panic;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Once};
use std::time::{Duration, SystemTime};

use sleeve_catalogue::Catalogue;
use sleeve_server::apps::Limits;
use sleeve_server::{Apps, Clock, Config, Local, Random, Tally, Timeouts, listen};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// When the tests' clock starts, in milliseconds since 1970.
pub(crate) const START_MS: u64 = 1_790_000_000_000;

/// The longest that a test waits for bytes that must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// What marks the threads of servers under test, so that their panics are counted.
const THREAD: &str = "server-under-test";

static PANICS: AtomicUsize = AtomicUsize::new(0);

/// A clock that stands still until it is set.
#[derive(Clone)]
pub(crate) struct Ticks(Arc<AtomicU64>);

/// A server under test. It is stopped when dropped, and must not have panicked by then.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) local: Local,
    stop: Option<oneshot::Sender<()>>,
    serving: Option<JoinHandle<io::Result<()>>>,
    runtime: Runtime,
}

/// A connection to a server under test.
pub(crate) struct Wire {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

// === impl Ticks ===

impl Ticks {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicU64::new(START_MS)))
    }

    pub(crate) fn set(&self, unix_millis: u64) {
        self.0.store(unix_millis, Ordering::Relaxed);
    }

    pub(crate) fn clock(&self) -> Clock {
        let ticks = self.0.clone();
        Clock::new(move || SystemTime::UNIX_EPOCH + Duration::from_millis(ticks.load(Ordering::Relaxed)))
    }
}

/// The parts of a server with apps in memory.
pub(crate) fn config(ticks: &Ticks, catalogue: Arc<dyn Catalogue>) -> Config {
    Config {
        apps: Apps::in_memory(ticks.clock(), Random::system()),
        catalogue,
        adopt_unknown_apps: false,
        limits: Limits::default(),
        keep_answers: true,
        tally: Tally::default(),
        timeouts: Timeouts::default(),
        clock: ticks.clock(),
        random: Random::system(),
    }
}

// === impl Server ===

impl Server {
    /// Serves on a free port of 127.0.0.1.
    pub(crate) fn start(config: Config) -> Self {
        count_panics();
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).thread_name(THREAD).enable_all().build().expect("a runtime");
        let local = Local::new(config);
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move {
            let _ = stopped.await;
        };
        let serving = runtime.spawn(listen::serve(listener, local.clone(), shutdown));
        Self { address, local, stop: Some(stop), serving: Some(serving), runtime }
    }

    /// A new connection.
    pub(crate) fn connect(&self) -> Wire {
        let stream = TcpStream::connect(self.address).expect("the server listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream.set_write_timeout(Some(PATIENCE)).expect("a timeout");
        stream.set_nodelay(true).expect("no delay");
        Wire { stream, buffer: Vec::new() }
    }

    /// Sends one request on a connection of its own.
    pub(crate) fn ask(&self, request: &str) -> Answer {
        let mut wire = self.connect();
        wire.send(request.as_bytes()).expect("sent");
        wire.answer(request.starts_with("HEAD ")).expect("an answer")
    }

    /// Begins a shutdown.
    pub(crate) fn begin_shutdown(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }

    /// Waits until the server has ended.
    pub(crate) fn wait(&mut self) {
        if let Some(serving) = self.serving.take() {
            let ended = self.runtime.block_on(async { tokio::time::timeout(PATIENCE, serving).await });
            ended.expect("the server ends in time").expect("the server's task lives").expect("the listener works");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.begin_shutdown();
            self.wait();
            assert_eq!(PANICS.load(Ordering::Relaxed), 0, "the server has panicked");
        }
    }
}

fn count_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if std::thread::current().name() == Some(THREAD) {
                PANICS.fetch_add(1, Ordering::Relaxed);
            }
            before(info);
        }));
    });
}

// === impl Wire ===

impl Wire {
    pub(crate) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }

    /// Says that nothing more will be sent.
    pub(crate) fn finish_sending(&self) {
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    /// The next answer. One to a HEAD has no body, whatever its headers say.
    ///
    /// # Errors
    /// Where the connection ends first, or what comes is no HTTP/1.
    pub(crate) fn answer(&mut self, to_head: bool) -> io::Result<Answer> {
        let end = loop {
            if let Some(at) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break at;
            }
            self.more()?;
        };
        let head: Vec<u8> = self.buffer.drain(..end + 4).take(end).collect();
        let head = String::from_utf8(head).map_err(|_| bad("the head is no text"))?;
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.")?.get(2..5)?.parse().ok());
        let status = status.ok_or_else(|| bad("there is no status line"))?;
        let headers =
            lines.map(|line| line.split_once(':').map(|(name, value)| (name.to_lowercase(), value.trim().into())));
        let headers: Option<Vec<(String, String)>> = headers.collect();
        let mut answer = Answer { status, headers: headers.ok_or_else(|| bad("a header has no colon"))?, body: vec![] };
        let bodiless = to_head || status < 200 || status == 204 || status == 304;
        let length = match answer.header("content-length") {
            Some(length) if !bodiless => length.parse().map_err(|_| bad("the length is no number"))?,
            None if !bodiless => return Err(bad("there is no content-length")),
            _ => 0,
        };
        while self.buffer.len() < length {
            self.more()?;
        }
        answer.body = self.buffer.drain(..length).collect();
        Ok(answer)
    }

    /// Whether the server has closed the connection, with nothing more on it.
    pub(crate) fn is_closed(&mut self) -> bool {
        self.buffer.is_empty() && self.more().is_err_and(|error| error.kind() != io::ErrorKind::WouldBlock)
    }

    /// How many bytes came that were not read yet.
    pub(crate) fn left_over(&self) -> usize {
        self.buffer.len()
    }

    fn more(&mut self) -> io::Result<()> {
        let mut chunk = [0; 16 * 1024];
        match self.stream.read(&mut chunk)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            length => {
                self.buffer.extend_from_slice(&chunk[..length]);
                Ok(())
            }
        }
    }
}

fn bad(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

// === impl Answer ===

impl Answer {
    /// A header, several of the same name joined.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let values: Vec<_> =
            self.headers.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
