//! Tracks.

mod get_several_tracks;
mod get_track;

pub use get_several_tracks::{GetSeveralTracks, SeveralTracksQuery, Tracks};
pub use get_track::GetTrack;
