use super::{allowance, near};

#[test]
fn words_within_so_many_mistakes_are_found_and_no_others() {
    let mut words =
        ["rhapsody", "rhapsdoy", "rapsody", "rhapsodie", "xhapsody", "queen", "quene", "que", "queens", "рапсоды"];
    words.sort_unstable();
    let fst = fst::Map::from_iter((0u64..).zip(words).map(|(n, word)| (word, n))).expect("sorted");
    let found = |word, distance| -> Vec<&str> {
        near(fst.as_fst(), word, distance).into_iter().map(|number| words[number as usize]).collect()
    };
    assert_eq!(found("rhapsody", 1), ["rapsody", "rhapsdoy", "xhapsody"]);
    assert_eq!(found("rhapsody", 2), ["rhapsodie"]);
    assert_eq!(found("queen", 1), ["queens", "quene"]);
    assert_eq!(found("queen", 2), ["que"]);
    assert_eq!(["кино", "que", "quee", "quoteds", "rhapsody"].map(allowance), [0, 0, 1, 1, 2]);
}
