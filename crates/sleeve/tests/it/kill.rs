//! Programs that are killed at any instant: what they had answered by then holds.

mod dashboard;

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use sleeve_server::{Apps, Clock, DataFolder, Random};

use crate::harness::{DANCE_MONKEY, Home, Pair, Server, request};

/// How many new folders see programs killed.
const ROUNDS: u64 = 10;

/// How many programs each of three writers starts, and shoots at, on one folder.
const STEPS: usize = 5;

/// One who makes, changes and deletes apps of its own, with programs that may not live to their end.
struct Writer<'a> {
    home: &'a Home,
    dice: Dice,
    /// Shots fall before this is over; it follows how long programs are seen to live.
    span: Duration,
    apps: Vec<Known>,
    shots: Shots,
}

/// What is known of an app whose making was answered.
struct Known {
    pair: Pair,
    /// The secrets that were printed before the pair's.
    retired: Vec<String>,
    name: String,
    /// A rotation was killed before it answered: there may be a newer secret.
    perhaps_rotated: bool,
    existence: Existence,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Existence {
    There,
    Perhaps,
    Gone,
}

/// How the programs of a writer ended.
#[derive(Default)]
struct Shots {
    killed: usize,
    ended: usize,
    creates_killed: usize,
}

/// Numbers that look random, the same ones for the same seed.
pub(crate) struct Dice(u64);

// === impl Dice ===

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

// === impl Writer ===

impl Writer<'_> {
    fn step(&mut self) {
        let living = self.apps.iter().position(|app| app.existence == Existence::There);
        match (living, self.dice.below(8)) {
            (None, _) | (_, 0 | 1) => self.create(),
            (Some(at), 2..=4) => self.rotate(at),
            (Some(at), 5 | 6) => self.edit(at),
            (Some(at), _) => self.delete(at),
        }
    }

    fn create(&mut self) {
        let output = self.shoot(&["app", "create", "--name", "first", "--description", "D"]);
        match Pair::read(&text(&output.stdout)) {
            Some(pair) => self.apps.push(Known {
                pair,
                retired: Vec::new(),
                name: "first".to_owned(),
                perhaps_rotated: false,
                existence: Existence::There,
            }),
            None => self.shots.creates_killed += 1,
        }
    }

    fn rotate(&mut self, at: usize) {
        let output = self.shoot(&["app", "rotate-secret", &self.apps[at].pair.id.clone()]);
        let app = &mut self.apps[at];
        match Pair::read(&text(&output.stdout)) {
            Some(pair) => {
                app.retired.push(std::mem::replace(&mut app.pair, pair).secret);
                app.perhaps_rotated = false;
            }
            None => app.perhaps_rotated = true,
        }
    }

    fn edit(&mut self, at: usize) {
        let name = format!("name {}", self.dice.below(1_000_000));
        let output = self.shoot(&["app", "edit", &self.apps[at].pair.id.clone(), "--name", &name]);
        let app = &mut self.apps[at];
        if text(&output.stdout).lines().any(|line| line.starts_with("Name") && line.ends_with(&name)) {
            app.name = name;
        } else {
            self.settle_name(at, name);
        }
    }

    /// After an edit without an answer: asks whether it came about, so that the next one starts from what is known.
    fn settle_name(&mut self, at: usize, perhaps: String) {
        let app = &mut self.apps[at];
        let said = self.home.run(&["app", "show", &app.pair.id]);
        let shows = |name: &str| said.out.lines().any(|line| line.starts_with("Name") && line.ends_with(name));
        if shows(&perhaps) {
            app.name = perhaps;
        }
        assert!(shows(&app.name), "neither `{}` nor what was to come: {said}", app.name);
    }

    fn delete(&mut self, at: usize) {
        let output = self.shoot(&["app", "delete", &self.apps[at].pair.id.clone(), "--yes"]);
        let answered = text(&output.stderr).contains("deleted");
        self.apps[at].existence = if answered { Existence::Gone } else { Existence::Perhaps };
    }

    /// Runs the program and kills it at some instant of its life, or shortly after its end.
    fn shoot(&mut self, args: &[&str]) -> Output {
        let mut command = self.home.command(args);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let span = u64::try_from(self.span.as_micros()).expect("a short time");
        // Nothing is waited for: the instant is what is chosen.
        thread::sleep(Duration::from_micros(self.dice.below(span)));
        child.kill().expect("it is ours");
        let output = child.wait_with_output().expect("it ends");
        match output.status.signal() {
            Some(9) => {
                self.shots.killed += 1;
                self.span = self.span * 11 / 10;
            }
            _ => {
                assert!(output.status.success(), "{args:?}: {}: {}", output.status, text(&output.stderr));
                self.shots.ended += 1;
                self.span = self.span * 3 / 4;
            }
        }
        output
    }
}

