//! The config file: what is read of it, and how a pair is put into it.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;
use toml::Spanned;

use super::{Credentials, pair};
use crate::exit::Usage;
use crate::whole_file;

/// The config file's members, each with its place in the text.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Members {
    client_id: Option<Spanned<String>>,
    client_secret: Option<Spanned<String>>,
}

/// The pair in the config file, if there is one.
pub(super) fn credentials(path: &Path) -> Result<Option<Credentials>> {
    let Some(text) = text(path)? else { return Ok(None) };
    let Members { client_id, client_secret } = members(path, &text)?;
    let [id, secret] = [client_id, client_secret].map(|value| value.map(Spanned::into_inner));
    let shown = path.display().to_string();
    pair(id, secret, "client_id", "client_secret", &shown).with_context(|| shown)
}

/// Puts a pair into the config file, which is made where there is none: readable by its owner only, whole or not at all.
/// Whatever else stands in it stays as it is.
pub(super) fn keep(path: &Path, client_id: &str, secret: &str) -> Result<()> {
    let text = text(path)?.unwrap_or_default();
    let changed = with_pair(&text, &members(path, &text)?, client_id, secret);
    let failed = || format!("cannot write {}", path.display());
    // A link stays one: people keep their config files elsewhere.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).with_context(failed)?;
    whole_file::replace(&path, 0o600, changed.as_bytes()).with_context(failed)
}

fn text(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        // `HOME=/dev/null` has no config file either.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

fn members(path: &Path, text: &str) -> Result<Members> {
    let members = toml::from_str(text).map_err(|error| {
        let line =
            error.span().map_or(1, |span| 1 + text.bytes().take(span.start).filter(|byte| *byte == b'\n').count());
        // The reader would repeat a value of the wrong type, and that may be the secret.
        let is_type = error.message().starts_with("invalid type");
        let what = if is_type { "a value that is not a text; put it between quotes" } else { error.message() };
        Usage(format!("{}, line {line}: {what}", path.display()))
    })?;
    Ok(members)
}

/// The text with this pair: each value in the place of the one that is there, or on a line of its own at the top.
fn with_pair(text: &str, members: &Members, client_id: &str, secret: &str) -> String {
    let quoted = |value: &str| toml::Value::from(value).to_string();
    let mut changed = text.to_owned();
    let mut new = String::new();
    let mut values = [("client_id", &members.client_id, client_id), ("client_secret", &members.client_secret, secret)];
    // From the end, so that the places before stay where they are.
    values.sort_by_key(|(_, there, _)| std::cmp::Reverse(there.as_ref().map(|value| value.span().start)));
    for (name, there, value) in values {
        match there {
            Some(there) => changed.replace_range(there.span(), &quoted(value)),
            None => new.push_str(&format!("{name} = {}\n", quoted(value))),
        }
    }
    new + &changed
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{members, with_pair};

    fn check(before: &str, after: &str) {
        let there = members(Path::new("config.toml"), before).expect("a good file");
        assert_eq!(with_pair(before, &there, "new", "s\"e"), after);
    }

    #[test]
    fn a_pair_takes_the_place_of_the_one_that_is_there_and_all_else_stays() {
        check("", "client_id = \"new\"\nclient_secret = 's\"e'\n");
        check(
            "# mine\nclient_secret = 'old' # rotated in May\n\nclient_id=\"x\"",
            "# mine\nclient_secret = 's\"e' # rotated in May\n\nclient_id=\"new\"",
        );
        check("# half\nclient_id = \"x\"\n", "client_secret = 's\"e'\n# half\nclient_id = \"new\"\n");
    }
}
