//! Pages of long lists: their windows, their addresses, and their members in the recorded orders.

use std::fmt::Write;

use sleeve_catalogue::Object;
use sleeve_endpoints::params::escape;
use sleeve_endpoints::{Endpoint, PageLimits, Window};
use sleeve_model::{Id, Kind};

use super::fault::{Answer, refused};
use super::serve::{Context, Reply};

/// The order of a page's members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// `href, items, limit, next, offset, previous, total`: recorded for the tracks of an album.
    Alphabetical,
    /// `href, limit, next, offset, previous, total, items`: recorded for the albums of an artist, and for searches.
    ItemsLast,
}

/// A page, without its items.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) order: Order,
    pub(super) list: List,
    pub(super) window: Window,
    /// How many items the whole list has.
    pub(super) total: u32,
    /// Where the list ends for callers, however long it is.
    pub(super) reach: Option<u32>,
}

/// The address of a list: what stands before the window, and the other parameters behind it.
#[derive(Clone, Debug)]
pub(super) struct List {
    path: String,
    parameters: String,
}

/// The window that a call asks for, within what the caller's mode allows.
pub(super) fn window<E: Endpoint>(
    context: &Context,
    limit: Option<u32>,
    offset: Option<u32>,
) -> Result<Window, Answer> {
    let limits = E::SPEC.page.unwrap_or(PageLimits::SAME);
    limits.window(context.caller.quota_mode, limit, offset).map_err(refused)
}

/// The same window in the catalogue's words.
pub(super) fn stored(window: Window) -> sleeve_catalogue::Window {
    sleeve_catalogue::Window { offset: window.offset, limit: window.limit }
}

impl List {
    /// A list under the API's base, as `search`.
    pub(super) fn new(context: &Context, path: &str) -> Self {
        Self { path: format!("{}{path}", context.base), parameters: String::new() }
    }

    /// With one more parameter, where it has a value.
    pub(super) fn with(mut self, name: &str, value: Option<&str>) -> Self {
        if let Some(value) = value {
            self.parameters.extend(["&", name, "="]);
            self.parameters.extend(escape(value));
        }
        self
    }
}

impl Page {
    /// Writes the page; `items` is what stands between the brackets.
    pub(super) fn write(&self, items: &[u8], out: &mut Vec<u8>) {
        let Window { limit, offset } = self.window;
        let (next, previous) = (self.address(self.next()), self.address(self.previous()));
        let mut head = format!("{{\"href\":{}", self.address(Some(offset)));
        let mut tail = format!("\"limit\":{limit},\"next\":{next},\"offset\":{offset}");
        write!(tail, ",\"previous\":{previous},\"total\":{}", self.total).expect("a text can be written");
        match self.order {
            Order::Alphabetical => {
                head.push_str(",\"items\":[");
                tail.insert_str(0, "],");
                tail.push('}');
            }
            Order::ItemsLast => {
                head.extend([",", &tail, ",\"items\":["]);
                "]}".clone_into(&mut tail);
            }
        }
        out.reserve(head.len() + items.len() + tail.len());
        [head.as_bytes(), items, tail.as_bytes()].iter().for_each(|piece| out.extend_from_slice(piece));
    }

    /// Where the next page starts, if there is one that may be asked for.
    fn next(&self) -> Option<u32> {
        let next = self.window.offset.checked_add(self.window.limit).filter(|next| *next < self.total)?;
        let end = next.saturating_add(self.window.limit);
        self.reach.is_none_or(|reach| end <= reach).then_some(next)
    }

    /// Where the page before starts, if there is one.
    fn previous(&self) -> Option<u32> {
        (self.window.offset > 0).then(|| self.window.offset.saturating_sub(self.window.limit))
    }

    /// The address of a page of this list as JSON. There is nothing in it to be escaped: parameters are, and a base with
    /// a quote is refused at the door.
    fn address(&self, offset: Option<u32>) -> String {
        let List { path, parameters } = &self.list;
        let limit = self.window.limit;
        offset.map_or("null".to_owned(), |offset| format!("\"{path}?offset={offset}&limit={limit}{parameters}\""))
    }
}

