//! Whose things are kept: an app is known by its client id, at one service.

use std::fmt;
use std::sync::Arc;

use crate::Origins;

/// An app of one service. Another service with the same client id, as a local one with the real one's, is another app:
/// neither its pauses nor its answers are this one's.
#[derive(Clone, Debug)]
pub(crate) struct App(Arc<str>);

impl App {
    pub(crate) fn new(client_id: &str, origins: &Origins) -> Self {
        Self(format!("{client_id} {}", origins.origin()).into())
    }

    /// Under what is kept that is there once for an app.
    pub(crate) fn key(&self) -> &str {
        &self.0
    }

    /// Under what is kept that an app has several of: by operation, or by path and query.
    pub(crate) fn key_of(&self, what: impl fmt::Display) -> String {
        format!("{} {what}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::App;
    use crate::Origins;

    #[test]
    fn an_app_is_another_at_another_scheme_host_or_port_and_the_same_at_the_usual_port() {
        let app = |origin| App::new("id", &Origins::at(origin).expect("an origin")).key_of("/v1/tracks");
        let spotify = App::new("id", &Origins::spotify()).key_of("/v1/tracks");
        assert_eq!(spotify, "id https://api.spotify.com /v1/tracks");
        for same in ["https://api.spotify.com", "https://API.spotify.com:443/"] {
            assert_eq!(app(same), spotify);
            assert!(Origins::at(same).expect("an origin").are_spotifys());
        }
        assert_eq!(app("http://127.0.0.1:80"), app("http://127.0.0.1"));
        let others =
            ["http://api.spotify.com", "https://api.spotify.com:8443", "https://other.test", "http://[::1]:80"];
        for (place, other) in others.iter().enumerate() {
            assert_ne!(app(other), spotify);
            assert!(others[..place].iter().all(|known| app(known) != app(other)), "{other}");
        }
    }
}
