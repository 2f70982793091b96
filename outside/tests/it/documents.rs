//! Real answers of the served operations, against an OpenAPI description and against our own table of keys.

mod answers;
mod keys;

use std::collections::BTreeMap;

use sleeve_outside::openapi::{Description, Known, Seen, VARIABLE};
use sleeve_outside::report::{Report, say};

use answers::Answer;

use crate::TRACK;

#[test]
fn answers_agree_with_the_description_less_what_is_known() {
    let Some(description) = Description::from_environment() else {
        say(&format!("{VARIABLE} is not set: no answer was compared with an OpenAPI description"));
        return;
    };
    let mut seen = Seen::default();
    let mut compared: BTreeMap<String, usize> = BTreeMap::new();
    for answer in answers::collect() {
        let Answer { operation, status, .. } = answer;
        if let Some(schema) = description.schema(operation, status) {
            seen.compare(&schema, operation, status, &answer.body, &answer.request);
            *compared.entry(format!("{operation} {status}")).or_default() += 1;
        } else {
            compared.insert(format!("{operation} {status}, which the description does not have"), 0);
        }
    }
    for (what, count) in &compared {
        say(&format!("compared with the description: {count} × {what}"));
    }
    for expected in ["get-track 200", "get-track 401", "get-several-tracks 200", "get-several-tracks 403"] {
        assert!(compared.contains_key(expected), "no answer for {expected} was compared");
    }
    let wrong = seen.against(&Known::read());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_object_has_the_keys_of_its_mode_and_market() {
    let mut wrong: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let answers = answers::collect();
    let available = keys::available(&answers);
    let of_dance_monkey = &available[TRACK];
    assert!(of_dance_monkey.contains("GB") && !of_dance_monkey.contains("AQ"), "{of_dance_monkey:?}");
    for answer in answers.iter().filter(|answer| answer.status == 200) {
        let mode = if answer.extended { "extended" } else { "development" };
        let operation = format!("{}, {mode}, market {}", answer.operation, answer.market.unwrap_or("not asked for"));
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
