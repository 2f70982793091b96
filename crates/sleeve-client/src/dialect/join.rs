//! Texts of answers put together into the text of one. Nothing is read that need not be: a member that nobody knows comes
//! along, and numbers and strings stay as they were written.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use sleeve_endpoints::Window;

/// An object with one member, a list of these texts.
pub(super) fn list<'a>(member: &str, texts: impl Iterator<Item = &'a str>) -> String {
    format!("{{{}:[{}]}}", quoted(member), texts.collect::<Vec<_>>().join(","))
}

/// Whether there is more behind a page, or behind any of an answer's pages.
pub(super) fn has_next(answer: &str) -> bool {
    let Ok(members) = serde_json::from_str::<Members<'_>>(answer) else { return false };
    match members.is_page() {
        true => members.has_next(),
        false => members.pages().any(|(_, page)| page.has_next()),
    }
}

/// Neighbouring pages as one, as if it had been asked for with this window; where an answer holds several pages (a
/// search), each with its like. An answer that is no page is given back as it is.
pub(super) fn pages(answers: &[String], window: Window) -> String {
    let read: Result<Vec<Members<'_>>, _> = answers.iter().map(|answer| serde_json::from_str(answer)).collect();
    match read {
        Ok(answers) if answers.first().is_some_and(Members::is_page) => page(&answers, window),
        Ok(answers) => {
            let Some(first) = answers.first() else { return String::new() };
            let member = |(name, value): &(String, &RawValue)| {
                let likes: Vec<_> = answers.iter().filter_map(|answer| answer.page(name)).collect();
                let is_page = first.page(name).is_some();
                (name.clone(), if is_page { page(&likes, window) } else { value.get().to_owned() })
            };
            object(first.0.iter().map(member))
        }
        Err(_) => answers.first().cloned().unwrap_or_default(),
    }
}

/// Neighbouring pages as one.
fn page(pages: &[Members<'_>], window: Window) -> String {
    let (Some(first), Some(last)) = (pages.first(), pages.last()) else { return String::new() };
    let Window { limit, offset } = window;
    let moved = |value: &RawValue, offset: u32| match serde_json::from_str::<String>(value.get()) {
        Ok(address) => quoted(&Window { limit, offset }.put_into(&address)),
        Err(_) => value.get().to_owned(),
    };
    object(first.0.iter().map(|(name, value)| {
        let value = match name.as_str() {
            "items" => {
                let lists = pages.iter().filter_map(|page| page.get("items")).map(inside);
                format!("[{}]", lists.filter(|items| !items.is_empty()).collect::<Vec<_>>().join(","))
            }
            "limit" => limit.to_string(),
            "offset" => offset.to_string(),
            "href" => moved(value, offset),
            "next" => last.get("next").map_or("null".into(), |next| moved(next, offset.saturating_add(limit))),
            "previous" => moved(value, offset.saturating_sub(limit)),
            _ => value.get().to_owned(),
        };
        (name.clone(), value)
    }))
}

/// A page of a playlist's `/items` as one of its `/tracks`: entries name a `track` in the place of an `item`, and
/// addresses lead to where was asked. What is no such page stays as it is.
pub(super) fn as_tracks(answer: &str) -> String {
    let Ok(page) = serde_json::from_str::<Members<'_>>(answer) else { return answer.to_owned() };
    if !page.is_page() {
        return answer.to_owned();
    }
    let address = |value: &RawValue| match serde_json::from_str::<String>(value.get()) {
        Ok(address) => quoted(&address.replacen("/items", "/tracks", 1)),
        Err(_) => value.get().to_owned(),
    };
    object(page.0.iter().map(|(name, value)| {
        let value = match name.as_str() {
            "items" => match serde_json::from_str::<Vec<&RawValue>>(value.get()) {
                Ok(entries) => format!("[{}]", entries.into_iter().map(with_track).collect::<Vec<_>>().join(",")),
                Err(_) => value.get().to_owned(),
            },
            "href" | "next" | "previous" => address(value),
            _ => value.get().to_owned(),
        };
        (name.clone(), value)
    }))
}

/// An entry under the old name of its member; both names are seen together, the old one perhaps without anything.
fn with_track(entry: &RawValue) -> String {
    let is_there = |value: Option<&RawValue>| value.is_some_and(|value| value.get() != "null");
    match serde_json::from_str::<Members<'_>>(entry.get()) {
        Ok(members) if members.get("item").is_some() && !is_there(members.get("track")) => {
            let others = members.0.into_iter().filter(|(name, _)| name != "track");
            object(others.map(|(name, value)| {
                let name = if name == "item" { "track".to_owned() } else { name };
                (name, value.get().to_owned())
            }))
        }
        _ => entry.get().to_owned(),
    }
}

