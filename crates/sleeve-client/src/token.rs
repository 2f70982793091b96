//! The access token, and the one place that keeps it.

mod file;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderValue, Response, Uri};
use serde_json::Value;

use crate::attempt::{Attempt, Engine};
use crate::failure::Failure;
use crate::grant::ClientCredentials;
use crate::{Error, Kind, Secret};

pub(crate) use file::TokenFile;

/// An access token, as the token endpoint answered it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Token {
    /// What goes behind `Bearer`.
    pub access_token: Secret,
    /// How long it is good, counted from when it was answered.
    pub expires_in: Duration,
    /// Until when it is good.
    pub expires_at: SystemTime,
    /// What a user granted; empty for an app's own token.
    pub scope: String,
    json: Secret,
    bearer: HeaderValue,
}

/// Keeps one token for all tasks.
pub(crate) struct Keeper {
    grant: ClientCredentials,
    endpoint: Uri,
    file: Option<TokenFile>,
    held: RwLock<Option<Held>>,
    /// Whoever holds it asks for a token; in it, why the last request for one failed, and when.
    renewal: tokio::sync::Mutex<Option<(Error, Duration)>>,
    /// How many requests for a token came to an end.
    rounds: AtomicU64,
}

#[derive(Clone)]
struct Held {
    token: Arc<Token>,
    renew_at: Duration,
    ends_at: Duration,
}

impl Token {
    /// What a token lives where the answer does not say it.
    const LIFE: Duration = Duration::from_secs(3600);
    /// How long before its end a token is renewed, unless it lives shortly.
    const EARLY: Duration = Duration::from_secs(60);
    /// No token lives longer than this; the bound keeps sums of times in range.
    const LONGEST_LIFE: Duration = Duration::from_secs(366 * 24 * 3600);

    /// The answer of the token endpoint exactly as it came. It holds the token: whoever calls this answers for where
    /// it goes.
    pub fn json(&self) -> &str {
        self.json.reveal()
    }

    /// How long before its end it is renewed.
    fn reserve(&self) -> Duration {
        Self::EARLY.min(self.expires_in / 2)
    }

    /// The header that carries it; marked as sensitive.
    pub(crate) fn bearer(&self) -> HeaderValue {
        self.bearer.clone()
    }

    /// Reads the endpoint's answer. Only `access_token` has to be there.
    fn read(body: &Bytes, now: SystemTime) -> Result<Self, &'static str> {
        let json = std::str::from_utf8(body).map_err(|_| "it is no text")?;
        let answer: Value = serde_json::from_str(json).map_err(|_| "it is no JSON")?;
        let access_token = answer.get("access_token").and_then(Value::as_str).filter(|token| !token.is_empty());
        let access_token = access_token.ok_or("it has no access_token")?;
        let bearer = HeaderValue::try_from(format!("Bearer {access_token}"));
        let mut bearer = bearer.map_err(|_| "its access_token fits into no header")?;
        bearer.set_sensitive(true);
        let seconds = match answer.get("expires_in") {
            Some(Value::String(text)) => text.parse().ok(),
            other => other.and_then(Value::as_f64),
        };
        let life = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).unwrap_or(Self::LIFE);
        let expires_in = life.min(Self::LONGEST_LIFE);
        Ok(Self {
            access_token: access_token.into(),
            expires_in,
            expires_at: now + expires_in,
            scope: answer.get("scope").and_then(Value::as_str).unwrap_or_default().into(),
            json: json.into(),
            bearer,
        })
    }
}

impl Keeper {
    /// How long after a renewal that failed the next one is tried, while the token is still good.
    const LATER: Duration = Duration::from_secs(10);
    /// How long a pair that was refused is not tried again. It stays what it is, but a service may err once; every other
    /// failure serves those who waited for it, and no longer.
    const REFUSED: Duration = Duration::from_secs(60);

    pub(crate) fn new(grant: ClientCredentials, endpoint: Uri, file: Option<TokenFile>) -> Self {
        let (held, renewal) = (RwLock::default(), tokio::sync::Mutex::default());
        Self { grant, endpoint, file, held, renewal, rounds: AtomicU64::new(0) }
    }