#[test]
fn whatever_a_writer_answered_before_it_was_killed_holds() {
    let mut spans = [lifetime(); 3];
    let (mut killed, mut ended) = (0, 0);
    for round in 0..ROUNDS {
        let home = Home::new();
        let writers: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0_u64..)
                .zip(spans)
                .map(|(n, span)| {
                    let dice = Dice(round * 3 + n);
                    let mut writer = Writer { home: &home, dice, span, apps: Vec::new(), shots: Shots::default() };
                    scope.spawn(move || {
                        (0..STEPS).for_each(|_| writer.step());
                        writer
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().expect("a writer finds all in order")).collect()
        });
        check(&home, &writers);
        spans = std::array::from_fn(|n| writers[n].span);
        killed += writers.iter().map(|writer| writer.shots.killed).sum::<usize>();
        ended += writers.iter().map(|writer| writer.shots.ended).sum::<usize>();
    }
    // Neither all too early nor all too late: both kinds were seen.
    assert!(killed >= 50 && ended >= 10, "{killed} were killed, {ended} came to their end");
}

/// How long three programs side by side take: where the spans start.
#[expect(clippy::disallowed_methods, reason = "the tests' one clock")]
fn lifetime() -> Duration {
    let home = Home::new();
    let start = Instant::now();
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| home.app(&[]));
        }
    });
    start.elapsed()
}

/// Whether a folder holds what was answered.
fn check(home: &Home, writers: &[Writer<'_>]) {
    let folder = DataFolder::open(&home.data()).expect("a data folder");
    let apps = Apps::open(&folder, Clock::system(), Random::system()).expect("the folder opens");
    let server = home.serve();
    let known: Vec<_> = writers.iter().flat_map(|writer| &writer.apps).collect();
    for app in &known {
        let Known { pair, retired, name, perhaps_rotated, existence } = app;
        let found = apps.get(&pair.id);
        match existence {
            Existence::There => assert!(found.is_some(), "{} was made and is not there", pair.id),
            Existence::Gone => assert!(found.is_none(), "{} was deleted and is there", pair.id),
            Existence::Perhaps => {}
        }
        let Some(found) = found else { continue };
        assert_eq!(&found.draft.name, name);
        let secret = apps.secret(&pair.id).expect("an app has a secret");
        if *perhaps_rotated && secret.reveal() != pair.secret {
            assert!(!retired.iter().any(|old| old == secret.reveal()), "an old secret came back");
            server.token(&Pair { id: pair.id.clone(), secret: secret.reveal().to_owned() });
        } else {
            assert_eq!(secret.reveal(), pair.secret, "the last secret that was printed");
            server.token(pair);
        }
    }
    // Others there may be only where a create was killed before it answered.
    let unanswered: usize = writers.iter().map(|writer| writer.shots.creates_killed).sum();
    let others = apps.list().iter().filter(|app| known.iter().all(|known| known.pair.id != app.client_id)).count();
    assert!(others <= unanswered, "{others} apps that nobody asked for");
    drop(server);
    assert_whole(&home.data());
}

/// Whether SQLite finds a folder's file in order.
pub(crate) fn assert_whole(folder: &Path) {
    let database = Connection::open(folder.join("state.db")).expect("it opens");
    let said: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("an answer");
    assert_eq!(said, "ok", "{}", folder.display());
}

#[test]
fn what_a_killed_program_left_half_made_is_in_nobodys_way() {
    let home = Home::new();
    let half = "not yet a database";
    // The names that the maker of a folder gives to what is not whole yet, under any process's number.
    for name in ["state.1.0.new", "state.1.0.new-wal", "state.1.0.new-journal", "keys/master.1.new"] {
        home.write(&format!(".local/share/sleeve/{name}"), half);
    }
    let pair = home.app(&[]);
    home.serve().token(&pair);
    assert_whole(&home.data());
}

#[test]
fn a_token_outlives_the_server_that_was_killed_after_it() {
    let home = Home::new();
    let pair = home.app(&[]);
    let mut dice = Dice(7);
    let mut tokens = Vec::new();
    for _ in 0..8 {
        let server = home.serve();
        let before = tokens.len();
        assert_all_work(&server, &tokens);
        let origin = server.origin.clone();
        thread::scope(|scope| {
            let asking = scope.spawn(|| {
                let mut answered = Vec::new();
                while let Some(token) = grant(&origin, &pair) {
                    answered.push(token);
                }
                answered
            });
            tokens.push(server.token(&pair));
            thread::sleep(Duration::from_micros(dice.below(30_000)));
            drop(server);
            tokens.extend(asking.join().expect("it ends with the server"));
        });
        tokens.drain(..before);
        assert!(!tokens.is_empty());
    }
    assert_all_work(&home.serve(), &tokens);
    assert_whole(&home.data());
}

fn assert_all_work(server: &Server, tokens: &[String]) {
    for token in tokens {
        assert_eq!(server.get(&format!("/v1/tracks/{DANCE_MONKEY}"), token).status, 200);
    }
}

/// A token, while there is a server to answer.
fn grant(origin: &str, pair: &Pair) -> Option<String> {
    let form = format!("grant_type=client_credentials&client_id={}&client_secret={}", pair.id, pair.secret);
    let headers = [("Content-Type", "application/x-www-form-urlencoded")];
    let answer = request(origin, "POST", "/api/token", &headers, &form).ok()?;
    let body: serde_json::Value = serde_json::from_str(&answer.body).ok()?;
    body["access_token"].as_str().map(str::to_owned)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
