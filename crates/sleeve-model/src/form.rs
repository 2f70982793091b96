//! The two forms of an object: whole, and as it stands inside others.

use crate::Kind;

/// How much of an object is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// Everything, as its own endpoint answers it.
    Full,
    /// What stands in pages and inside other objects.
    Simplified,
}

impl Form {
    /// The members that this form leaves out of an object of this kind.
    ///
    /// **Source:** recordings of 2025-08.
    pub fn left_out(self, kind: Kind) -> &'static [&'static str] {
        match (self, kind) {
            (Self::Simplified, Kind::Track) => &["album", "external_ids", "popularity"],
            (Self::Simplified, Kind::Album) => {
                &["tracks", "copyrights", "external_ids", "genres", "label", "popularity"]
            }
            (Self::Simplified, Kind::Artist) => &["followers", "genres", "images", "popularity"],
            _ => &[],
        }
    }
}
