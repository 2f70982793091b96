//! The client.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{AUTHORIZATION, USER_AGENT};
use http::{HeaderValue, Request, Response, StatusCode};
use sleeve_endpoints::{Call, Endpoint};

use crate::attempt::Engine;
use crate::error::Failure;
use crate::token::Keeper;
use crate::{Answer, Builder, Error, Kind, Origins, Token};

/// A client of the Web API. Cheap to clone; all clones share one token and one rate limit.
#[derive(Clone)]
pub struct Spotify(Arc<Shared>);

struct Shared {
    engine: Engine,
    keeper: Keeper,
    origins: Origins,
}

impl Spotify {
    /// A client to be; [`Builder::credentials`] is all that it needs.
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) fn new(engine: Engine, keeper: Keeper, origins: Origins) -> Self {
        Self(Arc::new(Shared { engine, keeper, origins }))
    }

    /// Sends one call and gives back its answer.
    ///
    /// # Errors
    /// Any [`Kind`] but `Setup`.
    pub async fn send<E: Endpoint>(&self, call: Call<E>) -> Result<Answer<E::Response>, Error> {
        let operation = E::SPEC.operation;
        let request = call
            .into_http(self.0.origins.api())
            .map_err(|why| Failure::new(Kind::InvalidCall).because(why.to_string()).into_error(operation))?;
        let (head, body) = self.fetch(operation, request).await?.into_parts();
        let text = String::from_utf8(Vec::from(body)).unwrap_or_default();
        let nothing = E::SPEC.success == StatusCode::NO_CONTENT;
        let document = serde_json::from_str(if nothing { "null" } else { &text })
            .map_err(|_| Failure::new(Kind::Decode).because("not the document").into_error(operation))?;
        Ok(Answer::new(document, text, head.status, head.headers))
    }

    /// The token that calls go out with, renewed if it is time.
    ///
    /// # Errors
    /// [`Kind::Credentials`] where the pair is refused, or what can happen to any request.
    pub async fn token(&self) -> Result<Token, Error> {
        self.0.keeper.get(&self.0.engine, None).await.map(|token| Token::clone(&token))
    }

    async fn fetch(&self, operation: &'static str, mut request: Request<Bytes>) -> Result<Response<Bytes>, Error> {
        let Shared { engine, keeper, .. } = &*self.0;
        request.headers_mut().insert(USER_AGENT, AGENT);
        let uri = request.uri().clone();
        let mut attempt = engine.attempt(operation, &uri);
        let mut refused = None;
        loop {
            attempt.ready().await?;
            let token = keeper.get(engine, refused.as_ref()).await?;
            let mut request = request.clone();
            request.headers_mut().insert(AUTHORIZATION, token.bearer());
            let safe = request.method().is_safe();
            match attempt.send(request).await {
                Ok(response) if response.status().is_success() => return Ok(response),
                Ok(response) if response.status() == StatusCode::UNAUTHORIZED && refused.is_none() => {
                    refused = Some(token);
                }
                Ok(response) => attempt.failed(Failure::answered(response, engine), safe).await?,
                Err(failure) => attempt.failed(failure, safe).await?,
            }
        }
    }
}

const AGENT: HeaderValue = HeaderValue::from_static(concat!("sleeve/", env!("CARGO_PKG_VERSION")));
