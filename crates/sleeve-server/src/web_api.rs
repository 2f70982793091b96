//! The Web API under `/v1`.
//!
//! A request goes through: route, gate (token, app, quota mode, limits), decoding, handler, wire. Finished answers rest in a
//! bounded cache behind the gate; without it every answer has the same bytes.

mod fault;
mod gate;
mod kept;
mod limits;
mod routes;
mod serve;
#[cfg(test)]
mod tests;
mod tracks;
mod wire;

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Response, request::Parts};
use http_body_util::Full;
use sleeve_catalogue::Catalogue;

use self::fault::Answer;
use self::gate::Gate;
use self::kept::{Kept, Question};
use self::limits::Calls;
use self::routes::{Found, Routes};
use self::serve::{Context, Raw};
use self::wire::Finished;
use crate::apps::Limits;
use crate::{Apps, Clock, Tally};

/// The Web API.
#[derive(Debug)]
pub(crate) struct WebApi {
    gate: Gate,
    catalogue: Arc<dyn Catalogue>,
    tally: Tally,
    routes: Routes,
    kept: Kept,
}

/// Where the Web API was asked: what `href`s start with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Base<'a> {
    pub(crate) scheme: &'static str,
    pub(crate) host: &'a str,
}

impl WebApi {
    pub(crate) fn new(
        apps: Apps,
        limits: Limits,
        clock: Clock,
        catalogue: Arc<dyn Catalogue>,
        tally: Tally,
        keep_answers: bool,
    ) -> Self {
        let gate = Gate { apps, clock, limits, calls: Calls::default() };
        let routes = tracks::serve(Routes::default());
        Self { gate, catalogue, tally, routes, kept: Kept::new(keep_answers) }
    }

    /// Answers a request; `path` is what comes behind `/v1`.
    pub(crate) async fn answer(&self, request: &Parts, path: &str, base: Base<'_>) -> Response<Full<Bytes>> {
        if request.method == Method::OPTIONS {
            return wire::preflight();
        }
        match self.finish(request, path, base).await {
            Ok(finished) => wire::respond(&finished, &request.method, &request.headers),
            Err(answer) => wire::refuse(&answer, &request.method),
        }
    }

    async fn finish(&self, request: &Parts, path: &str, base: Base<'_>) -> Result<Arc<Finished>, Answer> {
        let Found { route, captures } = self.routes.find(&request.method, path)?;
        let caller = self.gate.admit(&request.headers, &route.spec)?;
        let query = request.uri.query().unwrap_or_default();
        // Before the catalogue is asked: an answer from an old one is never kept as one of a newer.
        let question = Question::new(caller.quota_mode, self.catalogue.generation(), base, path, query);
        if let Some(finished) = self.kept.find(&question, &caller.client_id) {
            return Ok(finished);
        }
        let client_id = caller.client_id.clone();
        let context = Context {
            catalogue: self.catalogue.clone(),
            base: base.to_string().into(),
            caller,
            tally: self.tally.clone(),
        };
        let body = (route.handler)(context, Raw { captures: &captures, query })?.await?;
        let finished = Arc::new(Finished::new(Bytes::from(body), route.spec.cache));
        self.kept.keep(&question, &client_id, &finished);
        Ok(finished)
    }
}

impl fmt::Display for Base<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}/v1/", self.scheme, self.host)
    }
}
