//! `sleeve catalogue`: what is read in, invented, shown, checked and thrown away.

mod import;
mod kill;
mod serving;
mod verify;

use insta::assert_snapshot;
use serde_json::Value;

use crate::harness::Home;

/// A track that no catalogue of ours has.
pub(crate) const ID: &str = "aaaaaaaaaaaaaaaaaaaaaa";

/// Documents of invented tracks, albums and artists, a line each.
pub(crate) fn invented(home: &Home, tracks: u32, seed: u32) -> String {
    let (tracks, seed) = (tracks.to_string(), seed.to_string());
    let other = ["-q", "--data", "other", "catalogue"];
    let said = home.run(&[&other[..], &["generate", "--tracks", &tracks, "--seed", &seed]].concat());
    assert_eq!(said.code(), Some(0), "{said}");
    home.run(&[&other[..], &["export"]].concat()).out
}

#[test]
fn with_nothing_there_the_starter_is_shown_and_nothing_is_made() {
    let home = Home::new();
    assert_snapshot!(home.run(&["catalogue", "info"]), @"
    exit status: 0
    --- stdout
    Served   the starter catalogue of this program
    Tracks   64
    Albums   64
    Artists  76
    On disk  nothing
    File     ~/.local/share/sleeve/catalogue/catalogue.db
    --- stderr
    ");
    assert_snapshot!(home.run(&["catalogue", "verify"]), @"
    exit status: 0
    --- stdout
    all is well: 204 objects, 206 relations, no text index on disk
    --- stderr
    ");
    assert_eq!(home.run(&["catalogue", "export"]).out.lines().count(), 204);
    assert_snapshot!(home.run(&["catalogue", "reset"]), @"
    exit status: 0
    --- stdout
    --- stderr
    sleeve: there is nothing to reset: the starter catalogue is served
    ");
    assert!(!home.data().exists());
}

#[test]
fn what_is_exported_and_imported_is_exported_again_byte_for_byte() {
    for generate in [false, true] {
        let home = Home::new();
        if generate {
            assert_eq!(home.run(&["catalogue", "generate", "--tracks", "300", "--seed", "3"]).code(), Some(0));
        }
        let first = home.run(&["catalogue", "export"]).out;
        let said = home.run_on(first.as_bytes(), &["--data", "second", "catalogue", "import", "-"]);
        assert_eq!(said.code(), Some(0), "{said}");
        let second = home.run(&["--data", "second", "catalogue", "export"]).out;
        assert!(first == second, "generated: {generate}");
        let said = home.run(&["--data", "second", "catalogue", "verify"]);
        assert_eq!(said.code(), Some(0), "{said}");
    }
}

#[test]
fn documents_are_exported_by_kind_and_by_id() {
    let home = Home::new();
    home.run(&["catalogue", "generate", "--tracks", "100"]);
    let ids = |said: &str| -> Vec<(String, String)> {
        let read = |line: &str| serde_json::from_str::<Value>(line).expect("JSON");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        said.lines().map(read).map(|document| (text(&document["type"]), text(&document["id"]))).collect()
    };
    let all = ids(&home.run(&["catalogue", "export"]).out);
    // Artists, albums, tracks: as it happens, in the order of the alphabet but for the first two.
    let mut sorted = all.clone();
    sorted.sort_by_key(|(kind, id)| (kind != "artist", kind.clone(), id.clone()));
    assert_eq!(all, sorted);
    for kind in ["artist", "album", "track"] {
        let one = ids(&home.run(&["catalogue", "export", "--type", kind]).out);
        let expected: Vec<_> = all.iter().filter(|(other, _)| other == kind).cloned().collect();
        assert_eq!(one, expected);
    }
    assert_snapshot!(home.run(&["catalogue", "export", "--type", "song"]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: --type song: it is `artist`, `album` or `track`
    ");
}

#[test]
fn an_invented_catalogue_says_so_and_replaces_only_what_was_invented() {
    let home = Home::new();
    let said = home.run(&["catalogue", "generate", "--tracks", "50", "--seed", "7"]);
    let aside = "sleeve: the starter catalogue's 64 tracks step aside; `sleeve catalogue reset` brings them back\n";
    assert!(said.err.starts_with(&format!("{aside}sleeve: invented 50 tracks, ")), "{said}");
    assert!(said.err.ends_with(" artists (seed 7); none of it is a fact\n"), "{said}");
    let said = home.run(&["call", "get-track", "id=0sleeve000000000000000"]);
    assert!(said.err.contains("from 50 tracks, some or all of them invented (no CLIENT_ID is set)"), "{said}");
    let first = home.run(&["catalogue", "export"]).out;
    let said = home.run(&["-q", "catalogue", "generate", "--tracks", "50", "--seed", "8", "--json"]);
    let document: Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!((&document["tracks"], &document["invented"]), (&50.into(), &"--tracks 50 --seed 8".into()));
    assert_ne!(home.run(&["catalogue", "export"]).out, first);
    assert_eq!(invented(&home, 50, 7), first);

    let track = format!(r#"{{"type":"track","id":"{ID}","name":"x"}}"#);
    assert_eq!(home.run_on(track.as_bytes(), &["catalogue", "import", "-"]).code(), Some(0));
    let info: Value = serde_json::from_str(&home.run(&["catalogue", "info", "--json"]).out).expect("JSON");
    assert_eq!((&info["source"], &info["invented"]), (&"mixed".into(), &"--tracks 50 --seed 8".into()));
    assert_snapshot!(home.run(&["catalogue", "generate", "--tracks", "5"]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: the catalogue holds imported objects, which would be lost; --replace replaces them, `sleeve catalogue export` keeps a copy
    ");
    assert_eq!(home.run(&["track", ID]).code(), Some(0));
    assert_eq!(home.run(&["catalogue", "generate", "--tracks", "5", "--replace"]).code(), Some(0));
    assert_eq!(home.run(&["track", ID]).code(), Some(1));
}

#[test]
fn reset_asks_and_brings_the_starter_and_the_disk_space_back() {
    let home = Home::new();
    home.run(&["catalogue", "generate", "--tracks", "1000"]);
    let bytes = || {
        let info: Value = serde_json::from_str(&home.run(&["catalogue", "info", "--json"]).out).expect("JSON");
        (info["tracks"].as_u64().expect("a number"), info["bytes"].as_u64().expect("a number"))
    };
    let (tracks, before) = bytes();
    assert_eq!(tracks, 1000);
    assert_snapshot!(home.run(&["catalogue", "reset"]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: the catalogue is as it was; --yes resets it without asking
    ");
    assert_eq!(bytes(), (tracks, before));
    assert_snapshot!(home.run(&["catalogue", "reset", "--yes"]), @"
    exit status: 0
    --- stdout
    --- stderr
    sleeve: the catalogue is empty; the starter catalogue is served
    ");
    let (tracks, after) = bytes();
    assert!(tracks == 64 && after < before / 4, "{before} bytes became {after}");
}
