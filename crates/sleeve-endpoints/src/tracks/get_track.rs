//! `GET /v1/tracks/{id}`.

use http::{Method, StatusCode};
use sleeve_model::{Kind, Track, TrackId};

use crate::{Cache, Call, Development, Endpoint, Grant, MarketQuery, Parameter, Spec};

/// `GET /v1/tracks/{id}`: one track.
///
/// **Shape:** with a market, `available_markets` is absent and `is_playable` is there; the track may be another copy
/// (`linked_from`). **Errors:** 400 `Invalid base62 id`, 404 `Non existing id: 'spotify:track:…'`.
/// **Quota mode:** development mode leaves `available_markets`, `linked_from` and `popularity` out.
/// **Source:** Web API reference, *Get Track*; recordings of 2019 to 2025.
#[derive(Debug)]
pub struct GetTrack;

impl Endpoint for GetTrack {
    const SPEC: Spec = Spec {
        operation: "get-track",
        method: Method::GET,
        path: "/tracks/{id}",
        grant: Grant::App,
        scopes: &[],
        development: Development::Kept,
        instead: None,
        page: None,
        max_ids: None,
        parameters: &[Parameter::id(Kind::Track), Parameter::MARKET],
        cache: Cache::Public(0),
        success: StatusCode::OK,
    };
    type Path = TrackId;
    type Query = MarketQuery;
    type Body = ();
    type Response = Track;
}

impl GetTrack {
    /// A call for one track.
    pub fn new(id: TrackId) -> Call<Self> {
        Call { path: id, query: MarketQuery::default(), body: () }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::GetTrack;
    use crate::{Call, Refusal};

    const ID: &str = "2XU0oxnq2qxCpomAAuJY8K";

    fn id() -> sleeve_model::TrackId {
        ID.parse().expect("a good id")
    }

    #[test]
    fn the_call_is_this_request() {
        let request = GetTrack::new(id()).in_market("gb").into_http("https://api.spotify.com/v1").expect("a good call");
        assert_eq!(request.method(), "GET");
        assert_eq!(request.uri(), "https://api.spotify.com/v1/tracks/2XU0oxnq2qxCpomAAuJY8K?market=GB");
        let bare = GetTrack::new(id()).target();
        assert_eq!(bare.as_deref(), Ok("/tracks/2XU0oxnq2qxCpomAAuJY8K"));
    }

    #[test]
    fn a_market_that_is_none_is_refused_before_it_is_sent() {
        let error = GetTrack::new(id()).in_market("Britain").target().expect_err("no market");
        assert_eq!(error.to_string(), "`Britain`: a market is a country code of two letters, as GB");
    }

    #[test]
    fn the_request_is_this_call() {
        let decode = |path: &str, query: &str| Call::<GetTrack>::decode(&[Cow::Borrowed(path)], query, b"");
        let call = decode(ID, "utm=1&market=GB").expect("a good request");
        assert_eq!((call.path, call.query.market.as_deref()), (id(), Some("GB")));
        assert_eq!(decode("abc", "market=ZZ").err(), Some(Refusal::InvalidId));
        assert_eq!(decode(ID, "market=ZZ").err(), Some(Refusal::InvalidMarket));
        assert_eq!(decode(ID, "market=").err(), Some(Refusal::InvalidMarket));
        assert!(decode(ID, "market=from_token").is_ok_and(|call| call.query.market.is_none()));
    }
}
