//! What every cache does, tried on each, and what only one on disk does.

use std::io::{self, ErrorKind};
use std::time::{Duration, SystemTime};

use super::{Cache, MemoryCache, Shelf};

const DAY: Duration = Duration::from_secs(86_400);

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + 20_000 * DAY
}

fn put(cache: &dyn Cache, shelf: Shelf, key: &str, value: &[u8], now: SystemTime, until: SystemTime) {
    patiently(|| cache.update(shelf, key, now, &mut |_| Some((value.to_vec(), until))));
}

fn get(cache: &dyn Cache, shelf: Shelf, key: &str, now: SystemTime) -> Option<Vec<u8>> {
    patiently(|| cache.get(shelf, key, now))
}

/// Asks again where another one holds the store at the moment.
fn patiently<T>(work: impl Fn() -> io::Result<T>) -> T {
    loop {
        match work() {
            Err(error) if error.kind() == ErrorKind::WouldBlock => std::thread::yield_now(),
            done => return done.expect("done"),
        }
    }
}

/// Every rule of the trait, with a cache that has room for 10,000 bytes of answers.
fn conforms(make: &dyn Fn() -> Box<dyn Cache>) {
    keeps_what_it_is_told(&*make());
    ends_what_has_ended(&*make());
    keeps_answers_for_30_days_at_most(&*make());
    lets_the_oldest_use_go_first(&*make());
    takes_no_answer_that_is_larger_than_the_room(&*make());
}

fn keeps_what_it_is_told(cache: &dyn Cache) {
    let (now, until) = (now(), now() + DAY);
    assert_eq!(get(cache, Shelf::Pacing, "app", now), None);
    put(cache, Shelf::Pacing, "app", b"\0 \xff 1", now, until);
    put(cache, Shelf::Modes, "app", b"", now, until);
    assert_eq!(get(cache, Shelf::Pacing, "app", now).as_deref(), Some(b"\0 \xff 1".as_slice()));
    assert_eq!(get(cache, Shelf::Modes, "app", now).as_deref(), Some(b"".as_slice()));
    assert_eq!(get(cache, Shelf::Answers, "app", now), None, "each shelf has its own keys");
    let change = &mut |known: Option<&[u8]>| {
        assert_eq!(known, Some(b"\0 \xff 1".as_slice()));
        None
    };
    cache.update(Shelf::Pacing, "app", now, change).expect("left as it is");
    assert_eq!(get(cache, Shelf::Pacing, "app", now).as_deref(), Some(b"\0 \xff 1".as_slice()));
    put(cache, Shelf::Pacing, "app", b"2", now, now);
    assert_eq!(get(cache, Shelf::Pacing, "app", now), None, "what ends now is taken out");
}

fn ends_what_has_ended(cache: &dyn Cache) {
    for shelf in Shelf::ALL {
        put(cache, shelf, "key", b"1", now(), now() + DAY);
        assert!(get(cache, shelf, "key", now() + DAY - Duration::from_millis(1)).is_some());
        assert_eq!(get(cache, shelf, "key", now() + DAY), None);
        put(cache, shelf, "key", b"1", now(), now() + DAY);
        let change = &mut |known: Option<&[u8]>| {
            assert_eq!(known, None, "nothing is known any more");
            None
        };
        cache.update(shelf, "key", now() + DAY, change).expect("left as it is");
    }
}

fn keeps_answers_for_30_days_at_most(cache: &dyn Cache) {
    for shelf in Shelf::ALL {
        put(cache, shelf, "key", b"1", now(), now() + 400 * DAY);
        assert!(get(cache, shelf, "key", now() + 30 * DAY - Duration::from_millis(1)).is_some());
        assert_eq!(get(cache, shelf, "key", now() + 30 * DAY).is_some(), shelf != Shelf::Answers, "{shelf:?}");
    }
}

