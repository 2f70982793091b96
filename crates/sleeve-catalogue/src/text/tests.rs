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
        ("Waste It On Me (feat. BTS)", &["Steve Aoki"], "Neon Future III"),
        ("ON", &["BTS"], "Map of the Soul"),
    ])
}

#[test]
fn searches_find_what_people_mean_the_best_first() {
    let index = some();
    for (query, expected) in [
        ("queen", &[2, 0, 1][..]),
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
        ("bts on ", &[12, 11]),
        ("year:1981 queen", &[2, 0, 1]),
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

#[test]
fn a_bands_hits_come_before_the_tracks_that_name_it_in_their_titles() {
    let index = tracks(&[
        ("Harbour Lights", &["Ranel and the Guitars"], "Ashore"),
        ("Slow Tide", &["Ranel and the Guitars"], "Ashore"),
        ("Night Bus (feat. Ranel and the Guitars)", &["Mosk"], "Depot"),
        ("Ranel Guitars", &["Tolva"], "Depot"),
        ("Guitars", &["Ranel"], "Depot"),
    ]);
    assert_eq!(found(&index, "ranel guitars"), [3, 4, 0, 1, 2]);
}

#[test]
fn among_equally_popular_tracks_the_shorter_title_comes_first() {
    let mut builder = Builder::new();
    for (row, name) in (0..).zip(["Tide Song of the Sea", "Tide Song", "Tide Song Again"]) {
        builder.add(&Entry { popularity: 7, ..entry(Kind::Track, row, name, &["Mosk"], None) });
    }
    builder.add(&Entry { popularity: 8, ..entry(Kind::Track, 3, "Another Long Tide of Them All", &["Mosk"], None) });
    let mut bytes = Vec::new();
    builder.write(&mut bytes).expect("memory takes it");
    assert_eq!(found(&Index::from_bytes(bytes).expect("an index"), "tide"), [3, 1, 2, 0]);
}

#[test]
fn four_words_may_be_misspelt_and_those_that_are_unknown_first() {
    let index = tracks(&[("never gonna give your dancing shoes", &["Rick Ashley"], "Whenever")]);
    assert_eq!(found(&index, "never gonna give your dancing ashlye "), [0]);
    assert_eq!(found(&index, "nevre gonan giev yoru dancing "), [0]);
    assert_eq!(found(&index, "nevre gonan giev yoru dancign "), [0; 0]);
}

#[test]
fn candidates_are_the_title_by_the_artist_the_best_first() {
    let index = tracks(&[
        ("Under Pressure - Remastered 2011", &["Queen", "David Bowie"], "Hot Space"),
        ("Under Pressure", &["Karaoke Diamonds"], "Sing"),
        ("Under Pressure", &["Queen", "David Bowie"], "Greatest Hits II"),
        ("Umbrella", &["Rihanna", "JAŸ-Z"], "Good Girl Gone Bad"),
        ("Группа крови", &["Кино"], "Группа крови"),
        ("Bohemian Rhapsody", &["Queen"], "A Night at the Opera"),
        ("(I Can't Get No) Satisfaction - Mono Version", &["The Rolling Stones"], "Out of Our Heads"),
    ]);
    for (artist, title, expected) in [
        ("Queen", "Under Pressure", &[2, 0][..]),
        ("Queen & David Bowie", "Under Pressure", &[2, 0]),
        ("queen feat. david bowie", "Under Pressure (Live at Wembley)", &[2, 0]),
        ("Queen", "Under Pressure - Remastered 2011", &[0, 2]),
        ("Rihanna", "Umbrella (feat. Jay-Z)", &[3]),
        ("Rihanna", "Umbrella feat. Jay-Z", &[3]),
        ("Kino", "Gruppa Krovi", &[4]),
        ("Queen", "Bohemain Rapsody", &[5]),
        ("Rolling Stones", "(I Can’t Get No) Satisfaction", &[6]),
        ("ABBA", "Under Pressure", &[]),
        ("", "", &[]),
        ("feat.", "(", &[]),
    ] {
        assert_eq!(index.candidates(artist, title, 5).expect("searched"), expected, "{artist:?} {title:?}");
    }
    assert_eq!(index.candidates("Queen", "Under Pressure", 1).expect("searched"), [2]);
}

fn entry<'a>(kind: Kind, row: u32, name: &'a str, artists: &'a [&'a str], released: Option<&'a str>) -> Entry<'a> {
    let popularity = row as u8;
    Entry {
        kind,
        row,
        id: id(row),
        name,
        artists,
        album: None,
        genres: &["swing"],
        popularity,
        released,
        markets: row % 2,
    }
}

/// Ten albums of one name from 1999 on, row 9 the most popular, and one artist.
fn albums() -> Index {
    let mut builder = Builder::new();
    for row in 0..10u32 {
        let released = format!("{}-12-{:02}", 1999 + row / 9, 25 + row % 7);
        builder.add(&entry(Kind::Album, row, "Greatest Hits", &["Basie"], Some(&released)));
    }
    builder.add(&entry(Kind::Artist, 0, "Basie", &[], None));
    let mut bytes = Vec::new();
    builder.write(&mut bytes).expect("memory takes it");
    Index::from_bytes(bytes).expect("an index")
}

#[test]
fn filters_of_albums_markets_rows_and_kinds_that_do_not_fit() {
    let index = albums();
    let all = Search { today: 20000102, ..Search::default() };
    let odd = |markets| markets == 1;
    let rows = |query: &str, search: &Search<'_>| {
        let hits = index.search(&Query::parse(query), Kind::Album, search).expect("searched");
        assert_eq!(hits.total as usize, hits.rows.len());
        hits.rows
    };
    assert_eq!(rows("greatest hits", &all), [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    assert_eq!(rows("tag:hipster", &all), [0]);
    assert_eq!(rows("tag:new", &all), [8, 7, 6, 5, 4, 3, 2, 1, 0]);
    assert_eq!(rows("tag:new", &Search { today: 20000114, ..all }), [6]);
    assert_eq!(rows("tag:new hits", &Search { today: 20010102, ..all }), [9]);
    assert_eq!(rows("year:2000", &all), [9]);
    assert_eq!(rows("basie", &Search { plays: Some(&odd), ..all }), [9, 7, 5, 3, 1]);
    assert_eq!(rows("upc:123", &all), [0; 0]);
    assert_eq!(rows("upc:123", &Search { within: Some(&[7, 3, 3, 99]), ..all }), [7, 3]);
    assert_eq!(rows("upc:123 hits", &Search { within: Some(&[3]), ..all }), [3]);
    assert_eq!(rows("track:hits", &all), [0; 0]);
    assert_eq!(rows("genre:swing", &all), [0; 0]);
    let artist = |query: &str| index.search(&Query::parse(query), Kind::Artist, &all).expect("searched").rows;
    assert_eq!(artist("genre:swing"), [0]);
    assert_eq!(artist("artist:basie"), [0]);
    assert_eq!(artist("tag:new"), [0; 0]);
}

#[test]
fn what_is_asked_for_by_its_full_name_comes_first_however_unpopular() {
    let names: Vec<String> =
        (0..90).map(|n| format!("moon {} {}", ["river", "dance", "shadow"][n % 3], n / 3)).collect();
    let all: Vec<(&str, &[&str], &str)> = names.iter().map(|name| (name.as_str(), &["Moon"][..], "Moon")).collect();
    let index = tracks(&all);
    for (row, name) in (0..).zip(&names) {
        assert_eq!(found(&index, name).first(), Some(&row), "{name}");
    }
}

#[test]
fn an_id_leads_to_its_row_and_an_unknown_one_nowhere() {
    for count in [0, 1, 2, 3, 5_000] {
        let mut builder = Builder::new();
        for row in 0..count {
            let (artists, genres) = (&[][..], &[][..]);
            let (kind, id, name, album, released) = (Kind::Album, id(row), "", None, None);
            builder.add(&Entry { kind, row, id, name, artists, album, genres, popularity: 0, released, markets: 0 });
        }
        let mut bytes = Vec::new();
        builder.write(&mut bytes).expect("memory takes it");
        let index = Index::from_bytes(bytes).expect("an index");
        for row in 0..2 * count + 10 {
            let found = index.row_of(Kind::Album, id(row)).expect("read");
            assert_eq!(found, (row < count).then_some(row), "{row} of {count}");
        }
        assert_eq!(index.row_of(Kind::Track, id(0)).expect("read"), None);
    }
}
