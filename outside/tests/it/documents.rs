//! Real answers of the served operations, against an OpenAPI description and against our own table of keys.

mod answers;
mod keys;
mod operations;
mod tables;

use std::collections::BTreeMap;

use jsonschema::Validator;

use sleeve_outside::openapi::{Description, Known, Seen, VARIABLE};
use sleeve_outside::report::{Report, say};

use crate::TRACK;

/// The operations that are served, and whether development mode lost them.
const OPERATIONS: [(&str, bool); 10] = [
    ("get-an-album", false),
    ("get-multiple-albums", true),
    ("get-an-albums-tracks", false),
    ("get-an-artist", false),
    ("get-multiple-artists", true),
    ("get-an-artists-albums", false),
    ("get-an-artists-top-tracks", true),
    ("get-track", false),
    ("get-several-tracks", true),
    ("search", false),
];

#[test]
fn answers_agree_with_the_description_less_what_is_known() {
    let Some(description) = Description::from_environment() else {
        say(&format!("{VARIABLE} is not set: no answer was compared with an OpenAPI description"));
        return;
    };
    let mut seen = Seen::default();
    let mut compared: BTreeMap<(&str, u16), (Validator, &str, usize)> = BTreeMap::new();
    for answer in &operations::answers().1 {
        let (operation, status) = (answer.operation, answer.status);
        let (schema, _, count) = compared.entry((operation, status)).or_insert_with(|| {
            let refused = || description.schema(operation, 401).expect("every operation has a refusal");
            match description.schema(operation, status) {
                Some(schema) => (schema, "", 0),
                None => (refused(), ", which is not described, by the schema of 401", 0),
            }
        });
        *count += 1;
        seen.compare(schema, (operation, status), answer.when(), &answer.body, &answer.request);
    }
    for ((operation, status), (_, how, count)) in &compared {
        say(&format!("compared with the description: {count} × {operation} {status}{how}"));
    }
    for (operation, removed) in OPERATIONS {
        for status in [200, 400, 401].into_iter().chain(removed.then_some(403)) {
            assert!(compared.contains_key(&(operation, status)), "no answer for {operation} {status} was compared");
        }
    }
    let known = Known::read();
    say(&format!("known disagreements with the description: {}", known.count));
    let wrong = seen.against(&known);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_object_has_the_keys_of_its_mode_and_market() {
    let starter = answers::of_starter_tracks();
    let available = keys::available(starter.iter().map(|answer| &answer.body));
    let of_dance_monkey = &available[TRACK];
    assert!(of_dance_monkey.contains("GB") && !of_dance_monkey.contains("AQ"), "{of_dance_monkey:?}");
    let (catalogue, invented) = operations::answers();
    let of_invented = keys::available(catalogue.tracks.iter().chain(&catalogue.albums));
    for member in ["linked_from", "restrictions"] {
        let text = format!("\"{member}\":");
        assert!(invented.iter().any(|answer| answer.body.to_string().contains(&text)), "no answer has {member}");
    }
    let starter = starter.iter().map(|answer| ("starter", answer, &available));
    let invented = invented.iter().map(|answer| ("invented", answer, &of_invented));
    let mut wrong: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, answer, available) in starter.chain(invented).filter(|(_, answer, _)| answer.status == 200) {
        let check = format!("{}, {name} catalogue, {:?}", answer.operation, answer.when());
        let found = keys::wrong(answer, available).into_iter().map(|what| format!("{}: {what}", answer.request));
        wrong.entry(check).or_default().extend(found);
    }
    let mut report = Report::default();
    for (check, found) in &wrong {
        report.verdict("keys", check, found.is_empty(), || found.join("\n"));
    }
    let removed = OPERATIONS.iter().filter(|(_, removed)| *removed).count();
    let of_starter = 5;
    assert_eq!(wrong.len(), of_starter + 3 * OPERATIONS.len() - removed, "every operation in all modes that it has");
    report.finish();
}
