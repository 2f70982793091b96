//! `GET /v1/search`.

use http::{Method, StatusCode};
use sleeve_model::{Artist, Kind, SearchResults, SimplifiedAlbum, Track};

use crate::{
    Cache, Call, Development, Endpoint, Grant, InMarket, InvalidCall, PageLimits, Parameter, QueryPairs, QueryParams,
    QueryString, Refusal, Spec,
};

/// `GET /v1/search`: what words find, a page for each type.
///
/// **Errors:** 400 `No search query`, `Missing parameter type`, `Bad search type field …`, `Invalid limit`,
/// `Invalid offset`. **Quota mode:** development mode has pages of 5, at most 10.
/// **Source:** Web API reference, *Search for Item*; recordings of 2025.
#[derive(Debug)]
pub struct Search;

impl Endpoint for Search {
    const SPEC: Spec = Spec {
        operation: "search",
        method: Method::GET,
        path: "/search",
        grant: Grant::App,
        scopes: &[],
        development: Development::Kept,
        instead: None,
        page: Some(Search::LIMITS),
        max_ids: None,
        parameters: &[
            Parameter::required("q", "the words, with filters as artist: and isrc:"),
            Parameter::required("type", "album, artist, playlist, track, show, episode, audiobook"),
            Parameter::MARKET,
            Parameter::LIMIT,
            Parameter::OFFSET,
            Parameter::optional("include_external", "audio: episodes held elsewhere count as playable"),
        ],
        cache: Cache::Public(0),
        success: StatusCode::OK,
    };
    type Path = ();
    type Query = SearchQuery;
    type Body = ();
    type Response = SearchResults;
}

impl Search {
    /// What can be searched for, in the service's order.
    pub const TYPES: [Kind; 7] =
        [Kind::Album, Kind::Artist, Kind::Playlist, Kind::Track, Kind::Show, Kind::Episode, Kind::Audiobook];
    /// The windows of searches.
    pub const LIMITS: PageLimits = PageLimits { reach: Some(1000), ..PageLimits::NARROWED };

    /// A call for what these words find, of these types.
    pub fn new(q: impl Into<String>, types: impl IntoIterator<Item = Kind>) -> Call<Self> {
        let query = SearchQuery { q: q.into(), types: types.into_iter().collect(), ..SearchQuery::default() };
        Call { path: (), query, body: () }
    }
}

/// The query of [`Search`].
#[derive(Clone, Debug, Default)]
pub struct SearchQuery {
    /// The words, with filters as `artist:` and `isrc:`.
    pub q: String,
    /// Types from [`Search::TYPES`], in the order asked, each once.
    pub types: Vec<Kind>,
    /// A country code: says how things stand there.
    pub market: Option<String>,
    /// How many items a page holds.
    pub limit: Option<u32>,
    /// How many items stand before the page.
    pub offset: Option<u32>,
}

/// An object that a search finds, and the page of the answer in which it stands.
pub trait Found {
    /// Its word for `type`.
    const KIND: Kind;
    /// The member of [`SearchResults`] that holds its page.
    const MEMBER: &'static str;
}

impl Found for Track {
    const KIND: Kind = Kind::Track;
    const MEMBER: &'static str = "tracks";
}

impl Found for Artist {
    const KIND: Kind = Kind::Artist;
    const MEMBER: &'static str = "artists";
}

impl Found for SimplifiedAlbum {
    const KIND: Kind = Kind::Album;
    const MEMBER: &'static str = "albums";
}

impl InMarket for SearchQuery {
    fn market_mut(&mut self) -> &mut Option<String> {
        &mut self.market
    }
}

impl QueryParams for SearchQuery {
    fn write(&self, query: &mut QueryString) -> Result<(), InvalidCall> {
        if self.q.trim().is_empty() {
            return Err(InvalidCall::new(Refusal::MissingSearchQuery.to_string()));
        }
        if self.types.is_empty() {
            return Err(InvalidCall::new(Refusal::MissingType.to_string()));
        }
        if let Some(kind) = self.types.iter().find(|kind| !Search::TYPES.contains(kind)) {
            return Err(InvalidCall::new(Refusal::BadSearchType(kind.to_string()).to_string()));
        }
        let types: Vec<_> = self.types.iter().map(|kind| kind.as_str()).collect();
        query.push("q", &self.q);
        query.push("type", &types.join(","));
        query.push_market(self.market.as_deref())?;
        query.push_window(&Search::LIMITS, self.limit, self.offset)
    }

    fn read(query: &QueryPairs<'_>) -> Result<Self, Refusal> {
        // The service's own hrefs name it `query`.
        let q = query.get("q").or_else(|| query.get("query")).unwrap_or_default();
        if q.trim().is_empty() {
            return Err(Refusal::MissingSearchQuery);
        }
        let words = query.get("type").filter(|words| !words.is_empty()).ok_or(Refusal::MissingType)?;
        let mut types = Vec::new();
        for word in words.split(',') {
            let kind = Kind::from_word(word).filter(|kind| Search::TYPES.contains(kind));
            let kind = kind.ok_or_else(|| Refusal::BadSearchType(word.to_owned()))?;
            if !types.contains(&kind) {
                types.push(kind);
            }
        }
        let market = query.market()?.map(Into::into);
        Ok(Self { q: q.to_owned(), types, market, limit: query.limit()?, offset: query.offset()? })
    }
}

#[cfg(test)]
mod tests {
    use sleeve_model::Kind;

    use super::Search;
    use crate::{Call, Refusal};

    #[test]
    fn the_call_is_this_request() {
        let call = Search::new("artist:gorillaz x", [Kind::Track, Kind::Album]).in_market("gb");
        assert_eq!(call.target().as_deref(), Ok("/search?q=artist%3Agorillaz%20x&type=track,album&market=GB"));
        assert!(Search::new("x", [Kind::User]).target().is_err());
    }

    #[test]
    fn the_request_is_this_call() {
        let decode = |query: &str| Call::<Search>::decode(&[], query, b"");
        let call =
            decode("offset=0&limit=10&query=a%3A%20b&type=track%2Calbum,track&include_external=audio").expect("good");
        assert_eq!((call.query.q.as_str(), call.query.types), ("a: b", vec![Kind::Track, Kind::Album]));
        assert_eq!((call.query.limit, call.query.offset), (Some(10), Some(0)));
        for (query, refusal) in [
            ("type=track", Refusal::MissingSearchQuery),
            ("q=&type=track", Refusal::MissingSearchQuery),
            ("q=x", Refusal::MissingType),
            ("q=x&type=track,song", Refusal::BadSearchType("song".to_owned())),
            ("q=x&type=user", Refusal::BadSearchType("user".to_owned())),
            ("q=x&type=track&limit=-1", Refusal::InvalidLimit),
            ("q=x&type=track&limit=many", Refusal::InvalidLimit),
            ("q=x&type=track&offset=-1", Refusal::InvalidOffset),
        ] {
            assert_eq!(decode(query).err(), Some(refusal), "{query}");
        }
    }
}
