//! The Web API under `/v1`.
//!
//! A request goes through: route, gate (token, app, quota mode, limits), decoding, handler, wire. Finished answers rest in a
//! bounded cache behind the gate; without it every answer has the same bytes.

mod albums;
mod artists;
mod fault;
mod gate;
mod kept;
mod limits;
mod pages;
mod routes;
mod search;
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

use self::fault::{Answer, not_served};
use self::gate::Gate;
use self::kept::{Instant, Kept, Question};
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
    clock: Clock,
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
        let gate = Gate { apps, clock: clock.clone(), limits, calls: Calls::default() };
        let areas = [albums::serve, artists::serve, tracks::serve, search::serve];
        let routes = areas.into_iter().fold(Routes::default(), |routes, serve| serve(routes));
        Self { gate, clock, catalogue, tally, routes, kept: Kept::new(keep_answers) }
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
        let (route, captures) = match self.routes.find(&request.method, path)? {
            Found::Served(route, captures) => (route, captures),
            Found::Unserved(operation) => {
                self.gate.admit(&request.headers, operation.development)?;
                return Err(not_served(operation.name));
            }
        };
        let caller = self.gate.admit(&request.headers, route.spec.development)?;
        let query = request.uri.query().unwrap_or_default();
        let at = Instant {
            // Before the catalogue is asked: an answer from an old one is never kept as one of a newer.
            generation: self.catalogue.generation(),
            // What is new (`tag:new`) changes at midnight.
            day: self.clock.unix_millis() / 86_400_000,
        };
        let question = Question::new(caller.quota_mode, at, base, path, query);
        if let Some(finished) = self.kept.find(&question, &caller.client_id) {
            return Ok(finished);
        }
        let client_id = caller.client_id.clone();
        let (catalogue, clock, tally) = (self.catalogue.clone(), self.clock.clone(), self.tally.clone());
        let context = Context { catalogue, base: base.to_string().into(), caller, clock, tally };
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
