//! Answers beside the [tables](super::tables) of keys, and what must be so about values. The OpenAPI description
//! requires next to nothing, so a field that went missing would not be noticed by it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use sleeve_outside::catalogue::{items, word};

use super::answers::Answer;
use super::tables::{
    ALBUM_OF_TRACK, ARTIST, LISTED_ALBUM, LISTED_TRACK, OF_ARTIST, PAGE, PAGE_OF_TRACKS, Sent, TRACK, Table,
    WHOLE_ALBUM, WHOLE_ARTIST,
};
use Sent::{Always, Elsewhere, Extended, InMarket, Markets, Relinked, Restricted};

/// In which markets each track and album can be played, by its own document.
pub(super) type Available = BTreeMap<String, BTreeSet<String>>;

/// What documents that name markets say.
pub(super) fn available<'a>(documents: impl Iterator<Item = &'a Value>) -> Available {
    let documents = documents.filter(|document| document.get("available_markets").is_some());
    documents
        .map(|document| {
            let markets = items(&document["available_markets"]).iter().filter_map(Value::as_str);
            (word(document, "id").to_owned(), markets.map(str::to_owned).collect())
        })
        .collect()
}

/// What is wrong with the keys of an answer of 200.
pub(super) fn wrong(answer: &Answer, available: &Available) -> Vec<String> {
    let mut look = Look { answer, available, wrong: Vec::new() };
    let body = &answer.body;
    match answer.operation {
        "get-track" => look.track(body),
        "get-an-album" => look.whole_album(body),
        "get-an-artist" => look.whole_artist(body),
        "get-several-tracks" => look.several(&body["tracks"]).into_iter().for_each(|one| look.track(one)),
        "get-multiple-albums" => look.several(&body["albums"]).into_iter().for_each(|one| look.whole_album(one)),
        "get-multiple-artists" => look.several(&body["artists"]).into_iter().for_each(|one| look.whole_artist(one)),
        "get-an-artists-top-tracks" => items(&body["tracks"]).iter().for_each(|one| look.track(one)),
        "get-an-albums-tracks" => look.page(body, PAGE_OF_TRACKS).iter().for_each(|one| look.listed_track(one)),
        "get-an-artists-albums" => {
            look.page(body, PAGE).iter().for_each(|one| look.album(one, &[LISTED_ALBUM, OF_ARTIST]));
        }
        "search" => {
            for (kind, page) in body.as_object().into_iter().flatten() {
                let found = look.page(page, PAGE).iter();
                match kind.as_str() {
                    "tracks" => found.for_each(|one| look.track(one)),
                    "albums" => found.for_each(|one| look.album(one, &[LISTED_ALBUM])),
                    "artists" => found.for_each(|one| look.whole_artist(one)),
                    // No catalogue has any yet.
                    _ => found.for_each(|one| look.wrong.push(format!("{kind} hold {one}"))),
                }
            }
        }
        other => panic!("no keys are known for {other}"),
    }
    look.wrong
}

/// A look at an answer.
struct Look<'a> {
    answer: &'a Answer,
    available: &'a Available,
    wrong: Vec<String>,
}