/// Several objects, as a multi-get answers them: under the name of their kind, in the order asked, `null` for those that
/// are not there.
pub(super) fn several<E: Endpoint>(
    context: &Context,
    kind: Kind,
    ids: impl Iterator<Item = Id>,
    write: impl Fn(Object, &mut Vec<u8>) -> Result<(), Answer>,
) -> Result<Reply<E>, Answer> {
    let ids: Vec<_> = ids.collect();
    let objects = context.several(kind, &ids)?;
    let mut items = Items::named(kind);
    let bytes = |object: &Object| object.document.answer_bytes(context.caller.quota_mode) + 1;
    items.json.reserve(objects.iter().flatten().map(bytes).sum());
    for object in objects {
        match object {
            Some(object) => write(object, items.next())?,
            None => items.next().extend_from_slice(b"null"),
        }
    }
    Ok(items.reply())
}

/// Items with commas between.
#[derive(Debug, Default)]
pub(super) struct Items {
    pub(super) json: Vec<u8>,
    /// Where the first one begins.
    first: usize,
}

impl Items {
    /// Items that stand under the name of their kind: until [`Items::reply`].
    pub(super) fn named(kind: Kind) -> Self {
        let json = [b"{\"", kind.as_str().as_bytes(), b"s\":["].concat();
        Self { first: json.len(), json }
    }

    /// Where the next item is to be written.
    pub(super) fn next(&mut self) -> &mut Vec<u8> {
        if self.json.len() > self.first {
            self.json.push(b',');
        }
        &mut self.json
    }

    /// All of them, of [`Items::named`].
    pub(super) fn reply<E: Endpoint>(mut self) -> Reply<E> {
        self.json.extend_from_slice(b"]}");
        Reply::json(self.json)
    }
}

#[cfg(test)]
mod tests {
    use sleeve_endpoints::Window;

    use super::{List, Order, Page};

    fn page(offset: u32, limit: u32, total: u32, reach: Option<u32>) -> Page {
        let list = List { path: "b/x".to_owned(), parameters: String::new() }.with("q", Some("a b,\"é\""));
        Page { order: Order::ItemsLast, list, window: Window { limit, offset }, total, reach }
    }

    #[test]
    fn members_stand_in_the_recorded_orders() {
        let mut page = page(5, 10, 30, None);
        let written = |page: &Page| {
            let mut out = Vec::new();
            page.write(b"1,2", &mut out);
            String::from_utf8(out).expect("a text")
        };
        let q = "&q=a%20b,%22%C3%A9%22";
        let (href, next) = (format!("b/x?offset=5&limit=10{q}"), format!("b/x?offset=15&limit=10{q}"));
        let previous = format!("b/x?offset=0&limit=10{q}");
        let rest = format!(r#""limit":10,"next":"{next}","offset":5,"previous":"{previous}","total":30"#);
        assert_eq!(written(&page), format!(r#"{{"href":"{href}",{rest},"items":[1,2]}}"#));
        page.order = Order::Alphabetical;
        assert_eq!(written(&page), format!(r#"{{"href":"{href}","items":[1,2],{rest}}}"#));
    }

    #[test]
    fn neighbours_are_there_where_they_can_be_asked_for() {
        for (offset, limit, total, reach, next, previous) in [
            (0, 10, 10, None, None, None),
            (0, 10, 11, None, Some(10), None),
            (3, 10, 11, None, None, Some(0)),
            (500, 10, 11, None, None, Some(490)),
            (u32::MAX, 50, u32::MAX, None, None, Some(u32::MAX - 50)),
            (950, 50, 1000, Some(1000), None, Some(900)),
            (940, 30, 1000, Some(1000), Some(970), Some(910)),
            (960, 30, 1000, Some(1000), None, Some(930)),
        ] {
            let page = page(offset, limit, total, reach);
            assert_eq!((page.next(), page.previous()), (next, previous), "{offset} {limit} {total}");
        }
    }
}
