//! A call of an endpoint as a value: made by a program, sent by the client, read back by the server.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, Request};

use crate::params::{InMarket, escape};
use crate::{Endpoint, InvalidCall, PathParams, Payload, QueryPairs, QueryParams, QueryString, Refusal};

/// A call of the endpoint `E`.
pub struct Call<E: Endpoint> {
    /// What stands in the path.
    pub path: E::Path,
    /// What stands in the query.
    pub query: E::Query,
    /// What stands in the body.
    pub body: E::Body,
}

impl<E: Endpoint> Call<E> {
    /// Asks how things stand in one market (`GB`).
    #[must_use]
    pub fn in_market(mut self, market: impl Into<String>) -> Self
    where
        E::Query: InMarket,
    {
        *self.query.market_mut() = Some(market.into());
        self
    }

    /// The path and query under the API's base, as `/tracks/2XU0…?market=GB`.
    ///
    /// # Errors
    /// [`InvalidCall`] where the service would refuse the call for certain.
    pub fn target(&self) -> Result<String, InvalidCall> {
        let mut target = fill(E::SPEC.path, &self.path.values());
        let mut query = QueryString::default();
        self.query.write(&mut query)?;
        target.push_str(query.as_str());
        Ok(target)
    }

    /// The HTTP request, without a token. `base` is the API's address up to `/v1`, without a slash behind it.
    ///
    /// # Errors
    /// [`InvalidCall`] where the service would refuse the call for certain, or `base` is no address.
    pub fn into_http(self, base: &str) -> Result<Request<Bytes>, InvalidCall> {
        let uri = format!("{base}{}", self.target()?);
        let mut request = Request::builder().method(E::SPEC.method).uri(uri);
        request = request.header(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(content_type) = E::Body::CONTENT_TYPE {
            request = request.header(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        request.body(self.body.to_bytes()).map_err(|error| InvalidCall::new(format!("`{base}`: {error}")))
    }

    /// Reads a call back from the pieces of a request: the values at the path's placeholders (unescaped), the query
    /// (as it came), the body.
    ///
    /// # Errors
    /// The first [`Refusal`]: path before query before body.
    pub fn decode(path: &[Cow<'_, str>], query: &str, body: &[u8]) -> Result<Self, Refusal> {
        Ok(Self {
            path: E::Path::read(path)?,
            query: E::Query::read(&QueryPairs::parse(query))?,
            body: E::Body::read(body)?,
        })
    }
}

/// A path with these values, escaped, at its placeholders.
pub(crate) fn fill(path: &str, values: &[Cow<'_, str>]) -> String {
    let mut values = values.iter();
    let mut filled = String::with_capacity(64);
    for segment in path.split('/').skip(1) {
        filled.push('/');
        match segment.starts_with('{') {
            true => filled.extend(values.next().into_iter().flat_map(|value| escape(value))),
            false => filled.push_str(segment),
        }
    }
    filled
}

impl<E: Endpoint> fmt::Debug for Call<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("operation", &E::SPEC.operation).field("target", &self.target()).finish()
    }
}

impl<E: Endpoint> Clone for Call<E>
where
    E::Path: Clone,
    E::Query: Clone,
    E::Body: Clone,
{
    fn clone(&self) -> Self {
        Self { path: self.path.clone(), query: self.query.clone(), body: self.body.clone() }
    }
}
