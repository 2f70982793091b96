//! What the README says in numbers, and the example that it shows.

use std::fs;
use std::path::{Path, PathBuf};

use sleeve_client::endpoints::ENDPOINTS;

use crate::harness::Home;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_readme_counts_the_endpoints_that_are_there() {
    let readme = fs::read_to_string(root().join("README.md")).expect("the README is there");
    let count = ENDPOINTS.len();
    assert!(
        readme.contains(&format!("**Endpoints: {count} of 97 modelled and served**")),
        "there are {count} endpoints"
    );
}

#[test]
fn the_example_of_the_readme_is_enriched_as_it_says() {
    let home = Home::new();
    let output = home.path().join("out.csv");
    let plays = root().join("examples/plays.csv");
    let outcome = home.command(&["enrich"]).arg(&plays).arg("-o").arg(&output).output().expect("sleeve runs");
    assert!(outcome.status.success(), "{outcome:?}");
    let said = String::from_utf8_lossy(&outcome.stderr).into_owned();
    let readme = fs::read_to_string(root().join("README.md")).expect("the README is there");
    for line in said.lines() {
        assert!(readme.contains(line), "the README does not show: {line}");
    }
    let expected = fs::read(root().join("examples/plays-enriched.csv")).expect("the example is there");
    assert_eq!(fs::read(&output).expect("the output is there"), expected);
}

#[test]
fn the_commands_about_catalogues_search_and_calls_work_as_they_stand() {
    let home = Home::new();
    let file = |name: &str, text: &str| fs::write(home.path().join(name), text).expect("written");
    file("answers.json", r#"{"tracks":[null,{"id":"aaaaaaaaaaaaaaaaaaaaaa","name":"A","type":"track"}]}"#);
    file("playlists.csv", "Track URI,Track Name,Artist Name(s)\nspotify:track:bbbbbbbbbbbbbbbbbbbbbb,B,C\n");
    file("more.jsonl", "{\"id\":\"cccccccccccccccccccccc\",\"name\":\"C\",\"type\":\"artist\"}\n");
    let readme = fs::read_to_string(root().join("README.md")).expect("the README is there");
    let is_one =
        |line: &&str| ["catalogue", "search", "call"].iter().any(|word| line.starts_with(&format!("sleeve {word}")));
    // The calls ask the starter catalogue, so they come before it steps aside.
    let (catalogue, others): (Vec<_>, Vec<_>) =
        readme.lines().filter(is_one).partition(|line| line.starts_with("sleeve catalogue"));
    assert!(catalogue.len() >= 6 && others.len() >= 5, "{catalogue:?} {others:?}");
    for line in others.into_iter().chain(catalogue) {
        let said = home.shell(&line.replacen("sleeve", "$SLEEVE", 1));
        assert!(said.status.success(), "{line}: {said}");
        assert!(!said.out.is_empty() || !said.err.is_empty() || line.contains('>'), "{line} says nothing");
    }
}

#[test]
fn the_session_in_a_shell_is_as_it_is_shown() {
    let readme = fs::read_to_string(root().join("README.md")).expect("the README is there");
    let (_, session) = readme.split_once("<!-- shell -->\n```console\n").expect("a session");
    let (session, _) = session.split_once("```\n").expect("an end of it");
    let home = Home::new();
    let mut ran = 0;
    for step in session.split("$ sleeve ").filter(|step| !step.is_empty()) {
        let (args, shown) = step.split_once('\n').expect("output");
        let said = home.run(&args.split(' ').collect::<Vec<_>>());
        let out = said.out.replace(&home.path().display().to_string(), "~");
        // How long it took differs from run to run.
        let timeless = |text: &str| -> Vec<String> {
            text.lines().map(|line| line.split(" in ").next().unwrap_or_default().to_owned()).collect()
        };
        let same = if args == "doctor" { timeless(&out) == timeless(shown) } else { out == shown };
        assert!(said.status.success() && same, "{args}: {said}");
        ran += 1;
    }
    assert_eq!(ran, 4);
}

#[test]
fn the_comparison_names_tests_and_measurements_that_are_there() {
    let readme = fs::read_to_string(root().join("README.md")).expect("the README is there");
    let rows = readme.lines().skip_while(|line| !line.starts_with("| | sleeve-client |"));
    let ours: Vec<_> = rows.take_while(|line| line.starts_with('|')).skip(2).collect();
    assert!(ours.len() >= 7, "{ours:?}");
    for row in ours {
        let cell = row.split('|').nth(2).expect("our column");
        let named: Vec<_> = cell.split('`').skip(1).step_by(2).collect();
        for name in &named {
            let there = match name.strip_prefix("bench ") {
                Some(part) => root().join("bench/src").join(format!("{part}.rs")),
                None => root().join("crates/sleeve-client/tests/it").join(name),
            };
            assert!(there.exists(), "{name}: {row}");
        }
        assert!(!named.is_empty() || cell.contains("bench/README.md"), "nothing holds this: {row}");
    }
}
