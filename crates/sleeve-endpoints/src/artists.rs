//! Artists.

mod get_artist;
mod get_several_artists;
mod list_artist_albums;
mod list_artist_top_tracks;

pub use get_artist::GetArtist;
pub use get_several_artists::{Artists, GetSeveralArtists, SeveralArtistsQuery};
pub use list_artist_albums::{ArtistAlbumsQuery, ListArtistAlbums};
pub use list_artist_top_tracks::{ListArtistTopTracks, TopTracks};
