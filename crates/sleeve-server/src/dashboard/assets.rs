//! The files beside the pages; anybody may read them.

use bytes::Bytes;
use http::{HeaderValue, Response, header};
use http_body_util::Full;

use super::Reply;

/// A file that the binary holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Asset {
    name: &'static str,
    content_type: &'static str,
    text: &'static str,
}

static ASSETS: [Asset; 3] = [
    Asset {
        name: "style.css",
        content_type: "text/css; charset=utf-8",
        text: include_str!("../../templates/style.css"),
    },
    Asset {
        name: "script.js",
        content_type: "text/javascript; charset=utf-8",
        text: include_str!("../../templates/script.js"),
    },
    Asset { name: "mark.svg", content_type: "image/svg+xml", text: include_str!("../../templates/mark.svg") },
];

impl Asset {
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        ASSETS.iter().find(|asset| asset.name == name)
    }

    pub(super) fn reply(&self) -> Reply {
        let mut response = Response::new(Full::new(Bytes::from_static(self.text.as_bytes())));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        response
    }
}
