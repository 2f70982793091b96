//! What a cell asks for.

use sleeve_client::model::{Kind, Reference, TrackId};

use super::Status;
use crate::source::column::reference;

/// The track that a cell names, or how its row stands without one: another thing than a track is as little looked up
/// as a word.
pub(crate) fn wanted(cell: &[u8]) -> Result<TrackId, Status> {
    match reference(cell) {
        Some(Reference::Bare(id) | Reference::Object(Kind::Track, id)) => Ok(id.into()),
        Some(Reference::Object(Kind::Episode, _)) => Err(Status::Episode),
        Some(Reference::LocalFile) => Err(Status::LocalFile),
        Some(_) | None => Err(Status::Invalid),
    }
}

#[cfg(test)]
mod tests {
    use super::{Status, wanted};

    #[test]
    fn cells_are_told_apart() {
        const ID: &str = "2XU0oxnq2qxCpomAAuJY8K";
        for (cell, expected) in [
            (ID.to_owned(), Ok(())),
            (format!(" spotify:track:{ID} "), Ok(())),
            (format!("https://open.spotify.com/intl-de/track/{ID}?si=x"), Ok(())),
            (format!("spotify:episode:{ID}"), Err(Status::Episode)),
            ("spotify:local:Band:Album:Song:200".to_owned(), Err(Status::LocalFile)),
            (format!("https://open.spotify.com/album/{ID}"), Err(Status::Invalid)),
            ("spotify:user:someone".to_owned(), Err(Status::Invalid)),
            (String::new(), Err(Status::Invalid)),
            (ID[1..].to_owned(), Err(Status::Invalid)),
        ] {
            let wanted = wanted(cell.as_bytes()).map(|id| assert_eq!(id.as_str(), ID));
            assert_eq!(wanted, expected, "{cell}");
        }
        assert_eq!(wanted(b"\xFF\xFE"), Err(Status::Invalid));
    }
}
