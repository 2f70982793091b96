use super::normalise;

/// Words by spaces; other spellings behind `=`, a run as one word behind `~`.
fn shown(text: &str) -> String {
    let words = normalise(text, 64).into_iter().map(|word| {
        let latin = word.latin.map_or(String::new(), |latin| format!("={latin}"));
        let whole = word.whole.map_or(String::new(), |whole| format!("~{whole}"));
        word.text + &latin + &whole
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_written_differently_and_means_the_same_becomes_equal() {
    for (text, expected) in [
        ("", ""),
        (" \t\n ", ""),
        ("Don't Stop", "dont stop"),
        ("Don’t Stop", "dont stop"),
        ("“Heroes”", "heroes"),
        ("Déjà Vu", "deja vu"),
        ("De\u{301}ja\u{300} Vu", "deja vu"),
        ("Ｆｕｌｌ Ｗｉｄｔｈ", "full width"),
        ("Straße", "strasse"),
        ("Mø", "mo"),
        ("Sigur Rós", "sigur ros"),
        ("Blåblus", "blablus"),
        ("Æther Łódź", "aether lodz"),
        ("ﬁre", "fire"),
        ("İstanbul", "istanbul"),
        ("AC/DC", "ac~acdc dc"),
        ("Jay-Z", "jay~jayz z"),
        ("JAŸ-Z", "jay~jayz z"),
        ("A$AP Rocky", "asap rocky"),
        ("Ke$ha", "kesha"),
        ("$uicideboy$", "suicideboys"),
        ("P!nk", "pink"),
        ("Panic! At The Disco", "panic at the disco"),
        ("R.E.M.", "rem"),
        ("Mr. Brightside", "mr brightside"),
        ("Guns N' Roses", "guns n roses"),
        ("Rock ’n’ Roll", "rock n roll"),
        ("Simon & Garfunkel", "simon and garfunkel"),
        ("Florence + The Machine", "florence and the machine"),
        ("R&B", "r~rb and b"),
        ("D'Arby", "darby"),
        ("12\" Mix", "12 mix"),
        ("F**kin' Perfect", "f~fkin kin perfect"),
        ("Name™ (Live)", "name live"),
        ("Song - Remastered 2011", "song remastered 2011"),
        ("🎵 Music 🎵", "music"),
        ("+", "+"),
        ("????", "????"),
        ("...", "..."),
        ("🎵", "🎵"),
        ("Кино", "кино=kino"),
        ("Ёлка", "елка=elka"),
        ("Группа крови", "группа=gruppa крови=krovi"),
        ("Όμορφη", "ομορφη=omorfi"),
        ("فيروز", "فيروز=fyrwz"),
        ("방탄소년단", "방탄소년단=bangtansonyeondan"),
        ("東京", "東=dong~dongjing 京=jing"),
        ("さくら", "さ~sakura く ら"),
        ("ガンダム", "ガ~gandamu ン ダ ム"),
        ("ｶﾞﾝﾀﾞﾑ", "ガ~gandamu ン ダ ム"),
        ("東京feat", "東=dong~dongjingfeat 京=jing feat"),
    ] {
        assert_eq!(shown(text), expected, "{text:?}");
    }
}

#[test]
fn the_work_is_bounded_by_the_words_that_are_asked_for() {
    assert_eq!(normalise(&"word ".repeat(100_000), 3).len(), 3);
    assert_eq!(normalise(&"東".repeat(100_000), 3).len(), 3);
    assert_eq!(normalise(&"&".repeat(100_000), 3).len(), 3);
    assert!(normalise(&"é".repeat(100_000), 3)[0].text.len() <= 42);
    assert_eq!(normalise(&"!?".repeat(100_000), 3)[0].text.chars().count(), 16);
    assert_eq!(normalise("word", 0), []);
}
