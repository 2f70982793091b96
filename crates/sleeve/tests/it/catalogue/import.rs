//! What an import says, and how it ends.

use std::io::Write;
use std::process::Stdio;
use std::thread;

use insta::assert_snapshot;
use rusqlite::Connection;
use serde_json::Value;

use super::{ID, invented};
use crate::harness::{Home, PATIENCE, send, within};

fn track(name: &str) -> String {
    format!(r#"{{"type":"track","id":"{ID}","name":"{name}","artists":[]}}"#)
}

#[test]
fn a_summary_says_what_was_new_changed_known_and_passed_over() {
    let home = Home::new();
    let episode = r#"{"type":"episode","id":"512ojhOuo1ktJprKbVcKyQ","name":"e"}"#;
    home.write("one.json", &format!("[{}, {episode}]", track("one")));
    assert_snapshot!(home.run(&["catalogue", "import", "one.json"]), @"
    exit status: 0
    --- stdout
    --- stderr
    sleeve: the starter catalogue's 64 tracks step aside; `sleeve catalogue reset` brings them back
    sleeve: imported 1 track; passed over 1 episode
    ");
    let both = format!("{}\n{}\n", track("one"), track("two"));
    assert_snapshot!(home.run_on(both.as_bytes(), &["catalogue", "import", "-"]), @"
    exit status: 0
    --- stdout
    --- stderr
    sleeve: imported nothing new; 1 changed, 1 known already
    ");
    let said = home.run_on(episode.as_bytes(), &["catalogue", "import", "--json", "-"]);
    assert_snapshot!(said, @r#"
    exit status: 0
    --- stdout
    {"records":1,"new":{"tracks":0,"albums":0,"artists":0},"changed":0,"known":0,"passed_over":{"episode":1},"bad":0,"first_bad":[]}
    --- stderr
    "#);
    assert_snapshot!(home.run_on(episode.as_bytes(), &["catalogue", "import", "-"]), @"
    exit status: 0
    --- stdout
    --- stderr
    sleeve: imported nothing new; passed over 1 episode
    ");
}

#[test]
fn bad_records_are_named_by_line_and_the_others_come() {
    let home = Home::new();
    let cut = &track("cut")[..30];
    home.write("saved.json", &format!("{}\nnonsense\n{cut}", track("x")));
    assert_snapshot!(home.run(&["catalogue", "import", "saved.json"]), @"
    exit status: 1
    --- stdout
    --- stderr
    sleeve: saved.json:2: not JSON: neither an object nor a list begins here
    sleeve: saved.json:3: cut off before its end
    sleeve: the starter catalogue's 64 tracks step aside; `sleeve catalogue reset` brings them back
    sleeve: imported 1 track; 2 bad records
    ");
    let many = format!("{}\n{}", track("x"), "nonsense\n".repeat(30));
    let said = home.run_on(many.as_bytes(), &["catalogue", "import", "-"]);
    assert_eq!(said.code(), Some(1), "{said}");
    assert_eq!(said.err.lines().filter(|line| line.starts_with("sleeve: standard input:")).count(), 20, "{said}");
    assert!(said.err.contains("sleeve: and 10 bad records more\n"), "{said}");
}

#[test]
fn bad_ids_and_cells_are_named_by_line_and_the_rest_comes() {
    let home = Home::new();
    home.write("bad.json", &format!("{}\n{}\n", r#"{"type":"track","id":"bad"}"#, track("x")));
    let header = "Track URI,Track Name,Track Duration (ms)";
    home.write("playlists.csv", &format!("{header}\nspotify:track:{ID},x,abc\nspotify:track:bad,N,1\n"));
    assert_snapshot!(home.run(&["catalogue", "import", "bad.json", "playlists.csv"]), @r#"
    exit status: 1
    --- stdout
    --- stderr
    sleeve: bad.json:1: its id `bad` is no id
    sleeve: playlists.csv:2: "Track Duration (ms)" is no number: abc
    sleeve: playlists.csv:3: its URI `spotify:track:bad` names no track
    sleeve: the starter catalogue's 64 tracks step aside; `sleeve catalogue reset` brings them back
    sleeve: imported 1 track; 1 changed; 3 bad records
    "#);
}

#[test]
fn an_input_with_nothing_good_ends_with_2_and_the_starter_stays() {
    let home = Home::new();
    home.write("bad.json", "{\"type\":");
    home.write("empty.json", "");
    assert_snapshot!(home.run(&["catalogue", "import", "bad.json", "empty.json"]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: bad.json:1: cut off before its end
    sleeve: empty.json: it is empty
    sleeve: imported nothing new; 2 bad records
    ");
    let info: Value = serde_json::from_str(&home.run(&["catalogue", "info", "--json"]).out).expect("JSON");
    assert_eq!(info["source"], "starter");
}

#[test]
fn a_file_that_is_not_there_ends_it_before_anything_is_made() {
    let home = Home::new();
    home.write("good.json", &track("x"));
    assert_snapshot!(home.run(&["catalogue", "import", "good.json", "nowhere.json"]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: cannot read `nowhere.json`: No such file or directory (os error 2)
    ");
    assert_snapshot!(home.run(&["catalogue", "import", "-", "-"]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: `-` is standard input, which can be read once
    ");
    assert!(!home.data().exists());
}

#[test]
fn interrupted_it_says_so_in_one_line_and_the_catalogue_is_as_it_was() {
    let home = Home::new();
    let documents = invented(&home, 100, 1);
    for signal in ["INT", "TERM"] {
        let mut command = home.command(&["--data", signal, "catalogue", "import", "-"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut pipe = child.stdin.take().expect("piped");
        pipe.write_all(documents.as_bytes()).expect("it reads");
        // It has a file once it listens to signals.
        let file = home.path().join(signal).join("catalogue/catalogue.db");
        within(PATIENCE, "the catalogue's file", || file.exists().then_some(()));
        send(signal, &child);
        let output = child.wait_with_output().expect("it ends");
        drop(pipe);
        assert_eq!(output.status.code(), Some(75));
        assert_eq!(String::from_utf8_lossy(&output.stderr), "sleeve: interrupted; the catalogue is as it was\n");
        let info = home.run(&["--data", signal, "catalogue", "info"]);
        assert!(info.out.contains("the starter catalogue"), "{info}");
    }
}

#[test]
fn a_second_import_waits_for_the_first_and_not_for_ever() {
    let home = Home::new();
    home.write("one.json", &track("one"));
    home.run(&["catalogue", "import", "one.json"]);
    home.write("two.json", &track("two"));
    let file = Connection::open(home.data().join("catalogue/catalogue.db")).expect("it opens");
    file.execute_batch("BEGIN IMMEDIATE").expect("nobody else writes");
    let said = home.run(&["catalogue", "import", "two.json"]);
    assert_snapshot!(said, @"
    exit status: 75
    --- stdout
    --- stderr
    sleeve: another program is changing the catalogue; try again when it has ended
    ");
    let mut command = home.command(&["-q", "catalogue", "import", "two.json"]);
    let mut child = command.spawn().expect("the program starts");
    thread::yield_now();
    file.execute_batch("COMMIT").expect("it ends");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    assert!(home.run(&["catalogue", "export"]).out.contains(r#""name":"two""#));
}
