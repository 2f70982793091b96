//! The public surface: every store passes the same conformance tests.

use std::fs::{self, Permissions};
use std::io::Write;
use std::ops::ControlFlow;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::json;
use sleeve_catalogue::text::Query;
use sleeve_catalogue::{Catalogue, Current, ErrorKind, Find, Store, Window, conformance};
use sleeve_model::{Id, Kind};

#[test]
fn a_store_in_memory_conforms() {
    conformance::check(|| Store::in_memory().expect("memory"));
}

#[test]
fn a_store_in_a_file_conforms() {
    let place = tempfile::tempdir().expect("a folder");
    let number = std::cell::Cell::new(0);
    conformance::check(|| {
        number.set(number.get() + 1);
        Store::open(&place.path().join(format!("{}.db", number.get()))).expect("a file")
    });
}

fn put(store: &Store, json: serde_json::Value) {
    store.put([json]).expect("written");
}

#[test]
fn a_file_is_there_again_when_it_is_opened_again() {
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("catalogue.db");
    put(&Store::open(&path).expect("a file"), json!({"id": ID, "type": "track", "name": "x"}));
    let example = Store::open(&path).expect("a file").example(Kind::Track).expect("readable").expect("it is there");
    assert_eq!(example.name(), "x");
}

#[test]
fn a_folder_without_a_catalogue_has_the_starter_and_follows_what_others_do() {
    let place = tempfile::tempdir().expect("a folder");
    let current = Current::open(place.path()).expect("the starter");
    assert!(current.is_starter() && current.count(Kind::Track).expect("readable") == 64);
    let other = Store::open(&place.path().join(Current::FILE)).expect("a file");
    current.refresh().expect("readable");
    assert!(current.is_starter(), "an empty file is no catalogue");
    let generation = current.generation();
    put(&other, json!({"id": ID, "type": "track", "name": "x"}));
    let found = current.object(Kind::Track, Id::parse(ID).expect("a good id")).expect("readable");
    assert!(found.is_some(), "what is asked for and not there is looked for again");
    assert!(!current.is_starter() && current.count(Kind::Track).expect("readable") == 1);
    assert_ne!(current.generation(), generation);
    let mut change = other.change().expect("nobody else writes");
    change.clear().expect("written");
    change.finish(&mut |_| ControlFlow::Continue(())).expect("written");
    current.refresh().expect("readable");
    assert!(current.is_starter(), "a catalogue that was cleared is none");
}

#[test]
fn a_file_that_is_removed_or_replaced_is_followed() {
    let place = tempfile::tempdir().expect("a folder");
    let (folder, name) = (place.path().join("catalogue"), json!({"id": ID, "type": "track", "name": "x"}));
    let make = || {
        fs::create_dir(&folder).expect("a folder");
        put(&Store::open(&folder.join(Current::FILE)).expect("a file"), name.clone());
    };
    make();
    let current = Current::open(&folder).expect("a file");
    assert!(!current.is_starter());
    fs::remove_dir_all(&folder).expect("it was there");
    make();
    put(&Store::open(&folder.join(Current::FILE)).expect("a file"), json!({"id": OTHER, "type": "track"}));
    current.refresh().expect("readable");
    assert_eq!(current.count(Kind::Track).expect("readable"), 2);
    fs::remove_dir_all(&folder).expect("it was there");
    current.refresh().expect("readable");
    assert!(current.is_starter());
}

#[test]
fn only_one_process_changes_a_file_and_others_read_what_was_there_before() {
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("catalogue.db");
    let (one, other) = (Store::open(&path).expect("a file"), Store::open(&path).expect("a file"));
    put(&one, json!({"id": ID, "type": "track", "name": "x"}));
    let mut change = one.change().expect("nobody else writes");
    change.clear().expect("written");
    assert_eq!(other.count(Kind::Track).expect("readable"), 1);
    drop(change);
    assert_eq!(other.count(Kind::Track).expect("readable"), 1);
}

#[test]
fn an_object_is_found_by_its_id_whatever_generation_the_open_index_is_of() {
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("catalogue.db");
    let (one, other) = (Store::open(&path).expect("a file"), Store::open(&path).expect("a file"));
    let ids = [ID, OTHER].map(|id| Id::parse(id).expect("a good id"));
    let found = || {
        let found = one.several(Kind::Track, &ids).expect("readable");
        let alone = ids.map(|id| one.object(Kind::Track, id).expect("readable"));
        assert_eq!(found, alone);
        found.iter().map(|found| found.as_ref().map(|found| (found.id, found.name()))).collect::<Vec<_>>()
    };
    let named = |id: Id, name: &str| Some((id, name.to_owned()));
    put(&one, json!({"id": ID, "type": "track", "name": "x"}));
    assert_eq!(found(), [named(ids[0], "x"), None]);
    // Not by `one`, which goes on with the index of what it wrote.
    put(&other, json!({"id": OTHER, "type": "track", "name": "y"}));
    put(&other, json!({"id": ID, "type": "track", "name": "z"}));
    assert_eq!(found(), [named(ids[0], "z"), named(ids[1], "y")]);
    let mut change = other.change().expect("nobody else writes");
    change.clear().expect("written");
    change.finish(&mut |_| ControlFlow::Continue(())).expect("written");
    assert_eq!(found(), [None, None]);
    one.refresh().expect("readable");
    put(&other, json!({"id": OTHER, "type": "track", "name": "w"}));
    assert_eq!(found(), [None, named(ids[1], "w")]);
}

