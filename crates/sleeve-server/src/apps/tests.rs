use std::fs;
use std::sync::mpsc;
use std::time::Duration;

use sleeve_model::QuotaMode;
use tempfile::TempDir;

use super::{Apps, Draft, Limits};
use crate::{Clock, DataFolder, Kind, Random};

fn open(place: &TempDir) -> Apps {
    let folder = DataFolder::open(place.path()).expect("a data folder");
    Apps::open(&folder, Clock::system(), Random::system()).expect("apps")
}

fn place() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn draft() -> Draft {
    Draft::new("Player", "Plays.")
}

#[test]
fn an_app_is_there_again_with_its_secret_after_a_restart() {
    let place = place();
    let (app, secret) = open(&place).create(draft()).expect("created");
    assert_eq!(app.client_id.len(), 32);
    assert!(app.client_id.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f')));
    let apps = open(&place);
    assert_eq!(apps.list(), std::slice::from_ref(&app));
    assert!(apps.secret(&app.client_id).expect("a secret").matches(secret.reveal()));
    let bytes = fs::read(place.path().join("state.db")).expect("a file");
    assert!(!bytes.windows(32).any(|window| window == secret.reveal().as_bytes()), "the secret is sealed at rest");
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &fs::metadata(place.path().join("state.db")).expect("a file").permissions(),
    );
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn an_app_of_another_process_is_known_at_once_and_its_changes_after_a_refresh() {
    let place = place();
    let (ours, theirs) = (open(&place), open(&place));
    let (app, secret) = theirs.create(draft()).expect("created");
    assert_eq!(ours.quota_mode(&app.client_id), Some(QuotaMode::Extended));
    let rotated = theirs.rotate_secret(&app.client_id).expect("rotated");
    let mut changed = draft();
    changed.quota_mode = QuotaMode::Development;
    theirs.edit(&app.client_id, changed).expect("edited");
    ours.refresh().expect("refreshed");
    assert!(
        ours.secret(&app.client_id).is_some_and(|now| now.matches(rotated.reveal()) && !now.matches(secret.reveal()))
    );
    assert_eq!(ours.quota_mode(&app.client_id), Some(QuotaMode::Development));
    theirs.delete(&app.client_id).expect("deleted");
    ours.refresh().expect("refreshed");
    assert_eq!(ours.get(&app.client_id), None);
}

#[test]
fn an_app_keeps_its_limits() {
    let place = place();
    let limits = Limits { rate: "180/30s".parse().ok(), daily_quota: "500".parse().ok() };
    let (app, _) = open(&place).create(Draft { limits, ..draft() }).expect("created");
    assert_eq!(open(&place).standing(&app.client_id), Some((QuotaMode::Extended, limits)));
    open(&place).amend(&app.client_id, |draft| draft.limits.rate = None).expect("changed");
    let standing = open(&place).standing(&app.client_id);
    assert_eq!(standing, Some((QuotaMode::Extended, Limits { rate: None, ..limits })));
}

#[test]
fn a_folder_of_before_there_were_limits_is_taken_up_once() {
    let place = place();
    let (app, secret) = open(&place).create(draft()).expect("created");
    let state = rusqlite::Connection::open(place.path().join("state.db")).expect("it opens");
    let older =
        "ALTER TABLE app DROP COLUMN rate_limit; ALTER TABLE app DROP COLUMN daily_quota; PRAGMA user_version = 1";
    state.execute_batch(older).expect("an older file");
    let opened: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| open(&place).list())).collect();
        threads.into_iter().map(|thread| thread.join().expect("it opens")).collect()
    });
    assert!(opened.iter().all(|apps| apps == std::slice::from_ref(&app)));
    // What an older program still does with a file that it has open goes on.
    let renamed = state.execute("UPDATE app SET name = 'Organ' WHERE client_id = ?1", [&app.client_id]);
    assert_eq!(renamed, Ok(1));
    let apps = open(&place);
    assert_eq!(apps.get(&app.client_id).map(|app| app.draft.name).as_deref(), Some("Organ"));
    assert!(apps.secret(&app.client_id).expect("a secret").matches(secret.reveal()));
}

