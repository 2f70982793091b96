//! Which keys an object has, by quota mode and market, in the recorded order of 2025-08. The OpenAPI description
//! requires next to nothing, so a field that went missing would not be noticed by it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::answers::Answer;

/// When a key is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sent {
    Always,
    /// To apps in extended mode only.
    Extended,
    /// To apps in extended mode that did not ask for a market.
    Markets,
    /// Where a market was asked for.
    InMarket,
    /// Where a market was asked for in which nothing plays.
    Restricted,
    /// To apps in extended mode that asked for a market, if another copy was answered.
    Relinked,
}

use Sent::{Always, Extended, InMarket, Markets, Relinked, Restricted};

const TRACK: &[(&str, Sent)] = &[
    ("album", Always),
    ("artists", Always),
    ("available_markets", Markets),
    ("disc_number", Always),
    ("duration_ms", Always),
    ("explicit", Always),
    ("external_ids", Always),
    ("external_urls", Always),
    ("href", Always),
    ("id", Always),
    ("is_local", Always),
    ("is_playable", InMarket),
    ("linked_from", Relinked),
    ("restrictions", Restricted),
    ("name", Always),
    ("popularity", Extended),
    ("preview_url", Always),
    ("track_number", Always),
    ("type", Always),
    ("uri", Always),
];

const ALBUM: &[(&str, Sent)] = &[
    ("album_type", Always),
    ("artists", Always),
    ("available_markets", Markets),
    ("external_urls", Always),
    ("href", Always),
    ("id", Always),
    ("images", Always),
    ("name", Always),
    ("release_date", Always),
    ("release_date_precision", Always),
    ("total_tracks", Always),
    ("type", Always),
    ("uri", Always),
];

const ARTIST: &[(&str, Sent)] =
    &[("external_urls", Always), ("href", Always), ("id", Always), ("name", Always), ("type", Always), ("uri", Always)];

/// In which markets each track can be played, by its own document.
pub(super) type Available = BTreeMap<String, BTreeSet<String>>;

/// What the answers that name markets say.
pub(super) fn available(answers: &[Answer]) -> Available {
    let documents = answers.iter().map(|answer| &answer.body).filter(|body| body.get("available_markets").is_some());
    documents
        .map(|document| {
            let markets = items(&document["available_markets"]).iter().filter_map(Value::as_str);
            (document["id"].as_str().expect("an id").to_owned(), markets.map(str::to_owned).collect())
        })
        .collect()
}

/// What is wrong with the keys of an answer of 200.
pub(super) fn wrong(answer: &Answer, available: &Available) -> Vec<String> {
    let mut wrong = Vec::new();
    match answer.body.get("tracks") {
        None => track(answer, &answer.body, available, &mut wrong),
        Some(tracks) => {
            let tracks = tracks.as_array().expect("tracks is an array");
            let asked = answer.request.split("ids=").nth(1).expect("ids were asked for").split('&').next();
            let asked: Vec<&str> = asked.expect("a list").split(',').collect();
            let answered: Vec<&str> = tracks.iter().map(|track| track["id"].as_str().unwrap_or("null")).collect();
            let mut expected = asked.clone();
            // The last one that is asked for is not there.
            *expected.last_mut().expect("some") = "null";
            if answered != expected {
                wrong.push(format!("asked for {asked:?}, was answered {answered:?}"));
            }
            tracks.iter().filter(|track| !track.is_null()).for_each(|one| track(answer, one, available, &mut wrong));
        }
    }
    wrong
}

fn track(answer: &Answer, document: &Value, available: &Available, wrong: &mut Vec<String>) {
    let restricted = document["is_playable"] == false;
    let sent = |when: Sent| match when {
        Always => true,
        Extended => answer.extended,
        Markets => answer.extended && answer.market.is_none(),
        InMarket => answer.market.is_some(),
        Restricted => restricted,
        Relinked => answer.extended && document.get("linked_from").is_some(),
    };
    let mut compare = |what: &str, value: &Value, table: &[(&str, Sent)]| {
        let seen = keys(value);
        let expected: Vec<&str> = table.iter().filter(|(_, when)| sent(*when)).map(|(key, _)| *key).collect();
        if seen != expected {
            wrong.push(format!("{what} has {seen:?}, expected {expected:?}"));
        }
    };
    compare("track", document, TRACK);
    compare("album", &document["album"], ALBUM);
    for artist in items(&document["artists"]).iter().chain(items(&document["album"]["artists"])) {
        compare("artist", artist, ARTIST);
    }
    if restricted {
        compare("restrictions", &document["restrictions"], &[("reason", Always)]);
    }
    compare("external_ids", &document["external_ids"], &[("isrc", Always)]);
    compare("external_urls", &document["external_urls"], &[("spotify", Always)]);
    for image in items(&document["album"]["images"]) {
        // The order within an image differs between recordings.
        let mut seen = keys(image);
        seen.sort_unstable();
        if seen != ["height", "url", "width"] {
            wrong.push(format!("image has {seen:?}"));
        }
    }
    wrong.extend(values(answer, document, available));
}

/// What must be so about the values that depend on who asked, and where.
fn values(answer: &Answer, document: &Value, available: &Available) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut must = |holds: bool, what: &str| {
        if !holds {
            wrong.push(format!("{what}, seen in {document}"));
        }
    };
    must(document["type"] == "track", "type is track");
    must(!items(&document["artists"]).is_empty(), "a track has artists");
    must(items(&document["album"]["images"]).len() == 3, "an album has images of three sizes");
    if let (Some(market), Some(id)) = (&answer.market, document["id"].as_str()) {
        let here = available.get(id).is_some_and(|markets| markets.contains(market));
        must(document["is_playable"] == here, "a track is playable in its available markets");
    }
    let preview = document["preview_url"].as_str();
    must(answer.extended || preview.is_none(), "previews are null in development mode");
    must(preview.is_none_or(|url| url.ends_with(&format!("?cid={}", answer.client_id))), "cid is the asking app's");
    wrong
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().map(Map::keys).into_iter().flatten().map(String::as_str).collect()
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
