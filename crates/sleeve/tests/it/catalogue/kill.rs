//! Imports that are killed at any instant: the old catalogue is there, or the new one, and never a part of one.

use std::ops::ControlFlow;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use sleeve_catalogue::{Catalogue, Store};
use sleeve_client::model::Kind;

use super::invented;
use crate::harness::{Home, Pair};
use crate::kill::Dice;

/// How many instants are tried.
const SHOTS: usize = 100;

/// A version of a catalogue: the same objects, with this word in all their names.
fn version(documents: &str, number: usize) -> String {
    let mut text = String::new();
    for line in documents.lines() {
        let mut document: Value = serde_json::from_str(line).expect("JSON");
        rename(&mut document, &format!("version {number}"));
        text.push_str(&format!("{document}\n"));
    }
    text
}

/// Gives an object this name, and those within it.
fn rename(value: &mut Value, to: &str) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(|value| rename(value, to));
            if let Some(name) = members.get_mut("name") {
                *name = to.into();
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| rename(value, to)),
        _ => {}
    }
}

/// The one version that all objects are of, and how many there are.
fn read(home: &Home) -> (String, u64) {
    let store = Store::open(&home.data().join("catalogue/catalogue.db")).expect("it opens");
    let mut names = Vec::new();
    let mut count = 0;
    for kind in [Kind::Artist, Kind::Album, Kind::Track] {
        let each = store.each(kind, &mut |object| {
            count += 1;
            let name = object.name();
            if !names.contains(&name) {
                names.push(name);
            }
            ControlFlow::Continue(())
        });
        each.expect("readable");
    }
    assert_eq!(names.len(), 1, "parts of several versions: {names:?}");
    let verified = store.verify(&mut |_| ControlFlow::Continue(())).expect("whole").expect("nobody broke off");
    assert_eq!(verified.objects, count);
    (names.remove(0), count)
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the tests' one clock")]
fn an_import_that_is_killed_leaves_the_old_catalogue_or_the_new_one() {
    let home = Home::new();
    let documents = invented(&home, 60, 1);
    for number in 0..2 {
        home.write(&format!("{number}.jsonl"), &version(&documents, number));
    }
    let start = Instant::now();
    assert_eq!(home.run(&["-q", "catalogue", "import", "0.jsonl"]).code(), Some(0));
    let mut span = start.elapsed();
    let whole = documents.lines().count() as u64;
    assert_eq!(read(&home), ("version 0".to_owned(), whole));
    let is_over = AtomicBool::new(false);
    let (mut killed, mut kept, mut dice) = (0, 0, Dice::new(5));
    thread::scope(|scope| {
        // A registration is held up by none of it.
        let registering = scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                let said = home.run(&["app", "create", "--name", "N", "--description", "D"]);
                assert!(Pair::read(&said.out).is_some(), "{said}");
            }
        });
        let mut current = 0;
        for _ in 0..SHOTS {
            let next = 1 - current;
            let mut command = home.command(&["-q", "catalogue", "import", &format!("{next}.jsonl")]);
            let mut child = command.stderr(Stdio::piped()).spawn().expect("the program starts");
            let micros = u64::try_from(span.as_micros()).expect("a short time");
            // Nothing is waited for: the instant is what is chosen.
            thread::sleep(Duration::from_micros(dice.below(micros)));
            child.kill().expect("it is ours");
            let output = child.wait_with_output().expect("it ends");
            let was_killed = output.status.signal() == Some(9);
            assert!(was_killed || output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            span = if was_killed { span * 21 / 20 } else { span * 4 / 5 };
            killed += usize::from(was_killed);
            let (name, count) = read(&home);
            assert_eq!(count, whole);
            let is_new = name == format!("version {next}");
            assert!(is_new || was_killed && name == format!("version {current}"), "{name}");
            kept += usize::from(!is_new);
            current = if is_new { next } else { current };
        }
        is_over.store(true, Ordering::Relaxed);
        registering.join().expect("every app was made");
    });
    // Neither all too early nor all too late: both kinds were seen.
    assert!(killed >= 40 && (20..SHOTS).contains(&kept), "{killed} were killed, {kept} changed nothing");
    // What killed programs left lying about is swept by the next one that comes to its end.
    assert_eq!(home.run(&["-q", "catalogue", "import", "0.jsonl"]).code(), Some(0));
    assert_eq!(home.run(&["-q", "catalogue", "import", "1.jsonl"]).code(), Some(0));
    let files = std::fs::read_dir(home.data().join("catalogue")).expect("a folder");
    assert_eq!(files.count(), 2, "the catalogue and its text index");
}
