//! Every endpoint of Spotify's Web API, both directions, without I/O.
//!
//! One file describes one endpoint: its facts ([`Spec`]), what a call of it carries ([`Call`]) and what answers it. The
//! client turns a [`Call`] into an HTTP request with [`Call::into_http`]; the local server reads the same call back
//! with [`Call::decode`]. Nothing here knows sockets, a runtime, or where objects are stored.
//!
//! | Spotify's name of the operation | constructor | apps in development mode |
//! |---|---|---|
//! | `get-an-album` | [`GetAlbum`](albums::GetAlbum) | have it |
//! | `get-multiple-albums` | [`GetSeveralAlbums`](albums::GetSeveralAlbums), up to 20 | one by one |
//! | `get-an-albums-tracks` | [`ListAlbumTracks`](albums::ListAlbumTracks), pages | have it |
//! | `get-an-artist` | [`GetArtist`](artists::GetArtist) | have it |
//! | `get-multiple-artists` | [`GetSeveralArtists`](artists::GetSeveralArtists), up to 50 | one by one |
//! | `get-an-artists-albums` | [`ListArtistAlbums`](artists::ListArtistAlbums), pages | narrower pages |
//! | `get-an-artists-top-tracks` | [`ListArtistTopTracks`](artists::ListArtistTopTracks) | removed |
//! | `get-track` | [`GetTrack`](tracks::GetTrack) | have it |
//! | `get-several-tracks` | [`GetSeveralTracks`](tracks::GetSeveralTracks), up to 50 | one by one |
//! | `search` | [`Search`](search::Search), pages | narrower pages |
//!
//! The others of Spotify's 97 are known by name ([`operations`]) and not described yet.
#![deny(missing_docs)]

pub mod albums;
pub mod artists;
pub mod call;
pub mod endpoint;
pub mod params;
pub mod payload;
pub mod refusal;
pub mod search;
pub mod spec;
pub mod table;
pub mod tracks;
pub mod window;

pub use call::Call;
pub use endpoint::Endpoint;
pub use params::{InMarket, MarketQuery, PathParams, QueryPairs, QueryParams, QueryString};
pub use payload::Payload;
pub use refusal::{InvalidCall, Refusal};
pub use spec::{Cache, Development, Grant, Instead, Parameter, Spec};
pub use table::{ENDPOINTS, Entry, Operation, operations};
pub use window::{Limit, PageLimits, Window};
