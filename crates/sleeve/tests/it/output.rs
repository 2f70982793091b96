//! Where output goes: a reader that has seen enough, a disk that is full.

use insta::assert_snapshot;

use crate::harness::{DANCE_MONKEY, Home};

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let home = Home::new();
    home.write("ids", &"2XU0oxnq2qxCpomAAuJY8K\n".repeat(2_000));
    for command in ["track - < ids", "app list --json", "--help", "token --json", "catalogue export"] {
        // The status of the program itself, not of `head`.
        let script = format!("{{ \"$SLEEVE\" -q {command}; echo $? > status; }} | head -c 1");
        let said = home.shell(&script);
        assert_eq!((said.out.len(), said.err.as_str()), (1, ""), "{command}: {said}");
        assert_eq!(home.read("status"), "0\n", "{command}");
    }
}

#[test]
fn a_reader_that_is_gone_before_the_first_byte_is_no_trouble_either() {
    let home = Home::new();
    for args in [&["track", DANCE_MONKEY][..], &["token", "--json"], &["--version"]] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let said = home.end(home.command(&[&["-q"], args].concat()).stdout(writer));
        assert_eq!((said.code(), said.err.as_str()), (Some(0), ""), "{args:?}: {said}");
    }
}

#[test]
fn output_onto_a_full_disk_is_said_in_one_line() {
    let home = Home::new();
    let full = |command: &str| home.shell(&format!("\"$SLEEVE\" -q {command} > /dev/full"));
    assert_snapshot!(full("track 2XU0oxnq2qxCpomAAuJY8K"), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: cannot write standard output: No space left on device (os error 28)
    ");
    for command in [
        "token",
        "token --json",
        "catalogue export",
        "catalogue info",
        "app list",
        "app list --json",
        "serve --listen 127.0.0.1:0",
    ] {
        let said = full(command);
        assert_eq!((said.code(), said.err.lines().count()), (Some(2), 1), "{command}: {said}");
        assert!(said.err.starts_with("sleeve: cannot write standard output: "), "{command}: {said}");
    }
    let table = "track\n2XU0oxnq2qxCpomAAuJY8K\n";
    home.write("plays.csv", table);
    let said = full("enrich plays.csv -o -");
    assert_eq!((said.code(), said.err.lines().count()), (Some(2), 1), "{said}");
    assert!(said.err.contains("cannot write standard output"), "{said}");
}
