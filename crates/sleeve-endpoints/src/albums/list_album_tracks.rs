//! `GET /v1/albums/{id}/tracks`.

use http::{Method, StatusCode};
use sleeve_model::{AlbumId, Kind, Page, SimplifiedTrack};

use crate::{
    Cache, Call, Development, Endpoint, Grant, InMarket, InvalidCall, PageLimits, Parameter, QueryPairs, QueryParams,
    QueryString, Refusal, Spec,
};

/// `GET /v1/albums/{id}/tracks`: a page of the tracks of an album.
///
/// **Errors:** 400 `Invalid base62 id`, 400 `Invalid limit`, 404 for an unknown album.
/// **Quota mode:** development mode leaves `available_markets` and `linked_from` of the tracks out.
/// **Source:** Web API reference, *Get Album Tracks*.
#[derive(Debug)]
pub struct ListAlbumTracks;

impl Endpoint for ListAlbumTracks {
    const SPEC: Spec = Spec {
        operation: "get-an-albums-tracks",
        method: Method::GET,
        path: "/albums/{id}/tracks",
        grant: Grant::App,
        scopes: &[],
        development: Development::Kept,
        instead: None,
        page: Some(PageLimits::SAME),
        max_ids: None,
        parameters: &[Parameter::id(Kind::Album), Parameter::MARKET, Parameter::LIMIT, Parameter::OFFSET],
        cache: Cache::Public(0),
        success: StatusCode::OK,
    };
    type Path = AlbumId;
    type Query = AlbumTracksQuery;
    type Body = ();
    type Response = Page<SimplifiedTrack>;
}

/// The query of the list.
#[derive(Clone, Debug, Default)]
pub struct AlbumTracksQuery {
    /// A country code: says how things stand there.
    pub market: Option<String>,
    /// How many items a page holds.
    pub limit: Option<u32>,
    /// How many items stand before the page.
    pub offset: Option<u32>,
}

impl InMarket for AlbumTracksQuery {
    fn market_mut(&mut self) -> &mut Option<String> {
        &mut self.market
    }
}

impl QueryParams for AlbumTracksQuery {
    fn write(&self, query: &mut QueryString) -> Result<(), InvalidCall> {
        query.push_market(self.market.as_deref())?;
        query.push_window(&PageLimits::SAME, self.limit, self.offset)
    }

    fn read(query: &QueryPairs<'_>) -> Result<Self, Refusal> {
        let market = query.market()?.map(Into::into);
        Ok(Self { market, limit: query.limit()?, offset: query.offset()? })
    }
}

impl ListAlbumTracks {
    /// A call for the tracks of an album.
    pub fn new(id: AlbumId) -> Call<Self> {
        Call { path: id, query: AlbumTracksQuery::default(), body: () }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::ListAlbumTracks;
    use crate::{Call, Refusal};

    #[test]
    fn the_call_is_this_request_and_the_request_this_call() {
        let call = ListAlbumTracks::new("0UywfDKYlyiu1b38DRrzYD".parse().expect("a good id"));
        assert_eq!(call.target().as_deref(), Ok("/albums/0UywfDKYlyiu1b38DRrzYD/tracks"));
        let decode = |id: &'static str| Call::<ListAlbumTracks>::decode(&[Cow::Borrowed(id)], "", b"");
        assert_eq!(decode("0UywfDKYlyiu1b38DRrzYD").expect("a good request").path, call.path);
        assert_eq!(decode("abc").err(), Some(Refusal::InvalidId));
    }
}
