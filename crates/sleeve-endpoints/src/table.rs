//! The list of endpoints that are described here. Spotify has more: [`operations`] has all 97.

use std::borrow::Cow;

use sleeve_model::Reference;

use crate::albums::{GetAlbum, GetSeveralAlbums, ListAlbumTracks};
use crate::artists::{GetArtist, GetSeveralArtists, ListArtistAlbums, ListArtistTopTracks};
use crate::call::fill;
use crate::search::Search;
use crate::tracks::{GetSeveralTracks, GetTrack};
use crate::{Call, Development, Endpoint, InvalidCall, Parameter, PathParams, QueryString, Spec};

/// One endpoint of the list, without its types.
#[derive(Debug)]
pub struct Entry {
    /// Its facts.
    pub spec: Spec,
    /// How many placeholders its path type has.
    pub placeholders: usize,
    /// Reads a call with the endpoint's own types.
    check: fn(&[Cow<'_, str>], &str) -> Result<(), InvalidCall>,
}

/// Every endpoint that is described, in the order of Spotify's reference.
pub const ENDPOINTS: &[Entry] = &[
    Entry::of::<GetAlbum>(),
    Entry::of::<GetSeveralAlbums>(),
    Entry::of::<ListAlbumTracks>(),
    Entry::of::<GetArtist>(),
    Entry::of::<GetSeveralArtists>(),
    Entry::of::<ListArtistAlbums>(),
    Entry::of::<ListArtistTopTracks>(),
    Entry::of::<GetTrack>(),
    Entry::of::<GetSeveralTracks>(),
    Entry::of::<Search>(),
];

/// One of Spotify's operations, described here or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Spotify's name of it.
    pub name: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// The path under `/v1`, with placeholders.
    pub path: &'static str,
    /// What an app in development mode gets from it.
    pub development: Development,
}

/// All operations of the Web API, as Spotify's OpenAPI description of May 2026 lists them, and what the change of
/// February 2026 made of them.
pub fn operations() -> impl Iterator<Item = Operation> {
    include_str!("operations.txt").lines().filter_map(|line| {
        let mut cells = line.split('\t');
        let (name, method, path) = (cells.next()?, cells.next()?, cells.next()?);
        let development = if cells.next()? == "removed" { Development::Removed } else { Development::Kept };
        Some(Operation { name, method, path, development })
    })
}

impl Entry {
    const fn of<E: Endpoint>() -> Self {
        Self { spec: E::SPEC, placeholders: E::Path::COUNT, check: check::<E> }
    }

    /// The path and query of a call made of pairs, as `/albums/0Uyw…?market=GB`. Values that name objects may be ids,
    /// URIs or links.
    ///
    /// # Errors
    /// [`InvalidCall`] for a name that is unknown, missing or repeated, and for a value that the endpoint cannot take.
    pub fn target(&self, pairs: &[(String, String)]) -> Result<String, InvalidCall> {
        let parameters = self.spec.parameters;
        let is_in_path = |name: &str| self.spec.path.contains(&format!("{{{name}}}"));
        let mut query = QueryString::default();
        for (place, (name, value)) in pairs.iter().enumerate() {
            let Some(parameter) = parameters.iter().find(|parameter| parameter.name == name) else {
                let names: Vec<_> = parameters.iter().map(|parameter| parameter.name).collect();
                let (operation, names) = (self.spec.operation, names.join(", "));
                return Err(InvalidCall::new(format!("{operation} has no parameter `{name}`; it takes {names}")));
            };
            if pairs[..place].iter().any(|(earlier, _)| earlier == name) {
                return Err(InvalidCall::new(format!("`{name}` is given twice; give it once")));
            }
            if !is_in_path(name) {
                query.push(name, &bare(parameter, value)?);
            }
        }
        let mut values = Vec::new();
        for parameter in parameters {
            let given = pairs.iter().find(|(name, _)| name == parameter.name);
            match given {
                None if parameter.required => {
                    let Parameter { name, meaning, .. } = parameter;
                    return Err(InvalidCall::new(format!("`{name}` is missing; give {name}=… ({meaning})")));
                }
                Some((name, value)) if is_in_path(name) => values.push(Cow::Owned(bare(parameter, value)?)),
                _ => {}
            }
        }
        (self.check)(&values, query.as_str().trim_start_matches('?'))?;
        Ok(fill(self.spec.path, &values) + query.as_str())
    }
}

/// The endpoint of this operation, where it is described here.
pub fn described(operation: &str) -> Option<&'static Entry> {
    ENDPOINTS.iter().find(|entry| entry.spec.operation == operation)
}

