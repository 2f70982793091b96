use super::{Head, Terminator};
use crate::error::{Error, Kind};
use crate::source::Reader;

const ID: &str = "2XU0oxnq2qxCpomAAuJY8K";

fn head(bytes: &[u8]) -> Result<Head, Error> {
    Head::read(&mut Reader::new("plays.csv".into(), Box::new(std::io::Cursor::new(bytes.to_vec()))))
}

fn separator(text: &str) -> u8 {
    head(text.as_bytes()).expect("text").dialect.separator
}

#[test]
fn separators_are_told_from_the_first_rows() {
    for (text, expected) in [
        (format!("id\n{ID}\n"), b','),
        (format!("id,title\n{ID},a;b\n"), b','),
        (format!("id;title\n{ID};a, b\n"), b';'),
        (format!("id\ttitle\n{ID}\ta, b; c\n"), b'\t'),
        (format!("title|id\na|{ID}\n"), b'|'),
        (format!("{ID};a, b\n{ID};c, d\n"), b';'),
        ("a;b;c\n1;2;3\n4;5;6\n".to_owned(), b';'),
        ("a,b\n\"1;2\",3\n".to_owned(), b','),
        (format!("sep=|\r\nid,x|y\r\n{ID}|z\r\n"), b'|'),
        (format!("\u{feff}sep=;\nid,x;y\n{ID};z\n"), b';'),
    ] {
        assert_eq!(separator(&text), expected, "{text}");
    }
}

#[test]
fn what_stands_before_the_table_is_its_lead() {
    for (text, lead, rows) in [
        ("", 0, 0),
        ("\u{feff}a\nb\n", 3, 2),
        ("\n\na,b\n1,2\n", 2, 2),
        ("sep=;\r\na;b\r\n\r\n1;2\r\n", 7, 2),
        ("\n\n", 0, 0),
    ] {
        let head = head(text.as_bytes()).expect("text");
        assert_eq!((head.lead, head.rows.len(), head.whole), (lead, rows, true), "{text:?}");
    }
}

#[test]
fn old_line_endings_are_known_by_the_want_of_others() {
    let terminator = |text: &[u8]| head(text).expect("text").dialect.terminator;
    assert_eq!(terminator(b"a,b\r1,2\r"), Terminator::Return);
    assert_eq!(terminator(b"a,b\r\n1,2\r\n"), Terminator::Newline);
    assert_eq!(terminator(b"a,b\n1,\r2\n"), Terminator::Newline);
    assert_eq!(terminator(b"a,b"), Terminator::Newline);
}

#[test]
fn a_first_row_larger_than_the_sample_is_read_whole() {
    let text = format!("id,\"{}\"\n{ID},b\n", "long\n".repeat(400_000));
    let head = head(text.as_bytes()).expect("text");
    assert_eq!((head.rows.len(), head.rows[0].cells.len()), (2, 2));
}

#[test]
fn a_sample_is_not_the_whole_file() {
    let text = format!("id\n{}", format!("{ID}\n").repeat(2_000));
    let head = head(text.as_bytes()).expect("text");
    assert!(!head.whole);
    assert_eq!(head.rows.len(), super::SAMPLE_ROWS);
}

#[test]
fn what_is_no_text_is_said_to_be() {
    for (start, expected) in [
        (&b"\x1F\x8B\x08"[..], "plays.csv is compressed with gzip; unpack it first"),
        (b"PK\x03\x04", "plays.csv is a ZIP archive or a spreadsheet; unpack it, or save it as CSV"),
        (b"\xFF\xFEi\0d\0", "plays.csv is UTF-16 text; save it as UTF-8"),
        (b"SQLite format 3\0", "plays.csv is a SQLite database; save a table of it as CSV"),
    ] {
        let error = head(start).expect_err("no text");
        assert_eq!((error.kind(), error.to_string()), (Kind::Input, expected.to_owned()));
    }
}

#[test]
fn a_quote_that_is_never_closed_is_found_before_work_starts() {
    for (text, line) in [("\"a,b\n1,2\n", 1), ("a,b\n\"1\n\",\"2\n3,4\n", 2), ("a;b\r1;2\r3;\"4\r", 3)] {
        let error = head(text.as_bytes()).expect_err("an open quote");
        let expected = format!("plays.csv: the row on line {line} opens a quote that is never closed");
        assert_eq!((error.kind(), error.to_string()), (Kind::Input, expected));
    }
}
