//! The same faults on the way to a whole local Spotify, for apps in both quota modes: single gets, multi-gets and streams
//! bring what they bring undisturbed.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use sleeve_client::endpoints::Call;
use sleeve_client::endpoints::search::Search;
use sleeve_client::endpoints::tracks::{GetSeveralTracks, GetTrack};
use sleeve_client::model::{QuotaMode, Track, TrackId};
use sleeve_client::{Budget, Error, Exchange, Pace, Source, Spotify, Transport, TransportError};
use sleeve_local::{App, InProcess, LocalSpotify};

use super::{FAULTS, Fault, below};

/// How many requests there are in all: half of them an app's in each mode.
const REQUESTS: usize = 100_000;
const TASKS: usize = 32;
const MARKETS: [&str; 5] = ["", "GB", "DE", "US", "JP"];

/// What happened on the way.
#[derive(Default)]
struct Log {
    random: u64,
    requests: usize,
    made: [u64; FAULTS.len()],
    /// The good answers to single gets, by target.
    good: HashMap<String, u64>,
}

/// The way to a local Spotify, with a fault at one request in ten.
#[derive(Clone)]
struct Disturbed {
    local: InProcess,
    log: Arc<Mutex<Log>>,
}

impl Disturbed {
    fn meet(&self, is_token: bool) -> (Duration, Option<Fault>) {
        let mut log = self.log.lock().expect("no panic while it is held");
        let log = &mut *log;
        let latency = Duration::from_millis(20 + below(&mut log.random, 60) as u64);
        log.requests += 1;
        if below(&mut log.random, 10) != 0 {
            return (latency, None);
        }
        // Of the token endpoint's faults some are lasting, and end every call that waits for the token.
        let which =
            if is_token { [1, 4, 7, 11][below(&mut log.random, 4)] } else { below(&mut log.random, FAULTS.len()) };
        log.made[which] += 1;
        (latency, Some(FAULTS[which].0))
    }

    async fn answer(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let target = request.uri().path_and_query().expect("a target").to_string();
        let response = self.local.send(request).await?;
        if target.starts_with("/v1/tracks/") && response.status() == StatusCode::OK {
            *self.log.lock().expect("no panic while it is held").good.entry(target).or_default() += 1;
        }
        Ok(response)
    }
}

impl Transport for Disturbed {
    fn send(&self, request: Request<Bytes>) -> Exchange<'_> {
        Box::pin(async move {
            let (latency, fault) = self.meet(request.uri().path() == "/api/token");
            tokio::time::sleep(latency).await;
            match fault {
                None => self.answer(request).await,
                Some(Fault::Broken(why)) => Err(TransportError::new(why)),
                Some(Fault::Lasting(why)) => Err(TransportError::new(why).lasting()),
                Some(Fault::Silence) => std::future::pending().await,
                Some(Fault::Late) => {
                    tokio::time::sleep(Duration::from_secs(20)).await;
                    self.answer(request).await
                }
                Some(Fault::Odd(members, behind)) => {
                    let member = if members.is_empty() { "" } else { r#","brand_new":[{}]"# };
                    Ok(self.answer(request).await?.map(|body| match body.strip_suffix(b"}") {
                        Some(whole) => [whole, member.as_bytes(), b"}", behind.as_bytes()].concat().into(),
                        None => body,
                    }))
                }
                Some(Fault::Says(status, header, body)) => {
                    let response = Response::builder().status(status);
                    let (name, value) = header.unwrap_or(("x-nothing", ""));
                    Ok(response.header(name, value).body(Bytes::from_static(body)).expect("a good answer"))
                }
            }
        })
    }
}

/// What an app gets undisturbed.
struct Truth {
    ids: Vec<TrackId>,
    tracks: HashMap<(TrackId, usize), Track>,
    found: Vec<Track>,
}

impl Truth {
    async fn of(spotify: &Spotify) -> Self {
        let found = all(spotify, 1).await.expect("undisturbed");
        let id = |track: &Track| track.id.as_deref().expect("an id").parse().expect("a good one");
        let ids: Vec<TrackId> = found.iter().map(id).collect();
        assert!(ids.len() > 40, "a catalogue");
        let mut tracks = HashMap::new();
        for (number, id) in ids.iter().enumerate() {
            for market in 0..MARKETS.len() {
                let track = spotify.send(single(*id, market)).await.expect("undisturbed").document;
                assert_eq!((track.id.as_ref(), &track.name), (found[number].id.as_ref(), &found[number].name));
                tracks.insert((*id, market), track);
            }
        }
        Self { ids, tracks, found }
    }
}

fn single(id: TrackId, market: usize) -> Call<GetTrack> {
    let call = GetTrack::new(id);
    if MARKETS[market].is_empty() { call } else { call.in_market(MARKETS[market]) }
}

