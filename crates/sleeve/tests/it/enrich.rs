//! `sleeve enrich`, from outside: by id, between streams, and what it refuses.

use insta::assert_snapshot;

use crate::harness::{DANCE_MONKEY, Home};

const PLAYS: &str = "when,track\n2025-01-01,2XU0oxnq2qxCpomAAuJY8K\n2025-01-02,spotify:track:75JFxkI2RXiU7L9VXzMkle\n2025-01-03,7xGfFoTpQ2E7fRF5lN10tr\n2025-01-04,https://open.spotify.com/track/2XU0oxnq2qxCpomAAuJY8K\n";

#[test]
fn a_table_of_ids_gets_its_columns_and_keeps_its_rows() {
    let home = Home::new();
    home.write("plays.csv", PLAYS);
    let said = home.run(&["enrich", "plays.csv", "-o", "out.csv"]);
    assert_eq!((said.code(), said.out.as_str()), (Some(0), ""), "{said}");
    let out = home.read("out.csv");
    let mut lines = out.lines();
    let header = "when,track,track_id,name,artists,artist_ids,album,album_id,release_date,duration_ms,explicit,isrc,image,match_status,match_method,match_score";
    assert_eq!(lines.next(), Some(header));
    let rows: Vec<_> = lines.collect();
    let starts: Vec<_> = PLAYS.lines().skip(1).collect();
    assert_eq!(rows.len(), starts.len(), "{out}");
    assert!(rows.iter().zip(&starts).all(|(row, start)| row.starts_with(start)), "{out}");
    assert!(rows[0].contains(",Dance Monkey,Tones and I,") && rows[0].contains(",matched,"), "{out}");
    assert!(rows[1].contains(",The Scientist,Coldplay,") && rows[2].contains(",not_found,"), "{out}");
    assert!(said.err.contains("track"), "{said}");
}

#[test]
fn it_reads_standard_input_and_writes_standard_output() {
    let home = Home::new();
    home.write("plays.csv", PLAYS);
    home.run(&["enrich", "plays.csv", "-o", "out.csv"]);
    let said = home.run_on(PLAYS.as_bytes(), &["enrich", "-", "-o", "-", "-q"]);
    assert_eq!((said.code(), said.err.as_str()), (Some(0), ""), "{said}");
    assert_eq!(said.out, home.read("out.csv"));
}

#[test]
fn strict_ends_with_status_1_where_a_row_is_not_matched() {
    let home = Home::new();
    assert_eq!(home.run_on(PLAYS.as_bytes(), &["enrich", "-", "-o", "-", "--strict"]).code(), Some(1));
}

#[test]
fn the_input_is_never_the_output() {
    let home = Home::new();
    home.write("plays.csv", PLAYS);
    std::os::unix::fs::symlink("plays.csv", home.path().join("link.csv")).expect("a link");
    assert_snapshot!(home.run(&["enrich", "plays.csv", "-o", "plays.csv"]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: plays.csv is the input itself; give the output another name
    ");
    for output in ["./plays.csv", "link.csv"] {
        assert_eq!(home.run(&["enrich", "plays.csv", "-o", output]).code(), Some(2));
    }
    assert_eq!(home.read("plays.csv"), PLAYS);
    assert_eq!(std::fs::read_dir(home.path()).expect("a folder").count(), 2);
}

#[test]
fn what_cannot_be_read_is_said_and_no_output_appears() {
    let home = Home::new();
    home.write("plays.csv", PLAYS);
    home.write("names.csv", "name\nDance Monkey\n");
    let said = home.run(&["enrich", "plays.csv", "-o", "out.csv", "--id-column", "trakc"]);
    assert_eq!((said.code(), said.err.lines().count()), (Some(2), 1), "{said}");
    assert!(said.err.contains("trakc"), "{said}");
    for input in ["nowhere.csv", "names.csv"] {
        let said = home.run(&["enrich", input, "-o", "out.csv"]);
        assert_eq!((said.code(), said.err.lines().count()), (Some(2), 1), "{said}");
        assert!(said.err.contains(input), "{said}");
    }
    assert!(!home.path().join("out.csv").exists());
}

#[test]
fn a_bad_market_is_said_before_anything_is_asked() {
    let home = Home::new();
    home.write("plays.csv", PLAYS);
    assert_snapshot!(home.run(&["enrich", "plays.csv", "-o", "out.csv", "--market", "XYZ"]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: --market: a market is a country code of two letters, as GB
    ");
}

#[test]
fn a_signal_ends_it_with_75_and_leaves_nothing_under_any_name() {
    let home = Home::new();
    let mut child = home
        .command(&["enrich", "-", "-o", "out.csv"])
        .stdin(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("sleeve runs");
    // More than it reads before it chooses a column, and then nothing: it waits for the rest.
    let rows = format!("track\n{}", format!("{DANCE_MONKEY}\n").repeat(100_000));
    let mut input = child.stdin.take().expect("a pipe");
    std::io::Write::write_all(&mut input, rows.as_bytes()).expect("it reads");
    let sent = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(75));
    assert!(String::from_utf8_lossy(&output.stderr).contains("interrupted; no output was written, so run it again"));
    drop(input);
    let left: Vec<_> =
        std::fs::read_dir(home.path()).expect("a folder").flatten().map(|entry| entry.file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("sleeve-enrich") || name == "out.csv"), "{left:?}");
}
