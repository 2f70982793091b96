//! Real answers of the served operations, against an OpenAPI description and against our own table of keys.

mod answers;
mod keys;
mod operations;

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
    for answer in operations::answers() {
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
    let mut wrong: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let answers = answers::of_starter_tracks();
    let available = keys::available(&answers);
    let of_dance_monkey = &available[TRACK];
    assert!(of_dance_monkey.contains("GB") && !of_dance_monkey.contains("AQ"), "{of_dance_monkey:?}");
    for answer in answers.iter().filter(|answer| answer.status == 200) {
        let mode = if answer.extended { "extended" } else { "development" };
        let operation =
            format!("{}, {mode}, market {}", answer.operation, answer.market.as_deref().unwrap_or("not asked for"));
        let found = keys::wrong(answer, &available).into_iter().map(|what| format!("{}: {what}", answer.request));
        wrong.entry(operation).or_default().extend(found);
    }
    let mut report = Report::default();
    for (operation, found) in &wrong {
        report.verdict("keys", operation, found.is_empty(), || found.join("\n"));
    }
    assert_eq!(wrong.len(), 9, "three markets in extended mode for both operations, in development mode for one");
    report.finish();
}
