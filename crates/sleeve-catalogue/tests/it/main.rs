//! The public surface: every store passes the same conformance tests.

use sleeve_catalogue::{Catalogue, ErrorKind, Store, conformance};
use sleeve_model::Kind;

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

#[test]
fn a_file_is_there_again_when_it_is_opened_again() {
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("catalogue.db");
    let example = sleeve_catalogue::starter().expect("it loads").example(Kind::Track).expect("readable");
    Store::open(&path).expect("a file").put(example.as_slice()).expect("written");
    assert_eq!(Store::open(&path).expect("a file").example(Kind::Track).expect("readable"), example);
}

#[test]
fn newer_damaged_and_foreign_files_are_said_and_left() {
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("catalogue.db");
    let check = |sql: &str, kind: ErrorKind| {
        drop(Store::open(&path));
        rusqlite::Connection::open(&path).and_then(|file| file.execute_batch(sql)).expect("spoilt");
        let before = std::fs::read(&path).expect("a file");
        assert_eq!(Store::open(&path).expect_err("it cannot be used").kind(), kind);
        assert_eq!(std::fs::read(&path).expect("a file"), before);
    };
    check("PRAGMA user_version = 9", ErrorKind::Newer);
    check("PRAGMA application_id = 9", ErrorKind::Damaged);
    std::fs::write(&path, "not a database, but a text of some length that is none").expect("written");
    assert_eq!(Store::open(&path).expect_err("it cannot be used").kind(), ErrorKind::Damaged);
}
