//! What one call goes through between its first request and its end: waits, tries, giving up.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::USER_AGENT;
use http::{HeaderValue, Request, Response, StatusCode, Uri};
use tokio::sync::MutexGuard;

use crate::app::App;
use crate::failure::Failure;
use crate::pace::{OnWait, Outcome, Pacer};
use crate::{Cache, Clock, Error, Kind, Transport, Wait, Why, answer, retry};

const AGENT: HeaderValue = HeaderValue::from_static(concat!("sleeve/", env!("CARGO_PKG_VERSION")));

/// Who may wait for longer need not be told when it is over.
const FOREVER: Duration = Duration::from_secs(366 * 24 * 3600);

/// What all calls of a client share, apart from the token.
pub(crate) struct Engine {
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Box<dyn Fn() -> f64 + Send + Sync>,
    pub(crate) timeout: Duration,
    pub(crate) retries: u32,
    pub(crate) longest_wait: Duration,
    pub(crate) pacer: Pacer,
    pub(crate) on_wait: OnWait,
    pub(crate) app: App,
    pub(crate) cache: Arc<dyn Cache>,
}

/// One call on its way.
pub(crate) struct Attempt<'a> {
    engine: &'a Engine,
    operation: &'static str,
    uri: Uri,
    started: Duration,
    tries: u32,
    repeats: u32,
    limited: u32,
    waited: Duration,
    /// When the last request went out, if it was paced.
    sent: Option<u64>,
}

impl Engine {
    /// A number from 0 to 1, whatever the source of chance says.
    fn chance(&self) -> f64 {
        let number = (self.random)();
        if (0.0..=1.0).contains(&number) { number } else { 1.0 }
    }

    pub(crate) fn attempt(&self, operation: &'static str, uri: Uri) -> Attempt<'_> {
        let started = self.clock.monotonic();
        let waited = Duration::ZERO;
        Attempt { engine: self, operation, uri, started, tries: 0, repeats: 0, limited: 0, waited, sent: None }
    }
}

impl<'a> Attempt<'a> {
    /// Waits until the pause that everybody keeps is over.
    pub(crate) async fn allowed(&mut self) -> Result<(), Error> {
        loop {
            let left = self.engine.pacer.held();
            if left.is_zero() {
                return Ok(());
            }
            self.wait(left, Why::RateLimit).await?;
        }
    }

    /// Waits until the pace lets a request out, which then has to go at once. Dropped while it waits, it has taken nothing.
    pub(crate) async fn leave(&mut self) -> Result<(), Error> {
        let pacer = &self.engine.pacer;
        if pacer.is_off() {
            return self.allowed().await;
        }
        let _head = match pacer.line.free_head() {
            Some(head) => head,
            None => self.stand_in_line().await?,
        };
        loop {
            let (outcome, now) = pacer.reserve().await;
            match outcome {
                Outcome::Go => {
                    self.sent = Some(now);
                    return Ok(());
                }
                Outcome::Wait(left, why) => {
                    let left = Duration::from_millis(left);
                    pacer.line.waits(self.engine.clock.monotonic() + left, why);
                    self.wait(left, why).await?;
                }
                Outcome::Spent(left) => return Err(self.give_up(Failure::spent(Duration::from_millis(left)))),
            }
        }
    }

    /// Waits behind other calls, no longer than the call may wait, and says until when as far as that can be told.
    async fn stand_in_line(&mut self) -> Result<MutexGuard<'a, ()>, Error> {
        let engine = self.engine;
        let begun = engine.clock.monotonic();
        let place = engine.pacer.line.end();
        let (length, why) = place.outlook(begun, engine.pacer.step());
        if !length.is_zero() {
            tracing::debug!(operation = self.operation, wait_ms = length.as_millis(), %why, "waiting in line");
            self.tell(length, why);
        }
        let most = engine.longest_wait.saturating_sub(self.waited);
        let head = if most > FOREVER {
            Some(place.advance().await)
        } else {
            tokio::select! {
                biased;
                head = place.advance() => Some(head),
                () = engine.clock.sleep(most) => None,
            }
        };
        let spent = engine.clock.monotonic().saturating_sub(begun);
        self.waited += spent;
        head.ok_or_else(|| self.give_up(Failure::paused(length.saturating_sub(spent), why, engine.clock.now())))
    }

