//! What an operation is, for people.

use sleeve_client::endpoints::table::Entry;
use sleeve_client::endpoints::{Development, Grant, Instead, Limit, Parameter, Spec};

/// Everything that is to be known of an operation before it is called; fits 60 columns.
pub(super) fn entry(entry: &Entry) -> String {
    let spec = &entry.spec;
    let mut text = format!("{}: {} /v1{}\n", spec.operation, spec.method, spec.path);
    if !spec.parameters.is_empty() {
        text.push_str("\nParameters:\n");
    }
    for parameter in spec.parameters {
        let Parameter { name, required, meaning, .. } = parameter;
        let needed = if *required { " (needed)" } else { "" };
        text.push_str(&format!("  {name}{needed}\n    {meaning}\n"));
        match (*name, &spec.page, spec.max_ids) {
            ("limit", Some(page), _) if page.extended == page.development => {
                text.push_str(&format!("    {}\n", limit(page.extended)));
            }
            ("limit", Some(page), _) => {
                text.push_str(&format!("    {}\n", limit(page.extended)));
                text.push_str(&format!("    in development mode {}\n", limit(page.development)));
            }
            ("offset", Some(page), _) => {
                text.extend(page.reach.map(|reach| format!("    with limit at most {reach}\n")));
            }
            ("ids", _, Some(max)) => text.push_str(&format!("    at most {max}\n")),
            _ => {}
        }
    }
    text.push_str(&format!("\nToken: {}\n", token(spec)));
    text.push_str(&format!("Development mode: {}\n", development(spec)));
    if spec.page.is_some() {
        text.push_str("\n--all follows the pages and prints an item a line\n");
    }
    text.push_str(&format!("\n  sleeve call {}{}", spec.operation, example(spec)));
    text
}

fn limit(limit: Limit) -> String {
    format!("1 to {}; {} where it is not given", limit.max, limit.default)
}

/// What an app in development mode gets, in some words.
pub(super) fn development(spec: &Spec) -> String {
    match (spec.development, &spec.page) {
        (Development::Removed, _) => match spec.instead {
            Some(Instead::Singles { .. }) => "one call for each id".to_owned(),
            None => "403: removed in 2026".to_owned(),
        },
        (Development::Kept, Some(page)) if page.extended != page.development => {
            format!("pages of at most {}", page.development.max)
        }
        (Development::Kept, _) => "yes".to_owned(),
    }
}

fn token(spec: &Spec) -> String {
    match (spec.grant, spec.scopes) {
        (Grant::App, _) => "an app's own is enough".to_owned(),
        (Grant::User, []) => "a user's".to_owned(),
        (Grant::User, scopes) => format!("a user's, with one of the scopes {}", scopes.join(", ")),
    }
}

/// The parameters that a call needs.
fn example(spec: &Spec) -> String {
    let needed = spec.parameters.iter().filter(|parameter| parameter.required);
    needed.map(|parameter| format!(" {}=…", parameter.name)).collect()
}

#[cfg(test)]
mod tests {
    use sleeve_client::endpoints::ENDPOINTS;

    #[test]
    fn every_operation_is_explained_within_60_columns() {
        for entry in ENDPOINTS {
            let text = super::entry(entry);
            for line in text.lines() {
                assert!(line.chars().count() <= 60, "{}: {line}", entry.spec.operation);
            }
            for parameter in entry.spec.parameters {
                assert!(text.contains(&format!("\n  {}", parameter.name)), "{text}");
            }
        }
    }
}
