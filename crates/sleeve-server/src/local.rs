//! The service: one request in, one answer out, by door and path.

use std::fmt::Display;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf, Bytes};
use http::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderValue};
use http::{Request, Response, StatusCode, Uri, Version};
use http_body::Body;
use http_body_util::{BodyExt, Full, Limited};
use sleeve_catalogue::Catalogue;

use crate::accounts::Accounts;
use crate::apps::Limits;
use crate::dashboard::Dashboard;
use crate::web_api::{Base, WebApi};
use crate::{Apps, Clock, Door, Random, Tally, Timeouts};

/// The longest target of a request, in bytes; more is 414. A search for 10 kB of signs or Cyrillic, escaped, fits.
const MAX_TARGET_BYTES: usize = 32 * 1024;

/// The longest body of a request, in bytes; more is 413.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// What a local Spotify is made of.
#[derive(Clone, Debug)]
pub struct Config {
    /// The registered apps.
    pub apps: Apps,
    /// The objects that it serves.
    pub catalogue: Arc<dyn Catalogue>,
    /// Whether a pair that nobody issued here is taken as an app, in memory, when it first asks for a token.
    pub adopt_unknown_apps: bool,
    /// What holds an app back that has no limits of its own.
    pub limits: Limits,
    /// Whether finished answers are kept, in a few megabytes; the bytes are the same either way.
    pub keep_answers: bool,
    /// Where it is counted what was asked for.
    pub tally: Tally,
    /// How long clients may take.
    pub timeouts: Timeouts,
    /// The time.
    pub clock: Clock,
    /// Chance.
    pub random: Random,
}

impl Config {
    /// A service over these apps and this catalogue as it is unless told otherwise: no limits but the apps' own, no pair
    /// taken that was not issued here, finished answers kept, the machine's time and chance.
    pub fn new(apps: Apps, catalogue: Arc<dyn Catalogue>) -> Self {
        Self {
            apps,
            catalogue,
            adopt_unknown_apps: false,
            limits: Limits::default(),
            keep_answers: true,
            tally: Tally::default(),
            timeouts: Timeouts::default(),
            clock: Clock::system(),
            random: Random::system(),
        }
    }
}

/// A local Spotify. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Local(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    apps: Apps,
    accounts: Accounts,
    dashboard: Dashboard,
    web_api: WebApi,
    catalogue: Arc<dyn Catalogue>,
    tally: Tally,
    timeouts: Timeouts,
}

/// What a path asks for, whichever door it came through.
enum Room<'a> {
    /// The path behind `/v1`, and where it was asked.
    WebApi(&'a str, Base<'a>),
    Token,
    Authorize,
    Dashboard,
    Nothing,
}

impl Local {
    /// Makes one of its parts.
    pub fn new(config: Config) -> Self {
        let Config { apps, catalogue, adopt_unknown_apps, limits, keep_answers, tally, timeouts, clock, random } =
            config;
        Self(Arc::new(Inner {
            apps: apps.clone(),
            accounts: Accounts { apps: apps.clone(), adopt_unknown_apps, clock: clock.clone() },
            dashboard: Dashboard::new(apps.clone(), random, clock.clone()),
            catalogue: catalogue.clone(),
            web_api: WebApi::new(apps, limits, clock, catalogue, tally.clone(), keep_answers),
            tally,
            timeouts,
        }))
    }

    /// The registered apps.
    pub fn apps(&self) -> &Apps {
        &self.0.apps
    }

    /// What was asked for so far.
    pub fn tally(&self) -> &Tally {
        &self.0.tally
    }

    /// How long clients may take.
    pub fn timeouts(&self) -> Timeouts {
        self.0.timeouts
    }

    /// The path that signs one browser in at the dashboard, with its one-time key: the next one that is good.
    pub fn sign_in_path(&self) -> String {
        self.0.dashboard.sign_in_path()
    }

    /// Tells the dashboard at which address of its own it is asked, beside loopback names, and whom to tell the path of
    /// each fresh sign-in link once the last one was used. The first call holds.
    pub fn open_dashboard(&self, listening: SocketAddr, announce: impl Fn(&str) + Send + Sync + 'static) {
        self.0.dashboard.open(listening, announce);
    }

    /// Takes up what other processes have changed, over and over; never ends.
    pub async fn watch(&self) {
        const PERIOD: Duration = Duration::from_millis(500);
        loop {
            tokio::time::sleep(PERIOD).await;
            let (apps, catalogue) = (self.0.apps.clone(), self.0.catalogue.clone());
            let refreshed = tokio::task::spawn_blocking(move || {
                if let Err(error) = apps.refresh() {
                    tracing::error!(%error, "cannot take up what other programs changed of the apps");
                }
                if let Err(error) = catalogue.refresh() {
                    tracing::error!(%error, "cannot take up what other programs changed of the catalogue");
                }
            });
            if let Err(error) = refreshed.await {
                tracing::error!(%error, "what other programs changed was not looked at");
            }
        }
    }

