//! `GET /v1/tracks?ids=…`.

use http::{Method, StatusCode};
use serde::Deserialize;
use sleeve_model::{Kind, Track, TrackId};

use crate::{
    Cache, Call, Development, Endpoint, Grant, InMarket, Instead, InvalidCall, Parameter, QueryPairs, QueryParams,
    QueryString, Refusal, Spec,
};

/// `GET /v1/tracks?ids=…`: up to 50 tracks in one call.
///
/// **Shape:** an entry for every id, in the order asked; `null` where there is no such track.
/// **Errors:** 400 `Invalid base62 id`, 400 `too many ids requested`.
/// **Quota mode:** removed for development mode (403) since February 2026.
/// **Source:** Web API reference, *Get Several Tracks*.
#[derive(Debug)]
pub struct GetSeveralTracks;

/// The query of [`GetSeveralTracks`].
#[derive(Clone, Debug, Default)]
pub struct SeveralTracksQuery {
    /// 1 to 50 ids.
    pub ids: Vec<TrackId>,
    /// A country code: says whether the tracks play there.
    pub market: Option<String>,
}

/// What answers [`GetSeveralTracks`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Tracks {
    /// One entry for each id that was asked for; `None` where there is no such track.
    pub tracks: Vec<Option<Track>>,
}

impl Endpoint for GetSeveralTracks {
    const SPEC: Spec = Spec {
        operation: "get-several-tracks",
        method: Method::GET,
        path: "/tracks",
        grant: Grant::App,
        scopes: &[],
        development: Development::Removed,
        instead: Some(Instead::Singles { operation: "get-track", member: "tracks" }),
        page: None,
        max_ids: Some(Self::MAX_IDS),
        parameters: &[Parameter::ids(Kind::Track), Parameter::MARKET],
        cache: Cache::Public(0),
        success: StatusCode::OK,
    };
    type Path = ();
    type Query = SeveralTracksQuery;
    type Body = ();
    type Response = Tracks;
}

impl GetSeveralTracks {
    /// How many ids one call may carry.
    pub const MAX_IDS: usize = 50;

    /// A call for several tracks.
    pub fn new(ids: impl IntoIterator<Item = TrackId>) -> Call<Self> {
        Call { path: (), query: SeveralTracksQuery { ids: ids.into_iter().collect(), market: None }, body: () }
    }
}

impl InMarket for SeveralTracksQuery {
    fn market_mut(&mut self) -> &mut Option<String> {
        &mut self.market
    }
}

impl QueryParams for SeveralTracksQuery {
    fn write(&self, query: &mut QueryString) -> Result<(), InvalidCall> {
        query.push_ids(&self.ids, GetSeveralTracks::MAX_IDS)?;
        query.push_market(self.market.as_deref())
    }

    fn read(query: &QueryPairs<'_>) -> Result<Self, Refusal> {
        Ok(Self { ids: query.ids(GetSeveralTracks::MAX_IDS)?, market: query.market()?.map(Into::into) })
    }
}

#[cfg(test)]
mod tests {
    use super::{GetSeveralTracks, Tracks};
    use crate::{Call, Refusal};

    const IDS: [&str; 2] = ["2XU0oxnq2qxCpomAAuJY8K", "75JFxkI2RXiU7L9VXzMkle"];

    fn ids() -> Vec<sleeve_model::TrackId> {
        IDS.iter().map(|id| id.parse().expect("a good id")).collect()
    }

    #[test]
    fn the_call_is_this_request() {
        let target = GetSeveralTracks::new(ids()).in_market("GB").target();
        assert_eq!(target.as_deref(), Ok("/tracks?ids=2XU0oxnq2qxCpomAAuJY8K,75JFxkI2RXiU7L9VXzMkle&market=GB"));
    }

    #[test]
    fn no_ids_and_too_many_are_refused_before_they_are_sent() {
        let error = GetSeveralTracks::new([]).target().expect_err("no ids");
        assert_eq!(error.to_string(), "one call takes 1 to 50 ids, this one has 0");
        let error = GetSeveralTracks::new(ids().into_iter().cycle().take(51)).target().expect_err("too many");
        assert_eq!(error.to_string(), "one call takes 1 to 50 ids, this one has 51");
    }

    #[test]
    fn the_request_is_this_call() {
        let decode = |query: &str| Call::<GetSeveralTracks>::decode(&[], query, b"");
        for query in
            ["ids=2XU0oxnq2qxCpomAAuJY8K,75JFxkI2RXiU7L9VXzMkle", "ids=2XU0oxnq2qxCpomAAuJY8K%2C75JFxkI2RXiU7L9VXzMkle"]
        {
            assert_eq!(decode(query).expect("a good request").query.ids, ids(), "{query}");
        }
        for (query, refusal) in [
            ("", Refusal::MissingIds),
            ("ids=", Refusal::MissingIds),
            ("ids=,", Refusal::InvalidId),
            ("ids=2XU0oxnq2qxCpomAAuJY8K,", Refusal::InvalidId),
            (&format!("ids={}", ["x"; 51].join(",")), Refusal::TooManyIds),
            ("ids=2XU0oxnq2qxCpomAAuJY8K&market=Z", Refusal::InvalidMarket),
        ] {
            assert_eq!(decode(query).err(), Some(refusal), "{query}");
        }
    }

    #[test]
    fn an_unknown_track_is_a_null_in_its_place() {
        let answer: Tracks = serde_json::from_str(r#"{"tracks":[null,{"name":"Dance Monkey"}]}"#).expect("tracks");
        assert!(answer.tracks[0].is_none());
        assert!(answer.tracks[1].as_ref().is_some_and(|track| track.name == "Dance Monkey"));
    }
}
