//! What a client can be told.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sleeve_model::QuotaMode;

use crate::app::App;
use crate::attempt::Engine;
use crate::grant::ClientCredentials;
use crate::pace::{OnWait, Pacer, Rulebook};
use crate::reads::Reads;
use crate::token::{Keeper, TokenFile};
use crate::{
    Budget, Cache, Clock, Error, Kind, MemoryCache, Origins, Pace, Secret, Sockets, Spotify, SystemClock, Transport,
    Wait,
};

/// What a client is made of; from [`Spotify::builder`].
///
/// ```
/// use std::time::Duration;
/// use sleeve_client::{Origins, Spotify};
///
/// let spotify = Spotify::builder()
///     .credentials("my client id", "my client secret")
///     .origins(Origins::at("http://127.0.0.1:8975")?) // a local server; else Spotify's own addresses
///     .timeout(Duration::from_secs(10)) // of one request
///     .retries(1) // of a safe call, after a 5xx, a timeout or a broken connection
///     .longest_wait(Duration::from_secs(5)) // for the rate limit
///     .build()?;
/// # Ok::<(), sleeve_client::Error>(())
/// ```
#[must_use]
pub struct Builder {
    credentials: Option<ClientCredentials>,
    origins: Origins,
    token_folder: Option<PathBuf>,
    answers: Option<Arc<dyn Cache>>,
    max_age: Duration,
    transport: Option<Arc<dyn Transport>>,
    clock: Arc<dyn Clock>,
    random: Box<dyn Fn() -> f64 + Send + Sync>,
    timeout: Duration,
    retries: u32,
    longest_wait: Duration,
    pace: Option<Pace>,
    budget: Option<Budget>,
    quota_mode: Option<QuotaMode>,
    on_wait: OnWait,
    cache: Arc<dyn Cache>,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            credentials: None,
            origins: Origins::spotify(),
            token_folder: None,
            answers: None,
            max_age: Duration::ZERO,
            transport: None,
            clock: Arc::new(SystemClock::default()),
            random: Box::new(random),
            timeout: Duration::from_secs(30),
            retries: 3,
            longest_wait: Duration::from_secs(60),
            pace: None,
            budget: None,
            quota_mode: None,
            on_wait: Box::new(|_| {}),
            cache: Arc::new(MemoryCache::default()),
        }
    }

    /// The app's pair, from the dashboard: the client credentials grant.
    pub fn credentials(mut self, client_id: impl Into<String>, client_secret: impl Into<Secret>) -> Self {
        self.credentials = Some(ClientCredentials { client_id: client_id.into(), client_secret: client_secret.into() });
        self
    }

    /// Where the service is; Spotify's own unless told otherwise.
    pub fn origins(mut self, origins: Origins) -> Self {
        self.origins = origins;
        self
    }

    /// A folder where the token rests between runs, so that the next one asks for none; in memory alone unless told
    /// otherwise. It is made where it is missing, for its owner only (0700), as is each file in it (0600). Files are told
    /// apart by client id and token endpoint; processes that share the folder share the token, and one of them renews it.
    pub fn token_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.token_folder = Some(folder.into());
        self
    }

    /// Where answers are kept; nowhere unless told otherwise. An answer that is kept is given again without a call for as
    /// long as it said (`max-age`), and then asked about by its `ETag`: if it still holds, the service answers 304 without a
    /// body. What says `no-store`, what is over 1 MiB, and what cannot be read is not kept.
    ///
    /// ```
    /// # use sleeve_client::endpoints::tracks::GetTrack;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let local = sleeve_local::LocalSpotify::start().await?;
    /// # let builder = local.builder(sleeve_client::model::QuotaMode::Extended);
    /// use std::sync::Arc;
    /// use sleeve_client::{MemoryCache, Source};
    ///
    /// let spotify = builder.answers(Some(Arc::new(MemoryCache::default()))).build()?;
    /// let call = || GetTrack::new("2XU0oxnq2qxCpomAAuJY8K".parse().expect("an id"));
    /// assert_eq!(spotify.send(call()).await?.source(), Source::Sent);
    /// assert_eq!(spotify.send(call()).await?.source(), Source::Confirmed); // 304: its text did not travel again
    /// # Ok(())
    /// # }
    /// ```
    pub fn answers(mut self, answers: Option<Arc<dyn Cache>>) -> Self {
        self.answers = answers;
        self
    }

    /// Up to which age a kept answer will do without a call, also where it says `max-age=0`, as tracks do at Spotify;
    /// zero unless told otherwise. Needs [`Builder::answers`].
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.max_age = max_age;
        self
    }

    /// How requests travel; over [`Sockets`] unless told otherwise.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// How long one request may take, from connecting to the last byte; 30 seconds unless told otherwise.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How often a safe call (`GET`) is repeated after a 5xx, a timeout or a broken connection; 3 unless told otherwise.
    /// Waits for the rate limit do not count: [`Builder::longest_wait`] bounds them.
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// How long one call waits for the rate limit and the pace, all its waits together; 60 seconds unless told otherwise.
    /// Where more is wanted, the call is an error at once, which carries the time. Standing in line behind other calls of
    /// this client counts as well, as it passes: how long that takes depends on them.
    pub fn longest_wait(mut self, longest_wait: Duration) -> Self {
        self.longest_wait = longest_wait;
        self
    }

    /// How fast calls go out. Unless told otherwise: towards Spotify itself 1 call a second, or for an app that is known to
    /// be in extended quota mode ([`Builder::quota_mode`]) 3 a second and after a 429 at most 80 % of what went through
    /// before it; towards any other origin [`Pace::Adaptive`].
    ///
    /// **Source:** development apps were locked for a day after some 600 fast calls (reports of 2026).
    ///
    /// ```
    /// use std::time::Duration;
    /// use sleeve_client::{Budget, Pace, Spotify};
    ///
    /// let spotify = Spotify::builder()
    ///     .credentials("my client id", "my client secret")
    ///     .pace(Pace::fixed(3, Duration::from_secs(1)).expect("more than none"))
    ///     .budget("900/day".parse::<Budget>()?)
    ///     .on_wait(|wait| eprintln!("{}: {}, {:?}", wait.operation, wait.why, wait.length))
    ///     .build()?;
    /// assert_eq!(spotify.standing().left, Some(900));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn pace(mut self, pace: Pace) -> Self {
        self.pace = Some(pace);
        self
    }

    /// How many calls go out in a day; beyond them a call is [`Kind::BudgetSpent`]. Unless told otherwise: towards
    /// Spotify itself 500, but none for an app that is known to be in extended quota mode; towards any other origin none.
    /// A call counts once it was sent, whatever the answer is, 304 and 429 too; one that reached nobody does not.
    pub fn budget(mut self, budget: Budget) -> Self {
        self.budget = Some(budget);
        self
    }

    /// The app's quota mode, if it is known. Not told, the client finds out: once a call is good that development mode has
    /// lost, as a multi-get, the app counts as extended for a day, for all who share the cache; until then pace and budget
    /// are those for development mode.
    pub fn quota_mode(mut self, mode: Option<QuotaMode>) -> Self {
        self.quota_mode = mode;
        self
    }

    /// Is told of every wait as it begins, from the task that waits; so it has to come back at once.
    pub fn on_wait(mut self, on_wait: impl Fn(&Wait) + Send + Sync + 'static) -> Self {
        self.on_wait = Box::new(on_wait);
        self
    }

    /// Where what is learned is kept; in a [`MemoryCache`] of its own unless told otherwise.
    pub fn cache(mut self, cache: Arc<dyn Cache>) -> Self {
        self.cache = cache;
        self
    }

    /// The clock by which tokens age and waits are waited.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Where chance comes from: numbers from 0 up to, but not including, 1. Pauses are cut to a random part of
    /// themselves with it, so that many clients do not come back in step.
    pub fn random(mut self, random: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        self.random = Box::new(random);
        self
    }

    /// The client. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Kind::Setup`] where credentials are missing or the machine's certificates cannot be read.
    pub fn build(self) -> Result<Spotify, Error> {
        let refuse = |why: &str| Error::unsent(Kind::Setup, "client", why);
        let credentials = self.credentials.ok_or_else(|| {
            refuse("a client needs the client id and secret of an app; create one in the dashboard and give both")
        })?;
        if credentials.client_id.is_empty() || credentials.client_secret.reveal().is_empty() {
            return Err(refuse("the client id or its secret is empty; copy both from the dashboard"));
        }
        let transport = match self.transport {
            Some(transport) => transport,
            None => Arc::new(Sockets::to(&self.origins)?),
        };
        let rules = Rulebook::new(self.pace, self.budget, self.quota_mode, &self.origins);
        let app = App::new(&credentials.client_id, &self.origins);
        let pacer = Pacer::new(rules, app.clone(), Arc::clone(&self.cache), Arc::clone(&self.clock));
        let engine = Engine {
            transport,
            clock: self.clock,
            random: self.random,
            timeout: self.timeout,
            retries: self.retries,
            longest_wait: self.longest_wait,
            pacer,
            on_wait: self.on_wait,
            app,
            cache: self.cache,
        };
        let endpoint = self.origins.token().clone();
        let file =
            self.token_folder.map(|folder| TokenFile::new(folder, &credentials.client_id, &endpoint.to_string()));
        let keeper = Keeper::new(credentials, endpoint, file);
        Ok(Spotify::new(engine, keeper, self.origins, Reads::new(self.answers, self.max_age)))
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("credentials", &self.credentials)
            .field("origins", &self.origins)
            .field("timeout", &self.timeout)
            .field("retries", &self.retries)
            .field("longest_wait", &self.longest_wait)
            .field("pace", &self.pace)
            .field("budget", &self.budget)
            .finish_non_exhaustive()
    }
}

/// A number from 0 up to 1, good enough for pauses: the standard library seeds its hash maps from the system.
fn random() -> f64 {
    let bits = RandomState::new().build_hasher().finish() >> 11;
    bits as f64 / (1_u64 << 53) as f64
}
