//! A token that outlives the program, in a file.

use std::fs::{self, File, Permissions};
use std::future::Future;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use serde_json::Value;
use sleeve_client::{Clock, Origins, Spotify};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::script::{SECRET, Script, answer, expired, good_token, track};

const HOUR: Duration = Duration::from_secs(3600);

/// A folder that is not there yet, in one that goes away.
fn folder() -> (TempDir, PathBuf) {
    let outer = tempfile::tempdir().expect("a folder");
    let folder = outer.path().join("tokens");
    (outer, folder)
}

fn client(script: &Script, folder: &Path) -> Spotify {
    script.builder().token_folder(folder).build().expect("a good client")
}

/// The one file with a token.
fn file(folder: &Path) -> PathBuf {
    let files = fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path());
    let mut files: Vec<_> = files.filter(|file| file.extension().is_some_and(|end| end == "json")).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files.remove(0)
}

async fn token(client: &Spotify) -> String {
    client.token().await.expect("a token").access_token.reveal().to_owned()
}

/// A clock that is put by hand; a sleep moves it on.
#[derive(Clone)]
struct Hands(Arc<Mutex<Duration>>);

impl Hands {
    fn at(moment: Duration) -> Self {
        Self(Arc::new(Mutex::new(moment)))
    }
}

impl Clock for Hands {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        *self.0.lock().expect("no panic while it is held")
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        *self.0.lock().expect("no panic while it is held") += duration;
        Box::pin(std::future::ready(()))
    }
}

