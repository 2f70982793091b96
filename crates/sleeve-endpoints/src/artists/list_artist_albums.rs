//! `GET /v1/artists/{id}/albums`.

use http::{Method, StatusCode};
use sleeve_model::{AlbumGroup, ArtistId, Kind, Page, SimplifiedAlbum};

use crate::{
    Cache, Call, Development, Endpoint, Grant, InMarket, InvalidCall, PageLimits, Parameter, QueryPairs, QueryParams,
    QueryString, Refusal, Spec,
};

/// `GET /v1/artists/{id}/albums`: a page of the albums of an artist.
///
/// **Errors:** 400 `Invalid base62 id`, 400 `Invalid limit`, 404 for an unknown artist.
/// **Quota mode:** development mode has pages of 5, at most 10, and leaves `album_group` and `available_markets` out.
/// **Source:** Web API reference, *Get Artist's Albums*.
#[derive(Debug)]
pub struct ListArtistAlbums;

impl Endpoint for ListArtistAlbums {
    const SPEC: Spec = Spec {
        operation: "get-an-artists-albums",
        method: Method::GET,
        path: "/artists/{id}/albums",
        grant: Grant::App,
        scopes: &[],
        development: Development::Kept,
        instead: None,
        page: Some(PageLimits::NARROWED),
        max_ids: None,
        parameters: &[
            Parameter::id(Kind::Artist),
            Parameter::optional("include_groups", "album, single, appears_on, compilation; none is all"),
            Parameter::MARKET,
            Parameter::LIMIT,
            Parameter::OFFSET,
        ],
        cache: Cache::Public(0),
        success: StatusCode::OK,
    };
    type Path = ArtistId;
    type Query = ArtistAlbumsQuery;
    type Body = ();
    type Response = Page<SimplifiedAlbum>;
}

/// The query of the list.
#[derive(Clone, Debug, Default)]
pub struct ArtistAlbumsQuery {
    /// Which groups of albums; none stands for all.
    pub include_groups: Vec<AlbumGroup>,
    /// A country code: says how things stand there.
    pub market: Option<String>,
    /// How many items a page holds.
    pub limit: Option<u32>,
    /// How many items stand before the page.
    pub offset: Option<u32>,
}

impl InMarket for ArtistAlbumsQuery {
    fn market_mut(&mut self) -> &mut Option<String> {
        &mut self.market
    }
}

impl QueryParams for ArtistAlbumsQuery {
    fn write(&self, query: &mut QueryString) -> Result<(), InvalidCall> {
        if !self.include_groups.is_empty() {
            let groups: Vec<_> = self.include_groups.iter().map(|group| group.as_str()).collect();
            query.push("include_groups", &groups.join(","));
        }
        query.push_market(self.market.as_deref())?;
        query.push_window(&PageLimits::NARROWED, self.limit, self.offset)
    }

    fn read(query: &QueryPairs<'_>) -> Result<Self, Refusal> {
        let mut include_groups = Vec::new();
        for word in query.get("include_groups").unwrap_or_default().split(',').filter(|word| !word.is_empty()) {
            let group = word.parse().map_err(|_| Refusal::InvalidIncludeGroups)?;
            if !include_groups.contains(&group) {
                include_groups.push(group);
            }
        }
        let market = query.market()?.map(Into::into);
        Ok(Self { include_groups, market, limit: query.limit()?, offset: query.offset()? })
    }
}

impl ListArtistAlbums {
    /// A call for the albums of an artist.
    pub fn new(id: ArtistId) -> Call<Self> {
        Call { path: id, query: ArtistAlbumsQuery::default(), body: () }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use sleeve_model::AlbumGroup;

    use super::ListArtistAlbums;
    use crate::{Call, Refusal};

    #[test]
    fn the_call_is_this_request_and_the_request_this_call() {
        let call = ListArtistAlbums::new("2ye2Wgw4gimLv2eAKyk1NB".parse().expect("a good id"));
        assert_eq!(call.target().as_deref(), Ok("/artists/2ye2Wgw4gimLv2eAKyk1NB/albums"));
        let decode = |id: &'static str| Call::<ListArtistAlbums>::decode(&[Cow::Borrowed(id)], "", b"");
        assert_eq!(decode("2ye2Wgw4gimLv2eAKyk1NB").expect("a good request").path, call.path);
        assert_eq!(decode("abc").err(), Some(Refusal::InvalidId));
    }

    #[test]
    fn old_and_odd_queries_have_a_reading() {
        let decode =
            |query: &str| Call::<ListArtistAlbums>::decode(&[Cow::Borrowed("2ye2Wgw4gimLv2eAKyk1NB")], query, b"");
        let read = |query: &str| decode(query).unwrap_or_else(|refusal| panic!("{query}: {refusal}")).query;
        assert_eq!(read("include_groups=").include_groups, []);
        assert_eq!(
            read("include_groups=single%2Calbum,single").include_groups,
            [AlbumGroup::Single, AlbumGroup::Album]
        );
        assert_eq!(read("country=GB").market.as_deref(), Some("GB"));
        assert_eq!(read("country=GB&market=SE").market.as_deref(), Some("SE"));
        assert_eq!(read("market=from_token&country=GB").market, None);
        for (query, refusal) in [
            ("include_groups=album,ep", Refusal::InvalidIncludeGroups),
            ("limit=", Refusal::InvalidLimit),
            ("limit=4294967296", Refusal::InvalidLimit),
            ("offset=1.5", Refusal::InvalidOffset),
            ("country=Britain", Refusal::InvalidMarket),
        ] {
            assert_eq!(decode(query).err(), Some(refusal), "{query}");
        }
    }

    #[test]
    fn the_answer_is_a_page_of_albums() {
        let json = r#"{"href":"x","limit":1,"next":null,"offset":0,"previous":null,"total":1,"items":[{"album_group":"single"}]}"#;
        let page: <ListArtistAlbums as crate::Endpoint>::Response = serde_json::from_str(json).expect("a page");
        assert_eq!(page.items[0].album_group.as_deref(), Some("single"));
    }
}
