//! rspotify 0.16 walks the catalogue's operations. usage: rspotify_walk PLAN [BASE]

use std::error::Error;
use std::future::Future;
use std::io::Write;

use futures_util::TryStreamExt;
use rspotify::http::HttpError;
use rspotify::model::{AlbumId, ArtistId, Country, Market, SearchResult, SearchType, TrackId};
use rspotify::prelude::BaseClient;
use rspotify::{ClientCredsSpotify, ClientError, ClientResult, Config, Credentials};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Plan {
    track: TrackId<'static>,
    tracks: Vec<TrackId<'static>>,
    album: AlbumId<'static>,
    albums: Vec<AlbumId<'static>>,
    artist: ArtistId<'static>,
    artists: Vec<ArtistId<'static>>,
    unknown: AlbumId<'static>,
    market: Country,
    words: String,
    filter: String,
    window: u32,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [plan, base @ ..] = arguments.as_slice() else { return Err("usage: rspotify_walk PLAN [BASE]".into()) };
    let plan: Plan = serde_json::from_str(plan)?;
    let credentials = Credentials::from_env().ok_or("RSPOTIFY_CLIENT_ID and RSPOTIFY_CLIENT_SECRET are not set")?;
    let mut config = Config { pagination_chunks: plan.window, ..Config::default() };
    if let Some(base) = base.first() {
        config.api_base_url = format!("{base}/v1/");
        config.auth_base_url = format!("{base}/");
    }
    let spotify = ClientCredsSpotify::with_config(credentials, config);
    spotify.request_token().await?;
    walk(&spotify, &plan).await
}

#[expect(deprecated, reason = "rspotify calls operations deprecated that development mode lost")]
async fn walk(spotify: &ClientCredsSpotify, plan: &Plan) -> Result<(), Box<dyn Error>> {
    let market = Some(Market::Country(plan.market));
    let album = || plan.album.as_ref();
    let artist = || plan.artist.as_ref();
    let tracks = || plan.tracks.iter().map(TrackId::as_ref);
    let albums = || plan.albums.iter().map(AlbumId::as_ref);
    let artists = || plan.artists.iter().map(ArtistId::as_ref);
    let eleven = Some(11);
    step("get-track", spotify.track(plan.track.as_ref(), None)).await?;
    step("get-track, in a market", spotify.track(plan.track.as_ref(), market)).await?;
    step("get-several-tracks", spotify.tracks(tracks(), market)).await?;
    step("get-an-album", spotify.album(album(), None)).await?;
    step("get-an-album, unknown", spotify.album(plan.unknown.as_ref(), None)).await?;
    step("get-multiple-albums", spotify.albums(albums(), market)).await?;
    step("get-an-albums-tracks", spotify.album_track(album(), market).try_collect::<Vec<_>>()).await?;
    step("get-an-artist", spotify.artist(artist())).await?;
    step("get-multiple-artists", spotify.artists(artists())).await?;
    step("get-an-artists-albums", spotify.artist_albums(artist(), None, None).try_collect::<Vec<_>>()).await?;
    let many = spotify.artist_albums_manual(artist(), None, None, eleven, None);
    step("get-an-artists-albums, 11 at once", many).await?;
    step("get-an-artists-top-tracks", spotify.artist_top_tracks(artist(), market)).await?;
    let types = [SearchType::Track, SearchType::Album, SearchType::Artist];
    step("search", spotify.search_multiple(&plan.words, types, None, None, Some(10), None)).await?;
    let many = spotify.search(&plan.words, SearchType::Album, None, None, eleven, None);
    step("search, 11 at once", many).await?;
    step("search, all pages", found_albums(spotify, &plan.words, plan.window, market)).await?;
    step("search, by a filter", found_albums(spotify, &plan.filter, plan.window, market)).await
}

/// It has no iterator for searches: pages are asked for by offset until one has no next.
async fn found_albums(
    spotify: &ClientCredsSpotify,
    words: &str,
    window: u32,
    market: Option<Market>,
) -> ClientResult<Vec<impl Serialize>> {
    let mut found = Vec::new();
    loop {
        let offset = u32::try_from(found.len()).expect("a search ends at 1000");
        let page = spotify.search(words, SearchType::Album, market, None, Some(window), Some(offset)).await?;
        let SearchResult::Albums(page) = page else { panic!("asked for albums, got {page:?}") };
        found.extend(page.items);
        if page.next.is_none() {
            return Ok(found);
        }
    }
}

async fn step<T: Serialize>(check: &str, call: impl Future<Output = ClientResult<T>>) -> Result<(), Box<dyn Error>> {
    let said = match call.await {
        Ok(returned) => json!({"check": check, "returned": returned}),
        Err(error) => json!({"check": check, "refused": refusal(error).await}),
    };
    writeln!(std::io::stdout(), "{said}")?;
    Ok(())
}

async fn refusal(error: ClientError) -> String {
    match error {
        ClientError::Http(error) => match *error {
            HttpError::StatusCode(answer) => {
                let status = answer.status();
                let fault: Value = answer.json().await.unwrap_or_default();
                format!("{status} {}", fault["error"]["message"].as_str().unwrap_or("without a message"))
            }
            HttpError::Client(error) => error.to_string(),
        },
        other => other.to_string(),
    }
}
