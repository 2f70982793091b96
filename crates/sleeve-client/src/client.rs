//! The client.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, IF_NONE_MATCH};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use serde::de::DeserializeOwned;
use sleeve_endpoints::{Call, Endpoint, Spec};
use tracing::Instrument;

use crate::answer::Unread;
use crate::attempt::{Attempt, Engine};
use crate::dialect::Form;
use crate::failure::Failure;
use crate::reads::{Delivered, Reads};
use crate::token::Keeper;
use crate::{Answer, Builder, Error, Kind, Origins, Standing, Token, answer};

/// A client of the Web API. Cheap to clone; all clones share one token and one rate limit.
///
/// ```
/// use sleeve_client::Spotify;
/// use sleeve_client::endpoints::tracks::GetTrack;
///
/// # use sleeve_local::{App, LocalSpotify};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let local = LocalSpotify::start().await?;
/// # let App { client_id, client_secret } = local.app(sleeve_client::model::QuotaMode::Extended);
/// let spotify = Spotify::builder()
///     .credentials(client_id, client_secret)
/// #   .origins(local.origins())
///     .build()?;
///
/// let answer = spotify.send(GetTrack::new("2XU0oxnq2qxCpomAAuJY8K".parse()?).in_market("GB")).await?;
/// let track = &answer.document;
/// assert_eq!(track.name, "Dance Monkey");
/// assert!(answer.json().contains("\"popularity\"")); // the text as it came
/// assert!(answer.headers().contains_key("etag"));
/// # Ok(())
/// # }
/// ```
///
/// Every error says what a caller can do about it:
///
/// ```
/// # use sleeve_client::endpoints::tracks::GetTrack;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let local = sleeve_local::LocalSpotify::start().await?;
/// # let spotify = local.builder(sleeve_client::model::QuotaMode::Extended).build()?;
/// use sleeve_client::Kind;
///
/// let name = match spotify.send(GetTrack::new("0000000000000000000000".parse()?)).await {
///     Ok(answer) => Some(answer.document.name),
///     Err(error) if error.kind() == Kind::NotFound => None, // there is no such track
///     Err(error) if error.is_worth_retrying() => return Err(error.into()), // later: after `error.retry_after()`
///     Err(error) => return Err(error.into()), // its text is one line: what failed, for what, what to do
/// };
/// assert_eq!(name, None);
/// # Ok(())
/// # }
/// ```
///
/// Another address, limits, and everything that can be set: [`Builder`].
#[derive(Clone)]
pub struct Spotify(Arc<Shared>, Option<Duration>);

struct Shared {
    engine: Engine,
    keeper: Keeper,
    origins: Origins,
    reads: Reads,
}

