//! From a typed handler to one that a table can hold.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use sleeve_catalogue::{Catalogue, Document, MarketView, Object, View};
use sleeve_endpoints::{Call, Endpoint};
use sleeve_model::{Form, Id, Kind, Market};
use tokio::sync::Semaphore;

use super::fault::{Answer, our_fault, refused};
use super::gate::Caller;
use crate::{Clock, Tally};

/// How much long work is done at once. A catalogue in a file has four readers: one is left for those who read on a worker.
static LONG_WORK: Semaphore = Semaphore::const_new(3);

/// What a handler may use.
#[derive(Clone, Debug)]
pub(super) struct Context {
    pub(super) catalogue: Arc<dyn Catalogue>,
    pub(super) base: Box<str>,
    pub(super) caller: Caller,
    pub(super) clock: Clock,
    pub(super) tally: Tally,
}

/// The pieces of a request that a call is decoded from.
pub(super) struct Raw<'a> {
    pub(super) captures: &'a [Cow<'a, str>],
    pub(super) query: &'a str,
}

/// What answers a call of `E`: JSON, ready to be sent.
pub(super) struct Reply<E> {
    json: Vec<u8>,
    endpoint: PhantomData<E>,
}

/// A handler of any endpoint: decodes at once, works later.
pub(super) type Handler = Box<dyn Fn(Context, Raw<'_>) -> Result<Work, Answer> + Send + Sync>;

type Work = Pin<Box<dyn Future<Output = Result<Vec<u8>, Answer>> + Send>>;

/// Forgets which endpoint a handler is for.
pub(super) fn erase<E, F, R>(handler: F) -> Handler
where
    E: Endpoint,
    F: Fn(Context, Call<E>) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Reply<E>, Answer>> + Send + 'static,
{
    Box::new(move |context, raw| {
        let call = Call::<E>::decode(raw.captures, raw.query, b"").map_err(refused)?;
        let work = handler(context, call);
        Ok(Box::pin(async move { Ok(work.await?.json) }))
    })
}

/// The market that a call names. Calls hold what was read as one.
pub(super) fn market(asked: Option<&str>) -> Option<Market> {
    asked.and_then(|market| market.parse().ok())
}

/// Does what may take long (a search, a scan) on a thread where nobody else waits.
pub(super) async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Answer> + Send + 'static,
) -> Result<T, Answer> {
    let permit = LONG_WORK.acquire().await.map_err(our_fault)?;
    let work = tokio::task::spawn_blocking(move || {
        // Until the work is done, whether or not the caller still waits.
        let _permit = permit;
        work()
    });
    work.await.unwrap_or_else(|error| Err(our_fault(error)))
}

/// Does what is quick but in a market, where each track may have many copies.
pub(super) async fn apart_in<T: Send + 'static>(
    market: Option<Market>,
    work: impl FnOnce() -> Result<T, Answer> + Send + 'static,
) -> Result<T, Answer> {
    if market.is_some() { apart(work).await } else { work() }
}

impl Context {
    /// An object of the catalogue; one that is not there is counted.
    pub(super) fn object(&self, kind: Kind, id: Id) -> Result<Option<Object>, Answer> {
        let object = self.catalogue.object(kind, id).map_err(our_fault)?;
        if object.is_none() {
            self.tally.missed(id.as_str());
        }
        Ok(object)
    }

    /// Several objects of the catalogue; those that are not there are counted.
    pub(super) fn several(&self, kind: Kind, ids: &[Id]) -> Result<Vec<Option<Object>>, Answer> {
        let objects = self.catalogue.several(kind, ids).map_err(our_fault)?;
        let missing = ids.iter().zip(&objects).filter(|(_, object)| object.is_none());
        missing.for_each(|(id, _)| self.tally.missed(id.as_str()));
        Ok(objects)
    }

    /// How the caller sees a whole document.
    pub(super) fn view(&self, market: MarketView) -> View<'_> {
        let Caller { client_id, quota_mode } = &self.caller;
        let quota_mode = *quota_mode;
        View { base: &self.base, client_id, quota_mode, form: Form::Full, market, album_group: None, tracks: "" }
    }
}

impl<E: Endpoint> Reply<E> {
    /// A stored document, as the caller sees it.
    pub(super) fn document(document: &Document, view: &View<'_>) -> Self {
        let mut json = Vec::new();
        document.write(view, &mut json);
        Self::json(json)
    }

    /// JSON that is ready.
    pub(super) fn json(json: Vec<u8>) -> Self {
        Self { json, endpoint: PhantomData }
    }
}
