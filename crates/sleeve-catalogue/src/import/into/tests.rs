//! Documents that a store cannot keep.

use std::io::Cursor;
use std::ops::ControlFlow;

use sleeve_model::{Id, Kind};

use super::import;
use crate::import::{Bad, Input};
use crate::{Catalogue, Store};

const A: &str = "0000000000000000000000";
const B: &str = "1111111111111111111111";

fn track(id: &str, member: &str, length: usize) -> String {
    format!("{{\"id\":\"{id}\",\"type\":\"track\",\"{member}\":\"{}\"}}\n", "x".repeat(length))
}

#[test]
fn a_document_that_grows_too_long_is_a_bad_record_and_the_others_come() {
    // The first is merged with the second; the third gets its addresses. The last one is good.
    let text = [
        track(A, "one", 34 << 20),
        track(A, "two", 34 << 20),
        track(B, "one", (64 << 20) - 100),
        "[]\n{\"id\":7}\n".to_owned(),
        track(B, "name", 1),
    ];
    let store = Store::in_memory().expect("memory");
    let inputs = vec![Input::reader("x.json", Cursor::new(text.concat()))];
    let done = import(&store, inputs, &mut |_| ControlFlow::Continue(())).expect("it goes on").expect("not broken off");
    let bad: Vec<_> = done.tally.first_bad.iter().map(Bad::to_string).collect();
    let expected = [
        "x.json:5: holds no object of Spotify's (no `type`, `uri` or `href`)",
        "track 0000000000000000000000: it is longer than 64 MiB",
        "track 1111111111111111111111: it is longer than 64 MiB",
    ];
    assert_eq!((bad, done.tally.bad), (expected.map(str::to_owned).to_vec(), 3));
    assert_eq!((done.new.tracks, done.changed), (2, 0));
    let known = store.object(Kind::Track, Id::parse(A).expect("an id")).expect("readable").expect("it is there");
    assert!(known.document.text().len() < 40 << 20);
}