fn lets_the_oldest_use_go_first(cache: &dyn Cache) {
    put(cache, Shelf::Modes, "app", &[0; 20_000], now(), now() + 30 * DAY);
    for day in 0..40_u32 {
        let now = now() + day * DAY / 4;
        put(cache, Shelf::Answers, &format!("key {day}"), &[0; 990], now, now + 30 * DAY);
        assert!(get(cache, Shelf::Answers, "key 0", now).is_some(), "it is used every day");
    }
    let now = now() + 10 * DAY;
    let left: Vec<u32> =
        (0..40).filter(|day| get(cache, Shelf::Answers, &format!("key {day}"), now).is_some()).collect();
    assert!((6..=10).contains(&left.len()), "{left:?}");
    assert_eq!(left[0], 0);
    assert!(left[1..].windows(2).all(|pair| pair[0] + 1 == pair[1]) && left.ends_with(&[39]), "{left:?}");
    assert!(get(cache, Shelf::Modes, "app", now).is_some(), "the bound is the answers'");
}

fn takes_no_answer_that_is_larger_than_the_room(cache: &dyn Cache) {
    put(cache, Shelf::Answers, "small", b"1", now(), now() + DAY);
    put(cache, Shelf::Answers, "large", b"1", now(), now() + DAY);
    put(cache, Shelf::Answers, "large", &[0; 10_000], now(), now() + DAY);
    assert_eq!(get(cache, Shelf::Answers, "large", now()), None, "nor what it took the place of");
    assert!(get(cache, Shelf::Answers, "small", now()).is_some());
}

#[test]
fn a_cache_in_memory_conforms() {
    conforms(&|| Box::new(MemoryCache::with_room(10_000)));
}

#[cfg(feature = "disk")]
mod disk {
    use std::fs;
    use std::io::ErrorKind;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;
    use std::time::Duration;

    use rusqlite::Connection;

