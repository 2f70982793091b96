//! `GET /v1/artists?ids=…`.

use http::{Method, StatusCode};
use serde::Deserialize;
use sleeve_model::{Artist, ArtistId, Kind};

use crate::{
    Cache, Call, Development, Endpoint, Grant, Instead, InvalidCall, Parameter, QueryPairs, QueryParams, QueryString,
    Refusal, Spec,
};

/// `GET /v1/artists?ids=…`: up to 50 artists in one call.
///
/// **Shape:** an entry for every id, in the order asked; `null` where there is no such artist.
/// **Errors:** 400 `Invalid base62 id`, 400 `too many ids requested`.
/// **Quota mode:** removed for development mode (403) since February 2026.
/// **Source:** Web API reference, *Get Several Artists*.
#[derive(Debug)]
pub struct GetSeveralArtists;

/// The query of [`GetSeveralArtists`].
#[derive(Clone, Debug, Default)]
pub struct SeveralArtistsQuery {
    /// 1 to 50 ids.
    pub ids: Vec<ArtistId>,
}

/// What answers [`GetSeveralArtists`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Artists {
    /// One entry for each id that was asked for; `None` where there is no such artist.
    pub artists: Vec<Option<Artist>>,
}

impl Endpoint for GetSeveralArtists {
    const SPEC: Spec = Spec {
        operation: "get-multiple-artists",
        method: Method::GET,
        path: "/artists",
        grant: Grant::App,
        scopes: &[],
        development: Development::Removed,
        instead: Some(Instead::Singles { operation: "get-an-artist", member: "artists" }),
        page: None,
        max_ids: Some(Self::MAX_IDS),
        parameters: &[Parameter::ids(Kind::Artist)],
        cache: Cache::Public(0),
        success: StatusCode::OK,
    };
    type Path = ();
    type Query = SeveralArtistsQuery;
    type Body = ();
    type Response = Artists;
}

impl GetSeveralArtists {
    /// How many ids one call may carry.
    pub const MAX_IDS: usize = 50;

    /// A call for several artists.
    pub fn new(ids: impl IntoIterator<Item = ArtistId>) -> Call<Self> {
        Call { path: (), query: SeveralArtistsQuery { ids: ids.into_iter().collect() }, body: () }
    }
}

impl QueryParams for SeveralArtistsQuery {
    fn write(&self, query: &mut QueryString) -> Result<(), InvalidCall> {
        query.push_ids(&self.ids, GetSeveralArtists::MAX_IDS)
    }

    fn read(query: &QueryPairs<'_>) -> Result<Self, Refusal> {
        Ok(Self { ids: query.ids(GetSeveralArtists::MAX_IDS)? })
    }
}

#[cfg(test)]
mod tests {
    use super::{Artists, GetSeveralArtists};
    use crate::{Call, Refusal};

    const ID: &str = "2ye2Wgw4gimLv2eAKyk1NB";

    #[test]
    fn the_call_is_this_request_and_the_request_this_call() {
        let id = ID.parse().expect("a good id");
        assert_eq!(GetSeveralArtists::new([id, id]).target(), Ok(format!("/artists?ids={ID},{ID}")));
        let decode = |query: &str| Call::<GetSeveralArtists>::decode(&[], query, b"");
        assert_eq!(decode(&format!("ids={ID}%2C{ID}")).expect("a good request").query.ids, [id, id]);
        assert_eq!(decode("").err(), Some(Refusal::MissingIds));
        assert_eq!(decode("ids=x").err(), Some(Refusal::InvalidId));
        assert_eq!(decode(&format!("ids={}", [ID; 51].join(","))).err(), Some(Refusal::TooManyIds));
        assert!(GetSeveralArtists::new([id; 51]).target().is_err());
    }

    #[test]
    fn an_unknown_one_is_a_null_in_its_place() {
        let answer: Artists = serde_json::from_str(r#"{"artists":[null,{"name":"x"}]}"#).expect("it decodes");
        assert!(answer.artists[0].is_none());
        assert!(answer.artists[1].as_ref().is_some_and(|one| one.name == "x"));
    }
}
