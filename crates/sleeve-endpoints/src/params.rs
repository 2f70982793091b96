//! What stands in paths and queries, written and read.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sleeve_model::{Market, Named, ObjectId, QuotaMode};

use crate::{InvalidCall, PageLimits, Refusal};

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
        self.0.extend(escape(value));
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

    /// Appends `ids`.
    ///
    /// # Errors
    /// [`InvalidCall`] where there are none, or more than `max`.
    pub fn push_ids<N: Named>(&mut self, ids: &[ObjectId<N>], max: usize) -> Result<(), InvalidCall> {
        if ids.is_empty() || ids.len() > max {
            return Err(InvalidCall::new(format!("one call takes 1 to {max} ids, this one has {}", ids.len())));
        }
        let ids: Vec<_> = ids.iter().map(ObjectId::as_str).collect();
        self.push("ids", &ids.join(","));
        Ok(())
    }

    /// Appends `limit` and `offset`, where they are set.
    ///
    /// # Errors
    /// [`InvalidCall`] where no quota mode takes the window.
    pub fn push_window(
        &mut self,
        limits: &PageLimits,
        limit: Option<u32>,
        offset: Option<u32>,
    ) -> Result<(), InvalidCall> {
        // Without a limit the narrowest window that there is: the mode of the app is not known here.
        limits.window(QuotaMode::Extended, limit.or(Some(1)), offset).map_err(|refusal| {
            match (refusal, limits.reach) {
                (Refusal::InvalidOffset, Some(reach)) => {
                    InvalidCall::new(format!("`offset` and `limit` together reach at most {reach}"))
                }
                _ => InvalidCall::new(format!("`limit` is a whole number from 1 to {}", limits.extended.max)),
            }
        })?;
        for (name, value) in [("limit", limit), ("offset", offset)] {
            if let Some(value) = value {
                self.push(name, &value.to_string());
            }
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

    /// The market asked for. `country`, its name in old programs, counts where `market` is absent; `from_token`, which
    /// they send as well, is no market for an app's token.
    ///
    /// # Errors
    /// [`Refusal::InvalidMarket`] where it is no country code.
    pub fn market(&self) -> Result<Option<Market>, Refusal> {
        match self.get("market").or_else(|| self.get("country")) {
            None | Some("from_token") => Ok(None),
            Some(code) => code.parse().map(Some).map_err(|_| Refusal::InvalidMarket),
        }
    }
}

impl QueryPairs<'_> {
    /// `limit`, as it was asked for.
    ///
    /// # Errors
    /// [`Refusal::InvalidLimit`] where it is no whole number from 0.
    pub fn limit(&self) -> Result<Option<u32>, Refusal> {
        self.get("limit").map(|text| text.parse().map_err(|_| Refusal::InvalidLimit)).transpose()
    }

    /// `offset`, as it was asked for.
    ///
    /// # Errors
    /// [`Refusal::InvalidOffset`] where it is no whole number from 0.
    pub fn offset(&self) -> Result<Option<u32>, Refusal> {
        self.get("offset").map(|text| text.parse().map_err(|_| Refusal::InvalidOffset)).transpose()
    }

    /// The ids of `ids`.
    ///
    /// # Errors
    /// A [`Refusal`] where there are none, more than `max`, or one that is no id.
    pub fn ids<N: Named>(&self, max: usize) -> Result<Vec<ObjectId<N>>, Refusal> {
        let ids = self.get("ids").filter(|ids| !ids.is_empty()).ok_or(Refusal::MissingIds)?;
        if ids.split(',').count() > max {
            return Err(Refusal::TooManyIds);
        }
        ids.split(',').map(|id| ObjectId::parse(id).map_err(|_| Refusal::InvalidId)).collect()
    }
}

// === values ===

/// A query that may name a market, and nothing else.
#[derive(Clone, Debug, Default)]
pub struct MarketQuery {
    /// A country code: says how things stand there.
    pub market: Option<String>,
}

/// A query that may name a market: [`crate::Call::in_market`] sets it.
pub trait InMarket {
    /// Where the market stands.
    fn market_mut(&mut self) -> &mut Option<String>;
}

impl InMarket for MarketQuery {
    fn market_mut(&mut self) -> &mut Option<String> {
        &mut self.market
    }
}

impl QueryParams for MarketQuery {
    fn write(&self, query: &mut QueryString) -> Result<(), InvalidCall> {
        query.push_market(self.market.as_deref())
    }

    fn read(query: &QueryPairs<'_>) -> Result<Self, Refusal> {
        Ok(Self { market: query.market()?.map(Into::into) })
    }
}

impl QueryParams for () {
    fn write(&self, _: &mut QueryString) -> Result<(), InvalidCall> {
        Ok(())
    }

    fn read(_: &QueryPairs<'_>) -> Result<Self, Refusal> {
        Ok(())
    }
}

/// Escapes one segment of a path, or one value of a query.
pub fn escape(text: &str) -> impl Iterator<Item = &str> {
    utf8_percent_encode(text, ESCAPED)
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

impl<N: Named> PathParams for ObjectId<N> {
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
