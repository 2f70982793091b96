//! A transport that answers as it is told and remembers what was asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use sleeve_client::endpoints::Call;
use sleeve_client::endpoints::tracks::GetTrack;
use sleeve_client::model::TrackId;
use sleeve_client::{Budget, Builder, Exchange, Pace, Spotify, Transport, TransportError};

/// How long every exchange takes.
pub(crate) const LATENCY: Duration = Duration::from_millis(50);
pub(crate) const SECRET: &str = "5ecre75ecre75ecre75ecre75ecre75e";

/// What a request meets.
pub(crate) enum Step {
    Answer(Response<Bytes>),
    Fail(TransportError),
    /// No answer, ever.
    Silence,
}

/// The steps to come, and what came. Where no step is told, there is a good token and a good track.
#[derive(Clone, Default)]
pub(crate) struct Script(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    token: VecDeque<Step>,
    api: VecDeque<Step>,
    seen: Vec<Request<Bytes>>,
}

impl Script {
    /// The next answers of the token endpoint.
    pub(crate) fn token(self, steps: impl IntoIterator<Item = Step>) -> Self {
        self.state().token.extend(steps);
        self
    }

    /// The next answers of the Web API.
    pub(crate) fn api(self, steps: impl IntoIterator<Item = Step>) -> Self {
        self.state().api.extend(steps);
        self
    }

    /// A client over this transport, without chance: pauses are half of what they may be.
    pub(crate) fn builder(&self) -> Builder {
        self.paced().pace(Pace::Off).budget(Budget::Off)
    }

    /// The same at the pace that is usual towards Spotify.
    pub(crate) fn paced(&self) -> Builder {
        Spotify::builder().credentials("my-client-id", SECRET).transport(self.clone()).random(|| 0.5)
    }

    pub(crate) fn client(&self) -> Spotify {
        self.builder().build().expect("a good client")
    }

    pub(crate) fn requests(&self) -> Vec<Request<Bytes>> {
        self.state().seen.clone()
    }

    pub(crate) fn token_posts(&self) -> usize {
        self.state().seen.iter().filter(|request| is_token(request)).count()
    }

    pub(crate) fn api_calls(&self) -> usize {
        self.state().seen.iter().filter(|request| !is_token(request)).count()
    }

    /// The tokens of the calls, in their order.
    pub(crate) fn bearers(&self) -> Vec<String> {
        let state = self.state();
        let calls = state.seen.iter().filter(|request| !is_token(request));
        calls.map(|call| call.headers()["authorization"].to_str().expect("text").to_owned()).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no test panics while it holds this")
    }

    fn step(&self, request: Request<Bytes>) -> Step {
        let mut state = self.state();
        let is_token = is_token(&request);
        state.seen.push(request);
        let count = state.seen.iter().filter(|request| self::is_token(request)).count();
        let told = if is_token { state.token.pop_front() } else { state.api.pop_front() };
        told.unwrap_or_else(|| if is_token { good_token(&format!("BQ-token-{count}")) } else { good_track() })
    }
}

impl Transport for Script {
    fn send(&self, request: Request<Bytes>) -> Exchange<'_> {
        Box::pin(async move {
            let step = self.step(request);
            tokio::time::sleep(LATENCY).await;
            match step {
                Step::Answer(response) => Ok(response),
                Step::Fail(error) => Err(error),
                Step::Silence => std::future::pending().await,
            }
        })
    }
}

fn is_token(request: &Request<Bytes>) -> bool {
    request.uri().path() == "/api/token"
}

pub(crate) fn answer(status: u16, body: impl Into<Bytes>) -> Step {
    answer_with(status, &[], body)
}

pub(crate) fn answer_with(status: u16, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Step {
    let builder = Response::builder().status(status);
    let builder = headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value));
    Step::Answer(builder.body(body.into()).expect("a good answer"))
}

pub(crate) fn good_token(token: &str) -> Step {
    answer(200, format!(r#"{{"access_token":"{token}","token_type":"Bearer","expires_in":3600,"scope":""}}"#))
}

pub(crate) fn good_track() -> Step {
    answer(200, r#"{"name":"Dance Monkey"}"#)
}

pub(crate) fn expired() -> Step {
    answer(401, r#"{"error": {"status": 401, "message": "The access token expired"}}"#)
}

pub(crate) fn limited(retry_after: &str) -> Step {
    let body = r#"{"error":{"status":429,"message":"API rate limit exceeded"}}"#;
    answer_with(429, &[("Retry-After", retry_after)], body)
}

pub(crate) fn track() -> Call<GetTrack> {
    GetTrack::new(track_id())
}

pub(crate) fn track_id() -> TrackId {
    "2XU0oxnq2qxCpomAAuJY8K".parse().expect("a good id")
}

/// One of many tracks: reads of one track at once would be joined.
pub(crate) fn nth_track(number: usize) -> Call<GetTrack> {
    GetTrack::new(format!("{number:022}").parse().expect("a good id"))
}
