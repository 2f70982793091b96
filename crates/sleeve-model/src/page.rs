//! Pages of long lists.

use serde::{Deserialize, Serialize};

use crate::lenient;

/// A page of a list: a window of it, and where the neighbouring pages are.
///
/// **Shape:** any member may be absent. `null` entries (seen among playlists) are passed over, so a page may hold
/// fewer items than its window is wide.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
#[non_exhaustive]
pub struct Page<T> {
    /// The Web API's own address of this page.
    #[serde(default)]
    pub href: Option<String>,
    /// How many items a page may hold.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub limit: Option<u32>,
    /// The address of the next page; null on the last one.
    #[serde(default)]
    pub next: Option<String>,
    /// How many items stand before this page.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub offset: Option<u32>,
    /// The address of the page before; null on the first one.
    #[serde(default)]
    pub previous: Option<String>,
    /// How many items the whole list has; an estimate in search.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub total: Option<u32>,
    /// The items.
    #[serde(default, deserialize_with = "lenient::list")]
    pub items: Vec<T>,
}

impl<T> Page<T> {
    /// The page with each item made into another.
    pub fn map<U>(self, make: impl FnMut(T) -> U) -> Page<U> {
        let Self { href, limit, next, offset, previous, total, items } = self;
        Page { href, limit, next, offset, previous, total, items: items.into_iter().map(make).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn null_entries_and_absent_members_are_passed_over() {
        let page: Page<String> = serde_json::from_str(r#"{"items":[null,"x"],"total":2.0}"#).expect("a page");
        assert_eq!((page.items, page.total, page.next), (vec!["x".to_owned()], Some(2), None));
        assert_eq!(serde_json::from_str::<Page<String>>("{}").expect("a page"), Page::default());
    }
}
