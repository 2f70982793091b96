//! Reads that cost no request: one that is in flight already is joined, and one whose answer is kept is answered with it.

mod flights;
mod kept;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ETAG, IF_NONE_MATCH};
use http::{HeaderMap, Request, Response, StatusCode, Uri};

use self::flights::{Flight, Flights};
use self::kept::Kept;
use crate::attempt::Engine;
use crate::{Cache, Change, Error, Shelf, Source, Token};

/// What all reads of a client share.
#[derive(Debug, Default)]
pub(crate) struct Reads {
    flights: Flights<Result<Delivered, Error>>,
    answers: Option<Arc<dyn Cache>>,
    /// Up to which age a kept answer will do, whatever it says itself.
    max_age: Duration,
}

/// What a request came to.
#[derive(Clone, Debug)]
pub(crate) struct Delivered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The token that it was sent with, if it was sent.
    pub(crate) token: Option<Arc<Token>>,
    pub(crate) tries: u32,
    pub(crate) elapsed: Duration,
    /// Sent, kept, or confirmed.
    source: Source,
    /// Whether another call had it first.
    is_joined: bool,
}

impl Delivered {
    pub(crate) fn sent(response: Response<Bytes>, token: Arc<Token>, tries: u32, elapsed: Duration) -> Self {
        let (head, body) = response.into_parts();
        let (status, headers, token) = (head.status, head.headers, Some(token));
        Self { status, headers, body, token, tries, elapsed, source: Source::Sent, is_joined: false }
    }

    pub(crate) fn source(&self) -> Source {
        if self.is_joined { Source::Joined } else { self.source }
    }

    /// Whether its body is one that was kept.
    pub(crate) fn is_kept(&self) -> bool {
        self.source != Source::Sent
    }
}

impl Reads {
    pub(crate) fn new(answers: Option<Arc<dyn Cache>>, max_age: Duration) -> Self {
        Self { answers, max_age, ..Self::default() }
    }

    /// Whether an answer may be one that was kept.
    pub(crate) fn keeps_answers(&self) -> bool {
        self.answers.is_some()
    }

    /// Answers a read: with what is kept, with what another read of the same address gets, or with what `deliver` brings.
    pub(crate) async fn get<F>(
        &self,
        engine: &Engine,
        mut request: Request<Bytes>,
        deliver: impl FnOnce(Request<Bytes>) -> F,
    ) -> Result<Delivered, Error>
    where
        F: Future<Output = Result<Delivered, Error>> + Send + 'static,
    {
        let uri = request.uri().clone();
        let kept = self.find(engine, &uri);
        if let Some(kept) = &kept
            && kept.is_fresh(engine.clock.now(), self.max_age)
        {
            tracing::debug!(%uri, "answered with what is kept");
            return Ok(kept.deliver(Source::Kept));
        }
        let start = || -> Flight<_> {
            let tag = kept.as_ref().and_then(|kept| kept.headers.get(ETAG));
            if let Some(tag) = tag {
                request.headers_mut().insert(IF_NONE_MATCH, tag.clone());
            }
            let sent = deliver(request);
            Box::pin(async move { sent.await.map(|delivered| confirm(kept, delivered)) })
        };
        let (outcome, is_first) = self.flights.join(uri, start).await;
        outcome.map(|delivered| Delivered { is_joined: !is_first, ..delivered })
    }

    /// Keeps an answer whose document could be read, where it may be kept.
    pub(crate) fn keep(&self, engine: &Engine, uri: &Uri, delivered: &Delivered, json: &str) {
        // Of those who share an answer, one keeps it.
        if !self.keeps_answers() || !matches!(delivered.source(), Source::Sent | Source::Confirmed) {
            return;
        }
        let now = engine.clock.now();
        let encode = || kept::encode(delivered, json, now, self.max_age);
        let mut new = encode();
        if new.is_none() {
            return self.forget(engine, uri);
        }
        // A store that was made anew asks a second time.
        self.change(engine, uri, &mut |_| new.take().or_else(encode));
    }

    /// Forgets what is kept of an address.
    pub(crate) fn forget(&self, engine: &Engine, uri: &Uri) {
        let now = engine.clock.now();
        self.change(engine, uri, &mut |known| known.map(|_| (Vec::new(), now)));
    }

    /// After a call that may have changed something, no read joins one that was sent before.
    pub(crate) fn part(&self) {
        self.flights.part();
    }

    fn find(&self, engine: &Engine, uri: &Uri) -> Option<Kept> {
        let answers = self.answers.as_ref()?;
        match answers.get(Shelf::Answers, &key(engine, uri), engine.clock.now()) {
            Ok(value) => Kept::decode(value?),
            Err(error) => {
                tracing::debug!(%error, "what is kept cannot be read");
                None
            }
        }
    }

    fn change(&self, engine: &Engine, uri: &Uri, change: &mut Change<'_>) {
        let Some(answers) = &self.answers else { return };
        if let Err(error) = answers.update(Shelf::Answers, &key(engine, uri), engine.clock.now(), change) {
            tracing::debug!(%error, "an answer was not kept");
        }
    }
}

/// Under what an answer is kept. The service's origin is the app's.
fn key(engine: &Engine, uri: &Uri) -> String {
    engine.app.key_of(uri.path_and_query().map_or(uri.path(), |target| target.as_str()))
}

/// What a request with `If-None-Match` came to: a 304 says that what is kept still holds.
fn confirm(kept: Option<Kept>, delivered: Delivered) -> Delivered {
    match kept {
        Some(kept) if delivered.status == StatusCode::NOT_MODIFIED => {
            let mut confirmed = kept.deliver(Source::Confirmed);
            for (name, value) in &delivered.headers {
                // What is said of the body is said of the one that was not sent.
                if !name.as_str().starts_with("content-") {
                    confirmed.headers.insert(name, value.clone());
                }
            }
            let Delivered { token, tries, elapsed, .. } = delivered;
            Delivered { token, tries, elapsed, ..confirmed }
        }
        _ => delivered,
    }
}
