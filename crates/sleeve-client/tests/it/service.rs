//! A service that answers by what is asked, and knows how much was under way together.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Request, Response};
use sleeve_client::{Budget, Builder, Clock, Exchange, Pace, Spotify, Transport};

use crate::script::{LATENCY, SECRET};

pub(crate) const FORBIDDEN: (u16, &str) = (403, r#"{"error":{"status":403,"message":"Forbidden"}}"#);

/// Answers a target (`/tracks?ids=…`) with a status and a body.
type Answers = dyn Fn(&str) -> (u16, String) + Send + Sync;

#[derive(Clone)]
pub(crate) struct Service {
    answers: Arc<Answers>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    seen: Vec<String>,
    flying: usize,
    most: usize,
    passed: Duration,
}

/// One exchange under way.
struct Flight(Arc<Mutex<State>>);

impl Service {
    pub(crate) fn new<B: Into<String>>(answers: impl Fn(&str) -> (u16, B) + Send + Sync + 'static) -> Self {
        let answers = move |target: &str| {
            let (status, body) = answers(target);
            (status, body.into())
        };
        Self { answers: Arc::new(answers), state: Arc::default() }
    }

    /// A client of this service, on a clock that stands still unless it is moved.
    pub(crate) fn builder(&self) -> Builder {
        let client =
            Spotify::builder().credentials("my-client-id", SECRET).random(|| 0.5).pace(Pace::Off).budget(Budget::Off);
        client.transport(self.clone()).clock(self.clone())
    }

    pub(crate) fn client(&self) -> Spotify {
        self.builder().build().expect("a good client")
    }

    /// What was asked of the Web API since the last look, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.state().seen)
    }

    /// How many calls are under way.
    pub(crate) fn flying(&self) -> usize {
        self.state().flying
    }

    /// How many calls were under way together, at most.
    pub(crate) fn most(&self) -> usize {
        self.state().most
    }

    /// Moves the clock on.
    pub(crate) fn pass(&self, time: Duration) {
        self.state().passed += time;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics while it holds this")
    }
}

impl Transport for Service {
    fn send(&self, request: Request<Bytes>) -> Exchange<'_> {
        let body = |(status, body): (u16, String)| {
            Ok(Response::builder().status(status).body(body.into()).expect("a good answer"))
        };
        Box::pin(async move {
            assert!(matches!(request.uri().host(), Some("api.spotify.com" | "accounts.spotify.com")), "{request:?}");
            let address = request.uri().path_and_query().expect("a path").as_str().to_owned();
            let Some(target) = address.strip_prefix("/v1") else {
                return body((200, r#"{"access_token":"BQ","token_type":"Bearer","expires_in":3600}"#.into()));
            };
            let flight = {
                let mut state = self.state();
                state.seen.push(target.to_owned());
                state.flying += 1;
                state.most = state.most.max(state.flying);
                Flight(self.state.clone())
            };
            tokio::time::sleep(LATENCY).await;
            drop(flight);
            body((self.answers)(target))
        })
    }
}

impl Clock for Service {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        self.state().passed
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        if let Ok(mut state) = self.0.lock() {
            state.flying -= 1;
        }
    }
}
