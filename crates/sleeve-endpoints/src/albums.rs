//! Albums.

mod get_album;
mod get_several_albums;
mod list_album_tracks;

pub use get_album::GetAlbum;
pub use get_several_albums::{Albums, GetSeveralAlbums, SeveralAlbumsQuery};
pub use list_album_tracks::{AlbumTracksQuery, ListAlbumTracks};
