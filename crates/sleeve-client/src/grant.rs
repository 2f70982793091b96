//! How an app asks for a token: the client credentials grant.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Uri};

use crate::Secret;

/// The pair that the dashboard shows for an app.
#[derive(Debug)]
pub(crate) struct ClientCredentials {
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret,
}

impl ClientCredentials {
    /// The request for a token: `POST`, a form, the pair in a Basic header.
    pub(crate) fn request(&self, endpoint: &Uri) -> Request<Bytes> {
        let mut basic =
            HeaderValue::try_from(format!("Basic {}", self.pair().reveal())).expect("base64 makes a header value");
        basic.set_sensitive(true);
        let mut request = Request::new(Bytes::from_static(b"grant_type=client_credentials"));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = endpoint.clone();
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(AUTHORIZATION, basic);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        request
    }

    /// The pair as it travels; whoever reads it has the secret.
    pub(crate) fn pair(&self) -> Secret {
        STANDARD.encode(format!("{}:{}", self.client_id, self.client_secret.reveal())).into()
    }
}
