//! A client for Spotify's Web API that survives the real one.
//!
//! [`Spotify`] turns a [`Call`](endpoints::Call) into an HTTP request, sends it through a [`Transport`] and gives back
//! an [`Answer`]: the typed document, the JSON text as it came, and the headers. On the way it keeps one access token
//! for all tasks, repeats what is worth repeating, waits where the service asks for it, and sends one request for equal reads
//! in flight. Where it is told to ([`Builder::answers`]), it keeps answers and spares the calls for them.
//!
//! ```no_run
//! use sleeve_client::Spotify;
//! use sleeve_client::endpoints::tracks::GetTrack;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let spotify = Spotify::builder().credentials("my client id", "my client secret").build()?;
//! let track = spotify.send(GetTrack::new("2XU0oxnq2qxCpomAAuJY8K".parse()?)).await?.document;
//! println!("{}", track.name); // Dance Monkey
//! # Ok(())
//! # }
//! ```
//!
//! # Where to look
//!
//! | for | see |
//! |---|---|
//! | the calls there are, one type each | [`endpoints`] |
//! | what comes back | [`model`] |
//! | timeouts, tries, waits, another address, a token that is kept | [`Builder`] |
//! | pace and budget, and how an app stands | [`Builder::pace`], [`Builder::budget`], [`Spotify::standing`] |
//! | lists as streams, of pages and of items | [`Spotify::pages`], [`Spotify::items`], [`Spotify::found`] |
//! | answers that are kept | [`Builder::answers`], [`Cache`] |
//! | a deadline for some calls | [`Spotify::with_deadline`] |
//! | what went wrong, and whether to try again | [`Error`] and its [`Kind`] |
//! | calls made of words, as a command line has them | [`Spotify::fetch`] |
//! | rspotify, piece by piece | [`coming_from_rspotify`] |
//!
//! # Against a Spotify in the same process
//!
//! A [`Transport`] is one method, so a test needs no network and no port:
//!
//! ```
//! use bytes::Bytes;
//! use http::{Request, Response};
//! use sleeve_client::endpoints::tracks::GetTrack;
//! use sleeve_client::{Exchange, Kind, Pace, Spotify, Transport};
//!
//! struct Local;
//!
//! impl Transport for Local {
//!     fn send(&self, request: Request<Bytes>) -> Exchange<'_> {
//!         let (status, body) = match request.uri().path() {
//!             "/api/token" => (200, r#"{"access_token":"BQ-local","expires_in":3600}"#),
//!             "/v1/tracks/2XU0oxnq2qxCpomAAuJY8K" => (200, r#"{"name":"Dance Monkey","popularity":73}"#),
//!             _ => (404, r#"{"error":{"status":404,"message":"Resource not found"}}"#),
//!         };
//!         let response = Response::builder().status(status).body(Bytes::from_static(body.as_bytes()));
//!         Box::pin(async { Ok(response.expect("a good answer")) })
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let spotify = Spotify::builder().credentials("an id", "a secret").transport(Local).pace(Pace::Off).build()?;
//!
//! let answer = spotify.send(GetTrack::new("2XU0oxnq2qxCpomAAuJY8K".parse()?)).await?;
//! assert_eq!((answer.document.name.as_str(), answer.document.popularity), ("Dance Monkey", Some(73)));
//!
//! let error = spotify.send(GetTrack::new("0000000000000000000000".parse()?)).await.unwrap_err();
//! assert_eq!((error.kind(), error.is_worth_retrying()), (Kind::NotFound, false));
//! assert!(error.to_string().ends_with("404 Not Found (Resource not found); check the id"));
//! # Ok(())
//! # }
//! ```
//!
//! # Over a `reqwest::Client` of one's own
//!
//! [`Sockets`] is what a client uses by itself. Somebody who has a client with proxies and certificates set up lends it:
//!
//! ```no_run
//! use bytes::Bytes;
//! use http::{Request, Response};
//! use sleeve_client::{Exchange, Transport, TransportError};
//!
//! struct Mine(reqwest::Client);
//!
//! impl Transport for Mine {
//!     fn send(&self, request: Request<Bytes>) -> Exchange<'_> {
//!         Box::pin(async move {
//!             let broken = |error: reqwest::Error| TransportError::new("no answer").caused_by(error.without_url());
//!             let request = request.try_into().map_err(broken)?;
//!             let mut answer = self.0.execute(request).await.map_err(broken)?;
//!             let mut response = Response::new(Bytes::new());
//!             *response.status_mut() = answer.status();
//!             *response.headers_mut() = std::mem::take(answer.headers_mut());
//!             *response.body_mut() = answer.bytes().await.map_err(broken)?;
//!             Ok(response)
//!         })
//!     }
//! }
//! ```
//!
//! Its redirects are its own affair: build it with none, so that no token is sent where nobody meant it to go.
//!
//! # Cancelling, logs, secrets
//!
//! Any future may be dropped at any time; the next call finds token and locks as if it had never been. Each call has a
//! [`tracing`] span `call` with its operation and path, and what it waits for and tries again is an event in it. A
//! [`Secret`] shows itself in no log, no `Debug` and no error's text; [`Error::body`] alone is what came, to the byte.
//!
//! # What it needs
//!
//! Rust 1.89 or later, and a tokio runtime with its timers on.
//!
//! What is not here: endpoints (each is one file in [`endpoints`]), objects ([`model`]), a login of users.
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
