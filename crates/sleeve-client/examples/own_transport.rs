//! A transport of one's own: a `reqwest::Client` that is set up already, and a count of what goes out.
//!
//! `cargo run -p sleeve-client --example own_transport`, against a local Spotify in this process.
#![expect(clippy::print_stdout, reason = "an example shows what it gets")]

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;
use http::{Request, Response};
use sleeve_client::endpoints::tracks::GetTrack;
use sleeve_client::model::QuotaMode;
use sleeve_client::{Exchange, Transport, TransportError};
use sleeve_local::LocalSpotify;

struct Counting {
    client: reqwest::Client,
    sent: Arc<AtomicU32>,
}

impl Transport for Counting {
    fn send(&self, request: Request<Bytes>) -> Exchange<'_> {
        Box::pin(async move {
            self.sent.fetch_add(1, Ordering::Relaxed);
            // The client tries again what another try may repair; an address in an error is not for a log.
            let broken = |error: reqwest::Error| TransportError::new("no answer").caused_by(error.without_url());
            let request = request.try_into().map_err(broken)?;
            let mut answer = self.client.execute(request).await.map_err(broken)?;
            let mut response = Response::new(Bytes::new());
            *response.status_mut() = answer.status();
            *response.headers_mut() = std::mem::take(answer.headers_mut());
            *response.body_mut() = answer.bytes().await.map_err(broken)?;
            Ok(response)
        })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // reqwest is built without a TLS of its own here, and asks for one even where no TLS is spoken.
    rustls::crypto::ring::default_provider().install_default().expect("nobody was faster");
    let client = reqwest::Client::builder()
        // So that no token is sent where nobody meant it to go.
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()?;
    let sent = Arc::new(AtomicU32::new(0));

    let local = LocalSpotify::start().await?;
    let transport = Counting { client, sent: Arc::clone(&sent) };
    let spotify = local.builder(QuotaMode::Development).transport(transport).build()?;
    let track = spotify.send(GetTrack::new("2XU0oxnq2qxCpomAAuJY8K".parse()?)).await?.document;
    println!("{}: {} requests", track.name, sent.load(Ordering::Relaxed));
    assert_eq!(sent.load(Ordering::Relaxed), 2, "one for the token, one for the track");
    Ok(())
}

#[test]
fn the_example_runs() {
    main().expect("it ends well");
}
