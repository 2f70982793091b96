//! Two dialects: what an app in development mode has to say otherwise than every other app.
//!
//! Nobody tells a client which mode its app has, so it finds out by the answers, operation by operation, and remembers it
//! for a day: an app may get its extension. Answers are put together as texts, so members that no type knows come along.

mod join;

use std::collections::HashMap;

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use http::header::{CONTENT_LENGTH, ETAG};
use http::{HeaderMap, Request, StatusCode, Uri};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sleeve_endpoints::params::escape;
use sleeve_endpoints::table::described;
use sleeve_endpoints::{Development, Instead, QueryPairs, Spec, Window};

use crate::attempt::Engine;
use crate::client::{get, invalid};
use crate::error::concerns_app;
use crate::failure::Failure;
use crate::mode::MEMORY;
use crate::{Answer, Error, Kind, Shelf, Source, Spotify, answer};

/// How many single gets are under way together.
const AT_ONCE: usize = 8;

/// Where a playlist's tracks are now, and how wide a page is there; `/tracks` took 100.
const PLAYLIST_ITEMS: &str = "get-playlists-items";
const PLAYLIST_ITEMS_MAX: u32 = 50;

/// How a call is made where it is closed to the app as it stands.
pub(crate) enum Form {
    /// One get for each id.
    Singles(Singles),
    /// Pages of the width that the mode has.
    Pages(Window, u32),
    /// The same list at its new address.
    Moved(String),
    /// There is none.
    Removed,
}

/// The single gets that stand for a multi-get.
pub(crate) struct Singles {
    operation: &'static str,
    path: &'static str,
    member: &'static str,
    ids: Vec<String>,
    /// What the query says apart from the ids, with its question mark.
    query: String,
}

/// What was put together of several answers.
struct Joined {
    json: String,
    headers: HeaderMap,
}

/// What an answer has to be that is put together with others; a `null` is no object that is not there.
#[derive(Deserialize)]
struct AnObject {}

impl Form {
    /// The other form of a call; `None` where an app in development mode makes it as every app.
    pub(crate) fn of(spec: &Spec, uri: &Uri) -> Option<Self> {
        match (spec.instead, spec.development, &spec.page) {
            (Some(Instead::Singles { operation, member }), _, _) => {
                Singles::of(operation, member, uri).map(Self::Singles)
            }
            (None, Development::Removed, _) => Some(Self::Removed),
            (None, Development::Kept, Some(page)) => {
                let query = QueryPairs::parse(uri.query().unwrap_or_default());
                let (limit, offset) = (query.limit().ok()??, query.offset().ok()?.unwrap_or(0));
                let (narrow, wide) = (page.development.max, page.extended.max);
                (narrow < limit && limit <= wide).then_some(Self::Pages(Window { limit, offset }, narrow))
            }
            (None, Development::Kept, None) => None,
        }
    }

    /// The same of a call that is made of words.
    pub(crate) fn called(operation: &str, uri: &Uri) -> Option<Self> {
        match described(operation) {
            Some(entry) => Self::of(&entry.spec, uri),
            None => Self::of_path(uri),
        }
    }

    /// The other form of a path whose operation is not described: a playlist's `/tracks` became `/items`.
    fn of_path(uri: &Uri) -> Option<Self> {
        let list = uri.path().strip_suffix("/tracks")?;
        list.rsplit('/').nth(1).filter(|kind| *kind == "playlists")?;
        let (address, query) = (uri.to_string(), uri.query());
        let end = address.len() - query.map_or(0, |query| query.len() + 1);
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        Some(Self::Moved(format!("{}/items{query}", address[..end].strip_suffix("/tracks")?)))
    }

    /// Whether an error means that this call is closed to the app, and not that something else is wrong.
    fn is_answered_by(&self, error: &Error) -> bool {
        let message = error.fault().and_then(|fault| fault.message.as_deref());
        let says = |words| message.is_some_and(|said| said.trim_end_matches('.').eq_ignore_ascii_case(words));
        let is_bare = message.is_none() && error.fault().is_some();
        match (error.status().map(|status| status.as_u16()), self) {
            (Some(400), Self::Pages(..)) => says("Invalid limit"),
            (Some(403), Self::Removed) => is_bare || says("Forbidden"),
            // Whatever the words are, or a proxy's page: one call in the other form shows whether that is open.
            (Some(403), Self::Singles(_) | Self::Moved(_)) => !message.is_some_and(concerns_app),
            // Where something was removed in 2024, a 404 was seen; where a path names an object, it may be that which is not.
            (Some(404), Self::Removed) => is_bare && !names_object(error),
            _ => false,
        }
    }
}

