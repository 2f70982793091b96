use proptest::prelude::{prop, prop_assert_eq, proptest};

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

/// The distance by the whole table, for comparison.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            table[i][j] = i.max(j);
            if i > 0 && j > 0 {
                let change = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                table[i][j] = change.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
            }
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                table[i][j] = table[i][j].min(table[i - 2][j - 2] + 1);
            }
        }
    }
    table[a.len()][b.len()]
}

proptest! {
    #[test]
    fn the_walk_finds_what_the_whole_table_finds(
        words in prop::collection::btree_set("[abc]{1,10}", 1..60),
        word in "[abc]{4,10}",
    ) {
        let fst = fst::Map::from_iter((0u64..).zip(&words).map(|(n, word)| (word, n))).expect("sorted");
        for wanted in [1, 2] {
            let fits = |w: &&String| wanted == 1 || w.as_bytes()[0] == word.as_bytes()[0];
            let near_enough = |w: &&String| distance(word.as_bytes(), w.as_bytes()) == wanted;
            let expected: Vec<&String> = words.iter().filter(fits).filter(near_enough).collect();
            let all: Vec<&String> = words.iter().collect();
            let found = near(fst.as_fst(), &word, wanted).into_iter().map(|number| all[number as usize]);
            prop_assert_eq!(found.collect::<Vec<_>>(), expected);
        }
    }
}
