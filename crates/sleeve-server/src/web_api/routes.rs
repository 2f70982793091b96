//! Which endpoint a path means.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use http::Method;
use percent_encoding::percent_decode_str;
use sleeve_endpoints::{Endpoint, Operation, Spec, operations};

use super::fault::{Answer, no_such_route, wrong_method};
use super::serve::{Context, Handler, Reply, erase};

/// The endpoints that are served, by the first segment of their path.
#[derive(Default)]
pub(super) struct Routes {
    served: HashMap<&'static str, Vec<Route>>,
}

/// One endpoint that is served.
pub(super) struct Route {
    pub(super) spec: Spec,
    pub(super) handler: Handler,
}

/// What a path means.
pub(super) enum Found<'a> {
    /// A route, with what stands at its placeholders.
    Served(&'a Route, Vec<Cow<'a, str>>),
    /// An operation that Spotify has and we do not serve yet.
    Unserved(Operation),
}

impl Routes {
    /// Serves an endpoint by a handler.
    pub(super) fn serve<E, F, R>(mut self, handler: F) -> Self
    where
        E: Endpoint,
        F: Fn(Context, sleeve_endpoints::Call<E>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Reply<E>, Answer>> + Send + 'static,
    {
        let route = Route { spec: E::SPEC, handler: erase(handler) };
        self.served.entry(first_segment(E::SPEC.path)).or_default().push(route);
        self
    }

    /// The route of a path such as `/tracks/2XU0…`, a slash behind it or not; a HEAD goes the way of a GET.
    pub(super) fn find<'a>(&'a self, method: &Method, path: &'a str) -> Result<Found<'a>, Answer> {
        let path = path.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(path);
        let method = if method == Method::HEAD { &Method::GET } else { method };
        let routes = self.served.get(first_segment(path)).map(Vec::as_slice).unwrap_or_default();
        for route in routes.iter().filter(|route| route.spec.method == *method) {
            if let Some(captures) = captures(route.spec.path, path) {
                return Ok(Found::Served(route, captures));
            }
        }
        unserved(method, path)
    }
}

/// What a path without a route means: an operation of Spotify's that we do not serve yet, or nothing, or not with this
/// method.
fn unserved<'a>(method: &Method, path: &str) -> Result<Found<'a>, Answer> {
    let mut allowed = Vec::new();
    for operation in operations().filter(|operation| captures(operation.path, path).is_some()) {
        if operation.method == method.as_str() {
            return Ok(Found::Unserved(operation));
        }
        allowed.push(operation.method);
    }
    if allowed.is_empty() {
        return Err(no_such_route());
    }
    if allowed.contains(&"GET") {
        allowed.push("HEAD");
    }
    allowed.push("OPTIONS");
    Err(wrong_method(allowed.join(", ")))
}

fn first_segment(path: &str) -> &str {
    path.trim_start_matches('/').split('/').next().unwrap_or_default()
}

/// What stands at the placeholders of a template, unescaped; `None` where the path is another.
fn captures<'a>(template: &str, path: &'a str) -> Option<Vec<Cow<'a, str>>> {
    let mut captures = Vec::new();
    let mut segments = path.split('/');
    for expected in template.split('/') {
        let segment = segments.next()?;
        if expected.starts_with('{') {
            if segment.is_empty() {
                return None;
            }
            captures.push(percent_decode_str(segment).decode_utf8_lossy());
        } else if segment != expected {
            return None;
        }
    }
    segments.next().is_none().then_some(captures)
}

impl fmt::Debug for Routes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operations = self.served.values().flatten().map(|route| route.spec.operation);
        f.debug_list().entries(operations).finish()
    }
}