    /// Answers one request that came through a door. Never fails: what is wrong is said in the answer.
    pub async fn answer<B>(&self, request: Request<B>, door: Door) -> Response<Full<Bytes>>
    where
        B: Body<Data: Buf, Error: Display + Into<Box<dyn std::error::Error + Send + Sync>>>,
    {
        self.0.tally.request();
        let (parts, body) = request.into_parts();
        let target = parts.uri.path_and_query().map_or(0, |target| target.as_str().len());
        if target > MAX_TARGET_BYTES {
            return plain(StatusCode::URI_TOO_LONG, "the target of this request is too long");
        }
        let Some(host) = host(&parts.uri, &parts.headers, parts.version) else {
            return plain(StatusCode::BAD_REQUEST, "this request names no good host");
        };
        match room(door, parts.uri.path(), host) {
            Room::WebApi(path, base) => self.0.web_api.answer(&parts, path, base).await,
            Room::Token => match read(body, self.0.timeouts.body).await {
                Ok(body) => self.0.accounts.answer(&parts, &body),
                Err(refusal) => refusal,
            },
            Room::Authorize => {
                plain(StatusCode::NOT_IMPLEMENTED, "users' logins are not here yet; app tokens are: POST /api/token")
            }
            Room::Dashboard => match read(body, self.0.timeouts.body).await {
                Ok(body) => self.0.dashboard.answer(Request::from_parts(parts, body), door).await,
                Err(refusal) => refusal,
            },
            Room::Nothing => plain(StatusCode::NOT_FOUND, "nothing is here; the Web API is under /v1"),
        }
    }
}

fn room<'a>(door: Door, path: &'a str, host: &'a str) -> Room<'a> {
    let under_v1 = path.strip_prefix("/v1").filter(|rest| rest.is_empty() || rest.starts_with('/'));
    let is_token = path.strip_suffix('/').unwrap_or(path) == "/api/token";
    match door {
        // What is not under /v1 has no route there.
        Door::Api => Room::WebApi(under_v1.unwrap_or("/"), Base { scheme: "https", host: "api.spotify.com" }),
        Door::Plain if under_v1.is_some() => Room::WebApi(under_v1.unwrap_or_default(), Base { scheme: "http", host }),
        Door::Plain | Door::Accounts if is_token => Room::Token,
        Door::Plain | Door::Accounts if path == "/authorize" => Room::Authorize,
        Door::Plain if path == "/" || path == "/dashboard" || path.starts_with("/dashboard/") => Room::Dashboard,
        Door::Developer => Room::Dashboard,
        Door::Plain | Door::Accounts => Room::Nothing,
    }
}

/// The host and port that a request names: in an absolute-form target, else in its `Host` header. Only what can stand
/// in a URL is a host. HTTP/1.0 needs none; two headers are one too many.
fn host<'a>(uri: &'a Uri, headers: &'a HeaderMap, version: Version) -> Option<&'a str> {
    if headers.get_all(HOST).iter().nth(1).is_some() {
        return None;
    }
    let named = match uri.authority() {
        Some(authority) => authority.as_str(),
        None => match headers.get(HOST) {
            Some(host) => host.to_str().ok()?,
            None if version < Version::HTTP_11 => "localhost",
            None => return None,
        },
    };
    let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'[' | b']');
    (!named.is_empty() && named.len() <= 255 && named.bytes().all(good)).then_some(named)
}

async fn read<B>(body: B, timeout: Duration) -> Result<Bytes, Response<Full<Bytes>>>
where
    B: Body<Data: Buf, Error: Display + Into<Box<dyn std::error::Error + Send + Sync>>>,
{
    let too_long = || plain(StatusCode::PAYLOAD_TOO_LARGE, "the body of this request is too long");
    // Announced as too long, it need not come.
    if body.size_hint().lower() > MAX_BODY_BYTES as u64 {
        return Err(too_long());
    }
    let body = Limited::new(body, MAX_BODY_BYTES);
    match tokio::time::timeout(timeout, body.collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => Err(too_long()),
        Ok(Err(_)) => Err(plain(StatusCode::BAD_REQUEST, "the body of this request was cut off")),
        Err(_) => Err(plain(StatusCode::REQUEST_TIMEOUT, "the body of this request did not come in time")),
    }
}

/// A line of text for a person.
pub(crate) fn plain(status: StatusCode, text: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(format!("{text}\n")));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