#[tokio::test(start_paused = true)]
async fn the_next_run_asks_for_no_token() {
    let (_outer, folder) = folder();
    let first = client(&Script::default(), &folder).token().await.expect("a token");
    let script = Script::default();
    let next = client(&script, &folder);
    next.send(track()).await.expect("a track");
    assert_eq!((script.token_posts(), script.bearers()), (0, vec!["Bearer BQ-token-1".to_owned()]));
    let next = next.token().await.expect("a token");
    assert_eq!((next.json(), next.expires_in), (first.json(), first.expires_in));
    assert!(first.expires_at.duration_since(next.expires_at).expect("whole seconds, cut") < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn only_its_owner_can_read_it_and_it_holds_no_client_secret() {
    let (_outer, folder) = folder();
    client(&Script::default(), &folder).token().await.expect("a token");
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for entry in fs::read_dir(&folder).expect("a folder") {
        let path = entry.expect("a file").path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        assert!(path.extension().is_some_and(|end| end == "json" || end == "lock"), "{}", path.display());
        assert!(!fs::read_to_string(&path).expect("text").contains(SECRET));
        assert!(!path.to_string_lossy().contains("my-client-id"));
    }
}

#[tokio::test(start_paused = true)]
async fn another_app_and_another_server_never_get_it() {
    let (_outer, folder) = folder();
    assert_eq!(token(&client(&Script::default().token([good_token("BQ-mine")]), &folder)).await, "BQ-mine");
    let mine = fs::read(file(&folder)).expect("a file");
    let local = |script: &Script| {
        let local = script.builder().origins(Origins::at("http://127.0.0.1:8975").expect("an origin"));
        local.token_folder(&folder).build().expect("a client")
    };
    let other = |script: &Script| {
        script.builder().credentials("other-client-id", SECRET).token_folder(&folder).build().expect("a client")
    };
    let script = Script::default().token([good_token("BQ-local"), good_token("BQ-other")]);
    assert_eq!(token(&local(&script)).await, "BQ-local");
    assert_eq!(token(&other(&script)).await, "BQ-other");
    assert_eq!(token(&client(&script, &folder)).await, "BQ-mine");
    assert_eq!(script.token_posts(), 2);
    // Not even under their names.
    for entry in fs::read_dir(&folder).expect("a folder") {
        let path = entry.expect("a file").path();
        if path.extension().is_some_and(|end| end == "json") {
            fs::write(&path, &mine).expect("written");
        }
    }
    let script = Script::default().token([good_token("BQ-local-2"), good_token("BQ-other-2")]);
    assert_eq!(token(&local(&script)).await, "BQ-local-2");
    assert_eq!(token(&other(&script)).await, "BQ-other-2");
}

#[tokio::test(start_paused = true)]
async fn a_filed_token_that_is_refused_is_replaced() {
    let (_outer, folder) = folder();
    client(&Script::default(), &folder).token().await.expect("a token");
    let script = Script::default().api([expired()]).token([good_token("BQ-new")]);
    client(&script, &folder).send(track()).await.expect("a track");
    assert_eq!(script.bearers(), ["Bearer BQ-token-1", "Bearer BQ-new"]);
    assert_eq!(token(&client(&Script::default(), &folder)).await, "BQ-new");
}

#[tokio::test(start_paused = true)]
async fn a_process_whose_token_is_refused_takes_the_one_that_another_got() {
    let (_outer, folder) = folder();
    let slow = Script::default();
    let slow_client = client(&slow, &folder);
    slow_client.send(track()).await.expect("a track");
    let quick = Script::default().api([expired()]).token([good_token("BQ-new")]);
    client(&quick, &folder).send(track()).await.expect("a track");
    let slow = slow.api([expired()]);
    slow_client.send(track()).await.expect("a track");
    assert_eq!(slow.bearers().last().expect("a call"), "Bearer BQ-new");
    assert_eq!(slow.token_posts(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_cut_damaged_or_anothers_is_as_if_absent() {
    let (_outer, folder) = folder();
    client(&Script::default(), &folder).token().await.expect("a token");
    let path = file(&folder);
    let good = fs::read(&path).expect("a file");
    let text = String::from_utf8(good.clone()).expect("text");
    let mut bad: Vec<Vec<u8>> = (0..good.len()).map(|end| good[..end].to_vec()).collect();
    bad.push([b"\xff\xfe", &good[..]].concat());
    bad.push([&good[..], b"{}"].concat());
    bad.push(b"null".to_vec());
    bad.push(br#"{"access_token":"BQ-token-1","expires_at":9999999999}"#.to_vec());
    bad.push(vec![b'['; 1 << 20]);
    for (there, instead) in [
        (r#""format":1"#, r#""format":2"#),
        ("my-client-id", "my-client-ID"),
        ("accounts.spotify.com", "accounts.example.com"),
        (r#""scopes":"""#, r#""scopes":"user-read-email""#),
        (r#"access_token\""#, r#"token\""#),
        ("BQ-token-1", r"BQ-token\\n1"),
        (r#""answered_at":"#, r#""answered_at":9"#),
        (r#""answered_at":"#, r#""answered_at":-"#),
    ] {
        assert!(text.contains(there), "{there}: {text}");
        bad.push(text.replace(there, instead).into_bytes());
    }
    for bytes in bad {
        fs::write(&path, &bytes).expect("written");
        let script = Script::default().token([good_token("BQ-new")]);
        assert_eq!(token(&client(&script, &folder)).await, "BQ-new", "{}", String::from_utf8_lossy(&bytes));
        let now = fs::read_to_string(&path).expect("a file");
        assert!(now.contains("BQ-new") && now.ends_with("}"), "{now}");
    }
    fs::write(&path, &good).expect("written");
    assert_eq!(token(&client(&Script::default().token([good_token("BQ-new")]), &folder)).await, "BQ-token-1");
}

#[tokio::test(start_paused = true)]
async fn a_file_that_others_can_read_is_not_used_and_is_closed() {
    let (_outer, folder) = folder();
    client(&Script::default(), &folder).token().await.expect("a token");
    fs::set_permissions(file(&folder), Permissions::from_mode(0o640)).expect("mine");
    assert_eq!(token(&client(&Script::default().token([good_token("BQ-new")]), &folder)).await, "BQ-new");
    assert_eq!(fs::metadata(file(&folder)).expect("there").permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_link_or_a_pipe_in_its_place_is_neither_followed_nor_waited_for() {
    for make in [link, pipe] {
        let (outer, folder) = folder();
        client(&Script::default(), &folder).token().await.expect("a token");
        let place = file(&folder);
        make(&place, outer.path());
        let script = Script::default().token([good_token("BQ-new")]);
        assert_eq!(token(&client(&script, &folder)).await, "BQ-new");
        let found = fs::symlink_metadata(&place).expect("there");
        assert!(found.is_file() && found.permissions().mode() & 0o777 == 0o600, "{found:?}");
    }
}

/// Moves the file away and leaves a link to it.
fn link(place: &Path, outer: &Path) {
    let elsewhere = outer.join("elsewhere");
    fs::rename(place, &elsewhere).expect("mine");
    symlink(elsewhere, place).expect("a link");
}

fn pipe(place: &Path, _: &Path) {
    fs::remove_file(place).expect("mine");
    assert!(Command::new("mkfifo").arg(place).status().expect("mkfifo").success());
}

#[tokio::test]
async fn a_filed_token_ends_when_it_ends_and_not_an_hour_after_it_was_read() {
    let (_outer, folder) = folder();
    let start = Duration::from_secs(1_700_000_000);
    let at = |moment, script: &Script| {
        let clock = Hands::at(moment);
        (script.builder().token_folder(&folder).clock(clock.clone()).build().expect("a client"), clock)
    };
    assert_eq!(token(&at(start, &Script::default().token([good_token("BQ-old")])).0).await, "BQ-old");
    let script = Script::default().token([good_token("BQ-new")]);
    let (client, clock) = at(start + HOUR / 2, &script);
    assert_eq!(token(&client).await, "BQ-old");
    *clock.0.lock().expect("not held") += HOUR / 2 - Duration::from_secs(61);
    assert_eq!(token(&client).await, "BQ-old");
    *clock.0.lock().expect("not held") += Duration::from_secs(2);
    assert_eq!(token(&client).await, "BQ-new");
    // Written an hour after this moment: the clock was put back, and nobody knows how old it is.
    assert_eq!(token(&at(start, &Script::default().token([good_token("BQ-third")])).0).await, "BQ-third");
}

#[tokio::test(start_paused = true)]
async fn of_many_processes_that_need_a_token_at_once_one_asks() {
    let (_outer, folder) = folder();
    let script = Script::default();
    let mut tasks = JoinSet::new();
    for _ in 0..20 {
        let client = client(&script, &folder);
        tasks.spawn(async move { client.send(track()).await.map(drop) });
    }
    assert!(tasks.join_all().await.iter().all(Result::is_ok));
    assert_eq!((script.token_posts(), script.api_calls()), (1, 20));
}

#[tokio::test(start_paused = true)]
async fn a_process_that_is_cancelled_or_refused_lets_the_next_one_ask() {
    let (_outer, folder) = folder();
    let script = Script::default().token([good_token("BQ-lost"), answer(400, r#"{"error":"invalid_client"}"#)]);
    let cancelled = client(&script, &folder);
    tokio::time::timeout(Duration::from_millis(10), cancelled.token()).await.expect_err("it takes longer");
    client(&script, &folder).token().await.expect_err("refused");
    client(&script, &folder).send(track()).await.expect("a track");
    assert_eq!((script.token_posts(), script.bearers()), (3, vec!["Bearer BQ-token-3".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn a_process_that_never_comes_back_is_waited_for_but_not_for_ever() {
    let (_outer, folder) = folder();
    client(&Script::default(), &folder).token().await.expect("a token");
    let lock = File::options().append(true).open(file(&folder).with_extension("lock")).expect("a lock file");
    lock.lock().expect("nobody has it");
    fs::remove_file(file(&folder)).expect("mine");
    let script = Script::default();
    let start = tokio::time::Instant::now();
    client(&script, &folder).token().await.expect("a token");
    assert_eq!((script.token_posts(), start.elapsed().as_secs()), (1, 30));
    // Its file is written all the same.
    assert_eq!(token(&client(&Script::default().token([good_token("BQ-x")]), &folder)).await, "BQ-token-1");
}

#[tokio::test(start_paused = true)]
async fn where_no_file_can_be_written_the_token_rests_in_memory() {
    let (outer, _) = folder();
    let blocked = outer.path().join("a-file");
    fs::write(&blocked, "").expect("written");
    let script = Script::default();
    let client = client(&script, &blocked.join("tokens"));
    client.send(track()).await.expect("a track");
    client.send(track()).await.expect("a track");
    assert_eq!(script.token_posts(), 1);
}

/// Real threads that all replace the token at once, without the lock's help, while others read it.
#[test]
fn whoever_reads_while_others_write_reads_one_whole_token() {
    let (_outer, folder) = folder();
    let start = Duration::from_secs(1_700_000_000);
    let (written, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    // Each one's token is over for the next one, which therefore writes its own.
    let write = |thread: u64| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.expect("a runtime").block_on(async {
            for round in 0..40 {
                let name = format!("BQ-{thread}-{round}-{}", "x".repeat(2000));
                let script = Script::default().token([good_token(&name)]);
                let clock = Hands::at(start + HOUR * u32::try_from(thread * 40 + round).expect("few"));
                let client = script.builder().token_folder(&folder).clock(clock).timeout(Duration::from_secs(1));
                client.build().expect("a client").token().await.expect("a token");
                written.fetch_add(1, Ordering::Relaxed);
            }
        });
    };
    let read = || {
        let mut whole = 0;
        while !stop.load(Ordering::Relaxed) {
            let files = fs::read_dir(&folder).into_iter().flatten().flatten().map(|file| file.path());
            for path in files.filter(|path| path.extension().is_some_and(|end| end == "json")) {
                let text = fs::read(path).expect("a file");
                let content: Value = serde_json::from_slice(&text).expect("a whole file");
                whole += u32::from(content["answer"].as_str().is_some_and(|text| text.ends_with('}')));
            }
        }
        assert!(whole > 0);
    };
    std::thread::scope(|scope| {
        let reader = scope.spawn(read);
        let writers: Vec<_> = (0..4).map(|thread| scope.spawn(move || write(thread))).collect();
        for writer in writers {
            writer.join().expect("no panic");
        }
        stop.store(true, Ordering::Relaxed);
        reader.join().expect("no panic");
    });
    assert_eq!(written.into_inner(), 160);
    let left: Vec<_> = fs::read_dir(&folder).expect("a folder").flatten().map(|file| file.file_name()).collect();
    assert_eq!(left.len(), 2, "no part is left behind: {left:?}");
}