/// The items of a list of several pages.
async fn all(spotify: &Spotify, at_once: usize) -> Result<Vec<Track>, Error> {
    let mut call = Search::new("year:2000-2025", []);
    call.query.limit = Some(10);
    let mut stream = spotify.found::<Track>(call).at_once(at_once);
    let mut items = Vec::new();
    while let Some(item) = stream.next().await {
        items.push(item?);
    }
    Ok(items)
}

/// One call of any kind, held against the truth; how it came to its answer, where it was a single get.
async fn call(spotify: &Spotify, truth: &Truth, number: usize) -> Result<Option<Source>, Error> {
    let (place, market) = (number * 7 % truth.ids.len(), number % MARKETS.len());
    match number % 200 {
        0 => {
            let found = all(spotify, 1 + number / 200 % 3).await?;
            assert!(found == truth.found, "{} items, and others or elsewhere", found.len());
            Ok(None)
        }
        1..=20 => {
            let unknown: TrackId = "0000000000000000000000".parse().expect("a good id");
            let mut ids: Vec<_> = truth.ids.iter().cycle().skip(place).take(4).copied().collect();
            ids.insert(2, unknown);
            let tracks = spotify.send(GetSeveralTracks::new(ids.iter().copied())).await?.document.tracks;
            let expected: Vec<_> = ids.iter().map(|id| truth.tracks.get(&(*id, 0)).cloned()).collect();
            let names = |tracks: &[Option<Track>]| -> Vec<_> {
                tracks.iter().map(|track| track.as_ref().map(|track| track.name.clone())).collect()
            };
            assert_eq!(names(&tracks), names(&expected), "each in its place, and nothing where nothing is");
            assert!(tracks == expected, "whole documents");
            Ok(None)
        }
        _ => {
            let answer = spotify.send(single(truth.ids[place], market)).await?;
            let expected = &truth.tracks[&(truth.ids[place], market)];
            assert!(answer.document == *expected, "{}: {}", expected.name, answer.json());
            Ok(Some(answer.source()))
        }
    }
}

/// Makes calls until there were so many requests, each again and again until it brought what it should; how many single
/// gets had an answer of their own.
async fn work(spotify: Spotify, truth: Arc<Truth>, log: Arc<Mutex<Log>>, next: Arc<AtomicUsize>) -> u64 {
    let mut own = 0;
    while log.lock().expect("no panic while it is held").requests < REQUESTS / 2 {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let mut errors = 0;
        loop {
            match call(&spotify, &truth, number).await {
                Ok(source) => {
                    own += u64::from(source == Some(Source::Sent));
                    break;
                }
                Err(error) => {
                    errors += 1;
                    assert!(!error.is_worth_retrying(), "the client gives up too soon: {error}");
                    assert!(errors < 100, "a hundred errors, the last: {error}");
                }
            }
        }
    }
    own
}

#[tokio::test(start_paused = true)]
async fn an_extended_app_gets_the_local_spotifys_documents_whatever_happens_on_the_way() {
    disturb(QuotaMode::Extended).await;
}

#[tokio::test(start_paused = true)]
async fn a_development_app_gets_the_local_spotifys_documents_whatever_happens_on_the_way() {
    disturb(QuotaMode::Development).await;
}

async fn disturb(mode: QuotaMode) {
    let local = LocalSpotify::start().await.expect("a port is free");
    let App { client_id, client_secret } = local.app(mode);
    let builder = || {
        let builder = Spotify::builder().credentials(&client_id, client_secret.clone()).random(|| 0.5);
        builder.pace(Pace::Off).budget(Budget::Off)
    };
    let calm = builder().transport(local.transport()).build().expect("a client");
    let truth = Arc::new(Truth::of(&calm).await);
    let disturbed = Disturbed { local: local.transport(), log: Arc::default() };
    let log = Arc::clone(&disturbed.log);
    let builder = builder().transport(disturbed).retries(30).longest_wait(Duration::from_secs(86_400));
    let spotify = builder.build().expect("a client");
    let next = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> =
        (0..TASKS).map(|_| tokio::spawn(work(spotify.clone(), truth.clone(), log.clone(), next.clone()))).collect();
    let all = async {
        let mut own = 0;
        for task in tasks {
            own += task.await.expect("no panic");
        }
        own
    };
    let own = tokio::time::timeout(Duration::from_secs(365 * 86_400), all).await.expect("no task is stuck");
    let log = log.lock().expect("no panic while it is held");
    assert!(log.made.iter().all(|count| *count > 0), "{:?}", log.made);
    // In development mode multi-gets are single gets as well, and those of one that failed are given up.
    if mode == QuotaMode::Extended {
        assert_eq!(log.good.values().sum::<u64>(), own, "no answer was lost, and none was asked for twice");
    }
}
