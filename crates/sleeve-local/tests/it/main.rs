//! A local Spotify as a test sees it.

use std::time::Duration;

use futures_util::future::join_all;
use sleeve_client::endpoints::albums::GetAlbum;
use sleeve_client::endpoints::tracks::{GetSeveralTracks, GetTrack};
use sleeve_client::model::{QuotaMode, TrackId};
use sleeve_client::{Budget, Kind, Pace, Spotify};
use sleeve_local::{App, Draft, LocalSpotify};
use tokio::net::TcpStream;

fn dance_monkey() -> TrackId {
    "2XU0oxnq2qxCpomAAuJY8K".parse().expect("a good id")
}

async fn start() -> LocalSpotify {
    LocalSpotify::start().await.expect("a port is free")
}

fn client(local: &LocalSpotify, app: &App) -> Spotify {
    let builder = Spotify::builder().credentials(&app.client_id, app.client_secret.clone());
    builder.origins(local.origins()).build().expect("a good client")
}

#[tokio::test]
async fn each_quota_mode_gets_what_spotify_gives_it() {
    let local = start().await;
    for (mode, popularity, sent) in [(QuotaMode::Extended, Some(100), 200), (QuotaMode::Development, None, 403)] {
        let spotify = local.builder(mode).build().expect("a good client");
        let track = spotify.send(GetTrack::new(dance_monkey())).await.expect("a track").document;
        assert_eq!((track.name.as_str(), track.popularity), ("Dance Monkey", popularity));
        let several = spotify.send_as_is(GetSeveralTracks::new([dance_monkey()])).await;
        let status = several.map_or_else(|error| error.status().expect("an answer"), |answer| answer.status());
        assert_eq!(status.as_u16(), sent, "{mode}");
    }
}

#[tokio::test]
async fn fifty_side_by_side_never_meet() {
    let all = join_all((0..50).map(|_| start())).await;
    let apps: Vec<_> = all.iter().map(|local| local.app(QuotaMode::Extended)).collect();
    let origins: std::collections::HashSet<_> = all.iter().map(LocalSpotify::origin).collect();
    assert_eq!(origins.len(), 50);
    join_all(all.iter().enumerate().map(|(number, local)| {
        let (own, foreign) = (&apps[number], &apps[(number + 1) % 50]);
        async move {
            client(local, own).send(GetTrack::new(dance_monkey())).await.expect("a track");
            let error = client(local, foreign).token().await.expect_err("nobody here knows that app");
            assert_eq!(error.kind(), Kind::Credentials);
        }
    }))
    .await;
    // Neither does a token of one open another.
    let token = client(&all[0], &apps[0]).token().await.expect("a token");
    let mut wire = TcpStream::connect(all[1].origin().trim_start_matches("http://")).await.expect("it listens");
    let ask = format!(
        "GET /v1/tracks/{} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {}\r\n\r\n",
        dance_monkey(),
        token.access_token.reveal()
    );
    tokio::io::AsyncWriteExt::write_all(&mut wire, ask.as_bytes()).await.expect("sent");
    let mut said = String::new();
    tokio::io::AsyncReadExt::read_to_string(&mut wire, &mut said).await.expect("an answer");
    assert!(said.starts_with("HTTP/1.1 401 "), "{said}");
}

#[tokio::test]
async fn it_ends_when_it_is_dropped() {
    let local = start().await;
    let place = local.origin().trim_start_matches("http://").to_owned();
    TcpStream::connect(&place).await.expect("it listens");
    drop(local);
    let gone = async { while TcpStream::connect(&place).await.is_ok() {} };
    tokio::time::timeout(Duration::from_secs(10), gone).await.expect("nothing listens there any more");
}

#[tokio::test]
async fn without_the_port_the_answers_are_spotifys_own() {
    let local = start().await;
    let App { client_id, client_secret } = local.app(QuotaMode::Extended);
    let builder = Spotify::builder().credentials(client_id, client_secret).transport(local.transport());
    let spotify = builder.pace(Pace::Off).budget(Budget::Off).build().expect("a good client");
    let track = spotify.send(GetTrack::new(dance_monkey())).await.expect("a track");
    assert!(track.json().contains("\"https://api.spotify.com/v1/tracks/2XU0oxnq2qxCpomAAuJY8K\""), "{}", track.json());
    let elsewhere = local.builder(QuotaMode::Extended).transport(local.transport()).build().expect("a good client");
    let error = elsewhere.send(GetTrack::new(dance_monkey())).await.expect_err("no host of Spotify's");
    assert_eq!((error.kind(), error.is_worth_retrying()), (Kind::Transport, false));
}

#[tokio::test]
async fn an_app_may_have_limits_of_its_own() {
    let local = start().await;
    let mut draft = Draft::new("hasty", "calls too often");
    draft.limits.rate = Some("1/30s".parse().expect("a rate limit"));
    let app = local.register(draft).expect("a good draft");
    let builder = Spotify::builder().credentials(&app.client_id, app.client_secret).origins(local.origins());
    let spotify = builder.longest_wait(Duration::ZERO).build().expect("a good client");
    spotify.send(GetTrack::new(dance_monkey())).await.expect("the first");
    let album = "0UywfDKYlyiu1b38DRrzYD".parse().expect("a good id");
    let error = spotify.send(GetAlbum::new(album)).await.expect_err("one too many");
    assert_eq!(error.kind(), Kind::RateLimited);
    assert!(error.retry_after().is_some_and(|after| after <= Duration::from_secs(31)));
    assert!(local.register(Draft::new("", "no name")).is_err());
}