    /// Waits and says so, or is an error at once where that is longer than the call may wait.
    async fn wait(&mut self, left: Duration, why: Why) -> Result<(), Error> {
        let engine = self.engine;
        if self.waited + left > engine.longest_wait {
            return Err(self.give_up(Failure::paused(left, why, engine.clock.now())));
        }
        self.waited += left;
        // Not all at once when a pause ends.
        let spread = if why == Why::RateLimit { engine.chance() } else { 0.0 };
        self.sleep(left + Duration::from_secs(1).mul_f64(spread), why).await;
        Ok(())
    }

    /// Every wait of a call is here.
    async fn sleep(&self, length: Duration, why: Why) {
        let Self { engine, operation, .. } = *self;
        tracing::info!(operation, wait_ms = length.as_millis(), %why, "waiting");
        self.tell(length, why);
        engine.clock.sleep(length).await;
    }

    fn tell(&self, length: Duration, why: Why) {
        let Self { engine, operation, .. } = *self;
        (engine.on_wait)(&Wait { operation, why, length, until: engine.clock.now() + length });
    }

    /// Sends one request.
    pub(crate) async fn send(&mut self, mut request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
        request.headers_mut().insert(USER_AGENT, AGENT);
        self.tries += 1;
        let engine = self.engine;
        let answer = tokio::time::timeout(engine.timeout, engine.transport.send(request)).await;
        if let Some(sent) = self.sent {
            engine.pacer.answered(sent);
        }
        match answer {
            Ok(Ok(response)) => Ok(response.map(answer::without_mark)),
            Ok(Err(error)) => {
                if let Some(sent) = self.sent.filter(|_| error.is_unsent()) {
                    engine.pacer.take_back(sent).await;
                }
                Err(Failure::transport(error))
            }
            Err(_) => Err(Failure::timeout(engine.timeout)),
        }
    }

    /// Takes note of a failure: comes back when it is time for another try, or says that there is none.
    /// `repeatable`: whether sending it again does no harm.
    pub(crate) async fn failed(&mut self, mut failure: Failure, repeatable: bool) -> Result<(), Error> {
        let engine = self.engine;
        if failure.kind == Kind::RateLimited {
            let unsaid = Duration::from_secs(1 << self.limited.min(5));
            let pause = failure.retry_after.unwrap_or(unsaid).max(Duration::from_secs(1));
            self.limited += 1;
            engine.pacer.refused(self.sent, pause).await;
            let too_long = self.waited + pause > engine.longest_wait;
            return if too_long { Err(self.give_up(failure)) } else { Ok(()) };
        }
        if failure.kind == Kind::QuotaExceeded {
            let pause = *failure.retry_after.get_or_insert_with(|| engine.pacer.rest_of_day());
            engine.pacer.refused(None, pause).await;
        }
        if !failure.is_transient() || !repeatable || self.repeats >= engine.retries {
            return Err(self.give_up(failure));
        }
        let pause = match failure.retry_after {
            Some(pause) if self.waited + pause > engine.longest_wait => return Err(self.give_up(failure)),
            Some(pause) => {
                self.waited += pause;
                pause
            }
            None => retry::backoff(self.repeats).mul_f64(engine.chance()),
        };
        self.repeats += 1;
        tracing::info!(operation = self.operation, why = %failure.why, "trying again");
        self.sleep(pause, Why::Retry).await;
        Ok(())
    }

    /// Takes note of a good answer.
    pub(crate) fn done(&self, status: StatusCode) {
        tracing::debug!(operation = self.operation, status = status.as_u16(), tries = self.tries, "answered");
    }

    /// How many requests were sent, and how long it took, waits included.
    pub(crate) fn spent(&self) -> (u32, Duration) {
        (self.tries, self.engine.clock.monotonic().saturating_sub(self.started))
    }

    /// Makes the last failure the call's error.
    pub(crate) fn give_up(&self, failure: Failure) -> Error {
        let (tries, elapsed) = self.spent();
        Error::new(failure, self.operation, self.uri.clone(), tries, elapsed)
    }
}
