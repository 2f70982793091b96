//! The choice of the column, as it is shown before work starts.

use std::io::Cursor;

use sleeve_enrich::{Config, Error, Input, Kind, Output, Plan};

use crate::api::{MONKEY, SCIENTIST, Written};

fn plan(text: &str, id_column: Option<&str>) -> Result<Plan, Error> {
    let config = Config { id_column: id_column.map(str::to_owned), ..Config::default() };
    let text = text.replace('@', MONKEY).replace('%', SCIENTIST);
    Plan::new(config, Input::stream("plays.csv", Cursor::new(text)), Output::stream("out.csv", Written::default()))
}

fn check(text: &str, id_column: Option<&str>, expected: &str) {
    let shown = plan(text, id_column).map(|plan| plan.id_column().to_string());
    assert_eq!(shown.unwrap_or_else(|error| error.to_string()), expected, "{text}");
}

#[test]
fn the_choice_is_said_with_what_speaks_for_it() {
    let example = include_str!("../../../../examples/plays.csv");
    check(example, None, "column 3 \"track\" holds track ids (15 of 20 rows)");
    check("a,b\n1,@\n", None, "column 2 \"b\" holds track ids (1 of 1 row)");
    check("1,@\n2,%\n", None, "column 2 holds track ids (2 of 2 rows; no row of names)");
    check("a\n1,@\n2,%\n", None, "column 2 holds track ids (2 of 2 rows)");
    check("a,b\n1,@\n", Some("a"), "column 1 \"a\" was taken, but none of 1 row names a track there");
    check("track\n", None, "column 1 \"track\" holds track ids (0 of 0 rows)");
    let long = format!("a,b\n{}", "1,@\n".repeat(5_000));
    check(&long, None, "column 2 \"b\" holds track ids (1000 of the first 1000 rows)");
}

#[test]
fn what_is_no_table_of_tracks_is_one_clear_line() {
    check("", None, "plays.csv has no rows");
    check("\u{feff}\n\n", None, "plays.csv has no rows");
    check("a,b\n1,@\n", Some("c"), "plays.csv has no column \"c\"; it has columns 1 a, 2 b");
    check(
        "a,b\n1,2\n",
        None,
        "plays.csv: no column holds track ids, spotify:track: URIs or open.spotify.com links; name one of columns \
        1 a, 2 b",
    );
    check("PK\u{3}\u{4}", None, "plays.csv is a ZIP archive or a spreadsheet; unpack it, or save it as CSV");
    let kind = |text, named| plan(text, named).expect_err("no plan").kind();
    assert_eq!(kind("", None), Kind::Input);
    assert_eq!(kind("a\n1\n", None), Kind::Column);
    assert_eq!(kind("a\n1\n", Some("7")), Kind::Column);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = Plan::new(Config::default(), Input::file("/no/such.csv"), Output::stream("-", Written::default()));
    let error = error.expect_err("no such file");
    assert_eq!((error.kind(), error.io_kind()), (Kind::Input, Some(std::io::ErrorKind::NotFound)));
    assert!(error.to_string().starts_with("cannot read /no/such.csv: "), "{error}");
}
