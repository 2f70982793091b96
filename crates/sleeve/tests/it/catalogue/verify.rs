//! Damage that `verify` finds, and what `reset` makes of it.

use std::fs;

use rusqlite::Connection;

use crate::harness::{Home, Said};

/// What is done to a catalogue.
type Damage = fn(&Home);

fn execute(home: &Home, sql: &str) {
    let file = Connection::open(home.data().join("catalogue/catalogue.db")).expect("it opens");
    assert!(file.execute(sql, []).expect("written") > 0, "{sql}");
}

fn spoil(home: &Home, is_index: bool) {
    let files = fs::read_dir(home.data().join("catalogue")).expect("a folder");
    let paths = files.map(|file| file.expect("a file").path());
    let found = paths.filter(|path| path.extension().is_some_and(|name| (name == "index") == is_index));
    for path in found {
        let mut bytes = fs::read(&path).expect("a file");
        let middle = bytes.len() / 2;
        bytes[middle..middle + 64].fill(0xa5);
        fs::write(&path, bytes).expect("written");
    }
}

fn verify(home: &Home) -> Said {
    home.run(&["catalogue", "verify"])
}

#[test]
fn whatever_is_damaged_is_found_and_said_with_what_helps() {
    let damages: [(&str, Damage); 8] = [
        ("the track", |home| execute(home, "UPDATE track SET popularity = 101 WHERE row = 3")),
        ("the track", |home| execute(home, "UPDATE track SET isrc = 'x' WHERE row = 3")),
        ("the track", |home| execute(home, "UPDATE track SET album = album + 1 WHERE row = 3")),
        ("the album", |home| execute(home, "UPDATE album SET before = 7 WHERE row = 3")),
        ("relations", |home| execute(home, "INSERT INTO artist_track VALUES (1, -200, 1)")),
        ("the track", |home| execute(home, "UPDATE track SET document = x'00ff' WHERE row = 3")),
        ("text index", |home| spoil(home, true)),
        ("damaged", |home| spoil(home, false)),
    ];
    for (place, (word, damage)) in damages.into_iter().enumerate() {
        let home = Home::new();
        assert_eq!(home.run(&["-q", "catalogue", "generate", "--tracks", "100"]).code(), Some(0));
        assert_eq!(verify(&home).code(), Some(0), "{}", verify(&home));
        damage(&home);
        let said = verify(&home);
        assert_eq!((said.code(), said.out.as_str(), said.err.lines().count()), (Some(2), "", 1), "{place}: {said}");
        assert!(said.err.contains(word) && said.err.contains("`sleeve catalogue reset`"), "{place}: {said}");
        assert_eq!(home.run(&["catalogue", "reset", "--yes"]).code(), Some(0), "{place}");
        assert_eq!(verify(&home).code(), Some(0), "{place}: {}", verify(&home));
    }
}

#[test]
fn a_file_that_is_no_catalogue_is_left_until_it_is_reset() {
    let home = Home::new();
    let path = home.write(".local/share/sleeve/catalogue/catalogue.db", "not a database, but a text of some length");
    for args in [&["catalogue", "info"][..], &["catalogue", "verify"], &["catalogue", "generate", "--tracks", "5"]] {
        let said = home.run(args);
        assert_eq!((said.code(), said.err.lines().count()), (Some(2), 1), "{said}");
        assert!(said.err.contains("damaged") && path.exists(), "{said}");
    }
    assert_eq!(home.run(&["catalogue", "reset", "--yes"]).code(), Some(0));
    assert_eq!(home.run(&["catalogue", "generate", "--tracks", "5"]).code(), Some(0));
}
