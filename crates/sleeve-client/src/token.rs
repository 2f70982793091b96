//! The access token, and the one place that keeps it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderValue, Response, Uri};

use crate::attempt::Engine;
use crate::error::Failure;
use crate::grant::ClientCredentials;
use crate::{Error, Kind, Secret};

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
    held: RwLock<Option<Held>>,
    /// Whoever holds it asks for a token; in it, why the last request for one failed.
    renewal: tokio::sync::Mutex<Option<Error>>,
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
    const EARLY: Duration = Duration::from_secs(60);
    const LIFE: Duration = Duration::from_secs(3600);

    /// The answer of the token endpoint exactly as it came. It holds the token: whoever calls this answers for where
    /// it goes.
    pub fn json(&self) -> &str {
        self.json.reveal()
    }

    /// The header that carries it; marked as sensitive.
    pub(crate) fn bearer(&self) -> HeaderValue {
        self.bearer.clone()
    }

    fn read(response: &Response<Bytes>, now: SystemTime) -> Option<Self> {
        let json = std::str::from_utf8(response.body()).ok()?;
        let answer: serde_json::Value = serde_json::from_str(json).ok()?;
        let access_token = answer.get("access_token")?.as_str().filter(|token| !token.is_empty())?;
        let mut bearer = HeaderValue::try_from(format!("Bearer {access_token}")).ok()?;
        bearer.set_sensitive(true);
        let seconds = answer.get("expires_in").and_then(serde_json::Value::as_f64);
        let expires_in = seconds.and_then(|s| Duration::try_from_secs_f64(s).ok()).unwrap_or(Self::LIFE);
        Some(Self {
            access_token: access_token.into(),
            expires_in,
            expires_at: now.checked_add(expires_in).unwrap_or(now),
            scope: answer.get("scope").and_then(|scope| scope.as_str()).unwrap_or_default().into(),
            json: json.into(),
            bearer,
        })
    }
}

impl Keeper {
    pub(crate) fn new(grant: ClientCredentials, endpoint: Uri) -> Self {
        let (held, renewal) = (RwLock::default(), tokio::sync::Mutex::default());
        Self { grant, endpoint, held, renewal, rounds: AtomicU64::new(0) }
    }

    /// A token that is good, but not `refused`.
    pub(crate) async fn get(&self, engine: &Engine, refused: Option<&Arc<Token>>) -> Result<Arc<Token>, Error> {
        let usable = self.usable(engine, refused);
        let mut last = match usable {
            Some(held) if engine.clock.monotonic() < held.renew_at => return Ok(held.token),
            // Still good for a while: one task renews it, the others go on.
            Some(held) => match self.renewal.try_lock() {
                Ok(last) => last,
                Err(_) => return Ok(held.token),
            },
            None => {
                let round = self.rounds.load(Ordering::Acquire);
                let last = self.renewal.lock().await;
                if self.rounds.load(Ordering::Acquire) != round
                    && let Some(error) = &*last
                {
                    return Err(error.clone());
                }
                last
            }
        };
        if let Some(held) = self.usable(engine, refused)
            && engine.clock.monotonic() < held.renew_at
        {
            return Ok(held.token);
        }
        let outcome = self.renew(engine).await;
        *last = outcome.as_ref().err().cloned();
        self.rounds.fetch_add(1, Ordering::AcqRel);
        outcome
    }

    fn usable(&self, engine: &Engine, refused: Option<&Arc<Token>>) -> Option<Held> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner).clone()?;
        let good =
            engine.clock.monotonic() < held.ends_at && !refused.is_some_and(|token| Arc::ptr_eq(token, &held.token));
        good.then_some(held)
    }

    async fn renew(&self, engine: &Engine) -> Result<Arc<Token>, Error> {
        let mut attempt = engine.attempt("token", &self.endpoint);
        loop {
            attempt.ready().await?;
            match attempt.send(self.grant.request(&self.endpoint)).await {
                Ok(response) if response.status().is_success() => {
                    let now = engine.clock.monotonic();
                    let token = Token::read(&response, engine.clock.now())
                        .map(Arc::new)
                        .ok_or_else(|| attempt.give_up(Failure::new(Kind::Decode).because("the answer is no token")))?;
                    let life = token.expires_in;
                    let held = Held {
                        token: Arc::clone(&token),
                        renew_at: now + life - Token::EARLY.min(life / 2),
                        ends_at: now + life,
                    };
                    *self.held.write().unwrap_or_else(PoisonError::into_inner) = Some(held);
                    return Ok(token);
                }
                Ok(response) => attempt.failed(Failure::token(response, engine), true).await?,
                Err(failure) => attempt.failed(failure, true).await?,
            }
        }
    }
}