impl Spotify {
    /// A client to be; [`Builder::credentials`] is all that it needs.
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) fn new(engine: Engine, keeper: Keeper, origins: Origins, reads: Reads) -> Self {
        Self(Arc::new(Shared { engine, keeper, origins, reads }), None)
    }

    /// The same client, whose calls take no longer than this, waits and tries included: what is not done by then is an
    /// error ([`Kind::Timeout`]). Token and rate limit stay shared.
    ///
    /// ```
    /// # use sleeve_client::endpoints::tracks::GetTrack;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let local = sleeve_local::LocalSpotify::start().await?;
    /// # let spotify = local.builder(sleeve_client::model::QuotaMode::Extended).build()?;
    /// # let call = GetTrack::new("2XU0oxnq2qxCpomAAuJY8K".parse()?);
    /// use std::time::Duration;
    /// use sleeve_client::Kind;
    ///
    /// match spotify.with_deadline(Duration::from_secs(5)).send(call).await {
    ///     Ok(answer) => assert_eq!(answer.document.name, "Dance Monkey"),
    ///     Err(error) if error.kind() == Kind::Timeout => {} // not done within five seconds
    ///     Err(error) => return Err(error.into()),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_deadline(&self, deadline: Duration) -> Self {
        Self(Arc::clone(&self.0), Some(deadline))
    }

    /// Sends one call and gives back its answer. Where the app's quota mode has the call in another form only, it is made
    /// in that form: a call for several objects as one for each, a wide page as narrow ones.
    ///
    /// An answer is read whole: one item of a list that is not what it should be is an error of it,
    /// [`Kind::BadItem`], which says which item and has the answer's text in [`Error::body`]. [`Spotify::pages`] and
    /// [`Spotify::items`] read each item for itself and lose that one alone; `fetch::<serde_json::Value>` takes any.
    ///
    /// # Errors
    /// Any [`Kind`] but `Setup`.
    pub async fn send<E: Endpoint>(&self, call: Call<E>) -> Result<Answer<E::Response>, Error> {
        let (spec, request) = self.request(call)?;
        let form = Form::of(&spec, request.uri());
        self.carry(form, spec.operation, request, spec.success == StatusCode::NO_CONTENT).await
    }

    /// Sends one call as it stands, in no other form, whatever the app's quota mode: for programs that see to that
    /// themselves.
    ///
    /// # Errors
    /// Any [`Kind`] but `Setup` and `Removed`.
    pub async fn send_as_is<E: Endpoint>(&self, call: Call<E>) -> Result<Answer<E::Response>, Error> {
        let (spec, request) = self.request(call)?;
        self.carry(None, spec.operation, request, spec.success == StatusCode::NO_CONTENT).await
    }

    fn request<E: Endpoint>(&self, call: Call<E>) -> Result<(Spec, Request<Bytes>), Error> {
        let request = call.into_http(self.0.origins.api());
        Ok((E::SPEC, request.map_err(|why| invalid(E::SPEC.operation, why))?))
    }

    /// Gets what is at a path and query under the API's address (`/albums/0Uyw…?market=GB`), for calls that are made of
    /// words: `T` is what the answer is read as, and [`Answer::json`] has its text. A call whose types are known is
    /// [`Spotify::send`]'s.
    ///
    /// # Errors
    /// Any [`Kind`] but `Setup`.
    pub async fn fetch<T: DeserializeOwned>(&self, operation: &'static str, target: &str) -> Result<Answer<T>, Error> {
        let request = self.target(operation, target)?;
        let form = Form::called(operation, request.uri());
        self.carry(form, operation, request, false).await
    }

    /// The same as it stands, in no other form: for programs that would rather get several objects one by one
    /// themselves, each as it comes. They ask [`Spotify::is_closed`] first, and tell [`Spotify::note_closed`].
    ///
    /// # Errors
    /// Any [`Kind`] but `Setup`: [`Kind::Removed`] where the answer is what apps in development mode get.
    pub async fn fetch_as_is<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        target: &str,
    ) -> Result<Answer<T>, Error> {
        let request = self.target(operation, target)?;
        let form = Form::called(operation, request.uri());
        self.carry(None, operation, request, false).await.map_err(|error| match form {
            Some(form) => form.named(error),
            None => error,
        })
    }

    fn target(&self, operation: &'static str, target: &str) -> Result<Request<Bytes>, Error> {
        if !target.starts_with('/') {
            let why = format!("`{target}`: a path under the API's address begins with a slash");
            return Err(invalid(operation, why));
        }
        let request = get(format!("{}{target}", self.0.origins.api()));
        request.map_err(|error| invalid(operation, format!("`{target}`: {error}")))
    }

    /// What [`Spotify::fetch`] takes for an address that the service sent, as a page's `next`; `None` where it leads
    /// elsewhere.
    pub fn target_of<'a>(&self, url: &'a str) -> Option<&'a str> {
        url.strip_prefix(self.0.origins.api()).filter(|target| target.starts_with('/'))
    }

    /// Sends a request in the form that the app's mode needs, in the time that a call may take.
    async fn carry<T: DeserializeOwned>(
        &self,
        form: Option<Form>,
        operation: &'static str,
        request: Request<Bytes>,
        is_empty: bool,
    ) -> Result<Answer<T>, Error> {
        let uri = request.uri().clone();
        let mut work = pin!(async {
            match form {
                // In a box, since few calls need it and it would make the future of every call larger.
                Some(form) => Box::pin(self.in_dialect(form, operation, request, is_empty)).await,
                None => self.exchange(operation, request, is_empty).await,
            }
        });
        let Some(deadline) = self.1 else { return work.await };
        tokio::select! {
            biased;
            outcome = &mut work => outcome,
            () = self.0.engine.clock.sleep(deadline) => {
                Err(Error::new(Failure::late(deadline), operation, uri, 0, deadline))
            }
        }
    }

    /// Sends a request and reads the answer; `is_empty`: whatever comes is not looked at, since some of these answers are
    /// no JSON.
    pub(crate) async fn exchange<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        request: Request<Bytes>,
        is_empty: bool,
    ) -> Result<Answer<T>, Error> {
        let Shared { engine, reads, .. } = &*self.0;
        let uri = request.uri().clone();
        // What is kept may turn out to be unreadable; then it is asked for after all.
        let again = reads.keeps_answers().then(|| request.clone());
        let mut delivered = self.answer(operation, request).await?;
        let mut outcome = read(operation, std::mem::take(&mut delivered.body), is_empty);
        if let Some(request) = again.filter(|_| outcome.is_err() && delivered.is_kept()) {
            reads.forget(engine, &uri);
            delivered = self.answer(operation, request).await?;
            outcome = read(operation, std::mem::take(&mut delivered.body), is_empty);
        }
        match outcome {
            Ok((document, json)) => {
                reads.keep(engine, &uri, &delivered, &json);
                let source = delivered.source();
                Ok(Answer::new(document, json, delivered.status, delivered.headers).out_of(source))
            }
            Err(unread) => {
                let hush: Vec<_> = delivered.token.iter().map(|token| token.access_token.reveal()).collect();
                let failure = unread.failure(operation, delivered.status, &hush);
                Err(Error::new(failure, operation, uri, delivered.tries, delivered.elapsed))
            }
        }
    }

    /// Gets the answer to a request: a read may share it with others, or find it kept.
    async fn answer(&self, operation: &'static str, request: Request<Bytes>) -> Result<Delivered, Error> {
        let Shared { engine, reads, .. } = &*self.0;
        let client = self.clone();
        let deliver = |request: Request<Bytes>| async move {
            let mut attempt = client.0.engine.attempt(operation, request.uri().clone());
            let span = tracing::debug_span!("call", operation, path = %request.uri().path());
            let (response, token) = client.deliver(&mut attempt, request).instrument(span).await?;
            let (tries, elapsed) = attempt.spent();
            Ok(Delivered::sent(response, token, tries, elapsed))
        };
        if request.method() == Method::GET {
            return reads.get(engine, request, deliver).await;
        }
        let outcome = Box::pin(deliver(request)).await;
        reads.part();
        outcome
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    pub(crate) fn api(&self) -> &str {
        self.0.origins.api()
    }

    /// The token that calls go out with, renewed if it is time. Whatever a request for one meets is the answer to all
    /// calls that wait for it; a pair that was refused is not tried again for a minute, and calls until then get the same
    /// error.
    ///
    /// # Errors
    /// [`Kind::Credentials`] where the pair is refused, or what can happen to any request.
    pub async fn token(&self) -> Result<Token, Error> {
        self.0.keeper.get(&self.0.engine, None).await.map(|token| Token::clone(&token))
    }

    /// How the app stands: its pace, a pause that the service asked for, and what is left of the day's budget. Nothing is
    /// sent.
    pub fn standing(&self) -> Standing {
        self.0.engine.pacer.standing()
    }

    /// Sends a request until there is a good answer, or no point in another try.
    async fn deliver(
        &self,
        attempt: &mut Attempt<'_>,
        request: Request<Bytes>,
    ) -> Result<(Response<Bytes>, Arc<Token>), Error> {
        let Shared { engine, keeper, .. } = &*self.0;
        let safe = request.method().is_safe();
        let has_kept = request.headers().contains_key(IF_NONE_MATCH);
        let mut refused = None;
        loop {
            attempt.allowed().await?;
            let token = keeper.get(engine, refused.as_ref()).await?;
            attempt.leave().await?;
            let mut request = request.clone();
            request.headers_mut().insert(AUTHORIZATION, token.bearer());
            match attempt.send(request).await {
                Ok(response)
                    if response.status().is_success()
                        || (has_kept && response.status() == StatusCode::NOT_MODIFIED) =>
                {
                    attempt.done(response.status());
                    return Ok((response, token));
                }
                Ok(response) if response.status() == StatusCode::UNAUTHORIZED && refused.is_none() => {
                    tracing::info!("the token was refused; asking for another");
                    refused = Some(token);
                }
                Ok(response) => {
                    let hush = [token.access_token.reveal()];
                    attempt.failed(Failure::answered(response, engine.clock.now(), &hush), safe).await?;
                }
                Err(failure) => attempt.failed(failure, safe).await?,
            }
        }
    }
}

impl fmt::Debug for Spotify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spotify").field("origins", &self.0.origins).finish_non_exhaustive()
    }
}

/// A call that cannot be made.
pub(crate) fn invalid(operation: &'static str, why: impl fmt::Display) -> Error {
    Error::unsent(Kind::InvalidCall, operation, why.to_string())
}

/// The request that gets what is at an address.
pub(crate) fn get(uri: String) -> http::Result<Request<Bytes>> {
    Request::get(uri).header(ACCEPT, HeaderValue::from_static("application/json")).body(Bytes::new())
}

/// Reads a body; `is_empty`: it is not looked at.
fn read<T: DeserializeOwned>(operation: &str, body: Bytes, is_empty: bool) -> Result<(T, String), Unread> {
    if is_empty {
        Ok((answer::read::<T>("", Bytes::from_static(b"null"))?.0, answer::text(body)?))
    } else {
        answer::read(operation, body)
    }
}
