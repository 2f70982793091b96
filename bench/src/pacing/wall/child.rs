//! One process of the client: it calls as fast as it may, and writes down what went over its sockets.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Result, bail, ensure};
use bytes::Bytes;
use futures::future::join_all;
use http::Request;
use http::header::RETRY_AFTER;
use sleeve_client::endpoints::tracks::GetTrack;
use sleeve_client::{DiskCache, Exchange, Origins, Sockets, Spotify, Transport};

use crate::pacing::DAY;

/// Sockets that note each call: when it was sent and answered, in µs since 1970, and for a 429 the seconds to wait.
#[derive(Clone)]
struct Noted(Arc<(Sockets, Mutex<String>)>);

/// `ORIGIN CLIENT_ID CLIENT_SECRET TASKS MILLISECONDS CACHE_FOLDER LOG`.
pub(crate) fn run(args: &[&str]) -> Result<()> {
    let [origin, client_id, client_secret, tasks, length, cache, log] = *args else {
        bail!("this is for the bench itself")
    };
    let (tasks, length) = (tasks.parse()?, Duration::from_millis(length.parse()?));
    let origins = Origins::at(origin)?;
    let noted = Noted(Arc::new((Sockets::to(&origins)?, Mutex::default())));
    let cache = DiskCache::open(Path::new(cache));
    ensure!(cache.why_not().is_none(), "no cache folder: {}", cache.why_not().unwrap_or_default());
    let builder = Spotify::builder().credentials(client_id, client_secret).origins(origins).transport(noted.clone());
    let spotify = builder.cache(Arc::new(cache)).longest_wait(DAY).build()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        let work = (0..tasks).map(async |task: usize| {
            // Each a track of its own: equal reads would be one call. The tracks are those of the starter.
            let id = crate::sleeve::tracks()[task].parse().expect("the starter's ids are ids");
            loop {
                if let Err(error) = spotify.send(GetTrack::new(id)).await {
                    return error;
                }
            }
        });
        tokio::time::timeout(length, join_all(work)).await
    });
    if let Ok(errors) = ended {
        bail!("calls failed: {}", errors[0]);
    }
    fs::write(log, &*noted.0.1.lock().unwrap_or_else(PoisonError::into_inner))?;
    Ok(())
}

impl Transport for Noted {
    fn send(&self, request: Request<Bytes>) -> Exchange<'_> {
        Box::pin(async move {
            let (sockets, log) = &*self.0;
            let is_call = request.uri().path().starts_with("/v1/");
            let sent = micros();
            let answer = sockets.send(request).await?;
            if is_call {
                let wait = answer.headers().get(RETRY_AFTER).and_then(|wait| wait.to_str().ok());
                let line = format!("{sent} {} {}\n", micros(), wait.unwrap_or("-"));
                log.lock().unwrap_or_else(PoisonError::into_inner).push_str(&line);
            }
            Ok(answer)
        })
    }
}

fn micros() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros()
}
