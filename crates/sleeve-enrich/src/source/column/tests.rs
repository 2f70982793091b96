use super::{Choice, Table, shortened};

const ID: &str = "2XU0oxnq2qxCpomAAuJY8K";
const OTHER: &str = "75JFxkI2RXiU7L9VXzMkle";

/// Chooses in a table written with commas and line ends; `@` stands for an id, `%` for another.
fn choose(text: &str, named: Option<&str>) -> Result<Choice, String> {
    let text = text.replace('@', ID).replace('%', OTHER);
    let mut rows = text.lines().map(|line| line.split(',').map(|cell| cell.as_bytes().into()).collect());
    let table = Table { name: "t.csv", first: rows.next().unwrap_or_default(), rest: rows.collect() };
    table.choose(named).map_err(|error| error.to_string())
}

fn check(text: &str, named: Option<&str>, column: usize, header: bool) {
    let choice = choose(text, named).map(|choice| (choice.column, choice.header));
    assert_eq!(choice, Ok((column, header)), "{text}");
}

#[test]
fn the_column_is_found_by_its_cells() {
    check("when,what\n1,@\n2,spotify:track:%\n", None, 1, true);
    check("what,when\nhttps://open.spotify.com/track/@,1\n,2\n", None, 0, true);
    check("a,b\nspotify:album:@,spotify:track:@\n", None, 1, true);
    check("a,b,c\n1,@,x\n2,oops,y\n3,spotify:local:a:b:c:1,z\n4,%,\n", None, 1, true);
}

#[test]
fn names_decide_where_cells_do_not() {
    check("artist_id,track_id\n@,%\n@,%\n", None, 1, true);
    check("album uri,x\n@,%\n", None, 1, true);
    check("x,song\n@,%\n", None, 1, true);
    check("x,id,y\n@,%,@\n", None, 1, true);
    check("track_uri,linked_track\n@,%\n@,\n", None, 0, true);
    check("x,y\n@,%\n", None, 0, true);
}

#[test]
fn a_row_of_ids_is_no_header() {
    check("1,@\n2,%\n", None, 1, false);
    check("spotify:track:@\nspotify:track:%\n", None, 0, false);
    check("spotify:local:a:b:c:1,x\n@,y\n", None, 0, false);
    check("@,1\n", Some("1"), 0, false);
    check("when,spotifytrackidentifier\n1,@\n", None, 1, true);
    check("when,SpotifyTrackIdentifier\n1,@\n", None, 1, true);
}

#[test]
fn a_header_alone_is_enough_when_it_leaves_no_doubt() {
    check("when,track_id\n", None, 1, true);
    assert!(choose("when,id\n", None).is_err());
}

#[test]
fn a_column_can_be_named_by_word_or_number() {
    check("a,b,3\nx,y,z\n", Some("b"), 1, true);
    check("a,b,3\nx,y,z\n", Some("B "), 1, true);
    check("a,b,3\nx,y,z\n", Some("2"), 1, true);
    check("3,b,a\nx,y,z\n", Some("3"), 0, true);
    check("a\nx,y\n", Some("2"), 1, true);
}

#[test]
fn a_column_that_is_not_there_is_answered_with_those_that_are() {
    let refused = |text, named| choose(text, Some(named)).expect_err("no such column");
    assert_eq!(refused("a,b\nx,y\n", "c"), "t.csv has no column \"c\"; it has columns 1 a, 2 b");
    assert_eq!(refused("a,b\nx,y\n", "3"), "t.csv has no column \"3\"; it has columns 1 a, 2 b");
    assert_eq!(refused("a\nx\n", "0"), "t.csv has no column \"0\"; it has column 1 a");
    assert_eq!(
        refused("id,x,id\n1,2,3\n", "id"),
        "t.csv: several columns are named \"id\" (columns 1 and 3); give the number"
    );
    let many = (0..50).map(|number| format!("c{number}")).collect::<Vec<_>>().join(",");
    assert!(refused(&many, "x").ends_with("40 c39 and 10 more"));
}

#[test]
fn a_table_without_ids_is_told_what_was_looked_for() {
    let expected = "t.csv: no column holds track ids, spotify:track: URIs or open.spotify.com links; name one of \
        columns 1 a, 2 artist_id";
    assert_eq!(choose("a,artist_id\nx,@\ny,%\n", None), Err(expected.to_owned()));
    // Text in which an id occurs now and then is no column of ids.
    assert!(choose("a\nx\ny\nz\n@\n", None).is_err());
}

#[test]
fn rows_are_counted_without_the_header() {
    let choice = choose("when,what\n1,@\n2,\n3,%\n", None).expect("a column");
    assert_eq!((choice.tracks, choice.rows), (2, 3));
    let choice = choose("1,@\n2,\n3,%\n", None).expect("a column");
    assert_eq!((choice.tracks, choice.rows), (2, 3));
}

#[test]
fn names_are_fit_for_a_terminal() {
    assert_eq!(shortened("Größe"), "Größe");
    assert_eq!(shortened("a\u{1b}[31m\n"), "a\\u{1b}[31m\\n");
    assert_eq!(shortened(&"ä".repeat(41)), format!("{}…", "ä".repeat(40)));
}
