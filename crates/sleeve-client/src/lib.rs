//! A client for Spotify's Web API that survives the real one.
//!
//! ```
//! use sleeve_client::Spotify;
//! use sleeve_client::endpoints::tracks::GetTrack;
//!
//! # use sleeve_local::{App, LocalSpotify};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let local = LocalSpotify::start().await?;
//! # let App { client_id, client_secret } = local.app(sleeve_client::model::QuotaMode::Extended);
//! let spotify = Spotify::builder()
//!     .credentials(client_id, client_secret)
//! #   .origins(local.origins())
//!     .build()?;
//!
//! let track = spotify.send(GetTrack::new("2XU0oxnq2qxCpomAAuJY8K".parse()?)).await?.document;
//! assert_eq!(track.name, "Dance Monkey");
//! # Ok(())
//! # }
//! ```
//!
//! Every call goes the same way. A constructor makes a [`Call`](endpoints::Call), [`Spotify::send`] sends it, and what
//! comes back is an [`Answer`]: the typed document, the JSON text as it came, and the headers; or an [`Error`] whose
//! [`Kind`] says what a caller can do. On the way the client
//!
//! - asks for an access token and renews it, one for all tasks;
//! - keeps to a pace and a day's budget, so that Spotify has no reason for a 429; after one, everybody waits together;
//! - repeats what is worth repeating, within limits;
//! - finds out which quota mode the app has, and makes calls in the form that the mode takes;
//! - sends one request for equal reads in flight, and none for answers that were kept, where it is told to keep them.
//!
//! Every example of these pages runs as a test against a local Spotify.
//!
//! # Where to look
//!
//! | for | see |
//! |---|---|
//! | the calls there are, one type each | [`endpoints`] |
//! | what comes back, and ids, URIs and links taken apart | [`model`] |
//! | everything that can be set: timeouts, tries, waits, another address | [`Builder`] |
//! | many objects at once | [`GetSeveralTracks`](endpoints::tracks::GetSeveralTracks) and its like: 50 ids in a call, one by one where the app's mode needs it |
//! | long lists and searches, as streams of items or pages | [`Spotify::items`], [`Spotify::found`], [`Spotify::pages`] |
//! | pace and budget, waits as they begin, how an app stands | [`Builder::pace`], [`Builder::budget`], [`Builder::on_wait`], [`Spotify::standing`] |
//! | answers and pacing that outlive the program | [`Builder::answers`], [`Builder::cache`], `DiskCache` (feature `disk`) |
//! | a token that outlives the program | [`Builder::token_folder`] |
//! | a deadline for some calls | [`Spotify::with_deadline`] |
//! | what went wrong, and whether to try again | [`Error`], [`Kind`] |
//! | a `reqwest::Client` or a transport of one's own | [`Transport`] |
//! | another server: a local one, a test's | [`Builder::origins`] |
//! | calls made of words, as a command line has them | [`Spotify::fetch`] |
//! | rspotify, piece by piece | [`coming_from_rspotify`] |
//!
//! The folder `examples/` has whole programs: `one_track`, `many_tracks`, `two_modes`, `own_transport`, `cache_on_disk`.
//!
//! # In tests
//!
//! The crate `sleeve-local` is a Spotify in the process of a test: no network, no account, no quota.
//!
//! ```
//! use sleeve_client::Kind;
//! use sleeve_client::endpoints::tracks::GetTrack;
//! use sleeve_client::model::QuotaMode;
//! use sleeve_local::LocalSpotify;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let local = LocalSpotify::start().await?;
//! let spotify = local.builder(QuotaMode::Development).build()?;
//!
//! let unknown = GetTrack::new("0000000000000000000000".parse()?);
//! let error = spotify.send(unknown).await.unwrap_err();
//! assert_eq!((error.kind(), error.is_worth_retrying()), (Kind::NotFound, false));
//! assert!(error.to_string().ends_with("; check the id"));
//! # Ok(())
//! # }
//! ```
//!
//! A [`Transport`] is one method, and [`Clock`] and [`Builder::random`] are arguments: a test can send any answer, and wait
//! a day in no time.
//!
//! # Two quota modes, one API
//!
//! An app has one of two modes ([`QuotaMode`](model::QuotaMode)), and Spotify does not say which. In *development* calls for
//! several objects answer 403, pages are narrower, and members are left out. The client learns it from the answers, for each
//! operation, for a day: [`Spotify::send`] gives back the same document in both. What is gone for good is
//! [`Kind::Removed`].
//!
//! # Cancelling, logs, secrets
//!
//! Any future may be dropped at any time; the next call finds token and locks as if it had never been.
//!
//! Each call that is sent has a [`tracing`](https://docs.rs/tracing) span `call` (level debug) with its `operation` and `path`; what it waits for and
//! tries again are events in it (level info). A subscriber shows them:
//!
//! ```
//! # use sleeve_client::endpoints::tracks::GetTrack;
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let local = sleeve_local::LocalSpotify::start().await?;
//! # let spotify = local.builder(sleeve_client::model::QuotaMode::Extended).build()?;
//! tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).init();
//!
//! spotify.send(GetTrack::new("2XU0oxnq2qxCpomAAuJY8K".parse()?)).await?;
//! // DEBUG call{operation="get-track" path=/v1/tracks/2XU0…}: … answered … status=200 tries=1
//! # Ok(())
//! # }
//! ```
//!
//! A [`Secret`] shows itself in no log, no `Debug` and no error's text; [`Error::body`] alone is what came, to the byte.
//!
//! # Features, and what it needs
//!
//! | feature | brings |
//! |---|---|
//! | `disk`, off unless asked for | `DiskCache`: what is kept rests in a file that all programs of a user share. Brings SQLite, and so needs a C compiler. |
//!
//! Rust 1.89 or later, and a tokio runtime with its timers on.
//!
//! What is not here: endpoints (each is one file in [`endpoints`]), objects ([`model`]), a login of users.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]

pub use sleeve_endpoints as endpoints;
pub use sleeve_model as model;

mod answer;
mod app;
mod attempt;
mod builder;
mod cache;
mod client;
mod clock;
pub mod coming_from_rspotify {
    #![doc = include_str!("coming_from_rspotify.md")]
}
mod dialect;
mod error;
mod failure;
mod grant;
mod mode;
mod origins;
mod pace;
mod private;
mod reads;
mod retry;
mod secret;
mod stream;
mod token;
mod transport;

/// What the README shows compiles as it stands there.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

pub use answer::{Answer, Source};
pub use builder::Builder;
pub use cache::{Cache, Change, MemoryCache, Shelf};
#[cfg(feature = "disk")]
pub use cache::{DiskCache, Usage};
pub use client::Spotify;
pub use clock::{Clock, SystemClock};
pub use error::{Error, Kind};
pub use origins::Origins;
pub use pace::{Budget, Pace, Standing, UnknownBudget, UnknownPace, Wait, Why};
pub use secret::Secret;
pub use stream::{Items, Pages};
pub use token::Token;
pub use transport::{Exchange, Sockets, Transport, TransportError};
