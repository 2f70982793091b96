//! A local Spotify for tests: in the process of the test, on a port of its own or on none.
//!
//! [`LocalSpotify::start`] is accounts service and Web API over the starter catalogue (64 well-known tracks with their
//! albums and artists), in memory. Any number of them run side by side and know nothing of each other: apps, tokens and
//! limits are each one's own. It ends when it is dropped.
//!
//! ```
//! use sleeve_client::endpoints::tracks::GetTrack;
//! use sleeve_client::model::QuotaMode;
//! use sleeve_local::LocalSpotify;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let local = LocalSpotify::start().await?;
//! let spotify = local.builder(QuotaMode::Development).build()?;
//!
//! let answer = spotify.send(GetTrack::new("2XU0oxnq2qxCpomAAuJY8K".parse()?)).await?;
//! assert_eq!(answer.document.name, "Dance Monkey");
//! assert_eq!(answer.document.popularity, None); // left out for apps in development mode since February 2026
//! # Ok(())
//! # }
//! ```
//!
//! A program that takes a base URL gets [`LocalSpotify::origin`] and the pair of an [`App`], whichever client it is made
//! with. A client of ours can also do without the port: [`LocalSpotify::transport`].
//!
//! What is not here yet: faults on purpose, a clock that is set, other catalogues. `sleeve serve` and `sleeve run` are the
//! same service for programs in other processes.
#![deny(missing_docs)]

mod in_process;
mod local_spotify;

pub use in_process::InProcess;
pub use local_spotify::{App, LocalSpotify};
pub use sleeve_server::apps::{DailyQuota, Limits, RateLimit};
pub use sleeve_server::{Draft, Error};
