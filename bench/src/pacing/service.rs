//! A service with a rolling window, and what came to it.

use std::collections::VecDeque;
use std::fmt;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use bytes::Bytes;
use http::{Request, Response};
use sleeve_client::{Exchange, Transport};
use tokio::time::Instant;

/// What is let in, and for how long whoever exceeds it is locked out; without a lock until there is room.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    pub(super) calls: u32,
    pub(super) per: Duration,
    pub(super) lock: Option<Duration>,
}

/// The service, as a transport.
#[derive(Clone, Debug)]
pub(super) struct Service(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// None: everything is let in and answered at once, and nothing is noted.
    limits: Vec<(Duration, Limit)>,
    start: Instant,
    now: Mutex<Now>,
}

#[derive(Debug, Default)]
struct Now {
    window: VecDeque<Duration>,
    locked_until: Duration,
    seen: Seen,
}

/// Every call that was answered.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    calls: Vec<Call>,
    /// How long it takes until everybody knows of a 429.
    settled: Duration,
}

#[derive(Clone, Copy, Debug)]
struct Call {
    sent: Duration,
    arrived: Duration,
    answered: Duration,
    /// When there was room again.
    refused_until: Option<Duration>,
}

/// A 429, and those that came to calls which had gone out before its answer came.
#[derive(Debug)]
pub(super) struct Episode {
    pub(super) came: Duration,
    pub(super) refused: usize,
    /// How many calls were unanswered when its answer came, its own among them.
    pub(super) under_way: usize,
    pub(super) over: Duration,
}

impl Service {
    pub(super) fn new(limits: Vec<(Duration, Limit)>) -> Self {
        Self(Arc::new(Inner { limits, start: Instant::now(), now: Mutex::default() }))
    }

    pub(super) fn at_once() -> Self {
        Self::new(Vec::new())
    }

    pub(super) fn seen(&self) -> Seen {
        self.0.now.lock().unwrap_or_else(PoisonError::into_inner).seen.clone()
    }

    async fn call(&self) -> Response<Bytes> {
        let inner = &self.0;
        if inner.limits.is_empty() {
            return answer(200, None, r#"{"name":"Dance Monkey"}"#);
        }
        let way = || Duration::from_millis(fastrand::u64(10..=40));
        let sent = inner.start.elapsed();
        tokio::time::sleep(way()).await;
        let arrived = inner.start.elapsed();
        let refused_until = inner.admit(arrived);
        tokio::time::sleep(way()).await;
        let answered = inner.start.elapsed();
        let call = Call { sent, arrived, answered, refused_until };
        inner.now.lock().unwrap_or_else(PoisonError::into_inner).seen.calls.push(call);
        match refused_until {
            None => answer(200, None, r#"{"name":"Dance Monkey"}"#),
            Some(until) => {
                let wait = (until - arrived).as_millis().div_ceil(1_000).max(1);
                answer(429, Some(wait), r#"{"error":{"status":429,"message":"API rate limit exceeded"}}"#)
            }
        }
    }
}

impl Inner {
    /// Lets a call in, or says when it would be. What is refused does not count.
    fn admit(&self, now: Duration) -> Option<Duration> {
        let limit = self.limits.iter().rev().find(|(from, _)| *from <= now).map(|(_, limit)| *limit)?;
        let mut state = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if now < state.locked_until {
            return Some(state.locked_until);
        }
        while state.window.front().is_some_and(|time| *time + limit.per <= now) {
            state.window.pop_front();
        }
        let Some(over) = (state.window.len() + 1).checked_sub(limit.calls as usize).filter(|over| *over > 0) else {
            state.window.push_back(now);
            return None;
        };
        if let Some(lock) = limit.lock {
            state.locked_until = now + lock;
            return Some(state.locked_until);
        }
        Some(state.window[over - 1] + limit.per)
    }
}

impl Transport for Service {
    fn send(&self, request: Request<Bytes>) -> Exchange<'_> {
        Box::pin(async move {
            if request.uri().path() == "/api/token" {
                return Ok(answer(200, None, r#"{"access_token":"a","token_type":"Bearer","expires_in":3600}"#));
            }
            Ok(self.call().await)
        })
    }
}

impl fmt::Display for Limit {
    /// As `sleeve` takes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}s", self.calls, self.per.as_secs())
    }
}

impl Seen {
    /// Reads the logs of a folder: lines of when a call was sent, when it was answered, and for how long it has to wait.
    pub(super) fn read(folder: &Path, began: SystemTime, settled: Duration) -> Result<Self> {
        let began = began.duration_since(UNIX_EPOCH)?;
        let mut calls = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_none_or(|extension| extension != "log") {
                continue;
            }
            for line in fs::read_to_string(path)?.lines() {
                let mut words = line.split(' ');
                let mut next = || words.next().context("a line has three words");
                let sent = Duration::from_micros(next()?.parse()?).saturating_sub(began);
                let answered = Duration::from_micros(next()?.parse()?).saturating_sub(began);
                let wait = Some(next()?).filter(|wait| *wait != "-").map(str::parse).transpose()?;
                let refused_until = wait.map(|wait| answered + Duration::from_secs(wait));
                calls.push(Call { sent, arrived: (sent + answered) / 2, answered, refused_until });
            }
        }
        calls.sort_by_key(|call| call.answered);
        Ok(Self { calls, settled })
    }

    /// When calls were let in.
    pub(super) fn times(&self) -> impl Iterator<Item = Duration> + '_ {
        self.calls.iter().filter(|call| call.refused_until.is_none()).map(|call| call.arrived)
    }

    /// How many calls were let in from then until then.
    pub(super) fn admitted(&self, from: Duration, until: Duration) -> usize {
        self.times().filter(|time| (from..until).contains(time)).count()
    }

    /// The calls are in the order of their answers.
    pub(super) fn episodes(&self) -> Vec<Episode> {
        let mut episodes: Vec<Episode> = Vec::new();
        for call in &self.calls {
            let Some(over) = call.refused_until else { continue };
            match episodes.last_mut().filter(|episode| call.sent <= episode.came + self.settled) {
                Some(episode) => episode.refused += 1,
                None => {
                    let came = call.answered;
                    let is_under_way = |call: &&Call| call.sent < came + self.settled && came <= call.answered;
                    let under_way = self.calls.iter().filter(is_under_way).count();
                    episodes.push(Episode { came, refused: 1, under_way, over });
                }
            }
        }
        episodes
    }
}

fn answer(status: u16, wait: Option<u128>, body: &'static str) -> Response<Bytes> {
    let mut builder = Response::builder().status(status);
    if let Some(wait) = wait {
        builder = builder.header("retry-after", wait.to_string());
    }
    builder.body(Bytes::from_static(body.as_bytes())).expect("a good answer")
}
