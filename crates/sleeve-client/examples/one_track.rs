//! One track: its document, and the JSON text as it came.
//!
//! `cargo run -p sleeve-client --example one_track`, against a local Spotify in this process. Towards Spotify itself, leave
//! `.origins(…)` out and take the pair from its dashboard.
#![expect(clippy::print_stdout, reason = "an example shows what it gets")]

use std::error::Error;

use sleeve_client::endpoints::tracks::GetTrack;
use sleeve_client::model::QuotaMode;
use sleeve_client::{Kind, Spotify};
use sleeve_local::{App, LocalSpotify};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let local = LocalSpotify::start().await?;
    let App { client_id, client_secret } = local.app(QuotaMode::Extended);
    let spotify = Spotify::builder().credentials(client_id, client_secret).origins(local.origins()).build()?;

    let answer = spotify.send(GetTrack::new("2XU0oxnq2qxCpomAAuJY8K".parse()?).in_market("GB")).await?;
    let track = &answer.document;
    let artists: Vec<_> = track.artists.iter().map(|artist| artist.name.as_str()).collect();
    println!("{} by {}", track.name, artists.join(", "));
    println!("lasts {} s", track.duration_ms.unwrap_or_default() / 1000);
    println!("isrc {}", track.external_ids.isrc.as_deref().unwrap_or("unknown"));
    println!("{} bytes of JSON, {}", answer.json().len(), answer.status());

    // An id that names nothing is an error that says so; its text is one line for a person.
    let error = spotify.send(GetTrack::new("0000000000000000000000".parse()?)).await.expect_err("no such track");
    assert_eq!(error.kind(), Kind::NotFound);
    println!("{error}");
    Ok(())
}

#[test]
fn the_example_runs() {
    main().expect("it ends well");
}