impl Form {
    /// An answer that development mode does not give says that the app is extended; one from the cache says nothing.
    fn learn_from<T>(&self, answered: &Result<Answer<T>, Error>, engine: &Engine) {
        let is_new = |answer: &Answer<T>| matches!(answer.source(), Source::Sent | Source::Confirmed);
        if matches!(self, Self::Singles(_) | Self::Removed) && answered.as_ref().is_ok_and(is_new) {
            engine.pacer.found_extended();
        }
    }

    /// The error, called what it is where it says that the call is closed to the app.
    pub(crate) fn named(&self, error: Error) -> Error {
        match self.is_answered_by(&error) {
            true => error.known_as(Kind::Removed, removed()),
            false => error,
        }
    }
}

impl Singles {
    fn of(operation: &'static str, member: &'static str, uri: &Uri) -> Option<Self> {
        let query = uri.query().unwrap_or_default();
        let ids: Vec<_> = QueryPairs::parse(query).get("ids")?.split(',').map(str::to_owned).collect();
        let rest: Vec<_> = query.split('&').filter(|pair| pair.split('=').next() != Some("ids")).collect();
        let query = if rest.is_empty() { String::new() } else { format!("?{}", rest.join("&")) };
        Some(Self { operation, path: described(operation)?.spec.path, member, ids, query })
    }

    fn uri(&self, api: &str, id: &str) -> String {
        let id: String = escape(id).collect();
        format!("{api}{}{}", self.path.replace("{id}", &id), self.query)
    }
}

impl Spotify {
    /// Whether an operation was found, within a day, to be closed to the app as it stands, so that [`Spotify::fetch`]
    /// makes such calls in another form. Nothing is sent.
    pub fn is_closed(&self, operation: &'static str) -> bool {
        is_development(self.engine(), operation)
    }

    /// Keeps for a day that an operation is closed to the app, and its other form is not: for programs that found it out
    /// by [`Spotify::fetch_as_is`].
    pub fn note_closed(&self, operation: &'static str) {
        remember(self.engine(), operation);
    }

    /// Makes a call in the form that the app's mode takes.
    pub(crate) async fn in_dialect<T: DeserializeOwned>(
        &self,
        form: Form,
        operation: &'static str,
        request: Request<Bytes>,
        is_empty: bool,
    ) -> Result<Answer<T>, Error> {
        let attempt = self.engine().attempt(operation, request.uri().clone());
        let known = is_development(self.engine(), operation);
        if !known {
            match self.exchange(operation, request.clone(), is_empty).await {
                Err(error) if form.is_answered_by(&error) => {
                    tracing::info!(operation, %error, "closed to this app; trying the form of development mode");
                    if let Form::Removed = form {
                        remember(self.engine(), operation);
                        return Err(error.known_as(Kind::Removed, removed()));
                    }
                }
                answered => {
                    form.learn_from(&answered, self.engine());
                    return answered;
                }
            }
        }
        let joined = match form {
            Form::Singles(singles) => self.singles(&singles, operation, known).await?,
            Form::Pages(window, width) => {
                let joined = self.narrow_pages(request.uri(), operation, window, width).await?;
                remember(self.engine(), operation);
                joined
            }
            Form::Moved(address) => {
                let moved = self.moved(address).await?;
                remember(self.engine(), operation);
                moved
            }
            Form::Removed => return Err(attempt.give_up(Failure::new(Kind::Removed, removed()))),
        };
        let Joined { json, mut headers } = joined;
        headers.remove(ETAG);
        headers.remove(CONTENT_LENGTH);
        match answer::read(operation, json.into()) {
            Ok((document, json)) => Ok(Answer::new(document, json, StatusCode::OK, headers)),
            Err(unread) => Err(attempt.give_up(unread.failure(operation, StatusCode::OK, &[]))),
        }
    }

    /// Gets objects one by one, some at once, and puts them together in the order of the ids. The first error that says
    /// anything but that there is no such object ends it. Nothing runs on its own: dropping it ends it.
    async fn singles(&self, singles: &Singles, operation: &'static str, known: bool) -> Result<Joined, Error> {
        let mut places = HashMap::new();
        let mut waiting = Vec::new();
        for id in &singles.ids {
            places.entry(id.as_str()).or_insert_with(|| {
                waiting.push(id.as_str());
                waiting.len() - 1
            });
        }
        let mut found = vec![None; waiting.len()];
        let mut headers = HeaderMap::new();
        let mut waiting = waiting.into_iter().enumerate();
        let mut flying = FuturesUnordered::new();
        // One alone shows whether this form is open to the app.
        let mut at_once = if known { AT_ONCE } else { 1 };
        loop {
            while flying.len() < at_once {
                let Some((place, id)) = waiting.next() else { break };
                flying.push(self.single(singles, place, id));
            }
            let Some(single) = flying.next().await else { break };
            let (place, answer) = single?;
            if at_once == 1 {
                remember(self.engine(), operation);
                at_once = AT_ONCE;
            }
            if let Some(answer) = answer {
                headers = answer.headers().clone();
                found[place] = Some(answer.into_json());
            }
        }
        let objects = singles.ids.iter().map(|id| found[places[id.as_str()]].as_deref().unwrap_or("null"));
        Ok(Joined { json: join::list(singles.member, objects), headers })
    }