const ID: &str = "aaaaaaaaaaaaaaaaaaaaaa";
const OTHER: &str = "bbbbbbbbbbbbbbbbbbbbbb";

#[test]
fn a_folder_that_may_not_be_looked_into_is_no_empty_one() {
    let place = tempfile::tempdir().expect("a folder");
    let error = Current::open(&place.path().join("x".repeat(300))).expect_err("no folder has such a name");
    assert!(error.to_string().starts_with("cannot use "), "{error}");
}

#[test]
fn a_file_that_may_only_be_read_is_read() {
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("catalogue.db");
    put(&Store::open(&path).expect("a file"), json!({"id": ID, "type": "track", "name": "x"}));
    let permit = |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).expect("permitted");
    permit(&path, 0o400);
    permit(place.path(), 0o500);
    if fs::write(place.path().join("more"), "").is_ok() {
        // Past the test runner, which keeps what a good test prints to itself.
        let said = writeln!(std::io::stderr(), "root may write everywhere: not tested how a read-only folder is met");
        said.expect("standard error is there");
    } else {
        let store = Store::open(&path).expect("a file");
        assert_eq!(store.count(Kind::Track).expect("readable"), 1);
    }
    permit(place.path(), 0o700);
}

#[test]
fn newer_damaged_and_foreign_files_are_said_and_left() {
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("catalogue.db");
    let check = |sql: &str, kind: ErrorKind| {
        drop(Store::open(&path));
        rusqlite::Connection::open(&path).and_then(|file| file.execute_batch(sql)).expect("spoilt");
        let before = fs::read(&path).expect("a file");
        assert_eq!(Store::open(&path).expect_err("it cannot be used").kind(), kind);
        assert_eq!(fs::read(&path).expect("a file"), before);
    };
    check("PRAGMA user_version = 9", ErrorKind::Newer);
    check("PRAGMA application_id = 9", ErrorKind::Damaged);
    fs::write(&path, "not a database, but a text of some length that is none").expect("written");
    assert_eq!(Store::open(&path).expect_err("it cannot be used").kind(), ErrorKind::Damaged);
}

#[test]
fn an_index_that_is_missing_or_damaged_is_built_anew_and_old_ones_are_swept() {
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("catalogue.db");
    let indexes = || {
        let files = fs::read_dir(place.path()).expect("a folder").map(|file| file.expect("a file").path());
        files.filter(|path| path.extension().is_some_and(|extension| extension == "index")).collect::<Vec<_>>()
    };
    put(&Store::open(&path).expect("a file"), json!({"id": ID, "type": "track", "name": "one"}));
    put(&Store::open(&path).expect("a file"), json!({"id": ID, "type": "track", "name": "two"}));
    let there = indexes();
    assert_eq!(there.len(), 1);
    let store = Store::open(&path).expect("a file");
    let mut change = store.change().expect("nobody else writes");
    change.clear().expect("written");
    let broken_off = |_| {
        assert_eq!(indexes(), there, "it is used until the change is there");
        ControlFlow::Break(())
    };
    assert!(!change.finish(&mut { broken_off }).expect("written"));
    assert_eq!(indexes(), there);
    let find = Find { market: None, today: 20_261_124, window: Window { offset: 0, limit: 5 } };
    let total = || {
        let store = Store::open(&path).expect("a file");
        store.search(Kind::Track, &Query::parse("two"), &find).expect("readable").total
    };
    fs::remove_file(&indexes()[0]).expect("it was there");
    assert_eq!((total(), indexes().len()), (1, 1));
    fs::write(&indexes()[0], "no index").expect("written");
    assert_eq!(total(), 1);
    assert_ne!(fs::read(&indexes()[0]).expect("it is there"), b"no index");
}

#[test]
fn documents_that_hold_something_odd_are_in_the_index_and_verified() {
    let place = tempfile::tempdir().expect("a folder");
    let store = Store::open(&place.path().join("catalogue.db")).expect("a file");
    let documents = [
        json!({"id": ID, "type": "artist", "name": "odd", "genres": null}),
        json!({"id": ID, "type": "album", "name": "odd", "artists": null}),
        json!({"id": ID, "type": "track", "name": ["odd"], "artists": [1]}),
    ];
    store.put(documents).expect("written");
    let verified = store.verify(&mut |_| ControlFlow::Continue(())).expect("whole").expect("nobody broke off");
    assert!(verified.objects == 3 && verified.has_index);
    let find = Find { market: None, today: 20_261_124, window: Window { offset: 0, limit: 5 } };
    let total = |kind| store.search(kind, &Query::parse("odd"), &find).expect("readable").total;
    assert_eq!([Kind::Artist, Kind::Album, Kind::Track].map(total), [1, 1, 0]);
}
