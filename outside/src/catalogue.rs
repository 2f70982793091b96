//! An invented catalogue in a home of its own, and what a test can know of it: its export.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::sleeve::{Home, finish, transcript};

/// How large the catalogue of the tests is, and which one. No test may depend on an id of it.
const SIZE: [&str; 4] = ["--tracks", "2000", "--seed", "4"];

/// The documents of a catalogue, as `sleeve catalogue export` prints them.
#[derive(Debug)]
pub struct Catalogue {
    pub artists: Vec<Value>,
    pub albums: Vec<Value>,
    pub tracks: Vec<Value>,
}

impl Catalogue {
    /// Invents a catalogue in this home's data folder.
    pub fn generate(home: &Home) -> Self {
        let output = finish(home.sleeve(["catalogue", "generate", "--quiet"]).args(SIZE));
        assert!(output.status.success(), "catalogue generate: {}", transcript(&output));
        let output = finish(&mut home.sleeve(["catalogue", "export"]));
        assert!(output.status.success(), "catalogue export: {}", output.status);
        let text = String::from_utf8(output.stdout).expect("an export is UTF-8");
        let mut kinds: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for line in text.lines() {
            let document: Value = serde_json::from_str(line).expect("an export has a document a line");
            kinds.entry(word(&document, "type").to_owned()).or_default().push(document);
        }
        let mut take = |kind| kinds.remove(kind).unwrap_or_else(|| panic!("the export has no {kind}"));
        let (artists, albums, tracks) = (take("artist"), take("album"), take("track"));
        assert!(tracks.len() >= 2000 && kinds.is_empty(), "{} tracks, and also {:?}", tracks.len(), kinds.keys());
        Self { artists, albums, tracks }
    }

    /// Ids of albums, those with the most tracks first.
    pub fn long_albums(&self) -> Vec<&str> {
        by_count(self.tracks.iter().map(|track| word(&track["album"], "id")))
    }

    /// Ids of artists, those with the most albums first.
    pub fn busy_artists(&self) -> Vec<&str> {
        by_count(self.albums.iter().flat_map(|album| items(&album["artists"])).map(|artist| word(artist, "id")))
    }

    /// Words of album names, the frequent ones first, with the number of albums that have them.
    pub fn album_words(&self) -> Vec<(String, usize)> {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for album in &self.albums {
            let name = word(album, "name").to_lowercase();
            let words: BTreeSet<&str> = name.split(' ').filter(|word| is_plain(word)).collect();
            words.into_iter().for_each(|word| *counts.entry(word.to_owned()).or_default() += 1);
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counts
    }

    /// A track and a market in which it does not play itself, but another copy of its recording does.
    pub fn relinked(&self) -> (&str, &str) {
        let mut copies: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
        for track in &self.tracks {
            copies.entry(word(&track["external_ids"], "isrc")).or_default().push(track);
        }
        let pairs =
            copies.values().flat_map(|all| all.iter().flat_map(|one| all.iter().map(move |other| (*one, *other))));
        let mut found = pairs.filter_map(|(one, other)| {
            let here = items(&one["available_markets"]);
            let there = items(&other["available_markets"]).iter().find(|market| !here.contains(market))?;
            Some((word(one, "id"), there.as_str()?)).filter(|_| !here.is_empty())
        });
        found.next().expect("an invented catalogue has copies for other markets")
    }
}

/// The texts, the frequent ones first; equally frequent ones by themselves, so that a run is like another.
fn by_count<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    texts.for_each(|text| *counts.entry(text).or_default() += 1);
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts.into_iter().map(|(text, _)| text).collect()
}

fn is_plain(word: &str) -> bool {
    word.len() >= 3 && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The text under a key.
pub fn word<'a>(document: &'a Value, key: &str) -> &'a str {
    document[key].as_str().unwrap_or_else(|| panic!("no {key} in {document}"))
}

/// The elements of an array; none of anything else.
pub fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
