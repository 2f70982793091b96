//! The trait that every endpoint implements.

use serde::de::DeserializeOwned;

use crate::{PathParams, Payload, QueryParams, Spec};

/// An endpoint of the Web API: a marker type with its facts and its types, in a file of its own.
pub trait Endpoint: Sized + Send + Sync + 'static {
    /// The facts.
    const SPEC: Spec;
    /// What stands in the path.
    type Path: PathParams;
    /// What stands in the query.
    type Query: QueryParams;
    /// What stands in the body.
    type Body: Payload;
    /// What a good answer holds.
    type Response: DeserializeOwned + Send + 'static;
}
