//! `GET /v1/albums/{id}`.

use http::{Method, StatusCode};
use sleeve_model::{Album, AlbumId, Kind};

use crate::{Cache, Call, Development, Endpoint, Grant, MarketQuery, Parameter, Spec};

/// `GET /v1/albums/{id}`: one album, with the first 50 of its tracks.
///
/// **Errors:** 400 `Invalid base62 id`, 404 `Non existing id: 'spotify:album:…'`.
/// **Quota mode:** development mode leaves `available_markets`, `label` and `popularity` out.
/// **Source:** Web API reference, *Get Album*.
#[derive(Debug)]
pub struct GetAlbum;

impl Endpoint for GetAlbum {
    const SPEC: Spec = Spec {
        operation: "get-an-album",
        method: Method::GET,
        path: "/albums/{id}",
        grant: Grant::App,
        scopes: &[],
        development: Development::Kept,
        instead: None,
        page: None,
        max_ids: None,
        parameters: &[Parameter::id(Kind::Album), Parameter::MARKET],
        cache: Cache::Public(0),
        success: StatusCode::OK,
    };
    type Path = AlbumId;
    type Query = MarketQuery;
    type Body = ();
    type Response = Album;
}

impl GetAlbum {
    /// A call for one album.
    pub fn new(id: AlbumId) -> Call<Self> {
        Call { path: id, query: MarketQuery::default(), body: () }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::GetAlbum;
    use crate::{Call, Refusal};

    #[test]
    fn the_call_is_this_request_and_the_request_this_call() {
        let call = GetAlbum::new("0UywfDKYlyiu1b38DRrzYD".parse().expect("a good id"));
        assert_eq!(call.target().as_deref(), Ok("/albums/0UywfDKYlyiu1b38DRrzYD"));
        let decode = |id: &'static str| Call::<GetAlbum>::decode(&[Cow::Borrowed(id)], "", b"");
        assert_eq!(decode("0UywfDKYlyiu1b38DRrzYD").expect("a good request").path, call.path);
        assert_eq!(decode("abc").err(), Some(Refusal::InvalidId));
    }
}
