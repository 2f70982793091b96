//! The index as a whole.

mod model;

use sleeve_model::Id;

use super::{Builder, Entry, Index, Kind, Query, Search};

fn id(number: u32) -> Id {
    Id::parse(&format!("{number:022}")).expect("22 digits")
}

/// Tracks by (name, artists, album), the most popular first; row n is the nth.
fn tracks(all: &[(&str, &[&str], &str)]) -> Index {
    let mut builder = Builder::new();
    for (row, &(name, artists, album)) in (0..).zip(all) {
        builder.add(&Entry {
            kind: Kind::Track,
            row,
            id: id(row),
            name,
            artists,
            album: Some(album),
            genres: &["rock"],
            popularity: 100 - row as u8,
            released: Some("1981-12-15"),
            markets: row,
        });
    }
    let mut bytes = Vec::new();
    builder.write(&mut bytes).expect("memory takes it");
    Index::from_bytes(bytes).expect("an index")
}

fn found(index: &Index, query: &str) -> Vec<u32> {
    index.search(&Query::parse(query), Kind::Track, &Search::default()).expect("searched").rows
}

fn some() -> Index {
    tracks(&[
        ("Under Pressure - Remastered 2011", &["Queen", "David Bowie"], "Hot Space"),
        ("Dancing Queen", &["ABBA"], "Arrival"),
        ("Queen", &["Perfume Genius"], "Too Bright"),
        ("Under Pressure", &["Karaoke Diamonds"], "Sing"),
        ("Группа крови", &["Кино"], "Группа крови"),
        ("東京", &["くるり"], "さよならストレンジャー"),
        ("Back in Black", &["AC/DC"], "Back in Black"),
        ("Déjà Vu", &["Beyoncé", "JAŸ-Z"], "B'Day"),
        ("So What", &["Miles Davis"], "Kind of Blue"),
        ("P!nk Don’t", &["A$AP"], "+"),
        ("+", &["Ed Sheeran"], "Signs"),
    ])
}

#[test]
fn searches_find_what_people_mean_the_best_first() {
    let index = some();
    for (query, expected) in [
        ("queen", &[2, 1, 0][..]),
        ("under pressure", &[3, 0]),
        ("pressure queen", &[0]),
        ("PRESSURE UNDER", &[3, 0]),
        ("\"under pressure\"", &[3, 0]),
        ("\"pressure under\"", &[]),
        ("under NOT karaoke", &[0]),
        ("abba OR genius", &[1, 2]),
        ("kino", &[4]),
        ("кино", &[4]),
        ("gruppa krovi", &[4]),
        ("東京", &[5]),
        ("京", &[5]),
        ("京東", &[]),
        ("tokyo", &[]),
        ("kururi", &[5]),
        ("acdc", &[6]),
        ("ac/dc", &[6]),
        ("ac dc", &[6]),
        ("AC-DC black", &[6]),
        ("beyonce", &[7]),
        ("jay-z", &[7]),
        ("jay z deja vu", &[7]),
        ("bday", &[7]),
        ("b'day", &[7]),
        ("artist:Miles Davis album:Kind of Blue", &[8]),
        ("artist:miles what", &[8]),
        ("artist:\"David Bowie\"", &[0]),
        ("track:queen", &[2, 1]),
        ("pink dont", &[9]),
        ("asap", &[9]),
        ("dancin", &[1]),
        ("dancin ", &[1]),
        ("dancign queen", &[1]),
        ("quen dancing", &[1]),
        ("perfum geniuss ", &[2]),
        ("+", &[10, 9]),
        ("year:1981 queen", &[2, 1, 0]),
        ("year:1980-1985 abba", &[1]),
        ("year:1999 abba", &[]),
        ("genre:rock abba", &[1]),
        ("genre:pop abba", &[]),
        ("isrc:GBUM71029604", &[]),
        ("NOT queen", &[]),
        ("", &[]),
        ("   ", &[]),
        ("\"", &[]),
        ("???", &[]),
    ] {
        assert_eq!(found(&index, query), expected, "{query:?}");
    }
}
