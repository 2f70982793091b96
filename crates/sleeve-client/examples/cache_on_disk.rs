//! A cache on disk: what one run of a program got, the next one need not ask for.
//!
//! `cargo run -p sleeve-client --features disk --example cache_on_disk`, against a local Spotify in this process.
#![expect(clippy::print_stdout, reason = "an example shows what it gets")]

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sleeve_client::endpoints::tracks::GetTrack;
use sleeve_client::model::QuotaMode;
use sleeve_client::{DiskCache, Source, Spotify};
use sleeve_local::{App, LocalSpotify};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let local = LocalSpotify::start().await?;
    let app = local.app(QuotaMode::Extended);
    let folder = tempfile::tempdir()?; // a program of yours takes its user's cache folder
    for expected in [Source::Sent, Source::Kept] {
        // As if the program had ended and was started again.
        let spotify = client(&local, &app, folder.path())?;
        let answer = spotify.send(GetTrack::new("2XU0oxnq2qxCpomAAuJY8K".parse()?)).await?;
        println!("{}: {:?}", answer.document.name, answer.source());
        assert_eq!(answer.source(), expected);
    }
    Ok(())
}

fn client(local: &LocalSpotify, app: &App, folder: &Path) -> Result<Spotify, sleeve_client::Error> {
    let cache = Arc::new(DiskCache::open(folder));
    Spotify::builder()
        .credentials(&app.client_id, app.client_secret.clone())
        .origins(local.origins())
        .cache(cache.clone()) // how the app is paced, and which mode it has
        .answers(Some(cache)) // answers as well
        .max_age(Duration::from_secs(3600)) // that old they may be; tracks say `max-age=0`, and would be asked about
        .token_folder(folder) // and the token
        .build()
}

#[test]
fn the_example_runs() {
    main().expect("it ends well");
}
