//! Members that every answer has and that a document may lack, because nobody told us: what is sent in their place.
//!
//! They are filled in when a document is served, never when it is stored: a later document that knows better would else
//! meet them as if somebody had said them.

use sleeve_model::Kind;

/// A member of the full form and what is sent where it is not known, as JSON.
pub(super) type Member = (&'static str, &'static str);

/// The members of a kind that an answer always has, in the recorded order.
pub(super) fn members(kind: Kind) -> &'static [Member] {
    match kind {
        Kind::Track => &[
            ("album", NO_ALBUM),
            ("artists", "[]"),
            ("disc_number", "1"),
            ("duration_ms", "0"),
            ("explicit", "false"),
            ("external_ids", "{}"),
            ("is_local", "false"),
            ("name", r#""""#),
            ("popularity", "0"),
            ("preview_url", "null"),
            ("track_number", "1"),
        ],
        Kind::Album => &[
            ("album_type", r#""album""#),
            ("total_tracks", "0"),
            ("images", "[]"),
            ("name", r#""""#),
            ("release_date", r#""0000""#),
            ("release_date_precision", r#""year""#),
            ("artists", "[]"),
            ("copyrights", "[]"),
            ("external_ids", "{}"),
            ("genres", "[]"),
            ("label", r#""""#),
            ("popularity", "0"),
        ],
        Kind::Artist => &[
            ("followers", r#"{"href":null,"total":0}"#),
            ("genres", "[]"),
            ("images", "[]"),
            ("name", r#""""#),
            ("popularity", "0"),
        ],
        _ => &[],
    }
}

/// The same of an object that stands inside another one.
pub(super) fn members_inside(kind: Kind) -> &'static [Member] {
    match kind {
        Kind::Album => &[
            ("album_type", r#""album""#),
            ("artists", "[]"),
            ("external_urls", "{}"),
            ("href", "null"),
            ("id", "null"),
            ("images", "[]"),
            ("name", r#""""#),
            ("release_date", r#""0000""#),
            ("release_date_precision", r#""year""#),
            ("total_tracks", "0"),
            ("uri", "null"),
        ],
        Kind::Artist => {
            &[("external_urls", "{}"), ("href", "null"), ("id", "null"), ("name", r#""""#), ("uri", "null")]
        }
        _ => &[],
    }
}

/// What stands for an album that nobody named, as in the documents of local files.
const NO_ALBUM: &str = r#"{"album_type":"album","artists":[],"external_urls":{},"href":null,"id":null,"images":[],"name":"","release_date":"0000","release_date_precision":"year","total_tracks":0,"type":"album","uri":null}"#;
