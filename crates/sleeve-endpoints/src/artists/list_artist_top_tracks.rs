//! `GET /v1/artists/{id}/top-tracks`.

use http::{Method, StatusCode};
use serde::Deserialize;
use sleeve_model::{ArtistId, Kind, Track};

use crate::{Cache, Call, Development, Endpoint, Grant, MarketQuery, Parameter, Spec};

/// `GET /v1/artists/{id}/top-tracks`: up to 10 tracks of an artist that are heard most.
///
/// **Errors:** 400 `Invalid base62 id`, 404 for an unknown artist.
/// **Quota mode:** removed for development mode (403) since February 2026.
/// **Source:** Web API reference, *Get Artist's Top Tracks*.
#[derive(Debug)]
pub struct ListArtistTopTracks;

impl Endpoint for ListArtistTopTracks {
    const SPEC: Spec = Spec {
        operation: "get-an-artists-top-tracks",
        method: Method::GET,
        path: "/artists/{id}/top-tracks",
        grant: Grant::App,
        scopes: &[],
        development: Development::Removed,
        instead: None,
        page: None,
        max_ids: None,
        parameters: &[Parameter::id(Kind::Artist), Parameter::MARKET],
        cache: Cache::Public(0),
        success: StatusCode::OK,
    };
    type Path = ArtistId;
    type Query = MarketQuery;
    type Body = ();
    type Response = TopTracks;
}

/// What answers [`ListArtistTopTracks`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct TopTracks {
    /// The tracks, the most heard first.
    #[serde(default)]
    pub tracks: Vec<Track>,
}

impl ListArtistTopTracks {
    /// A call for an artist's top tracks.
    pub fn new(id: ArtistId) -> Call<Self> {
        Call { path: id, query: MarketQuery::default(), body: () }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::ListArtistTopTracks;
    use crate::{Call, Refusal};

    #[test]
    fn the_call_is_this_request_and_the_request_this_call() {
        let call = ListArtistTopTracks::new("2ye2Wgw4gimLv2eAKyk1NB".parse().expect("a good id"));
        assert_eq!(call.target().as_deref(), Ok("/artists/2ye2Wgw4gimLv2eAKyk1NB/top-tracks"));
        let decode = |id: &'static str| Call::<ListArtistTopTracks>::decode(&[Cow::Borrowed(id)], "", b"");
        assert_eq!(decode("2ye2Wgw4gimLv2eAKyk1NB").expect("a good request").path, call.path);
        assert_eq!(decode("abc").err(), Some(Refusal::InvalidId));
    }
}
