//! `GET /v1/albums?ids=…`.

use http::{Method, StatusCode};
use serde::Deserialize;
use sleeve_model::{Album, AlbumId, Kind};

use crate::{
    Cache, Call, Development, Endpoint, Grant, InMarket, Instead, InvalidCall, Parameter, QueryPairs, QueryParams,
    QueryString, Refusal, Spec,
};

/// `GET /v1/albums?ids=…`: up to 20 albums in one call.
///
/// **Shape:** an entry for every id, in the order asked; `null` where there is no such album.
/// **Errors:** 400 `Invalid base62 id`, 400 `too many ids requested`.
/// **Quota mode:** removed for development mode (403) since February 2026.
/// **Source:** Web API reference, *Get Several Albums*.
#[derive(Debug)]
pub struct GetSeveralAlbums;

/// The query of [`GetSeveralAlbums`].
#[derive(Clone, Debug, Default)]
pub struct SeveralAlbumsQuery {
    /// 1 to 20 ids.
    pub ids: Vec<AlbumId>,
    /// A country code: says whether the albums play there.
    pub market: Option<String>,
}

/// What answers [`GetSeveralAlbums`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Albums {
    /// One entry for each id that was asked for; `None` where there is no such album.
    pub albums: Vec<Option<Album>>,
}

impl Endpoint for GetSeveralAlbums {
    const SPEC: Spec = Spec {
        operation: "get-multiple-albums",
        method: Method::GET,
        path: "/albums",
        grant: Grant::App,
        scopes: &[],
        development: Development::Removed,
        instead: Some(Instead::Singles { operation: "get-an-album", member: "albums" }),
        page: None,
        max_ids: Some(Self::MAX_IDS),
        parameters: &[Parameter::ids(Kind::Album), Parameter::MARKET],
        cache: Cache::Public(0),
        success: StatusCode::OK,
    };
    type Path = ();
    type Query = SeveralAlbumsQuery;
    type Body = ();
    type Response = Albums;
}

impl GetSeveralAlbums {
    /// How many ids one call may carry.
    pub const MAX_IDS: usize = 20;

    /// A call for several albums.
    pub fn new(ids: impl IntoIterator<Item = AlbumId>) -> Call<Self> {
        Call { path: (), query: SeveralAlbumsQuery { ids: ids.into_iter().collect(), market: None }, body: () }
    }
}

impl InMarket for SeveralAlbumsQuery {
    fn market_mut(&mut self) -> &mut Option<String> {
        &mut self.market
    }
}

impl QueryParams for SeveralAlbumsQuery {
    fn write(&self, query: &mut QueryString) -> Result<(), InvalidCall> {
        query.push_ids(&self.ids, GetSeveralAlbums::MAX_IDS)?;
        query.push_market(self.market.as_deref())
    }

    fn read(query: &QueryPairs<'_>) -> Result<Self, Refusal> {
        Ok(Self { ids: query.ids(GetSeveralAlbums::MAX_IDS)?, market: query.market()?.map(Into::into) })
    }
}

#[cfg(test)]
mod tests {
    use super::{Albums, GetSeveralAlbums};
    use crate::{Call, Refusal};

    const ID: &str = "0UywfDKYlyiu1b38DRrzYD";

    #[test]
    fn the_call_is_this_request_and_the_request_this_call() {
        let id = ID.parse().expect("a good id");
        assert_eq!(GetSeveralAlbums::new([id, id]).target(), Ok(format!("/albums?ids={ID},{ID}")));
        let decode = |query: &str| Call::<GetSeveralAlbums>::decode(&[], query, b"");
        assert_eq!(decode(&format!("ids={ID}%2C{ID}")).expect("a good request").query.ids, [id, id]);
        assert_eq!(decode("").err(), Some(Refusal::MissingIds));
        assert_eq!(decode("ids=x").err(), Some(Refusal::InvalidId));
        assert_eq!(decode(&format!("ids={}", [ID; 21].join(","))).err(), Some(Refusal::TooManyIds));
        assert!(GetSeveralAlbums::new([id; 21]).target().is_err());
    }

    #[test]
    fn an_unknown_one_is_a_null_in_its_place() {
        let answer: Albums = serde_json::from_str(r#"{"albums":[null,{"name":"x"}]}"#).expect("it decodes");
        assert!(answer.albums[0].is_none());
        assert!(answer.albums[1].as_ref().is_some_and(|one| one.name == "x"));
    }
}
