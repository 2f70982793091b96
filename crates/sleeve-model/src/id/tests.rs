use proptest::prelude::*;

use super::{AlbumId, ArtistId, Id, Kind, Reference, TrackId};

const DANCE_MONKEY: &str = "2XU0oxnq2qxCpomAAuJY8K";

fn check(text: &str, expected: &str) {
    let found = match text.parse::<TrackId>() {
        Ok(id) => id.to_string(),
        Err(error) => error.to_string(),
    };
    assert_eq!(found, expected, "{text}");
}

#[test]
fn a_track_is_named_by_id_uri_or_link() {
    for text in [
        DANCE_MONKEY,
        "  2XU0oxnq2qxCpomAAuJY8K\t",
        "spotify:track:2XU0oxnq2qxCpomAAuJY8K",
        "https://open.spotify.com/track/2XU0oxnq2qxCpomAAuJY8K",
        "http://open.spotify.com/track/2XU0oxnq2qxCpomAAuJY8K/",
        "open.spotify.com/track/2XU0oxnq2qxCpomAAuJY8K",
        "https://open.spotify.com/intl-de/track/2XU0oxnq2qxCpomAAuJY8K?si=0123456789abcdef",
        "https://open.spotify.com/embed/track/2XU0oxnq2qxCpomAAuJY8K#t=1",
        "https://play.spotify.com/track/2XU0oxnq2qxCpomAAuJY8K",
        "HTTPS://OPEN.SPOTIFY.COM/Track/2XU0oxnq2qxCpomAAuJY8K",
        "Open.Spotify.com/TRACK/2XU0oxnq2qxCpomAAuJY8K?si=X",
        "SPOTIFY:Track:2XU0oxnq2qxCpomAAuJY8K",
        "<https://open.spotify.com/track/2XU0oxnq2qxCpomAAuJY8K>",
        " \"https://open.spotify.com/track/2XU0oxnq2qxCpomAAuJY8K\" ",
        "' 2XU0oxnq2qxCpomAAuJY8K '",
        "\"<spotify:track:2XU0oxnq2qxCpomAAuJY8K>\"",
    ] {
        check(text, DANCE_MONKEY);
    }
}

#[test]
fn what_names_no_track_says_why() {
    for (text, why) in [
        ("", "it is empty"),
        (" ", "it is empty"),
        ("<>", "it is empty"),
        ("\"2XU0oxnq2qxCpomAAuJY8K", "an id has 22 letters and digits"),
        ("2XU0oxnq2qxCpomAAuJY8", "an id has 22 letters and digits"),
        ("2XU0oxnq2qxCpomAAuJY8K0", "an id has 22 letters and digits"),
        ("2XU0oxnq2qxCpomAAuJY8-", "an id has 22 letters and digits"),
        ("spotify:track:", "an id has 22 letters and digits"),
        ("spotify:album:0UywfDKYlyiu1b38DRrzYD", "it names an album, not a track"),
        ("spotify:user:somebody", "it names a user, not a track"),
        ("spotify:local:a:b:c:12", "it names a local file, which Spotify does not know"),
        ("spotify:song:2XU0oxnq2qxCpomAAuJY8K", "it names no kind of object that Spotify has"),
        ("https://example.org/track/2XU0oxnq2qxCpomAAuJY8K", "it is no Spotify id, URI or link"),
        ("ftp://open.spotify.com/track/2XU0oxnq2qxCpomAAuJY8K", "it is no Spotify id, URI or link"),
        ("spotify:track:2XU0oxnq2qxCpomAAuJY8K:x", "it is no Spotify id, URI or link"),
        ("HTTPS://OPEN.SPOTIFY.COM.example.org/track/2XU0oxnq2qxCpomAAuJY8K", "it is no Spotify id, URI or link"),
        (
            "<HTTPS://Spotify.Link/abc>",
            "a short link names nothing by itself; open it and take the open.spotify.com link",
        ),
        (
            "https://spotify.link/abc",
            "a short link names nothing by itself; open it and take the open.spotify.com link",
        ),
    ] {
        check(text, why);
    }
}

#[test]
fn old_playlist_uris_name_the_playlist() {
    let id = Id::parse("37i9dQZF1DX4JAvHpjipBk").expect("a good id");
    assert_eq!(
        Reference::parse("spotify:user:spotify:playlist:37i9dQZF1DX4JAvHpjipBk"),
        Ok(Reference::Object(Kind::Playlist, id))
    );
}

#[test]
fn each_id_says_what_it_wanted() {
    let uri = format!("spotify:track:{DANCE_MONKEY}");
    let of = |error: super::InvalidReference| error.to_string();
    assert_eq!(uri.parse::<AlbumId>().map_err(of).expect_err("a track"), "it names a track, not an album");
    assert_eq!(uri.parse::<ArtistId>().map_err(of).expect_err("a track"), "it names a track, not an artist");
    let album: AlbumId = "https://open.spotify.com/album/0UywfDKYlyiu1b38DRrzYD".parse().expect("an album");
    assert_eq!(format!("{album:?}"), "AlbumId(0UywfDKYlyiu1b38DRrzYD)");
}

proptest! {
    #[test]
    fn an_id_comes_back_from_its_uri_and_its_link(id in "[0-9a-zA-Z]{22}", kind in 0..8_usize) {
        let kind = Kind::ALL[kind];
        let expected = Reference::Object(kind, Id::parse(&id).expect("made of base62"));
        prop_assert_eq!(Reference::parse(&format!("spotify:{kind}:{id}")), Ok(expected.clone()));
        prop_assert_eq!(Reference::parse(&format!("https://open.spotify.com/{kind}/{id}?si=x")), Ok(expected));
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in any::<String>(), tail in any::<String>()) {
        let _ = Reference::parse(&text);
        let _ = Reference::parse(&format!("spotify:{text}:{tail}"));
        let _ = Reference::parse(&format!("https://open.spotify.com/{text}/{tail}"));
    }
}
