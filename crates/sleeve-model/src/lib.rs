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
pub mod quota;
pub mod shared;
pub mod track;

pub use album::SimplifiedAlbum;
pub use album_group::{AlbumGroup, UnknownAlbumGroup};
pub use artist::SimplifiedArtist;
pub use fault::{Fault, TokenFault};
pub use form::Form;
pub use id::{Id, InvalidReference, Kind, Reference, TrackId};
pub use image::Image;
pub use market::Market;
pub use quota::QuotaMode;
pub use shared::{ExternalIds, ExternalUrls, LinkedFrom, Restrictions};
pub use track::Track;
