//! A tiny Web API: a transport that knows some tracks, counts what it is asked for, and fails where it is told to.

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use sleeve_client::{Budget, Exchange, Pace, Spotify, Transport, TransportError};
use sleeve_enrich::{Config, Error, Input, Output, Plan, Progress, Summary, run};

pub(crate) const MONKEY: &str = "2XU0oxnq2qxCpomAAuJY8K";
pub(crate) const SCIENTIST: &str = "75JFxkI2RXiU7L9VXzMkle";
/// An id like any other, of which the API knows nothing.
pub(crate) const UNKNOWN: &str = "1aB2cD3eF4gH5iJ6kL7mN8";

/// What is answered instead of what is known: the path with its query, and how many calls came before.
type Fault = dyn Fn(&str, usize) -> Option<Reply> + Send + Sync;

/// An answer that is no track.
pub(crate) enum Reply {
    Status(u16),
    RetryAfter(u64),
    Text(&'static str),
    BrokenOff,
    /// No answer ever comes.
    Silence,
}

/// The API's books.
#[derive(Clone, Default)]
pub(crate) struct Api(Arc<Books>);

#[derive(Default)]
struct Books {
    /// Paths and queries that were asked for, tokens left out.
    targets: Mutex<Vec<String>>,
    under_way: AtomicUsize,
    most_under_way: AtomicUsize,
    fault: Option<Box<Fault>>,
}

impl Api {
    pub(crate) fn failing(fault: impl Fn(&str, usize) -> Option<Reply> + Send + Sync + 'static) -> Self {
        Self(Arc::new(Books { fault: Some(Box::new(fault)), ..Books::default() }))
    }

    /// As it answers apps in development mode: one track a call.
    pub(crate) fn in_development() -> Self {
        Self::failing(|target, _| target.contains("ids=").then_some(Reply::Status(403)))
    }

    pub(crate) fn client(&self) -> Spotify {
        let builder = Spotify::builder().credentials("an id", "a secret".to_owned()).retries(0);
        builder.transport(self.clone()).pace(Pace::Off).budget(Budget::Off).build().expect("a client")
    }

    pub(crate) fn targets(&self) -> Vec<String> {
        self.0.targets.lock().expect("no test panicked here").clone()
    }

    pub(crate) fn most_under_way(&self) -> usize {
        self.0.most_under_way.load(Ordering::SeqCst)
    }

    /// Every id that was asked for, as often as it was.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.targets().iter().flat_map(|target| ids(target)).collect()
    }

    fn answer(&self, target: &str) -> Reply {
        let mut targets = self.0.targets.lock().expect("no test panicked here");
        let before = targets.len();
        targets.push(target.to_owned());
        match self.0.fault.as_ref().and_then(|fault| fault(target, before)) {
            Some(reply) => reply,
            None => Reply::Text(""),
        }
    }
}

impl Transport for Api {
    fn send(&self, request: Request<Bytes>) -> Exchange<'_> {
        Box::pin(async move {
            if request.uri().path() == "/api/token" {
                let token = json!({"access_token": "BQ", "token_type": "Bearer", "expires_in": 3600});
                return Ok(response(200, &token.to_string()));
            }
            let target = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
            let now = self.0.under_way.fetch_add(1, Ordering::SeqCst) + 1;
            self.0.most_under_way.fetch_max(now, Ordering::SeqCst);
            let reply = self.answer(&target);
            tokio::task::yield_now().await;
            let answer = match reply {
                Reply::Text("") => Ok(known(&target)),
                Reply::Text(text) => Ok(response(200, text)),
                Reply::Status(status) => Ok(fault(status)),
                Reply::RetryAfter(seconds) => {
                    let mut response = fault(429);
                    response.headers_mut().insert("retry-after", seconds.into());
                    Ok(response)
                }
                Reply::BrokenOff => Err(TransportError::new("the connection broke off")),
                Reply::Silence => std::future::pending().await,
            };
            self.0.under_way.fetch_sub(1, Ordering::SeqCst);
            answer
        })
    }
}

fn ids(target: &str) -> Vec<String> {
    let list = match target.split_once("ids=") {
        Some((_, list)) => list,
        None => target.rsplit('/').next().unwrap_or_default(),
    };
    list.split(['&', '?']).next().unwrap_or_default().split(',').map(str::to_owned).collect()
}

/// What is known: every id but one, under names that a CSV file must quote.
fn known(target: &str) -> Response<Bytes> {
    let tracks: Vec<_> = ids(target).iter().map(|id| track(id)).collect();
    match &tracks[..] {
        _ if target.contains("ids=") => response(200, &json!({ "tracks": tracks }).to_string()),
        [Value::Null] => fault(404),
        [track] => response(200, &track.to_string()),
        _ => fault(500),
    }
}

fn track(id: &str) -> Value {
    if id == UNKNOWN {
        return Value::Null;
    }
    json!({
        "id": id, "name": format!("Song \"{}\"", &id[..4]), "duration_ms": 1000, "explicit": true,
        "artists": [{"id": "a1", "name": "One, Two"}, {"id": "a2", "name": "Three"}],
        "external_ids": {"isrc": "XX1234567890"}, "available_markets": ["SE"],
        "album": {"id": "b1", "name": "Album", "release_date": "2001",
            "images": [{"url": "https://i/64", "width": 64}, {"url": "https://i/640", "width": 640}]},
    })
}

fn fault(status: u16) -> Response<Bytes> {
    response(status, &json!({"error": {"status": status, "message": "no"}}).to_string())
}

fn response(status: u16, body: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::copy_from_slice(body.as_bytes()));
    *response.status_mut() = http::StatusCode::from_u16(status).expect("a status");
    response
}

// === jobs ===

/// What a job wrote.
#[derive(Clone, Default)]
pub(crate) struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.0.lock().expect("no test panicked here").clone()
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no test panicked here").extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs a job over these bytes.
pub(crate) fn enrich_bytes(api: &Api, config: Config, input: &[u8]) -> Result<(Vec<u8>, Summary), Error> {
    let written = Written::default();
    let input = Input::stream("plays.csv", io::Cursor::new(input.to_vec()));
    let plan = Plan::new(config, input, Output::stream("out.csv", written.clone()))?;
    let summary = wait(run(plan, &api.client(), |_: Progress| ()))?;
    Ok((written.bytes(), summary))
}

/// Runs a job over this text, with nothing chosen.
pub(crate) fn enrich(api: &Api, input: &str) -> (String, Summary) {
    let (bytes, summary) =
        enrich_bytes(api, Config::default(), input.as_bytes()).unwrap_or_else(|error| panic!("{input:?}: {error}"));
    (String::from_utf8(bytes).expect("text in, text out"), summary)
}

/// Runs a future that is sent between threads, as programs do.
pub(crate) fn wait<T: Send>(future: impl Future<Output = T> + Send) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(future)
}
