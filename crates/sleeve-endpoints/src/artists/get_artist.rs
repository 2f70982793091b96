//! `GET /v1/artists/{id}`.

use http::{Method, StatusCode};
use sleeve_model::{Artist, ArtistId, Kind};

use crate::{Cache, Call, Development, Endpoint, Grant, Parameter, Spec};

/// `GET /v1/artists/{id}`: one artist.
///
/// **Errors:** 400 `Invalid base62 id`, 404 `Resource not found`.
/// **Quota mode:** development mode leaves `followers` and `popularity` out.
/// **Source:** Web API reference, *Get Artist*.
#[derive(Debug)]
pub struct GetArtist;

impl Endpoint for GetArtist {
    const SPEC: Spec = Spec {
        operation: "get-an-artist",
        method: Method::GET,
        path: "/artists/{id}",
        grant: Grant::App,
        scopes: &[],
        development: Development::Kept,
        instead: None,
        page: None,
        max_ids: None,
        parameters: &[Parameter::id(Kind::Artist)],
        cache: Cache::Public(0),
        success: StatusCode::OK,
    };
    type Path = ArtistId;
    type Query = ();
    type Body = ();
    type Response = Artist;
}

impl GetArtist {
    /// A call for one artist.
    pub fn new(id: ArtistId) -> Call<Self> {
        Call { path: id, query: (), body: () }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::GetArtist;
    use crate::{Call, Refusal};

    #[test]
    fn the_call_is_this_request_and_the_request_this_call() {
        let call = GetArtist::new("2ye2Wgw4gimLv2eAKyk1NB".parse().expect("a good id"));
        assert_eq!(call.target().as_deref(), Ok("/artists/2ye2Wgw4gimLv2eAKyk1NB"));
        let decode = |id: &'static str| Call::<GetArtist>::decode(&[Cow::Borrowed(id)], "", b"");
        assert_eq!(decode("2ye2Wgw4gimLv2eAKyk1NB").expect("a good request").path, call.path);
        assert_eq!(decode("abc").err(), Some(Refusal::InvalidId));
    }
}
