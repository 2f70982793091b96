//! The service: one request in, one answer out.

use std::sync::Arc;

use bytes::{Buf, Bytes};
use http::{Request, Response, StatusCode};
use http_body::Body;
use http_body_util::Full;

use crate::{Apps, Clock, Door, Random};

/// What a local Spotify is made of.
#[derive(Clone, Debug)]
pub struct Config {
    /// The registered apps.
    pub apps: Apps,
    /// Whether a pair that nobody issued here is taken as an app, in memory, when it first asks for a token.
    pub adopt_unknown_apps: bool,
    /// The time.
    pub clock: Clock,
    /// Chance.
    pub random: Random,
}

/// A local Spotify. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Local(Arc<Config>);

impl Local {
    /// Makes one of its parts.
    pub fn new(config: Config) -> Self {
        Self(Arc::new(config))
    }

    /// The registered apps.
    pub fn apps(&self) -> &Apps {
        &self.0.apps
    }

    /// Answers one request that came through a door. Never fails: what is wrong is said in the answer.
    pub async fn answer<B>(&self, _request: Request<B>, _door: Door) -> Response<Full<Bytes>>
    where
        B: Body<Data: Buf, Error: std::fmt::Display>,
    {
        let mut response = Response::new(Full::default());
        *response.status_mut() = StatusCode::NOT_FOUND;
        response
    }
}
