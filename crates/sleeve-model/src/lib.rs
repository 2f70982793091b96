//! Spotify's objects, ids and errors as the Web API speaks them.
//!
//! Objects are read leniently: a member may be absent, `null`, or an integer written as `1.0`, and members that are
//! not known are passed over. Nothing here does I/O or speaks HTTP; the endpoints are in `sleeve-endpoints`.
#![deny(missing_docs)]

pub mod album;
pub mod album_group;
pub mod artist;
pub mod fault;
pub mod form;
pub mod id;
pub mod image;
pub(crate) mod lenient;
pub mod market;
pub mod markets;
pub mod page;
pub mod quota;
pub mod search;
pub mod shared;
pub mod track;

pub use album::{Album, SimplifiedAlbum};
pub use album_group::{AlbumGroup, UnknownAlbumGroup};
pub use artist::{Artist, SimplifiedArtist};
pub use fault::{Fault, TokenFault};
pub use form::Form;
pub use id::{AlbumId, ArtistId, Id, InvalidReference, Kind, Named, ObjectId, Reference, TrackId};
pub use image::Image;
pub use market::Market;
pub use markets::Markets;
pub use page::Page;
pub use quota::QuotaMode;
pub use search::SearchResults;
pub use shared::{Copyright, ExternalIds, ExternalUrls, Followers, LinkedFrom, Restrictions};
pub use track::{SimplifiedTrack, Track};
