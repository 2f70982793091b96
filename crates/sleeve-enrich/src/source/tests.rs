use std::io::{Cursor, Read};

use proptest::collection::vec;
use proptest::prelude::any;
use proptest::{prop_assert_eq, proptest};

use super::scan::{Dialect, Terminator};
use super::{Layout, Limits, Reader, Source};
use crate::error::Error;

/// Gives a few bytes at a time, as a pipe may.
struct Drops(Cursor<Vec<u8>>);

impl Read for Drops {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = into.len().min(7);
        self.0.read(&mut into[..count])
    }
}

fn source(bytes: &[u8], limits: Limits) -> Source {
    let dialect = Dialect { separator: b',', terminator: Terminator::Newline };
    let reader = Reader::new("t.csv".into(), Box::new(Drops(Cursor::new(bytes.to_vec()))));
    Source::new(reader, Layout { dialect, id_column: 1, width: 2 }, 0, limits)
}

/// All rows in all batches, taken apart: before the new cells, beyond them, the end; and what the id says.
fn all(mut source: Source) -> Result<Vec<[String; 4]>, Error> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut rows = Vec::new();
    while let Some(batch) = source.next_batch()? {
        rows.extend(
            batch.rows().map(|row| [text(row.before()), text(row.beyond()), text(row.terminator()), text(&row.id())]),
        );
    }
    Ok(rows)
}

#[test]
fn rows_come_apart_where_new_cells_go() {
    let rows = all(source(b"a,\"b\"\r\nc\n\nd,e,f,g\nh,i", Limits { batch_rows: 2, max_row: 100 }));
    let expected = [
        ["a,\"b\"", "", "\r\n", "b"],
        ["c", "", "\n", ""],
        ["", "", "\n", ""],
        ["d,e", ",f,g", "\n", "e"],
        ["h,i", "", "", "i"],
    ];
    assert_eq!(rows.expect("good rows"), expected);
}

#[test]
fn a_quote_that_is_never_closed_is_named_by_its_line() {
    let error = all(source(b"a,b\nc,\"d\ne\"\nf,\"g\nh,i\n", Limits::default())).expect_err("an open quote");
    assert_eq!(error.to_string(), "t.csv: the row on line 4 opens a quote that is never closed");
}

#[test]
fn a_row_larger_than_the_bound_is_named_by_its_line() {
    let limits = Limits { batch_rows: 1, max_row: 1 << 20 };
    let bytes = ["a,b\nc,\"".as_bytes(), &vec![b'x'; 3 << 20]].concat();
    let error = all(source(&bytes, limits)).expect_err("a large row");
    let expected = "t.csv: the row on line 2 is larger than 1 MiB; is a quote opened there and never closed?";
    assert_eq!(error.to_string(), expected);
}

proptest! {
    #[test]
    fn no_byte_is_lost_and_none_is_made_up(bytes in vec(any::<u8>(), 0..300), batch_rows in 1_usize..5) {
        let mut source = source(&bytes, Limits { batch_rows, max_row: 1000 });
        let mut again = Vec::new();
        loop {
            match source.next_batch() {
                Ok(Some(batch)) => {
                    for row in batch.rows() {
                        again.extend([row.before(), row.beyond(), row.terminator()].concat());
                    }
                }
                Ok(None) => break,
                Err(_) => return Ok(()), // a quote that is never closed
            }
        }
        prop_assert_eq!(again, bytes);
    }
}