#[test]
fn nobody_who_asks_for_an_app_waits_for_somebody_who_writes() {
    let place = place();
    let (ours, theirs) = (open(&place), open(&place));
    let (app, _) = theirs.create(draft()).expect("created");
    let writing = ours.lock();
    let (tell, told) = mpsc::channel();
    let (asking, id) = (ours.clone(), app.client_id.clone());
    let asked = std::thread::spawn(move || tell.send((asking.get(&id), asking.get("nobody"))).is_ok());
    let answered = told.recv_timeout(Duration::from_secs(20));
    drop(writing);
    assert_eq!(answered, Ok((Some(app), None)));
    assert!(asked.join().expect("it ends"));
}

#[test]
fn apps_in_memory_and_adopted_ones_leave_no_trace_on_disk() {
    let place = place();
    let apps = open(&place);
    let pair = super::Secret::new("theirs");
    apps.adopt("somebody", &pair, draft()).expect("adopted");
    assert!(apps.secret("somebody").is_some_and(|secret| secret.matches("theirs")));
    apps.rotate_secret("somebody").expect("rotated");
    assert!(apps.secret("somebody").is_some_and(|secret| !secret.matches("theirs")));
    assert!(open(&place).get("somebody").is_none());
    apps.delete("somebody").expect("deleted");
    assert!(apps.get("somebody").is_none());
    let memory = Apps::in_memory(Clock::system(), Random::system());
    let (app, _) = memory.create(draft()).expect("created");
    assert_eq!(memory.list(), [app]);
}

#[test]
fn what_is_not_there_cannot_be_changed() {
    let apps = open(&place());
    for error in [
        apps.edit("nobody", draft()).expect_err("no such app"),
        apps.rotate_secret("nobody").expect_err("no such app"),
        apps.delete("nobody").expect_err("no such app"),
    ] {
        assert_eq!(error.kind(), Kind::NoSuchApp);
    }
    assert_eq!(apps.create(Draft::new("", "")).expect_err("no name").kind(), Kind::InvalidApp);
}

#[test]
fn a_folder_of_a_newer_program_or_a_damaged_one_is_left_as_it_is() {
    let check = |spoil: &dyn Fn(&std::path::Path), kind: Kind| {
        let place = place();
        drop(open(&place));
        let state = place.path().join("state.db");
        spoil(&state);
        let before = fs::read(&state).expect("a file");
        let folder = DataFolder::open(place.path()).expect("a data folder");
        let error = Apps::open(&folder, Clock::system(), Random::system()).expect_err("it cannot be used");
        assert_eq!(error.kind(), kind, "{error}");
        assert!(!error.to_string().contains('\n'));
        assert_eq!(fs::read(&state).expect("a file"), before);
    };
    let sql = |sql: &'static str| {
        move |path: &std::path::Path| {
            rusqlite::Connection::open(path).and_then(|connection| connection.execute_batch(sql)).expect("spoilt");
        }
    };
    check(&sql("PRAGMA user_version = 3"), Kind::Newer);
    check(&sql("PRAGMA journal_mode = DELETE; PRAGMA user_version = 3"), Kind::Newer);
    check(
        &sql("INSERT INTO app VALUES ('x', x'00', 0, 'n', 'd', '', '', '[]', '[]', 'odd', NULL, NULL)"),
        Kind::Damaged,
    );
    check(
        &sql("INSERT INTO app VALUES ('x', x'00', 0, 'n', 'd', '', '', '[]', '[]', 'extended', '9', NULL)"),
        Kind::Damaged,
    );
    check(
        &sql("INSERT INTO app VALUES ('x', x'00', 0, 'n', 'd', '', '', '[]', '[]', 'extended', NULL, 0)"),
        Kind::Damaged,
    );
    check(&sql("PRAGMA application_id = 7"), Kind::Damaged);
    check(
        &|path| fs::write(path, b"these are not the bytes of a database, whatever else they are").expect("written"),
        Kind::Damaged,
    );
    check(&|path| fs::write(path, b"").expect("written"), Kind::Damaged);
    check(
        &|path| {
            let folder = DataFolder::open(path.parent().expect("a folder")).expect("a data folder");
            let apps = Apps::open(&folder, Clock::system(), Random::system()).expect("apps");
            apps.create(draft()).expect("created");
            fs::write(path.with_file_name("keys/master"), [7; 32]).expect("written");
        },
        Kind::Damaged,
    );
    check(
        &|path| {
            fs::remove_file(path.with_file_name("keys/master")).expect("removed");
        },
        Kind::Damaged,
    );
    check(
        &|path| {
            fs::remove_file(path).expect("removed");
            sql("CREATE TABLE somebody_elses (x)")(path);
        },
        Kind::Damaged,
    );
}