    use super::{DAY, conforms, get, now, patiently, put};
    use crate::{Cache, DiskCache, Shelf};

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("a folder")
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<_> =
            entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("text")).collect();
        names.sort();
        names
    }

    #[test]
    fn a_cache_on_disk_conforms() {
        let place = folder();
        let count = std::cell::Cell::new(0);
        conforms(&|| {
            count.set(count.get() + 1);
            let cache = DiskCache::with_room(&place.path().join(count.get().to_string()), 10_000);
            assert_eq!(cache.why_not(), None);
            Box::new(cache)
        });
    }

    #[test]
    fn a_cache_on_disk_outlives_the_program_and_is_the_owners_alone() {
        let place = folder();
        let path = place.path().join("deep/er");
        let cache = DiskCache::open(&path);
        put(&cache, Shelf::Pacing, "app", b"1", now(), now() + DAY);
        let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o700);
        for name in names(&path) {
            assert_eq!(mode(&path.join(&name)), 0o600, "{name}");
        }
        drop(cache);
        let cache = DiskCache::open(&path);
        assert_eq!(get(&cache, Shelf::Pacing, "app", now()).as_deref(), Some(b"1".as_slice()));
        assert_eq!(names(&path), ["cache.db", "cache.db-shm", "cache.db-wal", "cache.lock"]);
    }

    #[test]
    fn a_thousand_changes_by_four_threads_on_two_caches_of_one_file_lose_none() {
        let place = folder();
        let caches = [DiskCache::open(place.path()), DiskCache::open(place.path())];
        let add = |known: Option<&[u8]>| {
            let count: u32 = known.map_or(0, |known| String::from_utf8_lossy(known).parse().expect("a number"));
            Some(((count + 1).to_string().into_bytes(), now() + DAY))
        };
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let cache = &caches[thread % 2];
                scope.spawn(move || {
                    for _ in 0..250 {
                        patiently(|| cache.update(Shelf::Pacing, "app", now(), &mut { add }));
                    }
                });
            }
        });
        assert_eq!(get(&caches[0], Shelf::Pacing, "app", now()).as_deref(), Some(b"1000".as_slice()));
    }

    #[test]
    fn eight_programs_that_start_at_once_share_one_new_file() {
        let place = folder();
        std::thread::scope(|scope| {
            for number in 0..8 {
                let path = place.path().join("new");
                scope.spawn(move || {
                    let cache = DiskCache::open(&path);
                    assert_eq!(cache.why_not(), None);
                    put(&cache, Shelf::Modes, &number.to_string(), b"1", now(), now() + DAY);
                });
            }
        });
        let usage = DiskCache::open(&place.path().join("new")).usage(now()).expect("read");
        assert_eq!(usage[1].entries, 8);
    }

    #[test]
    fn what_another_program_holds_is_an_error_of_its_own_after_a_moment_and_answers_are_left_alone_for_a_second() {
        let place = folder();
        let cache = DiskCache::open(place.path());
        put(&cache, Shelf::Answers, "key", b"1", now(), now() + DAY);
        let holder = Connection::open(place.path().join("cache.db")).expect("opened");
        holder.execute_batch("BEGIN IMMEDIATE").expect("held");
        let update = |shelf, now| cache.update(shelf, "key", now, &mut |_| Some((b"2".to_vec(), now + DAY)));
        for shelf in [Shelf::Pacing, Shelf::Answers] {
            let error = update(shelf, now()).expect_err("held");
            assert_eq!(error.kind(), ErrorKind::WouldBlock, "{error}");
        }
        assert!(cache.get(Shelf::Pacing, "key", now()).expect("what is only read is there").is_none());
        holder.execute_batch("ROLLBACK").expect("let go");
        update(Shelf::Pacing, now()).expect("free");
        update(Shelf::Answers, now()).expect_err("not tried yet");
        update(Shelf::Answers, now() + Duration::from_secs(1)).expect("free");
    }

    #[test]
    fn a_damaged_file_is_set_aside_and_a_new_one_made() {
        let foreign = |path: &Path| {
            let connection = Connection::open(path).expect("opened");
            connection.execute_batch("CREATE TABLE mine (x); INSERT INTO mine VALUES (1)").expect("made");
        };
        let noise = |path: &Path| fs::write(path, vec![0x5a; 10_000]).expect("written");
        for (name, spoil) in [("foreign", &foreign as &dyn Fn(&Path)), ("noise", &noise)] {
            let place = folder();
            let path = place.path().join("cache.db");
            spoil(&path);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("anybody's");
            let before = fs::read(&path).expect("it is there");
            let cache = DiskCache::open(place.path());
            assert_eq!(cache.why_not(), None, "{name}");
            for file in ["cache.db", "cache.db.damaged"] {
                let mode = fs::metadata(place.path().join(file)).expect("it is there").permissions().mode();
                assert_eq!(mode & 0o777, 0o600, "{name}: {file}");
            }
            put(&cache, Shelf::Modes, "app", b"1", now(), now() + DAY);
            assert!(get(&cache, Shelf::Modes, "app", now()).is_some());
            assert_eq!(fs::read(place.path().join("cache.db.damaged")).expect("set aside"), before, "{name}");
        }
    }

    #[test]
    fn a_file_that_is_damaged_while_it_is_used_is_replaced_and_the_call_succeeds() {
        let place = folder();
        let cache = DiskCache::open(place.path());
        for number in 0..200 {
            put(&cache, Shelf::Modes, &number.to_string(), &[1; 1000], now(), now() + DAY);
        }
        drop(cache);
        let path = place.path().join("cache.db");
        let mut bytes = fs::read(&path).expect("it is there");
        bytes[4096..].fill(0x5a);
        fs::write(&path, bytes).expect("written");
        let cache = DiskCache::open(place.path());
        put(&cache, Shelf::Modes, "app", b"1", now(), now() + DAY);
        assert!(get(&cache, Shelf::Modes, "app", now()).is_some());
        assert!(get(&cache, Shelf::Modes, "7", now()).is_none());
        assert!(place.path().join("cache.db.damaged").exists());
    }

    #[test]
    fn a_folder_that_is_deleted_while_it_is_used_is_made_again() {
        let place = folder();
        let path = place.path().join("cache");
        let cache = DiskCache::open(&path);
        put(&cache, Shelf::Modes, "app", b"1", now(), now() + DAY);
        fs::remove_dir_all(&path).expect("deleted");
        put(&cache, Shelf::Modes, "app", b"2", now(), now() + DAY);
        let other = DiskCache::open(&path);
        assert_eq!(get(&other, Shelf::Modes, "app", now()).as_deref(), Some(b"2".as_slice()));
        assert_eq!(get(&cache, Shelf::Modes, "app", now()).as_deref(), Some(b"2".as_slice()));
    }

    #[test]
    fn a_newer_file_is_left_untouched_and_memory_used() {
        let place = folder();
        drop(DiskCache::open(place.path()));
        let path = place.path().join("cache.db");
        Connection::open(&path).and_then(|file| file.pragma_update(None, "user_version", 9)).expect("made newer");
        let before = fs::read(&path).expect("it is there");
        let cache = DiskCache::open(place.path());
        put(&cache, Shelf::Modes, "app", b"1", now(), now() + DAY);
        assert!(get(&cache, Shelf::Modes, "app", now()).is_some());
        assert!(cache.why_not().is_some_and(|why| why.contains("newer sleeve (format 9, this one reads 1)")));
        assert_eq!((cache.usage(now()).expect("none"), cache.purge(None).expect("none")), (vec![], 0));
        drop(cache);
        assert_eq!(fs::read(&path).expect("it is there"), before);
    }

    #[test]
    fn where_no_folder_can_be_made_memory_is_used() {
        let place = folder();
        fs::write(place.path().join("file"), "").expect("written");
        let cache = DiskCache::open(&place.path().join("file/cache"));
        put(&cache, Shelf::Modes, "app", b"1", now(), now() + DAY);
        assert!(get(&cache, Shelf::Modes, "app", now()).is_some());
        assert!(cache.why_not().is_some_and(|why| why.starts_with("cannot use ")));
    }

    #[test]
    fn a_write_that_fails_changes_nothing_and_reads_go_on() {
        let place = folder();
        let cache = DiskCache::open(place.path());
        put(&cache, Shelf::Modes, "app", b"1", now(), now() + DAY);
        let pages: i64 = Connection::open(place.path().join("cache.db"))
            .and_then(|file| file.query_row("PRAGMA page_count", [], |row| row.get(0)))
            .expect("counted");
        cache.bound(pages);
        let full = cache.update(Shelf::Modes, "app", now(), &mut |_| Some((vec![0; 100_000], now() + DAY)));
        assert!(full.expect_err("no room").to_string().contains("full"));
        assert_eq!(get(&cache, Shelf::Modes, "app", now()).as_deref(), Some(b"1".as_slice()));
        put(&cache, Shelf::Modes, "app", b"2", now(), now() + DAY);
    }

    #[test]
    fn usage_counts_what_has_not_ended_and_purge_takes_out_a_shelf_or_all() {
        let place = folder();
        let cache = DiskCache::open(place.path());
        put(&cache, Shelf::Answers, "123", b"4567", now(), now() + DAY);
        put(&cache, Shelf::Answers, "456", &[0; 500_000], now() + DAY / 2, now() + 3 * DAY);
        put(&cache, Shelf::Modes, "app", b"", now(), now() + 2 * DAY);
        let count = |now| -> Vec<(u64, u64)> {
            let usage = cache.usage(now).expect("read");
            assert_eq!(usage.iter().map(|usage| usage.shelf).collect::<Vec<_>>(), Shelf::ALL);
            usage.iter().map(|usage| (usage.entries, usage.bytes)).collect()
        };
        assert_eq!(count(now()), [(0, 0), (1, 3), (2, 500_010)]);
        assert_eq!(count(now() + DAY), [(0, 0), (1, 3), (1, 500_003)]);
        assert_eq!(cache.usage(now()).expect("read")[2].oldest, Some(now()));
        assert_eq!(cache.usage(now() + DAY).expect("read")[2].oldest, Some(now() + DAY / 2));
        assert_eq!(cache.purge(Some(Shelf::Answers)).expect("purged"), 2);
        assert_eq!(count(now()), [(0, 0), (1, 3), (0, 0)]);
        assert!(fs::metadata(place.path().join("cache.db")).expect("there").len() < 100_000, "the room is given back");
        assert_eq!(cache.purge(None).expect("purged"), 1);
        assert_eq!(count(now()), [(0, 0), (0, 0), (0, 0)]);
    }
}