impl Look<'_> {
    fn must(&mut self, holds: bool, what: &str, document: &Value) {
        if !holds {
            self.wrong.push(format!("{what}, seen in {document}"));
        }
    }

    fn is_available(&self, document: &Value, market: &str) -> bool {
        let id = document["id"].as_str().unwrap_or_default();
        self.available.get(id).is_some_and(|markets| markets.contains(market))
    }

    fn keys(&mut self, what: &str, value: &Value, tables: &[Table]) {
        let restricted = value["is_playable"] == false;
        let Answer { extended, market, .. } = self.answer;
        let elsewhere = market.as_deref().is_some_and(|market| !self.is_available(value, market));
        let sent = |when: Sent| match when {
            Always => true,
            Extended => *extended,
            Markets => *extended && market.is_none(),
            InMarket => market.is_some(),
            Restricted => restricted,
            Elsewhere => elsewhere,
            Relinked => *extended && value.get("linked_from").is_some(),
        };
        let seen = keys(value);
        let table = tables.iter().copied().flatten();
        let expected: Vec<&str> = table.filter(|(_, when)| sent(*when)).map(|(key, _)| *key).collect();
        if seen != expected {
            self.wrong.push(format!("{what} has {seen:?}, expected {expected:?}"));
        }
    }

    /// Those of several that are there; the last one that is asked for is not.
    fn several<'b>(&mut self, documents: &'b Value) -> Vec<&'b Value> {
        let asked = self.answer.request.split("ids=").nth(1).expect("ids were asked for").split('&').next();
        let mut expected: Vec<&str> = asked.expect("a list").split(',').collect();
        *expected.last_mut().expect("some") = "null";
        let id = |document: &'b Value| {
            let asked = document.get("linked_from").unwrap_or(document);
            asked["id"].as_str().unwrap_or("null")
        };
        let answered: Vec<&str> = items(documents).iter().map(id).collect();
        if answered != expected {
            self.wrong.push(format!("expected {expected:?}, was answered {answered:?}"));
        }
        items(documents).iter().filter(|document| !document.is_null()).collect()
    }

    /// The items of a page that is as long as it says.
    fn page<'b>(&mut self, page: &'b Value, expected: &[&str]) -> &'b [Value] {
        let number = |key: &str| page[key].as_u64().unwrap_or_else(|| panic!("no {key} in {page}"));
        let (limit, offset, total) = (number("limit"), number("offset"), number("total"));
        let found = items(&page["items"]);
        self.must(keys(page) == expected, "a page has its keys in order", page);
        self.must(
            found.len() as u64 == limit.min(total.saturating_sub(offset)),
            "a page is as long as it can be",
            page,
        );
        self.must(page["next"].is_null() == (offset + limit >= total), "a page that is not the last has a next", page);
        self.must(page["previous"].is_null() == (offset == 0), "a page that is not the first has a previous", page);
        found
    }

    fn track(&mut self, document: &Value) {
        self.keys("track", document, &[TRACK]);
        self.keys("external_ids", &document["external_ids"], &[&[("isrc", Always)]]);
        self.album(&document["album"], &[ALBUM_OF_TRACK]);
        self.any_track(document);
    }

    fn listed_track(&mut self, document: &Value) {
        self.keys("listed track", document, &[LISTED_TRACK]);
        self.any_track(document);
    }

    /// What must be so about the values of tracks that depend on who asked, and where.
    fn any_track(&mut self, document: &Value) {
        self.artists(document);
        self.keys("external_urls", &document["external_urls"], &[&[("spotify", Always)]]);
        self.restrictions(document);
        self.must(document["type"] == "track", "type is track", document);
        if let Some(market) = &self.answer.market {
            let here = self.is_available(document, market);
            self.must(document["is_playable"] == here, "a track is playable in its available markets", document);
        }
        let preview = document["preview_url"].as_str();
        self.must(self.answer.extended || preview.is_none(), "previews are null in development mode", document);
        let own = format!("?cid={}", self.answer.client_id);
        self.must(preview.is_none_or(|url| url.ends_with(&own)), "cid is the asking app's", document);
    }

    fn whole_album(&mut self, document: &Value) {
        self.album(document, &[LISTED_ALBUM, WHOLE_ALBUM]);
        let tracks = self.page(&document["tracks"], PAGE_OF_TRACKS);
        tracks.iter().for_each(|track| self.listed_track(track));
        self.must(
            document["total_tracks"] == document["tracks"]["total"],
            "all tracks of an album are there",
            document,
        );
    }

    fn restrictions(&mut self, document: &Value) {
        if let Some(restrictions) = document.get("restrictions") {
            self.must(keys(restrictions) == ["reason"], "restrictions have a reason", document);
        }
    }

    fn album(&mut self, document: &Value, tables: &[Table]) {
        self.keys("album", document, tables);
        self.artists(document);
        self.restrictions(document);
        self.images(document);
        self.must(images_of(document) == 3, "an album has images of three sizes", document);
        self.must(document["type"] == "album", "type is album", document);
    }

    fn whole_artist(&mut self, document: &Value) {
        self.keys("artist", document, &[WHOLE_ARTIST]);
        self.images(document);
        self.must([0, 3].contains(&images_of(document)), "an artist has images of three sizes, or none", document);
        self.must(document["type"] == "artist", "type is artist", document);
    }

    fn artists(&mut self, document: &Value) {
        let artists = items(&document["artists"]);
        self.must(!artists.is_empty(), "there are artists", document);
        artists.iter().for_each(|artist| self.keys("artist of something", artist, &[ARTIST]));
    }

    fn images(&mut self, document: &Value) {
        for image in items(&document["images"]) {
            // The order within an image differs between recordings.
            let mut seen = keys(image);
            seen.sort_unstable();
            self.must(seen == ["height", "url", "width"], "an image has its keys", image);
        }
    }
}

fn images_of(document: &Value) -> usize {
    items(&document["images"]).len()
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().map(Map::keys).into_iter().flatten().map(String::as_str).collect()
}
