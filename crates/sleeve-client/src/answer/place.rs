//! Where in a text a reader stopped.

/// The path of the value at a line and a column (both from 1, as readers tell them), as `items[3].name`; empty where that
/// is the whole. The text up to there has to be JSON.
pub(super) fn path(json: &str, line: usize, column: usize) -> String {
    let before: usize = json.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let end = before.saturating_add(column).min(json.len());
    let mut steps: Vec<Step<'_>> = Vec::new();
    let mut at = 0;
    let bytes = json.as_bytes();
    while at < end {
        let byte = bytes[at];
        at += 1;
        match byte {
            b'{' => steps.push(Step::Member("")),
            b'[' => steps.push(Step::Item(0)),
            b'}' | b']' => drop(steps.pop()),
            b',' => match steps.last_mut() {
                Some(Step::Item(number)) => *number += 1,
                Some(Step::Member(name)) => *name = "",
                None => {}
            },
            b'"' => {
                let start = at;
                at = end_of_string(bytes, at);
                // The first string of a member is its name.
                if let Some(Step::Member(name @ "")) = steps.last_mut() {
                    *name = json.get(start..at - 1).unwrap_or_default();
                }
            }
            _ => {}
        }
    }
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Member("") => {}
            Step::Member(name) if path.is_empty() => path.push_str(name),
            Step::Member(name) => path.extend([".", name]),
            Step::Item(number) => path.extend(["[", &number.to_string(), "]"]),
        }
    }
    path
}

enum Step<'a> {
    /// The member of an object; without a name before that is read.
    Member(&'a str),
    /// The item of a list.
    Item(usize),
}

/// Where a string ends whose first character is at `at`: behind its closing quotation mark.
fn end_of_string(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        at += match byte {
            b'"' => return at + 1,
            b'\\' => 2,
            _ => 1,
        };
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::path;

    #[derive(Debug, Deserialize)]
    struct Page {
        #[serde(default)]
        #[expect(dead_code, reason = "what it is read for is its errors")]
        items: Vec<Item>,
        #[serde(default)]
        #[expect(dead_code, reason = "what it is read for is its errors")]
        total: u32,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "what it is read for is its errors")]
    struct Item {
        name: String,
        #[serde(default)]
        sizes: Vec<u32>,
    }

    #[test]
    fn it_is_the_value_that_a_reader_did_not_take() {
        for (json, expected) in [
            (r#"{"href":"a[]{}\",\\","items":[{"name":"a"},{"name":{"en":"b"}}]}"#, "items[1].name"),
            ("{\n \"items\" : [\n  {\"name\":\"a\"} ,\n  {\"name\" : 5}\n ]\n}", "items[1].name"),
            (r#"{"items":[{"name":"a","sizes":[1,2,"three"]}]}"#, "items[0].sizes[2]"),
            (r#"{"items":[{"name":"a"},[],"x"]}"#, "items[1]"),
            (r#"{"items":[{"name":"a"},"x"]}"#, "items[1]"),
            (r#"{"total":"many"}"#, "total"),
            (r#"{"größe":[[1],[2]],"total":"many"}"#, "total"),
            (r#""x""#, ""),
        ] {
            let error = serde_json::from_str::<Page>(json).expect_err(json);
            assert_eq!(path(json, error.line(), error.column()), expected, "{error}");
        }
        for (line, column) in [(0, 0), (1, 1_000), (9, 9), (usize::MAX, usize::MAX)] {
            path("{\"a\\", line, column);
            path("", line, column);
        }
    }
}
