//! Every endpoint that is described is served, and what is served decodes into its type. In process, as the client of
//! the binary calls.

use std::sync::Arc;

use http::Request;
use http_body_util::{BodyExt, Full};
use serde::de::DeserializeOwned;
use sleeve_catalogue::starter;
use sleeve_endpoints::albums::{GetAlbum, GetSeveralAlbums, ListAlbumTracks};
use sleeve_endpoints::artists::{GetArtist, GetSeveralArtists, ListArtistAlbums, ListArtistTopTracks};
use sleeve_endpoints::search::Search;
use sleeve_endpoints::table::ENDPOINTS;
use sleeve_endpoints::tracks::{GetSeveralTracks, GetTrack};
use sleeve_endpoints::{Call, Endpoint};
use sleeve_model::{AlbumId, ArtistId, Kind, TrackId};
use sleeve_server::accounts::access_token;
use sleeve_server::{Door, Draft, Local};

use crate::harness::{START_MS, Server, Ticks, config};

const TRACK: &str = "2XU0oxnq2qxCpomAAuJY8K";
const ALBUM: &str = "0UywfDKYlyiu1b38DRrzYD";
const ARTIST: &str = "2NjfBq1NflQcKSeiDooVjY";

fn serve() -> (Server, String) {
    let config = config(&Ticks::new(), Arc::new(starter().expect("it loads")));
    let (app, _) = config.apps.create(Draft::new("Player", "Plays.")).expect("created");
    let token = access_token::mint(config.apps.sealer(), &app.client_id, START_MS);
    (Server::start(config), token)
}

fn ask(local: &Local, mut request: Request<bytes::Bytes>, token: &str) -> (u16, bytes::Bytes) {
    request.headers_mut().insert("authorization", format!("Bearer {token}").parse().expect("a header"));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let answer = local.answer(request.map(Full::new), Door::Api).await;
        (answer.status().as_u16(), answer.into_body().collect().await.expect("infallible").to_bytes())
    })
}

fn decodes<E: Endpoint>(local: &Local, call: Call<E>, token: &str) -> &'static str
where
    E::Response: DeserializeOwned,
{
    let request = call.into_http("https://api.spotify.com/v1").expect("a good call");
    let (status, body) = ask(local, request, token);
    assert_eq!(status, E::SPEC.success.as_u16(), "{}", E::SPEC.operation);
    let text = String::from_utf8_lossy(&body);
    assert!(text.contains(r#""href":"https://api.spotify.com/v1/"#), "the hrefs follow the door");
    serde_json::from_slice::<E::Response>(&body).unwrap_or_else(|error| panic!("{}: {error}", E::SPEC.operation));
    E::SPEC.operation
}

#[test]
fn every_described_endpoint_is_served_and_its_answer_decodes() {
    let (server, token) = serve();
    let track: TrackId = TRACK.parse().expect("a good id");
    let album: AlbumId = ALBUM.parse().expect("a good id");
    let artist: ArtistId = ARTIST.parse().expect("a good id");
    let local = &server.local;
    let served = [
        decodes(local, GetTrack::new(track), &token),
        decodes(local, GetSeveralTracks::new([track]), &token),
        decodes(local, GetAlbum::new(album), &token),
        decodes(local, GetSeveralAlbums::new([album]), &token),
        decodes(local, ListAlbumTracks::new(album), &token),
        decodes(local, GetArtist::new(artist), &token),
        decodes(local, GetSeveralArtists::new([artist]), &token),
        decodes(local, ListArtistAlbums::new(artist), &token),
        decodes(local, ListArtistTopTracks::new(artist), &token),
        decodes(local, Search::new("dance", Search::TYPES), &token),
    ];
    for entry in ENDPOINTS {
        assert!(served.contains(&entry.spec.operation), "{} has no line in this test", entry.spec.operation);
        let id = match entry.spec.parameters.first().and_then(|parameter| parameter.names) {
            Some(Kind::Album) => ALBUM,
            Some(Kind::Artist) => ARTIST,
            _ => TRACK,
        };
        let path = entry.spec.path.replace("{id}", id);
        let request =
            Request::builder().method(entry.spec.method.clone()).uri(format!("https://api.spotify.com/v1{path}"));
        let (status, _) = ask(&server.local, request.body(bytes::Bytes::new()).expect("a request"), &token);
        assert!(![404, 405, 501].contains(&status), "{} is {status}", entry.spec.operation);
    }
}

#[test]
fn under_spotifys_own_name_nothing_but_v1_is_there() {
    let (server, token) = serve();
    for path in ["/", "/tracks/x", "/api/token", "/dashboard"] {
        let request = Request::get(format!("https://api.spotify.com{path}")).body(bytes::Bytes::new());
        assert_eq!(ask(&server.local, request.expect("a request"), &token).0, 404, "{path}");
    }
}
