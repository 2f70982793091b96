//! What an invented catalogue holds to.

use super::generate;

#[test]
fn it_has_as_many_tracks_as_were_asked_for() {
    for tracks in [0, 1, 2, 10, 64, 1000] {
        let count = generate(tracks, 1).filter(|document| document["type"] == "track").count();
        assert_eq!(count as u64, tracks);
    }
}
