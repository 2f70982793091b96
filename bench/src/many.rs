//! Ten thousand tracks by id through the library, from a server with a limit that it does not tell: the time beside the least
//! that the limit allows, and the calls beside the fewest.

use std::cell::Cell;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use futures::StreamExt;
use futures::stream;
use http::{Request, StatusCode};
use sleeve_client::endpoints::tracks::GetSeveralTracks;
use sleeve_client::model::TrackId;
use sleeve_client::{Cache, Exchange, MemoryCache, Origins, Sockets, Spotify, Transport};

use crate::invented::Invented;
use crate::pacing::DAY;
use crate::report::{Report, thousands};
use crate::setup::Tools;
use crate::sleeve::{App, Sleeve};

const TRACKS: usize = 10_000;

/// An app's mode, and what it is let do.
struct Mode {
    name: &'static str,
    limit: (usize, Duration),
    /// How many tracks a call gets, and how many multi-gets are under way: 64 calls in either mode.
    per_call: usize,
    at_once: usize,
}

const MODES: [Mode; 2] = [
    Mode { name: "extended", limit: (60, Duration::from_secs(6)), per_call: 50, at_once: 64 },
    Mode { name: "development", limit: (3_000, Duration::from_secs(5)), per_call: 1, at_once: 8 },
];

/// Sockets that count calls, and the refused among them.
#[derive(Clone)]
struct Counted(Arc<(Sockets, AtomicUsize, AtomicUsize)>);

pub(crate) fn measure(tools: &Tools, report: &mut Report) -> Result<()> {
    let invented = Invented::make(tools, 12_000)?;
    let data = invented.data();
    let ids = fs::read_to_string(invented.ids())?;
    let ids: Vec<TrackId> = ids.lines().take(TRACKS).map(str::parse).collect::<Result<_, _>>()?;
    ensure!(ids.len() == TRACKS, "so many tracks were invented");
    let apps = MODES.iter().map(|mode| mode.app(tools, &data)).collect::<Result<Vec<_>>>()?;
    let sleeve = Sleeve::start(tools, &data)?;
    let mut rows = Vec::new();
    for (mode, app) in MODES.iter().zip(&apps) {
        let known: Arc<dyn Cache> = Arc::new(MemoryCache::default());
        for run in ["nothing known", "again, the limit known"] {
            eprintln!("  {}, {run}", mode.name);
            rows.push(mode.run(run, &sleeve, app, &known, &ids)?);
            // So that the next one begins with an empty window.
            std::thread::sleep(mode.limit.1);
        }
    }
    let head = ["app", "limit, untold", "run", "s", "ideal, s", "÷ ideal", "calls", "ideal", "429s of them"];
    report.table(&format!("{} tracks by id", thousands(TRACKS as f64)), &head, &rows);
    Ok(())
}

impl Mode {
    fn app(&self, tools: &Tools, data: &Path) -> Result<App> {
        let limit = format!("{}/{}s", self.limit.0, self.limit.1.as_secs());
        App::create(tools, data, &["--quota", self.name, "--rate-limit", &limit, "--daily-quota", "off"])
    }

    fn run(
        &self,
        run: &str,
        sleeve: &Sleeve,
        app: &App,
        known: &Arc<dyn Cache>,
        ids: &[TrackId],
    ) -> Result<Vec<String>> {
        let origins = Origins::at(&format!("http://{}", sleeve.address))?;
        let counted = Counted(Arc::new((Sockets::to(&origins)?, AtomicUsize::new(0), AtomicUsize::new(0))));
        let builder = Spotify::builder().credentials(&*app.client_id, &*app.client_secret).origins(origins);
        let builder = builder.transport(counted.clone()).cache(Arc::clone(known)).longest_wait(DAY);
        let spotify = builder.build()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let began = Instant::now();
        runtime.block_on(self.get(&spotify, ids))?;
        let took = began.elapsed();
        let fewest = TRACKS / self.per_call;
        let (calls, per) = self.limit;
        let ideal = per * u32::try_from((fewest - 1) / calls)?;
        let (_, sent, limited) = &*counted.0;
        Ok(vec![
            self.name.to_owned(),
            format!("{} in {} s", thousands(calls as f64), per.as_secs()),
            run.to_owned(),
            format!("**{:.1}**", took.as_secs_f64()),
            format!("{:.0}", ideal.as_secs_f64()),
            format!("{:.2}", took.as_secs_f64() / ideal.as_secs_f64()),
            thousands(sent.load(Ordering::Relaxed) as f64),
            thousands(fewest as f64),
            thousands(limited.load(Ordering::Relaxed) as f64),
        ])
    }

    /// Gets all of them, by multi-gets of the same size in either mode, and looks at each.
    async fn get(&self, spotify: &Spotify, ids: &[TrackId]) -> Result<()> {
        let got = Cell::new(0);
        let calls = stream::iter(ids.chunks(GetSeveralTracks::MAX_IDS)).map(async |ids| {
            let answer = spotify.send(GetSeveralTracks::new(ids.iter().copied())).await?;
            let tracks = answer.document.tracks;
            ensure!(tracks.len() == ids.len(), "an answer has as many places as were asked for");
            for (id, track) in ids.iter().zip(tracks) {
                let track = track.context("every track is there")?;
                ensure!(track.id.as_deref() == Some(id.as_str()), "the tracks come in their order");
                got.set(got.get() + 1);
            }
            Ok(())
        });
        let mut calls = calls.buffer_unordered(self.at_once);
        while let Some(outcome) = calls.next().await {
            outcome?;
        }
        ensure!(got.get() == ids.len(), "all were got");
        Ok(())
    }
}

impl Transport for Counted {
    fn send(&self, request: Request<Bytes>) -> Exchange<'_> {
        Box::pin(async move {
            let (sockets, sent, limited) = &*self.0;
            let is_call = request.uri().path().starts_with("/v1/");
            let answer = sockets.send(request).await?;
            sent.fetch_add(usize::from(is_call), Ordering::Relaxed);
            limited.fetch_add(usize::from(answer.status() == StatusCode::TOO_MANY_REQUESTS), Ordering::Relaxed);
            Ok(answer)
        })
    }
}
