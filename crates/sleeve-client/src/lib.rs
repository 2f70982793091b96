//! A client for Spotify's Web API.
//!
//! [`Spotify`] turns a [`Call`](endpoints::Call) into an HTTP request, sends it through a [`Transport`] and gives back
//! an [`Answer`]: the typed document, the JSON text as it came, and the headers. On the way it keeps one access token
//! for all tasks, repeats what is worth repeating, waits where the service asks for it, and sends one request for equal reads
//! in flight. Where it is told to ([`Builder::answers`]), it keeps answers and spares the calls for them.
//!
//! It needs a tokio runtime with its timers on.
//!
//! What is not here: endpoints (each is one file in [`endpoints`]), objects ([`model`]), a login of users.
#![deny(missing_docs)]

pub use sleeve_endpoints as endpoints;
pub use sleeve_model as model;

mod answer;
mod attempt;
mod builder;
mod cache;
mod client;
mod clock;
mod dialect;
mod error;
mod failure;
mod grant;
mod origins;
mod pace;
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
pub use pace::{Budget, Pace, UnknownBudget, UnknownPace, Wait, Why};
pub use secret::Secret;
pub use stream::{Items, Pages};
pub use token::Token;
pub use transport::{Exchange, Sockets, Transport, TransportError};
