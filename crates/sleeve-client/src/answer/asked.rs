//! Whether an object is what was asked for, as far as its members tell.

use std::collections::HashMap;

use serde::de::IgnoredAny;
use sleeve_endpoints::search::Search;
use sleeve_endpoints::table::described;
use sleeve_endpoints::{Endpoint as _, Instead};

/// Longer texts are searched for a member's name alone: a member of theirs might be missed, but not in what was recorded,
/// and a whole reading costs more than it finds.
const SHORT: usize = 512;

/// What every object has one of, in either quota mode; local files have no id.
const OF_OBJECTS: [&str; 3] = ["id", "uri", "name"];

/// The members of which an operation's answer has one at least; none where nothing is known of it.
fn members(operation: &str) -> &'static [&'static str] {
    let Some(entry) = described(operation) else { return &[] };
    match (&entry.spec.instead, &entry.spec.page) {
        (Some(Instead::Singles { member, .. }), _) => std::slice::from_ref(member),
        (None, Some(_)) if operation != Search::SPEC.operation => &["items"],
        (None, None) if entry.spec.path.ends_with("/{id}") => &OF_OBJECTS,
        _ => &[],
    }
}

/// Says what an answer lacks that it would have, were it what the operation gives.
pub(crate) fn lacks(operation: &str, json: &str) -> Option<String> {
    let names = members(operation);
    let has_one = names.is_empty()
        || (json.len() >= SHORT && names.iter().any(|name| is_written(json, name)))
        || serde_json::from_str::<HashMap<String, IgnoredAny>>(json)
            .is_ok_and(|members| names.iter().any(|name| members.contains_key(*name)));
    (!has_one).then(|| format!("it has no `{}`", names.join("` or `")))
}

/// Whether a name stands somewhere in a text, in quotation marks.
fn is_written(json: &str, name: &str) -> bool {
    let is_quoted = |at: usize| json[..at].ends_with('"') && json[at + name.len()..].starts_with('"');
    json.match_indices(name).any(|(at, _)| is_quoted(at))
}

/// Whether an operation's answer is a list: a page, several pages, or several objects.
pub(crate) fn is_list(operation: &str) -> bool {
    described(operation).is_some_and(|entry| entry.spec.instead.is_some() || entry.spec.page.is_some())
}

#[cfg(test)]
mod tests {
    use super::{is_list, lacks};

    #[test]
    fn an_answer_is_known_by_its_members() {
        let long = format!(r#"{{"html":"{}"}}"#, "x".repeat(1_000));
        for (operation, json, expected) in [
            ("get-track", r#"{"id":"x"}"#, None),
            ("get-track", r#"{"uri":"spotify:local:a:b:c:1","id":null}"#, None),
            ("get-track", r#"{"album":{"id":"x"},"status":"ok"}"#, Some("it has no `id` or `uri` or `name`")),
            ("get-an-artist", "{}", Some("it has no `id` or `uri` or `name`")),
            ("get-an-album", &long, Some("it has no `id` or `uri` or `name`")),
            ("get-an-albums-tracks", "{}", Some("it has no `items`")),
            ("get-an-albums-tracks", r#"{"items":[]}"#, None),
            ("get-several-tracks", r#"{"artists":[]}"#, Some("it has no `tracks`")),
            ("search", "{}", None),
            ("get-a-show", "{}", None),
        ] {
            assert_eq!(lacks(operation, json).as_deref(), expected, "{operation} {json}");
        }
        assert!(is_list("search") && is_list("get-several-tracks") && is_list("get-an-albums-tracks"));
        assert!(!is_list("get-track") && !is_list("get-a-show"));
    }
}
