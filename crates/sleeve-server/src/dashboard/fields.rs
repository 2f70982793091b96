//! The body of a form.

use std::borrow::Cow;

use http::{HeaderMap, header};
use percent_encoding::percent_decode;

/// The pairs of an `application/x-www-form-urlencoded` text, in order.
#[derive(Debug, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// The fields of a request's body; `None` where it says to be something else, or is no UTF-8.
    pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Option<Self> {
        let content_type = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case("application/x-www-form-urlencoded").then_some(())?;
        Self::parse(body)
    }

    /// The fields of a text. Line ends come as one `\n`, whatever the browser made of them.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let pairs = text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
        pairs
            .map(|pair| {
                let mut halves = pair.splitn(2, |byte| *byte == b'=');
                Some((decode(halves.next()?)?, decode(halves.next().unwrap_or_default())?))
            })
            .collect::<Option<_>>()
            .map(Self)
    }

    /// The first value of a name; empty where there is none.
    pub(super) fn first(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// Every value of a name.
    pub(super) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

fn decode(text: &[u8]) -> Option<String> {
    let spaced: Vec<u8> = text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let decoded: Cow<'_, str> = percent_decode(&spaced).decode_utf8().ok()?;
    Some(decoded.replace("\r\n", "\n").replace('\r', "\n"))
}

#[cfg(test)]
mod tests {
    use super::Fields;

    #[test]
    fn a_form_is_read_in_order_and_refused_where_it_is_no_text() {
        let fields = Fields::parse(b"a=1&&b=x+y%0D%0Az&a=2&c&=d&e=%zz").expect("a form");
        assert_eq!(fields.all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!((fields.first("b"), fields.first("c"), fields.first("none")), ("x y\nz", "", ""));
        assert_eq!(fields.first("e"), "%zz");
        assert!(Fields::parse(b"a=%ff").is_none());
        assert!(Fields::parse(b"\xff=a").is_none());
        assert!(Fields::parse(b"").is_some());
    }
}
