//! Every answer that the operations of the catalogue can be made to give over an invented one: both modes, with and
//! without a market, pages from the first to beyond the last, and errors.

use std::sync::OnceLock;

use serde_json::Value;
use sleeve_outside::catalogue::{Catalogue, word};
use sleeve_outside::serve::Server;
use sleeve_outside::sleeve::Home;

use super::answers::{Answer, Caller};

use crate::UNKNOWN;

/// The types of a search, all of them.
const TYPES: &str = "album,artist,playlist,track,show,episode,audiobook";

/// An invented catalogue, and what a server says of a part of everything in it; asked once for all tests.
pub(super) fn answers() -> &'static (Catalogue, Vec<Answer>) {
    static ANSWERS: OnceLock<(Catalogue, Vec<Answer>)> = OnceLock::new();
    ANSWERS.get_or_init(ask)
}

fn ask() -> (Catalogue, Vec<Answer>) {
    let home = Home::new();
    let catalogue = Catalogue::generate(&home);
    let server = Server::start(&home);
    let (_, market) = catalogue.relinked();
    let mut answers = Vec::new();
    for caller in Caller::both(&home, &server) {
        for market in [None, Some(market)] {
            objects(&caller, &catalogue, market, &mut answers);
            lists(&caller, &catalogue, market, &mut answers);
            searches(&caller, &catalogue, market, &mut answers);
        }
        errors(&caller, &catalogue, &mut answers);
    }
    (catalogue, answers)
}

/// Single objects, and several at once with one among them that is not there.
fn objects(caller: &Caller, catalogue: &Catalogue, market: Option<&str>, answers: &mut Vec<Answer>) {
    for (single, several, kind, documents, at_once) in [
        ("get-track", "get-several-tracks", "tracks", &catalogue.tracks, 49),
        ("get-an-album", "get-multiple-albums", "albums", &catalogue.albums, 19),
        ("get-an-artist", "get-multiple-artists", "artists", &catalogue.artists, 49),
    ] {
        let ids: Vec<&str> = some(documents, 60).collect();
        answers.extend(ids.iter().map(|id| caller.ask(single, market, &format!("/v1/{kind}/{id}"))));
        let several = ids
            .chunks(at_once)
            .map(|ids| caller.ask(several, market, &format!("/v1/{kind}?ids={},{UNKNOWN}", ids.join(","))));
        answers.extend(several);
    }
}

/// Lists of albums and artists, by pages.
fn lists(caller: &Caller, catalogue: &Catalogue, market: Option<&str>, answers: &mut Vec<Answer>) {
    for id in catalogue.long_albums().iter().take(3) {
        pages(caller, "get-an-albums-tracks", market, &format!("/v1/albums/{id}/tracks"), answers);
    }
    for id in catalogue.busy_artists().iter().take(3) {
        pages(caller, "get-an-artists-albums", market, &format!("/v1/artists/{id}/albums"), answers);
        for groups in ["", "single", "appears_on,compilation"] {
            let path = format!("/v1/artists/{id}/albums?include_groups={groups}");
            answers.push(caller.ask("get-an-artists-albums", market, &path));
        }
    }
    let top = some(&catalogue.artists, 20).map(|id| format!("/v1/artists/{id}/top-tracks"));
    answers.extend(top.map(|path| caller.ask("get-an-artists-top-tracks", market, &path)));
}

/// Searches that find much, little and nothing.
fn searches(caller: &Caller, catalogue: &Catalogue, market: Option<&str>, answers: &mut Vec<Answer>) {
    let (words, _) = &catalogue.album_words()[0];
    for kind in ["album", "track", "artist"] {
        let path = format!("/v1/search?q={words}&type={kind}");
        pages(caller, "search", market, &path, answers);
    }
    let isrc = word(&catalogue.tracks[0]["external_ids"], "isrc");
    for q in [words.as_str(), &format!("isrc:{isrc}"), "year:1950-2030", "%22no%20such%20words%22"] {
        answers.push(caller.ask("search", market, &format!("/v1/search?q={q}&type={TYPES}")));
    }
}

/// The page of the default limit, and with a limit of 5 the first page, one in the middle, the last and one beyond.
fn pages(caller: &Caller, operation: &'static str, market: Option<&str>, path: &str, answers: &mut Vec<Answer>) {
    let first = caller.ask(operation, market, path);
    let body = first
        .body
        .get("items")
        .map_or_else(|| first.body.as_object().and_then(|all| all.values().next()), |_| Some(&first.body));
    let total = body.and_then(|page| page["total"].as_u64()).unwrap_or_else(|| panic!("{path} has no total"));
    answers.push(first);
    let separator = if path.contains('?') { '&' } else { '?' };
    for offset in [0, 5, total.saturating_sub(3).min(995), total.min(990)] {
        answers.push(caller.ask(operation, market, &format!("{path}{separator}limit=5&offset={offset}")));
    }
}

/// What is refused, and why.
fn errors(caller: &Caller, catalogue: &Catalogue, answers: &mut Vec<Answer>) {
    let album = word(&catalogue.albums[0], "id");
    let artist = word(&catalogue.artists[0], "id");
    let (words, _) = &catalogue.album_words()[0];
    let mut lists = vec![("search", format!("/v1/search?q={words}&type=album&"))];
    for (operation, kind, known, list) in [
        ("get-track", "tracks", "", ""),
        ("get-an-album", "albums", "", ""),
        ("get-an-artist", "artists", "", ""),
        ("get-an-albums-tracks", "albums", album, "/tracks"),
        ("get-an-artists-albums", "artists", artist, "/albums"),
        ("get-an-artists-top-tracks", "artists", "", "/top-tracks"),
    ] {
        let path = |id| format!("/v1/{kind}/{id}{list}");
        answers.extend([UNKNOWN, "short"].map(|id| caller.ask(operation, None, &path(id))));
        answers.extend(caller.ask_as_nobody(operation, &path(UNKNOWN)));
        answers.push(caller.ask(operation, Some("ZZ"), &path(UNKNOWN)));
        if !known.is_empty() {
            lists.push((operation, format!("{}?", path(known))));
        }
    }
    for (operation, start) in &lists {
        let wrong = ["limit=0", "limit=51", "limit=many", "offset=-1", "market=Britain"];
        answers.extend(wrong.map(|query| caller.ask(operation, None, &format!("{start}{query}"))));
    }
    for (operation, path) in
        [("get-several-tracks", "tracks"), ("get-multiple-albums", "albums"), ("get-multiple-artists", "artists")]
    {
        let many = vec![UNKNOWN; 51].join(",");
        answers.extend(["", "short", &many].map(|ids| caller.ask(operation, None, &format!("/v1/{path}?ids={ids}"))));
        answers.extend(caller.ask_as_nobody(operation, &format!("/v1/{path}?ids={UNKNOWN}")));
    }
    for query in ["type=album", "q=&type=album", "q=a", "q=a&type=song", "q=a&type=album&offset=1000"] {
        answers.push(caller.ask("search", None, &format!("/v1/search?{query}")));
    }
    answers.extend(caller.ask_as_nobody("search", "/v1/search?q=a&type=album"));
}

/// So many ids, from all over the catalogue.
fn some(documents: &[Value], count: usize) -> impl Iterator<Item = &str> {
    documents.iter().step_by(documents.len().div_ceil(count)).map(|document| word(document, "id"))
}
