use super::{Field, Query, Term};

fn term(term: &Term) -> String {
    let slots: Vec<String> = term.slots.iter().map(|slot| slot.join("=")).collect();
    let field = match term.field {
        Field::Any => String::new(),
        field => format!("{field:?}:").to_lowercase(),
    };
    let whole = term.whole.as_ref().map_or(String::new(), |whole| format!("~{whole}"));
    let text = if slots.len() > 1 { format!("({})", slots.join(" ")) } else { slots.join("") };
    [if term.loose { "?" } else { "" }, &field, &text, &whole, if term.start { "*" } else { "" }].concat()
}

/// Clauses by spaces: `!` for NOT, `|` for OR, `(a b)` side by side, `?` loose, `*` may go on.
fn shown(text: &str) -> String {
    let query = Query::parse(text);
    let mut shown: Vec<String> = Vec::new();
    for clause in &query.clauses {
        let terms: Vec<String> = clause.any.iter().map(term).collect();
        shown.push(format!("{}{}", if clause.not { "!" } else { "" }, terms.join("|")));
    }
    shown.extend(query.years.map(|(from, to)| format!("[{from}-{to}]")));
    shown.extend(query.new.then(|| "[new]".to_owned()));
    shown.extend(query.hipster.then(|| "[hipster]".to_owned()));
    shown.extend(query.isrc().map(|isrc| format!("[isrc {isrc}]")));
    shown.extend(query.upc().map(|upc| format!("[upc {upc}]")));
    shown.join(" ")
}

#[test]
fn the_classic_grammar_is_read() {
    for (text, expected) in [
        ("", ""),
        ("Miles DAVIS ", "miles davis"),
        ("miles dav", "miles dav*"),
        ("miles d", "miles d"),
        ("miles d*", "miles d*"),
        ("mil* davis ", "mil* davis"),
        ("mi*es *les ", "mi*es* les"),
        ("Bey*CÉ b*tl* ", "bey*ce* b*tl**"),
        ("a*b*c*d a**b a*-b ", "(a b c d)~abcd (a b)~ab a*b*"),
        ("artist:mi*es \"mi*es\" ", "artist:(mi es)~mies (mi es)~mies"),
        ("abba AND queen ", "abba and queen"),
        ("ab* bc* cd* de* ef* fg", "ab* bc* cd* de* ef fg"),
        ("\"kind of blue\"", "(kind of blue)"),
        ("“kind of blue” miles ", "(kind of blue) miles"),
        ("\"kind of blue ", "kind of blue"),
        ("kind \"", "kind"),
        ("queen - under pressure ", "queen under pressure"),
        ("Simon & Garfunkel ", "simon garfunkel"),
        ("and ", "and"),
        ("+", "+"),
        ("& ", "and"),
        ("roadhouse NOT blues ", "roadhouse !blues"),
        ("roadhouse not blues ", "roadhouse not blues"),
        ("roadhouse OR blues jazz ", "roadhouse|blues jazz"),
        ("a OR b OR c ", "a|b|c"),
        ("OR ", "or"),
        ("OR blues ", "or blues"),
        ("blues OR ", "blues or"),
        ("blues NOT ", "blues not"),
        ("NOT blues ", "blues not"),
        ("NOT \"blue train\" davis ", "!(blue train) davis"),
        ("AC/DC ", "(ac dc)~acdc"),
        ("東京 ", "(東 京)~dongjing"),
        ("Кино ", "кино=kino"),
    ] {
        assert_eq!(shown(text), expected, "{text:?}");
    }
}

#[test]
fn filters_are_read_and_what_is_no_filter_is_text() {
    for (text, expected) in [
        ("artist:\"Miles Davis\" so ", "artist:(miles davis) so"),
        ("artist:Miles Davis album:Kind of Blue", "artist:miles ?artist:davis album:kind ?album:of ?album:blue"),
        ("remaster track:Doxy artist:Miles Davis", "remaster track:doxy artist:miles ?artist:davis"),
        ("ARTIST:abba NOT arrival ", "artist:abba !arrival"),
        ("artist: abba", "artist:abba"),
        ("artist:abba \"super trouper\" x ", "artist:abba (super trouper) x"),
        ("genre:hip-hop ", "genre:(hip hop)~hiphop"),
        ("abba year:1980 ", "abba [1980-1980]"),
        ("year:1955-1960 abba ", "abba [1955-1960]"),
        ("year:1960-1955", "[1955-1960]"),
        ("abba NOT year:1980 ", "abba [1980-1980]"),
        ("year:2020- ", "(year 2020)~year2020"),
        ("year:x ", "(year x)~yearx"),
        ("year:19 ", "(year 19)~year19"),
        ("tag:new", "[new]"),
        ("tag:hipster NOT abba ", "!abba [hipster]"),
        ("tag:old ", "(tag old)~tagold"),
        ("isrc:gb-um7-10-29604", "[isrc GBUM71029604]"),
        ("isrc:\"GBUM71029604\" ", "[isrc GBUM71029604]"),
        ("isrc: ", "isrc"),
        ("upc:00602537", "[upc 00602537]"),
        ("playlist:rock ", "(playlist rock)~playlistrock"),
        ("foo:bar ", "(foo bar)~foobar"),
        ("12:30 ", "(12 30)~1230"),
        (":", ":"),
    ] {
        assert_eq!(shown(text), expected, "{text:?}");
    }
}

#[test]
fn a_query_of_any_length_is_a_bounded_number_of_words() {
    for text in
        ["a ".repeat(5_000), "\"a b\" ".repeat(2_000), "!?".repeat(5_000), "NOT ".repeat(3_000), "a:".repeat(5_000)]
    {
        let query = Query::parse(&text);
        let words: usize = query.clauses.iter().flat_map(|clause| &clause.any).map(|term| term.slots.len()).sum();
        assert!(words <= 25, "{words} words of {:?}", &text[..8]);
    }
}
