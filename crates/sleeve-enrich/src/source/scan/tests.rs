use proptest::prelude::{any, prop};
use proptest::{prop_assert_eq, proptest};

use super::{Dialect, Scan, Terminator, row, unquoted};

const COMMA: Dialect = Dialect { separator: b',', terminator: Terminator::Newline };

/// All rows of `text`: their cells as they stand, and what ends them.
fn rows(mut text: &str, dialect: Dialect) -> Result<Vec<(Vec<&str>, &str)>, Scan> {
    let mut rows = Vec::new();
    while !text.is_empty() {
        let mut cells = Vec::new();
        match row(text.as_bytes(), dialect, true, |start, end| cells.push(&text[start..end])) {
            Scan::Row { content, end } => {
                rows.push((cells, &text[content..end]));
                text = &text[end..];
            }
            other => return Err(other),
        }
    }
    Ok(rows)
}

fn check(text: &str, expected: &[(&[&str], &str)]) {
    let expected: Vec<_> = expected.iter().map(|(cells, end)| (cells.to_vec(), *end)).collect();
    assert_eq!(rows(text, COMMA), Ok(expected), "{text:?}");
}

#[test]
fn rows_and_cells_are_found() {
    check("", &[]);
    check("a", &[(&["a"], "")]);
    check("a,b\n", &[(&["a", "b"], "\n")]);
    check("a,\r\n,b", &[(&["a", ""], "\r\n"), (&["", "b"], "")]);
    check("\n\na", &[(&[""], "\n"), (&[""], "\n"), (&["a"], "")]);
    check("\"a,\n\"\"b\"\"\",c\n", &[(&["\"a,\n\"\"b\"\"\"", "c"], "\n")]);
    check("\"a\"b\"c,d\n", &[(&["\"a\"b\"c", "d"], "\n")]);
    check("a \"b,c\" d\n", &[(&["a \"b", "c\" d"], "\n")]);
    check("\"a\r\",\"\"\r\n", &[(&["\"a\r\"", "\"\""], "\r\n")]);
    check("a\rb,c\r", &[(&["a\rb", "c"], "\r")]);
}

#[test]
fn old_line_endings_and_other_separators_are_read() {
    let old = Dialect { separator: b'\t', terminator: Terminator::Return };
    assert_eq!(rows("a\tb\rc,d\r\ne", old).map(|rows| rows.len()), Ok(3));
    assert_eq!(rows("a,b;c", Dialect { separator: b';', ..COMMA }), Ok(vec![(vec!["a,b", "c"], "")]));
}

#[test]
fn a_quote_that_is_never_closed_is_told_from_one_that_may_be() {
    assert_eq!(row(b"\"a,b\n", COMMA, true, |_, _| ()), Scan::Unclosed);
    assert_eq!(row(b"\"a,b\n", COMMA, false, |_, _| ()), Scan::Incomplete);
    assert_eq!(row(b"\"a\"", COMMA, false, |_, _| ()), Scan::Incomplete);
    assert_eq!(row(b"a\r", COMMA, false, |_, _| ()), Scan::Incomplete);
}

#[test]
fn cells_lose_their_quotes_and_nothing_else() {
    for (cell, expected) in [
        ("a", "a"),
        ("", ""),
        ("\"\"", ""),
        ("\"a \"\"b\"\"\"", "a \"b\""),
        ("\"a\"b\"", "ab\""),
        (" \"a\"", " \"a\""),
        ("\"", "\""),
    ] {
        assert_eq!(unquoted(cell.as_bytes()), expected.as_bytes(), "{cell:?}");
    }
}

proptest! {
    /// The second truth: the cells that the `csv` crate reads. It passes over blank rows and ends rows at a lone `\r`,
    /// which therefore does not occur here.
    #[test]
    fn cells_are_those_that_another_reader_finds(text in "[ab,\"\n;é]{0,40}") {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let theirs: Vec<Vec<String>> = reader
            .records()
            .map(|record| record.expect("any text has some reading").iter().map(str::to_owned).collect())
            .collect();
        let Ok(ours) = rows(&text, COMMA) else { return Ok(()) };
        let cell = |cell: &&str| String::from_utf8(unquoted(cell.as_bytes()).into_owned()).expect("still text");
        let ours: Vec<Vec<String>> = ours
            .iter()
            .filter(|(cells, _)| cells != &[""])
            .map(|(cells, _)| cells.iter().map(cell).collect())
            .collect();
        prop_assert_eq!(ours, theirs);
    }

    /// A row that is cut anywhere is either incomplete or the same row as before.
    #[test]
    fn a_row_does_not_depend_on_how_much_was_read(bytes in prop::collection::vec(any::<u8>(), 1..60), cut in 0_usize..60) {
        for terminator in [Terminator::Newline, Terminator::Return] {
            let dialect = Dialect { separator: b',', terminator };
            let whole = row(&bytes, dialect, false, |_, _| ());
            match row(&bytes[..cut.min(bytes.len())], dialect, false, |_, _| ()) {
                Scan::Incomplete => {}
                scan => prop_assert_eq!(scan, whole),
            }
        }
    }
}