/// The endpoint of this operation.
///
/// # Errors
/// [`InvalidCall`] where Spotify has no such operation (with the nearest name), or it is not described here yet.
pub fn find(operation: &str) -> Result<&'static Entry, InvalidCall> {
    if let Some(entry) = described(operation) {
        return Ok(entry);
    }
    if operations().any(|known| known.name == operation) {
        return Err(InvalidCall::new(format!(
            "`{operation}` is one of Spotify's operations, but not described here yet"
        )));
    }
    let described = ENDPOINTS.iter().map(|entry| entry.spec.operation);
    let near = described.map(|name| (distance(operation, name), name)).min();
    let hint = near.filter(|(distance, _)| *distance <= 4).map(|(_, name)| format!("; did you mean `{name}`?"));
    Err(InvalidCall::new(format!("Spotify has no operation `{operation}`{}", hint.unwrap_or_default())))
}

fn check<E: Endpoint>(path: &[Cow<'_, str>], query: &str) -> Result<(), InvalidCall> {
    let call = Call::<E>::decode(path, query, b"").map_err(|refusal| InvalidCall::new(refusal.to_string()))?;
    call.target().map(drop)
}

/// The value with bare ids where it has URIs or links.
fn bare(parameter: &Parameter, value: &str) -> Result<String, InvalidCall> {
    let Some(kind) = parameter.names else { return Ok(value.to_owned()) };
    let id = |text| match Reference::id_of(kind, text) {
        Ok(id) => Ok(id.to_string()),
        Err(why) => Err(InvalidCall::new(format!("`{text}`: {why}"))),
    };
    match parameter.name {
        "ids" => Ok(value.split(',').map(id).collect::<Result<Vec<_>, _>>()?.join(",")),
        _ => id(value),
    }
}

/// How many letters must be put in, taken out or changed to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, letter) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (column, wanted) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *wanted);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use std::collections::HashSet;

    use super::{ENDPOINTS, Operation, find, operations};
    use crate::{Development, Instead};

    #[test]
    fn the_crates_page_lists_every_endpoint_with_what_development_mode_has_of_it() {
        let page: Vec<_> = include_str!("lib.rs").lines().filter(|line| line.starts_with("//! | `")).collect();
        assert_eq!(page.len(), ENDPOINTS.len());
        for entry in ENDPOINTS {
            let spec = &entry.spec;
            let mode = match (spec.instead, spec.development, spec.page) {
                (Some(_), ..) => "one by one",
                (None, Development::Removed, _) => "removed",
                (None, Development::Kept, Some(page)) if page.development.max < page.extended.max => "narrower pages",
                (None, Development::Kept, _) => "have it",
            };
            let start = format!("//! | `{}` |", spec.operation);
            let row = page.iter().find(|row| row.starts_with(&start)).unwrap_or_else(|| panic!("{start}"));
            assert!(row.ends_with(&format!("| {mode} |")), "{mode}: {row}");
            assert!(spec.max_ids.is_none_or(|ids| row.contains(&format!(", up to {ids} |"))), "{row}");
            assert_eq!(row.contains(", pages |"), spec.page.is_some(), "{row}");
        }
    }

    #[test]
    fn spotify_has_97_operations() {
        let names: HashSet<_> = operations().map(|operation| operation.name).collect();
        assert_eq!(names.len(), 97);
    }

    #[test]
    fn each_endpoint_is_one_of_spotifys_operations() {
        for entry in ENDPOINTS {
            let (name, path) = (entry.spec.operation, entry.spec.path);
            let (method, development) = (entry.spec.method.as_str(), entry.spec.development);
            let operation = Operation { name, method, path, development };
            assert!(operations().any(|known| known == operation), "{operation:?}");
        }
    }

    #[test]
    fn no_endpoint_stands_twice() {
        let names: HashSet<_> = ENDPOINTS.iter().map(|entry| entry.spec.operation).collect();
        assert_eq!(names.len(), ENDPOINTS.len());
    }

    #[test]
    fn the_placeholders_of_a_path_are_members_of_its_type() {
        for entry in ENDPOINTS {
            assert_eq!(entry.spec.path.matches('{').count(), entry.placeholders, "{}", entry.spec.operation);
        }
    }

    #[test]
    fn what_stands_for_several_gets_one_at_its_id() {
        for entry in ENDPOINTS {
            let Some(Instead::Singles { operation, .. }) = entry.spec.instead else { continue };
            let single = find(operation).expect("it is described").spec.path;
            assert_eq!(single, format!("{}/{{id}}", entry.spec.path), "{operation}");
            assert_eq!((entry.spec.development, entry.spec.path.contains('{')), (Development::Removed, false));
        }
    }

    #[test]
    fn calls_are_made_of_pairs() {
        for (operation, pairs, expected) in [
            (
                "get-an-album",
                "id=spotify:album:0UywfDKYlyiu1b38DRrzYD market=GB",
                "/albums/0UywfDKYlyiu1b38DRrzYD?market=GB",
            ),
            (
                "get-multiple-albums",
                "ids=0UywfDKYlyiu1b38DRrzYD,spotify:album:0UywfDKYlyiu1b38DRrzYD",
                "/albums?ids=0UywfDKYlyiu1b38DRrzYD,0UywfDKYlyiu1b38DRrzYD",
            ),
            ("get-an-album", "", "`id` is missing; give id=… (id, URI or link)"),
            ("get-an-album", "id=x", "`x`: an id has 22 letters and digits"),
            (
                "get-an-album",
                "id=0UywfDKYlyiu1b38DRrzYD marked=GB",
                "get-an-album has no parameter `marked`; it takes id, market",
            ),
            ("get-an-album", "id=0UywfDKYlyiu1b38DRrzYD market=GB market=SE", "`market` is given twice; give it once"),
            ("get-an-album", "id=0UywfDKYlyiu1b38DRrzYD market=ZZ", "`market` is a country code of two letters, as GB"),
            ("get-an-albums-tracks", "id=0UywfDKYlyiu1b38DRrzYD limit=51", "`limit` is a whole number from 1 to 50"),
            ("search", "q=x type=track offset=1000", "`offset` and `limit` together reach at most 1000"),
        ] {
            let pairs: Vec<_> = pairs
                .split_whitespace()
                .filter_map(|pair| pair.split_once('='))
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect();
            let target = find(operation).and_then(|entry| entry.target(&pairs));
            assert_eq!(target.unwrap_or_else(|error| error.to_string()), expected);
        }
    }

    #[test]
    fn unknown_operations_say_what_was_meant() {
        for (operation, why) in [
            ("get-artist", "Spotify has no operation `get-artist`; did you mean `get-an-artist`?"),
            ("make-coffee", "Spotify has no operation `make-coffee`"),
            ("get-a-show", "`get-a-show` is one of Spotify's operations, but not described here yet"),
        ] {
            assert_eq!(find(operation).expect_err("not there").to_string(), why);
        }
    }

    proptest! {
        #[test]
        fn any_query_is_taken_or_refused(text: String, name in "ids|q|type|limit|offset|market|country|include_groups") {
            for entry in ENDPOINTS {
                let id = vec![std::borrow::Cow::Borrowed("0UywfDKYlyiu1b38DRrzYD"); entry.placeholders];
                let _ = (entry.check)(&id, &text);
                let _ = (entry.check)(&id, &format!("q=x&type=track&{name}={text}"));
            }
        }
    }
}