    /// One single get; `None` where there is no such object.
    async fn single(
        &self,
        singles: &Singles,
        place: usize,
        id: &str,
    ) -> Result<(usize, Option<Answer<AnObject>>), Error> {
        let request = get(singles.uri(self.api(), id)).map_err(|why| invalid(singles.operation, why))?;
        match self.exchange(singles.operation, request, false).await {
            Ok(answer) => Ok((place, Some(answer))),
            Err(error) if error.kind() == Kind::NotFound => Ok((place, None)),
            Err(error) => Err(error),
        }
    }

    /// Gets a playlist's items at their new address, as the tracks that were asked for.
    async fn moved(&self, address: String) -> Result<Joined, Error> {
        let request = get(address).map_err(|why| invalid(PLAYLIST_ITEMS, why))?;
        let query = QueryPairs::parse(request.uri().query().unwrap_or_default());
        let window = query.limit().ok().flatten().filter(|limit| *limit > PLAYLIST_ITEMS_MAX);
        let Joined { json, headers } = match window {
            Some(limit) => {
                let offset = query.offset().ok().flatten().unwrap_or(0);
                let window = Window { limit, offset };
                self.narrow_pages(request.uri(), PLAYLIST_ITEMS, window, PLAYLIST_ITEMS_MAX).await?
            }
            None => {
                let answer: Answer<AnObject> = self.exchange(PLAYLIST_ITEMS, request, false).await?;
                let headers = answer.headers().clone();
                Joined { json: answer.into_json(), headers }
            }
        };
        Ok(Joined { json: join::as_tracks(&json), headers })
    }

    /// Gets a wide window as pages of the mode's width, one after the other, since each says whether there is another.
    async fn narrow_pages(
        &self,
        uri: &Uri,
        operation: &'static str,
        asked: Window,
        width: u32,
    ) -> Result<Joined, Error> {
        let address = uri.to_string();
        let mut answers = Vec::new();
        let mut headers = HeaderMap::new();
        let mut done = 0;
        while done < asked.limit {
            let window = Window { limit: width.min(asked.limit - done), offset: asked.offset.saturating_add(done) };
            let request = get(window.put_into(&address)).map_err(|why| invalid(operation, why))?;
            let answer: Answer<AnObject> = self.exchange(operation, request, false).await?;
            done += window.limit;
            headers = answer.headers().clone();
            answers.push(answer.into_json());
            if !answers.last().is_some_and(|json| join::has_next(json)) {
                break;
            }
        }
        Ok(Joined { json: join::pages(&answers, asked), headers })
    }
}

/// Whether the path of the operation that failed has an id in it.
fn names_object(error: &Error) -> bool {
    described(error.operation()).is_some_and(|entry| entry.spec.path.contains('{'))
}

fn removed() -> String {
    let (since, source) = (Development::REMOVED_SINCE, Development::REMOVED_SOURCE);
    format!("removed for development apps since {since} ({source})")
}

// === what was found out ===

/// Whether the app was found to be in development mode, as far as this operation goes.
fn is_development(engine: &Engine, operation: &str) -> bool {
    let found = engine.cache.get(Shelf::Modes, &engine.app.key_of(operation), engine.clock.now());
    found.unwrap_or_else(|error| {
        tracing::warn!(%error, "what is known of the app's mode cannot be read");
        None
    }) == Some(DEVELOPMENT.to_vec())
}

/// Takes note of it, unless it is known; what is known is not made to last longer.
fn remember(engine: &Engine, operation: &str) {
    let now = engine.clock.now();
    engine.pacer.found_development();
    let stored = engine.cache.update(Shelf::Modes, &engine.app.key_of(operation), now, &mut |known| match known {
        Some(_) => None,
        None => Some((DEVELOPMENT.to_vec(), now + MEMORY)),
    });
    if let Err(error) = stored {
        tracing::warn!(%error, "what was found out of the app's mode cannot be kept");
    }
}

/// What stands in the cache for an operation that is closed to the app as it stands.
const DEVELOPMENT: &[u8] = b"development";
