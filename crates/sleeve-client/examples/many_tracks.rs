//! Many tracks as a stream, at a pace, with every wait shown.
//!
//! `cargo run -p sleeve-client --example many_tracks`, against a local Spotify in this process. Towards Spotify itself a
//! client keeps to a call a second and 500 a day unless it is told otherwise.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example shows what it gets")]

use std::error::Error;

use sleeve_client::Pace;
use sleeve_client::endpoints::search::Search;
use sleeve_client::endpoints::tracks::GetSeveralTracks;
use sleeve_client::model::{QuotaMode, Track, TrackId};
use sleeve_local::LocalSpotify;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let local = LocalSpotify::start().await?;
    let spotify = local
        .builder(QuotaMode::Extended)
        .pace("5/s".parse::<Pace>()?)
        .on_wait(|wait| eprintln!("{} waits {:?}: {}", wait.operation, wait.length, wait.why))
        .build()?;

    // A search goes on for as long as there is more; whoever has enough stops asking.
    let mut call = Search::new("year:2000-2025", []);
    call.query.limit = Some(10);
    let mut found = spotify.found::<Track>(call);
    let mut ids: Vec<TrackId> = Vec::new();
    while let Some(track) = found.next().await {
        // One bad item is an error in its place, and the stream goes on behind it.
        match track {
            Ok(track) => ids.extend(track.id.iter().filter_map(|id| id.parse::<TrackId>().ok())),
            Err(error) => eprintln!("{error}"),
        }
        if ids.len() == 60 {
            break;
        }
    }
    println!("{} of about {} tracks", ids.len(), found.total().unwrap_or_default());

    // By id, fifty in a call; in development mode the client makes single calls of it by itself.
    for fifty in ids.chunks(GetSeveralTracks::MAX_IDS) {
        for track in
            spotify.send(GetSeveralTracks::new(fifty.iter().copied())).await?.document.tracks.into_iter().flatten()
        {
            println!("{:>5} s  {}", track.duration_ms.unwrap_or_default() / 1000, track.name);
        }
    }
    Ok(())
}

#[test]
fn the_example_runs() {
    main().expect("it ends well");
}
