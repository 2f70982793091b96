//! The Web API under `/v1`.
//!
//! A request goes through: route, gate (token, app, quota mode, limits), decoding, handler, wire. Finished answers rest in a
//! bounded cache behind the gate; without it every answer has the same bytes.

mod fault;
mod gate;
mod limits;
mod routes;
mod serve;
#[cfg(test)]
mod tests;
mod tracks;
mod wire;

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Response, request::Parts};
use http_body_util::Full;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use sleeve_catalogue::Catalogue;

use self::fault::Answer;
use self::gate::{Caller, Gate};
use self::limits::Calls;
use self::routes::{Found, Routes};
use self::serve::{Context, Raw};
use self::wire::Finished;
use crate::apps::Limits;
use crate::{Apps, Clock, Tally};

/// How many bytes of finished answers are kept.
const CACHE_BYTES: u64 = 8 * 1024 * 1024;

/// About how many answers that is.
const CACHE_ENTRIES: usize = 2_048;

/// The Web API.
#[derive(Debug)]
pub(crate) struct WebApi {
    gate: Gate,
    catalogue: Arc<dyn Catalogue>,
    tally: Tally,
    routes: Routes,
    finished: Option<Cache<String, Arc<Finished>, Weight>>,
}

#[derive(Clone, Debug)]
struct Weight;

impl Weighter<String, Arc<Finished>> for Weight {
    fn weight(&self, key: &String, finished: &Arc<Finished>) -> u64 {
        (key.len() + finished.weight() + 128) as u64
    }
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
        let finished = keep_answers.then(|| Cache::with_weighter(CACHE_ENTRIES, CACHE_BYTES, Weight));
        Self { gate, catalogue, tally, routes: tracks::serve(Routes::default()), finished }
    }

    /// Answers a request; `base` is what `href`s start with, and `path` is what comes behind `/v1`.
    pub(crate) async fn answer(&self, request: &Parts, path: &str, base: &str) -> Response<Full<Bytes>> {
        if request.method == Method::OPTIONS {
            return wire::preflight();
        }
        match self.finish(request, path, base).await {
            Ok((finished, cache)) => wire::respond(&finished, cache, &request.method, &request.headers),
            Err(answer) => wire::refuse(&answer, &request.method),
        }
    }

    async fn finish(
        &self,
        request: &Parts,
        path: &str,
        base: &str,
    ) -> Result<(Arc<Finished>, sleeve_endpoints::Cache), Answer> {
        let Found { route, captures } = self.routes.find(&request.method, path)?;
        let caller = self.gate.admit(&request.headers, &route.spec)?;
        let query = request.uri.query().unwrap_or_default();
        let key = self.finished.as_ref().map(|_| key(&caller, base, path, query));
        if let (Some(cache), Some(key)) = (&self.finished, &key)
            && let Some(finished) = cache.get(key)
        {
            return Ok((finished, route.spec.cache));
        }
        let context =
            Context { catalogue: self.catalogue.clone(), base: base.into(), caller, tally: self.tally.clone() };
        let body = (route.handler)(context, Raw { captures: &captures, query })?.await?;
        let finished = Arc::new(Finished::new(Bytes::from(body)));
        if let (Some(cache), Some(key)) = (&self.finished, key) {
            cache.insert(key, finished.clone());
        }
        Ok((finished, route.spec.cache))
    }
}

/// What decides the bytes of an answer.
fn key(caller: &Caller, base: &str, path: &str, query: &str) -> String {
    let pieces = [caller.client_id.as_str(), " ", caller.quota_mode.as_str(), " ", base, " ", path, "?", query];
    pieces.concat()
}
