//! Rows of both layouts.

use serde_json::json;

use super::{Columns, Exportify};

const A: &str = "0000000000000000000000";
const B: &str = "1111111111111111111111";

fn row(text: &str) -> Exportify {
    let mut rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = rows.records().map(|row| row.expect("a row"));
    let columns = Columns::find(rows.next().expect("a header").iter()).expect("an exporter's");
    let row = rows.next().expect("a row");
    columns.row(|place| row.get(place))
}

#[test]
fn a_row_with_uris_becomes_a_track_with_album_and_artists() {
    let row = row(&format!(
        "Track URI,Track Name,Artist URI(s),Artist Name(s),Album URI,Album Name,Album Artist URI(s),Album Artist Name(s),\
         Album Release Date,Album Image URL,Disc Number,Track Number,Track Duration (ms),Track Preview URL,Explicit,\
         Popularity,ISRC,Added By,Added At\n\
         spotify:track:{A},\"Say \"\"yes\"\"\",\"spotify:artist:{A}, spotify:artist:{B}\",\"Tyler\\, The Creator, B\",\
         spotify:album:{B},L,spotify:artist:{B},B,2001-02,https://i.scdn.co/image/x,1,2,3000,,true,40,XX0000000001,,\n"
    ));
    let artist = |id: &str, name: &str| {
        json!({"external_urls": {"spotify": format!("https://open.spotify.com/artist/{id}")},
            "href": format!("https://api.spotify.com/v1/artists/{id}"), "id": id, "name": name, "type": "artist",
            "uri": format!("spotify:artist:{id}")})
    };
    let expected = json!({
        "album": {
            "artists": [artist(B, "B")],
            "external_urls": {"spotify": format!("https://open.spotify.com/album/{B}")},
            "href": format!("https://api.spotify.com/v1/albums/{B}"), "id": B,
            "images": [{"url": "https://i.scdn.co/image/x", "height": null, "width": null}],
            "name": "L", "release_date": "2001-02", "release_date_precision": "month", "type": "album",
            "uri": format!("spotify:album:{B}"),
        },
        "artists": [artist(A, "Tyler, The Creator"), artist(B, "B")],
        "disc_number": 1, "duration_ms": 3000, "explicit": true, "external_ids": {"isrc": "XX0000000001"},
        "external_urls": {"spotify": format!("https://open.spotify.com/track/{A}")},
        "href": format!("https://api.spotify.com/v1/tracks/{A}"), "id": A, "is_local": false, "name": "Say \"yes\"",
        "popularity": 40, "track_number": 2, "type": "track", "uri": format!("spotify:track:{A}"),
    });
    assert_eq!(row.to_track().to_string(), expected.to_string());
}

#[test]
fn a_row_without_uris_makes_no_ids_up() {
    let row = row(&format!(
        "\u{feff}album name,TRACK NAME,Track URI,Artist Name(s),Release Date,Duration (ms),Explicit,Record Label,Extra\n\
         L,N,spotify:track:{A},\"Tyler, The Creator;B\",1999,oops,false,,x,too many\n"
    ));
    let expected = json!({
        "album": {"name": "L", "release_date": "1999", "release_date_precision": "year", "type": "album"},
        "artists": [{"name": "Tyler, The Creator", "type": "artist"}, {"name": "B", "type": "artist"}],
        "explicit": false, "external_urls": {"spotify": format!("https://open.spotify.com/track/{A}")},
        "href": format!("https://api.spotify.com/v1/tracks/{A}"), "id": A, "is_local": false, "name": "N",
        "type": "track", "uri": format!("spotify:track:{A}"),
    });
    assert_eq!(row.to_track().to_string(), expected.to_string());
}

#[test]
fn the_first_cell_that_holds_something_else_is_named_as_the_header_spells_it() {
    let check = |header: &str, cell: &str, flaw: Option<&str>| {
        let columns = Columns::find(["Track URI", "Track Name", header]).expect("an exporter's");
        let cells = ["spotify:track:x", "N", cell];
        assert_eq!(columns.flaw(|place| cells.get(place).copied()).as_deref(), flaw, "{header}: {cell}");
    };
    check("Track Duration (ms)", "abc", Some("\"Track Duration (ms)\" is no number: abc"));
    check("popularity", "1.5", Some("\"popularity\" is no whole number: 1.5"));
    check("Explicit", "maybe", Some("\"Explicit\" is neither true nor false: maybe"));
    check("Album URI", "spotify:album:bad", Some("\"Album URI\" names no album: spotify:album:bad"));
    check("Artist URI(s)", &format!("{A}, bad"), Some(&format!("\"Artist URI(s)\" names no artist: {A}, bad")));
    for (header, cell) in [
        ("Disc Number", ""),
        ("Disc Number", " 1 "),
        ("Explicit", "TRUE"),
        ("Album URI", "spotify:local:x"),
        ("Artist URI(s)", ""),
        ("Added At", "abc"),
    ] {
        check(header, cell, None);
    }
}

#[test]
fn names_are_told_apart_as_the_layout_allows() {
    let check = |header: &str, cells: &str, names: &[&str], ids: usize| {
        let row = row(&format!("Track URI,Track Name,{header}\nspotify:track:{A},N,{cells}\n"));
        let found: Vec<_> = row.artists.iter().map(|artist| artist.name.as_str()).collect();
        assert_eq!(found, names, "{header}: {cells}");
        assert_eq!(row.artists.iter().filter(|artist| artist.id.is_some()).count(), ids, "{header}: {cells}");
    };
    check("Artist Name(s),Explicit", "\"Earth, Wind & Fire\",true", &["Earth, Wind & Fire"], 0);
    check("Artist Name(s)", "\"A,B\"", &["A", "B"], 0);
    check("Artist IDs,Artist Name(s)", &format!("\"{A},{B}\",\"A,B\""), &["A", "B"], 2);
    check("Artist IDs,Artist Name(s)", &format!("{A},\"Earth, Wind & Fire\""), &["Earth, Wind & Fire"], 1);
    check("Artist IDs,Artist Name(s)", &format!("\"{A},{B}\",\"A,B,C\""), &["A", "B", "C"], 0);
    check("Artist URI(s),Artist Name(s)", ",\"A\\B\\, C, D\"", &["A\\B, C", "D"], 0);
    check("Artist URI(s),Artist Name(s)", ",", &[], 0);
}

#[test]
fn a_header_without_a_tracks_uri_is_no_exporters() {
    for header in ["artist,title", "Track Name", "Track URI", ""] {
        assert_eq!(Columns::find(header.split(',')), None, "{header}");
    }
}
