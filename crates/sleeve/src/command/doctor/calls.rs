//! What only calls can tell: token, mode, the service's clock, and whether they go through.

use std::time::{Duration, SystemTime};

use anyhow::Result;
use http::HeaderMap;
use serde::de::IgnoredAny;
use sleeve_client::endpoints::artists::ListArtistTopTracks;
use sleeve_client::model::Kind as Object;
use sleeve_client::{Answer, Clock, Error, Kind, SystemClock};

use super::{Findings, State};
use crate::exit::{self, of_call};
use crate::service::{Place, Service};

/// A track and an artist that the service has had for years.
const TRACK: &str = "2XU0oxnq2qxCpomAAuJY8K";
const ARTIST: &str = "2NjfBq1NflQcKSeiDooVjY";
/// A call that apps in development mode are refused, whatever it asks for.
const REFUSED: &str = "get-an-artists-top-tracks";
/// Beyond this, a clock is wrong.
const SKEW: Duration = Duration::from_secs(30);

pub(super) async fn look(service: &Service, findings: &mut Findings) -> Result<()> {
    let clock = SystemClock::default();
    match service.client.token().await {
        Ok(token) => {
            let (life, took) = (token.expires_in.as_secs() / 60, clock.monotonic().as_millis());
            findings.add("token", State::Ok, format!("got one in {took} ms; it lives {life} min"));
        }
        Err(error) => {
            findings.add("token", State::Fail(of_call(&error)), exit::words(&error));
            return Ok(());
        }
    }
    let began = clock.monotonic();
    let target = format!("/tracks/{}", example(service, Object::Track, TRACK)?);
    let answer = call(service, "get-track", &target).await;
    let (took, came) = ((clock.monotonic() - began).as_millis(), clock.now());
    match &answer {
        Ok(_) => findings.add("call", State::Ok, format!("a track came in {took} ms")),
        Err(error) if error.kind() == Kind::NotFound => {
            findings.add(
                "call",
                State::Ok,
                format!("answered in {took} ms, though without the track that was asked for"),
            );
        }
        Err(error) => {
            findings.add("call", State::Fail(of_call(error)), exit::words(error));
            return Ok(());
        }
    }
    mode(service, findings).await?;
    let headers = answer.as_ref().ok().map(Answer::headers);
    match (&service.place, headers.and_then(date)) {
        (Place::Standin | Place::Here, _) => {
            findings.add("clock", State::Ok, "the local Spotify goes by this machine's")
        }
        (Place::Elsewhere(_), Some(theirs)) => skew(came, theirs, findings),
        (Place::Elsewhere(_), None) => findings.add("clock", State::Warn, "not compared: the answer bore no date"),
    }
    Ok(())
}

async fn call(service: &Service, operation: &'static str, target: &str) -> Result<Answer<IgnoredAny>, Error> {
    service.client.fetch(operation, target).await
}

/// What can be asked for: an object of the local catalogue, else one that the service should have.
fn example(service: &Service, kind: Object, known: &str) -> Result<String> {
    let example = service.catalogue.as_ref().map(|catalogue| catalogue.example(kind)).transpose()?.flatten();
    Ok(example.map_or_else(|| known.to_owned(), |object| object.id.to_string()))
}

/// In which quota mode the app is: found out by a call that one of them refuses. It goes out as it stands: what was found
/// out earlier is not the answer.
async fn mode(service: &Service, findings: &mut Findings) -> Result<()> {
    let artist = example(service, Object::Artist, ARTIST)?.parse()?;
    match service.client.send_as_is(ListArtistTopTracks::new(artist).in_market("GB")).await {
        Err(error) if error.kind() == Kind::Forbidden => {
            findings.add("mode", State::Ok, format!("development: {REFUSED} is refused"));
        }
        Err(error) if error.kind() != Kind::NotFound => {
            findings.add("mode", State::Warn, format!("not known: {}", exit::words(&error)));
        }
        _ => findings.add("mode", State::Ok, format!("extended: {REFUSED} is answered")),
    }
    Ok(())
}

fn date(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(http::header::DATE)?.to_str().ok()?).ok()
}

fn skew(ours: SystemTime, theirs: SystemTime, findings: &mut Findings) {
    let (apart, word) = match ours.duration_since(theirs) {
        Ok(ahead) => (ahead, "ahead of"),
        Err(behind) => (behind.duration(), "behind"),
    };
    let seconds = apart.as_secs();
    if apart > SKEW {
        let words = format!("this machine's is {seconds} s {word} the service's; set it, or tokens and waits go wrong");
        findings.add("clock", State::Warn, words);
    } else {
        findings.add("clock", State::Ok, format!("within {} s of the service's", seconds + 1));
    }
}