/// What stands between the brackets of a list; nothing for anything else.
fn inside(list: &RawValue) -> &str {
    let text = list.get().trim();
    text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or_default().trim()
}

fn object(members: impl Iterator<Item = (String, String)>) -> String {
    let members: Vec<_> = members.map(|(name, value)| format!("{}:{value}", quoted(&name))).collect();
    format!("{{{}}}", members.join(","))
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The members of an object, in their order, unread.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'a> Members<'a> {
    fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|(member, _)| member == name).map(|(_, value)| *value)
    }

    fn is_page(&self) -> bool {
        self.get("items").is_some_and(|items| items.get().starts_with('['))
    }

    fn has_next(&self) -> bool {
        self.get("next").is_some_and(|next| next.get() != "null")
    }

    /// The member of this name, where it is a page.
    fn page(&self, name: &str) -> Option<Self> {
        let page: Self = serde_json::from_str(self.get(name)?.get()).ok()?;
        page.is_page().then_some(page)
    }

    fn pages(&self) -> impl Iterator<Item = (&str, Self)> {
        self.0.iter().filter_map(|(name, _)| Some((name.as_str(), self.page(name)?)))
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use sleeve_endpoints::Window;

    use super::{as_tracks, has_next, list, pages};

    #[test]
    fn objects_make_a_list_in_an_object() {
        assert_eq!(list("tracks", ["{\"a\":1.50}", "null"].into_iter()), r#"{"tracks":[{"a":1.50},null]}"#);
        assert_eq!(list("tracks", [].into_iter()), r#"{"tracks":[]}"#);
    }

    #[test]
    fn pages_make_a_wider_page_and_unknown_members_stay() {
        let answers = [
            r#"{"href":"https://x/v1/y?offset=30&limit=10&a=b","items":[ {"n":1e0}, null ],"limit":10,"next":"https://x/v1/y?offset=40&limit=10","offset":30,"new":{"a": 1},"previous":"https://x/v1/y?offset=20&limit=10","total":77}"#,
            r#"{"href":"","items":[],"limit":10,"next":"https://x/v1/y?offset=50&limit=10","offset":40,"previous":null,"total":78}"#,
            r#"{"href":"","items":["z"],"limit":5,"next":"https://x/v1/y?offset=55&limit=5","offset":50,"previous":null,"total":78}"#,
        ].map(str::to_owned);
        assert!(has_next(&answers[2]));
        assert_eq!(
            pages(&answers, Window { limit: 25, offset: 30 }),
            r#"{"href":"https://x/v1/y?offset=30&limit=25&a=b","items":[{"n":1e0}, null,"z"],"limit":25,"next":"https://x/v1/y?offset=55&limit=25","offset":30,"new":{"a": 1},"previous":"https://x/v1/y?offset=5&limit=25","total":77}"#
        );
    }

    #[test]
    fn each_page_of_a_search_is_joined_with_its_like() {
        let answers = [
            r#"{"tracks":{"items":[1],"next":"https://x/?offset=10"},"artists":{"items":[2],"next":null},"took":3}"#,
            r#"{"tracks":{"items":[3],"next":null},"artists":{"items":[],"next":null},"took":4}"#,
        ]
        .map(str::to_owned);
        assert_eq!((has_next(&answers[0]), has_next(&answers[1])), (true, false));
        assert_eq!(
            pages(&answers, Window { limit: 20, offset: 0 }),
            r#"{"tracks":{"items":[1,3],"next":null},"artists":{"items":[2],"next":null},"took":3}"#
        );
    }

    #[test]
    fn a_page_of_items_is_one_of_tracks() {
        assert_eq!(
            as_tracks(
                r#"{"href":"https://x/v1/playlists/p/items?limit=2","items":[{"added_at":null,"item":{"n":1.50}},{"item":1,"track":2},{"track":null,"item":3},{"track":null},null],"next":null,"total":3}"#
            ),
            r#"{"href":"https://x/v1/playlists/p/tracks?limit=2","items":[{"added_at":null,"track":{"n":1.50}},{"item":1,"track":2},{"track":3},{"track":null},null],"next":null,"total":3}"#
        );
    }

    #[test]
    fn what_is_no_page_stays_as_it_is() {
        for answer in ["[1, 2]", "{\"a\":1}", "null"] {
            assert!(!has_next(answer));
            assert_eq!(pages(&[answer.to_owned()], Window { limit: 20, offset: 0 }), answer);
            assert_eq!(as_tracks(answer), answer);
        }
    }
}
