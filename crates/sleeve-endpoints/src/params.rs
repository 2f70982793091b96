//! What stands in paths and queries, written and read.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sleeve_model::{Market, TrackId};

use crate::{InvalidCall, Refusal};

/// What is not escaped in a path segment or a query value: RFC 3986's unreserved characters, and the comma, which the
/// service's own lists use bare.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b',');

/// The placeholders of a path, in the order in which they stand there.
pub trait PathParams: Sized + Send + Sync {
    /// How many placeholders there are.
    const COUNT: usize;

    /// The values, unescaped.
    fn values(&self) -> Vec<Cow<'_, str>>;

    /// Reads the values, already unescaped; there are [`PathParams::COUNT`] of them.
    ///
    /// # Errors
    /// The [`Refusal`] that a server words.
    fn read(values: &[Cow<'_, str>]) -> Result<Self, Refusal>;
}

/// The parameters of a query.
pub trait QueryParams: Sized + Send + Sync {
    /// Appends what is set.
    ///
    /// # Errors
    /// [`InvalidCall`] where the service would refuse the value for certain.
    fn write(&self, query: &mut QueryString) -> Result<(), InvalidCall>;

    /// Reads what is there; unknown parameters are passed over, as the service does.
    ///
    /// # Errors
    /// The [`Refusal`] that a server words.
    fn read(query: &QueryPairs<'_>) -> Result<Self, Refusal>;
}

/// A query string while it is written.
#[derive(Debug, Default)]
pub struct QueryString(String);

/// The pairs of a query string, unescaped.
#[derive(Debug)]
pub struct QueryPairs<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

// === impl QueryString ===

impl QueryString {
    /// Appends one pair, escaped.
    pub fn push(&mut self, name: &str, value: &str) {
        self.0.push(if self.0.is_empty() { '?' } else { '&' });
        self.0.extend([name, "="]);
        self.0.extend(utf8_percent_encode(value, ESCAPED));
    }

    /// Appends `market`, where there is one.
    ///
    /// # Errors
    /// [`InvalidCall`] where it is no country code.
    pub fn push_market(&mut self, market: Option<&str>) -> Result<(), InvalidCall> {
        if let Some(text) = market {
            let market = text.parse::<Market>().map_err(|why| InvalidCall::new(format!("`{text}`: {why}")))?;
            self.push("market", market.as_str());
        }
        Ok(())
    }

    /// The query with its question mark, or nothing.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

// === impl QueryPairs ===

impl<'a> QueryPairs<'a> {
    /// Takes a query apart; any text has some reading.
    pub fn parse(query: &'a str) -> Self {
        Self(form_urlencoded::parse(query.as_bytes()).collect())
    }

    /// The first value under this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_ref())
    }

    /// The market asked for. `from_token`, which old programs send, is no market for an app's token.
    ///
    /// # Errors
    /// [`Refusal::InvalidMarket`] where it is no country code.
    pub fn market(&self) -> Result<Option<Market>, Refusal> {
        match self.get("market") {
            None | Some("from_token") => Ok(None),
            Some(code) => code.parse().map(Some).map_err(|_| Refusal::InvalidMarket),
        }
    }
}

// === values ===

/// Escapes one segment of a path.
pub(crate) fn escape_segment(segment: &str) -> impl Iterator<Item = &str> {
    utf8_percent_encode(segment, ESCAPED)
}

impl PathParams for () {
    const COUNT: usize = 0;

    fn values(&self) -> Vec<Cow<'_, str>> {
        Vec::new()
    }

    fn read(_: &[Cow<'_, str>]) -> Result<Self, Refusal> {
        Ok(())
    }
}

impl PathParams for TrackId {
    const COUNT: usize = 1;

    fn values(&self) -> Vec<Cow<'_, str>> {
        vec![Cow::Borrowed(self.as_str())]
    }

    fn read(values: &[Cow<'_, str>]) -> Result<Self, Refusal> {
        values.first().and_then(|id| Self::parse(id).ok()).ok_or(Refusal::InvalidId)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{QueryPairs, QueryString};

    #[test]
    fn values_are_escaped_and_come_back() {
        let mut query = QueryString::default();
        query.push("q", "AC/DC & \"Größe\" 100%+");
        query.push("ids", "a,b");
        assert_eq!(query.as_str(), "?q=AC%2FDC%20%26%20%22Gr%C3%B6%C3%9Fe%22%20100%25%2B&ids=a,b");
        let pairs = QueryPairs::parse(&query.as_str()[1..]);
        assert_eq!(pairs.get("q"), Some("AC/DC & \"Größe\" 100%+"));
        assert_eq!(pairs.get("ids"), Some("a,b"));
        assert_eq!(pairs.get("market"), None);
    }

    proptest! {
        #[test]
        fn any_values_come_back_as_they_were_written(values: Vec<String>) {
            let mut query = QueryString::default();
            for (place, value) in values.iter().enumerate() {
                query.push(&format!("name{place}"), value);
            }
            let read = QueryPairs::parse(query.as_str().trim_start_matches('?'));
            for (place, value) in values.iter().enumerate() {
                prop_assert_eq!(read.get(&format!("name{place}")), Some(value.as_str()));
            }
        }

        #[test]
        fn any_query_has_a_reading(query: String) {
            let _ = QueryPairs::parse(&query).market();
        }
    }

    #[test]
    fn the_first_of_repeated_parameters_counts() {
        assert_eq!(QueryPairs::parse("a=1&a=2").get("a"), Some("1"));
    }
}