    /// A token that is good, and not the one that was `refused`.
    pub(crate) async fn get(&self, engine: &Engine, refused: Option<&Arc<Token>>) -> Result<Arc<Token>, Error> {
        let mut last = match self.usable(engine, refused) {
            Some(held) if engine.clock.monotonic() < held.renew_at => return Ok(held.token),
            // It is time, but not urgent: one task asks for a new one, the others go on with what there is.
            Some(held) => match self.renewal.try_lock() {
                Ok(last) => last,
                Err(_) => return Ok(held.token),
            },
            None => {
                let round = self.rounds.load(Ordering::Acquire);
                let last = self.renewal.lock().await;
                // It failed while we waited for it, so it failed for us.
                let is_ours = self.rounds.load(Ordering::Acquire) != round;
                match &*last {
                    Some((error, at)) if is_ours || Self::still_holds(error, *at, engine) => return Err(error.clone()),
                    _ => last,
                }
            }
        };
        let spare = self.usable(engine, refused);
        if let Some(held) = &spare
            && engine.clock.monotonic() < held.renew_at
        {
            return Ok(Arc::clone(&held.token));
        }
        let outcome = self.find(engine, refused, spare.is_some()).await;
        *last = outcome.as_ref().err().map(|error| (error.clone(), engine.clock.monotonic()));
        self.rounds.fetch_add(1, Ordering::AcqRel);
        match (outcome, spare) {
            (Err(error), Some(held)) => {
                tracing::warn!(%error, "the token was not renewed; it is good for a while yet");
                let renew_at = engine.clock.monotonic() + Self::LATER;
                self.hold(Held { renew_at, ..held.clone() });
                Ok(held.token)
            }
            (outcome, _) => outcome,
        }
    }

    fn still_holds(error: &Error, at: Duration, engine: &Engine) -> bool {
        error.kind() == Kind::Credentials && engine.clock.monotonic() < at + Self::REFUSED
    }

    fn usable(&self, engine: &Engine, refused: Option<&Arc<Token>>) -> Option<Held> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner).clone()?;
        let is_refused = refused.is_some_and(|token| Arc::ptr_eq(token, &held.token));
        (!is_refused && engine.clock.monotonic() < held.ends_at).then_some(held)
    }

    fn hold(&self, held: Held) {
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = Some(held);
    }

    /// Takes the token that another process got, or asks for one and leaves it to the others. `once` is as of
    /// [`Keeper::renew`].
    async fn find(&self, engine: &Engine, refused: Option<&Arc<Token>>, once: bool) -> Result<Arc<Token>, Error> {
        let Some(file) = &self.file else { return self.renew(engine, once).await };
        let there = || {
            let token = file.read(engine.clock.now())?;
            let is_refused = refused.is_some_and(|refused| refused.access_token == token.access_token);
            let left = token.expires_at.duration_since(engine.clock.now()).ok()?;
            (!is_refused && left > token.reserve()).then(|| self.keep(token, left, engine))
        };
        if let Some(token) = there() {
            return Ok(token);
        }
        let _lock = file.lock(&*engine.clock, engine.timeout).await;
        if let Some(token) = there() {
            return Ok(token);
        }
        let token = self.renew(engine, once).await?;
        file.write(&token);
        Ok(token)
    }

    /// Asks for a token: as long as it may take, or just once where the present one will do for a while.
    async fn renew(&self, engine: &Engine, once: bool) -> Result<Arc<Token>, Error> {
        let mut attempt = engine.attempt("token", self.endpoint.clone());
        loop {
            attempt.allowed().await?;
            let failure = match attempt.send(self.grant.request(&self.endpoint)).await {
                Ok(response) if response.status().is_success() => {
                    let token = self.read(response, engine, &attempt)?;
                    tracing::debug!(life_s = token.expires_in.as_secs(), "there is a new token");
                    return Ok(token);
                }
                Ok(response) => {
                    let pair = self.grant.pair();
                    let hush = [pair.reveal(), self.grant.client_secret.reveal()];
                    Failure::no_token(response, engine.clock.now(), &hush)
                }
                Err(failure) => failure,
            };
            if once {
                return Err(attempt.give_up(failure));
            }
            attempt.failed(failure, true).await?;
        }
    }

    fn read(&self, response: Response<Bytes>, engine: &Engine, attempt: &Attempt<'_>) -> Result<Arc<Token>, Error> {
        let status = response.status();
        let body = response.into_body();
        let token = Token::read(&body, engine.clock.now()).map_err(|cause| {
            // Half a token is a secret as well: of something that resembles one, nothing is shown.
            let text = String::from_utf8_lossy(&body);
            let resembles = text.contains("access_token") || text.trim_start().starts_with(['{', '"']);
            let shown = if resembles { Bytes::from_static(b"(not shown)") } else { body.clone() };
            let hush = [self.grant.pair(), self.grant.client_secret.clone()];
            attempt.give_up(Failure::decode(status, shown, cause, &hush.each_ref().map(Secret::reveal)))
        })?;
        let life = token.expires_in;
        Ok(self.keep(token, life, engine))
    }

    /// Makes it the token of all tasks; it is good for as long as is `left`.
    fn keep(&self, token: Token, left: Duration, engine: &Engine) -> Arc<Token> {
        let ends_at = engine.clock.monotonic() + left;
        let renew_at = ends_at.saturating_sub(token.reserve());
        let token = Arc::new(token);
        self.hold(Held { token: Arc::clone(&token), renew_at, ends_at });
        token
    }
}
