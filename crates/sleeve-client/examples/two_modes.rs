//! The two quota modes: the same program for an app in either, and what is different all the same.
//!
//! `cargo run -p sleeve-client --example two_modes`, against a local Spotify in this process.
#![expect(clippy::print_stdout, reason = "an example shows what it gets")]

use std::error::Error;

use sleeve_client::endpoints::artists::ListArtistTopTracks;
use sleeve_client::endpoints::tracks::GetSeveralTracks;
use sleeve_client::model::{QuotaMode, TrackId};
use sleeve_client::{Kind, Spotify};
use sleeve_local::LocalSpotify;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let local = LocalSpotify::start().await?;
    for mode in [QuotaMode::Extended, QuotaMode::Development] {
        println!("{mode}:");
        // Nobody tells the client which mode the app has: it learns it from the answers.
        show(&local.builder(mode).build()?).await?;
    }
    Ok(())
}

async fn show(spotify: &Spotify) -> Result<(), Box<dyn Error>> {
    let ids = ["2XU0oxnq2qxCpomAAuJY8K", "1xzi1Jcr7mEi9K2RfzLOqS", "0000000000000000000000"].map(str::parse::<TrackId>);
    let ids = ids.into_iter().collect::<Result<Vec<_>, _>>()?;
    // One call for extended apps. For development apps that is a 403, and the client asks for each track by itself.
    let tracks = spotify.send(GetSeveralTracks::new(ids)).await?.document.tracks;
    for track in &tracks {
        match track {
            // Members that a mode leaves out are absent, and never an error.
            Some(track) => println!("  {}, popularity {:?}", track.name, track.popularity),
            None => println!("  no such track"),
        }
    }
    assert!(tracks.len() == 3 && tracks[2].is_none());
    // What is gone for development apps says so, with its date and source; it is not asked for again for a day.
    match spotify.send(ListArtistTopTracks::new("6vWDO969PvNqNYHIOW5v0m".parse()?)).await {
        Ok(answer) => println!("  {} top tracks", answer.document.tracks.len()),
        Err(error) if error.kind() == Kind::Removed => println!("  {error}"),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

#[test]
fn the_example_runs() {
    main().expect("it ends well");
}
