//! The commands of the README's journey, read from the README, so that the two cannot drift apart.

use std::fs;

use crate::sleeve::repository;

/// The fenced block after `<!-- journey:NAME -->`, without its fence.
pub fn block(name: &str) -> String {
    let readme = fs::read_to_string(repository().join("README.md")).expect("the repository has a README.md");
    find(&readme, name).unwrap_or_else(|| panic!("README.md has no fenced block after <!-- journey:{name} -->"))
}

fn find(text: &str, name: &str) -> Option<String> {
    let marker = format!("<!-- journey:{name} -->");
    let mut lines = text.lines().skip_while(|line| line.trim() != marker).skip(1);
    let fence = lines.find(|line| !line.trim().is_empty())?.trim();
    if !fence.starts_with("```") {
        return None;
    }
    let block: Vec<&str> = lines.take_while(|line| line.trim() != "```").collect();
    Some(block.join("\n"))
}

/// The same commands with the values of `export NAME=…` lines replaced, as a reader pastes their own.
pub fn with_values(block: &str, values: &[(&str, &str)]) -> String {
    let line = |line: &str| {
        let name = line.trim().strip_prefix("export ").and_then(|rest| rest.split_once('=')).map(|(name, _)| name);
        match values.iter().find(|(wanted, _)| Some(*wanted) == name) {
            Some((name, value)) => format!("export {name}={value}"),
            None => line.to_owned(),
        }
    };
    block.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::{find, with_values};

    #[test]
    fn a_block_is_found_by_its_marker() {
        let text = "one\n<!-- journey:a -->\n\n```sh\nfirst\nsecond\n```\n<!-- journey:b -->\nno fence\n";
        assert_eq!(find(text, "a").as_deref(), Some("first\nsecond"));
        assert_eq!(find(text, "b"), None);
        assert_eq!(find(text, "c"), None);
    }

    #[test]
    fn only_the_named_exports_get_values() {
        let block = "export CLIENT_ID=…\nexport OTHER=x\necho CLIENT_ID=y";
        let filled = with_values(block, &[("CLIENT_ID", "1")]);
        assert_eq!(filled, "export CLIENT_ID=1\nexport OTHER=x\necho CLIENT_ID=y");
    }
}
