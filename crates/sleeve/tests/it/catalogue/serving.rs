//! A server that runs while its catalogue is changed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::{ID, invented};
use crate::harness::{DANCE_MONKEY, Home, within};

/// What a loaded machine may need to take up a change.
const TAKEN_UP: Duration = Duration::from_secs(5);

#[test]
fn an_import_fails_no_request_and_is_taken_up() {
    let home = Home::new();
    let starter = home.run(&["catalogue", "export"]).out;
    let one = format!(r#"{{"type":"track","id":"{ID}","name":"x"}}"#);
    let documents = format!("{}{starter}{one}\n", invented(&home, 500, 1));
    let pair = home.app(&[]);
    let server = home.serve();
    let token = server.token(&pair);
    let (known, new) = (format!("/v1/tracks/{DANCE_MONKEY}"), format!("/v1/tracks/{ID}"));
    assert_eq!(server.get(&new, &token).status, 404);
    let is_over = AtomicBool::new(false);
    let asked = thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let mut asked = 0;
            while !is_over.load(Ordering::Relaxed) {
                let answer = server.get(&known, &token);
                assert_eq!(answer.status, 200, "{}", answer.body);
                asked += 1;
            }
            asked
        });
        let said = home.run_on(documents.as_bytes(), &["catalogue", "import", "-"]);
        assert_eq!(said.code(), Some(0), "{said}");
        within(TAKEN_UP, "the new track", || (server.get(&new, &token).status == 200).then_some(()));
        is_over.store(true, Ordering::Relaxed);
        asking.join().expect("every request was answered")
    });
    assert!(asked > 0);
    assert_eq!(home.run(&["-q", "catalogue", "reset", "--yes"]).code(), Some(0));
    let is_starter = || server.get(&new, &token).status == 404 && server.get(&known, &token).status == 200;
    within(TAKEN_UP, "the starter", || is_starter().then_some(()));
}
