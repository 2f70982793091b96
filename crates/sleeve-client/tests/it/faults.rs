//! A service that fails in two dozen ways at one request in ten: every call ends with its own document or an error that
//! says the truth, and the next try, where one is worth it or the caller makes one, does it.

mod local;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, HeaderValue};
use http::{Request, Response};
use sleeve_client::endpoints::tracks::GetTrack;
use sleeve_client::{Exchange, Kind, Origins, Spotify, Transport, TransportError};

const CALLS: usize = 20_000;
/// Calls in flight together.
const TASKS: usize = 64;

/// What happens to a request: how it is answered, and what the call comes to where the client does not repair it itself.
#[derive(Clone, Copy)]
enum Fault {
    /// Not reached, or broken off.
    Broken(&'static str),
    Lasting(&'static str),
    Silence,
    /// A good answer, late.
    Late,
    /// A status, a header line, a body.
    Says(u16, Option<(&'static str, &'static str)>, &'static [u8]),
    /// The right document, with what may be odd about it.
    Odd(&'static str, &'static str),
}

const NO_TOKEN: &[u8] = br#"{"error":{"status":401,"message":"The access token expired"}}"#;
const LIMIT: &[u8] = br#"{"error":{"status":429,"message":"API rate limit exceeded"}}"#;
const QUOTA: &[u8] = br#"{"error":{"status":429,"message":"Too many requests","reason":"QUOTA_EXCEEDED"}}"#;
// In words that say nothing of the app's quota mode.
const FORBIDDEN: &[u8] = br#"{"error":{"status":403,"message":"Check settings, the user may not be registered."}}"#;
const PAST: (&str, &str) = ("retry-after", "Tue, 24 Nov 2015 06:00:20 GMT");

/// The faults, and the kind of error that a call ends with; none where the client is to get over it.
const FAULTS: [(Fault, Option<Kind>); 29] = [
    (Fault::Broken("nothing listens there"), None),
    (Fault::Broken("the connection broke off"), None),
    (Fault::Broken("the answer broke off"), None),
    (Fault::Lasting("the answer is larger than 16 MiB"), Some(Kind::Transport)),
    (Fault::Silence, None),
    (Fault::Late, None),
    (Fault::Says(500, None, br#"{"error":{"status":500,"message":"Server error."}}"#), None),
    (Fault::Says(502, None, b"<html><h1>502 Bad Gateway</h1></html>"), None),
    (Fault::Says(503, None, b""), None),
    (Fault::Says(503, Some(("retry-after", "2")), b"upstream connect error"), None),
    (Fault::Says(504, None, b"upstream request timeout"), None),
    (Fault::Says(429, Some(("retry-after", "1")), LIMIT), None),
    (Fault::Says(429, Some(("retry-after", "0")), b""), None),
    (Fault::Says(429, Some(PAST), b"Too many requests"), None),
    (Fault::Says(429, Some(("retry-after", "soon")), LIMIT), None),
    (Fault::Says(429, None, b"Too many requests"), None),
    (Fault::Says(429, Some(("retry-after", "60")), QUOTA), Some(Kind::QuotaExceeded)),
    (Fault::Says(401, None, NO_TOKEN), None),
    (Fault::Says(403, None, FORBIDDEN), Some(Kind::Forbidden)),
    (Fault::Says(404, None, b"<html>404</html>"), Some(Kind::Fault)),
    (Fault::Says(302, Some(("location", "https://elsewhere.example/")), b""), Some(Kind::Fault)),
    (Fault::Says(400, None, b"{\n  \"error\" : {\n    \"status\" : 400\n  }\n}"), Some(Kind::Fault)),
    (Fault::Says(200, None, b""), Some(Kind::Decode)),
    (Fault::Says(200, None, b"<html>Sign in to the Wi-Fi</html>"), Some(Kind::Decode)),
    (Fault::Says(200, None, b"{\"name\":\"Dance Mon"), Some(Kind::Decode)),
    (Fault::Says(200, None, b"{\"name\":\"\xff\xfe\"}"), Some(Kind::Decode)),
    (Fault::Says(200, None, b"null"), Some(Kind::Decode)),
    (Fault::Odd(r#","album":null,"artists":[null,{}],"duration_ms":1.0,"brand_new":[{}]"#, ""), None),
    (Fault::Odd("", "\n\n  "), None),
];

/// What the service did.
#[derive(Default)]
struct Log {
    random: u64,
    tokens: u64,
    /// How often each fault was made.
    made: [u64; FAULTS.len()],
    /// The good answers, by id.
    good: HashMap<String, u32>,
    /// Whose last answer was a 401.
    refused: HashMap<String, bool>,
    /// How many calls had two of them in a row, and therefore ended.
    refused_twice: u64,
    foreign: Vec<String>,
}

#[derive(Clone, Default)]
struct Faulty(Arc<Mutex<Log>>);

/// A number under the bound (splitmix64).
fn below(random: &mut u64, bound: usize) -> usize {
    *random = random.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut x = *random;
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from((x ^ (x >> 31)) % u64::try_from(bound).expect("small")).expect("under the bound")
}

impl Log {
    fn below(&mut self, bound: usize) -> usize {
        below(&mut self.random, bound)
    }

    fn meet(&mut self, request: &Request<Bytes>) -> (Duration, Fault, String) {
        let latency = Duration::from_millis(20 + u64::try_from(self.below(60)).expect("small"));
        let fine = Fault::Odd("", "");
        let path = request.uri().path();
        if request.uri().authority().is_none_or(|authority| authority != "127.0.0.1:1") {
            self.foreign.push(request.uri().to_string());
        }
        if path == "/api/token" {
            self.tokens += 1;
            let body = format!(r#"{{"access_token":"BQ-{}","expires_in":3600"#, self.tokens);
            // Four of the ways that the client gets over.
            let fault = if self.below(10) == 0 { FAULTS[[1, 4, 7, 11][self.below(4)]].0 } else { fine };
            return (latency, fault, body);
        }
        let id = path.trim_start_matches("/v1/tracks/").to_owned();
        let body = format!(r#"{{"id":"{id}","name":"Track {id}""#);
        if self.below(10) != 0 {
            self.deliver(id);
            return (latency, fine, body);
        }
        let which = self.below(FAULTS.len());
        self.made[which] += 1;
        match FAULTS[which].0 {
            Fault::Odd(..) | Fault::Late => self.deliver(id),
            Fault::Says(401, ..) => {
                let again = self.refused.insert(id.clone(), true) == Some(true);
                self.refused_twice += u64::from(again);
                if again {
                    self.refused.remove(&id);
                }
            }
            // The call goes on, and with it its 401.
            _ if FAULTS[which].1.is_none() => {}
            _ => drop(self.refused.remove(&id)),
        }
        (latency, FAULTS[which].0, body)
    }

    fn deliver(&mut self, id: String) {
        self.refused.remove(&id);
        *self.good.entry(id).or_default() += 1;
    }
}

impl Transport for Faulty {
    fn send(&self, request: Request<Bytes>) -> Exchange<'_> {
        Box::pin(async move {
            assert!(request.headers().get(AUTHORIZATION).is_some_and(HeaderValue::is_sensitive));
            let (latency, fault, body) = self.0.lock().expect("no panic while it is held").meet(&request);
            tokio::time::sleep(latency).await;
            let (status, header, body) = match fault {
                Fault::Broken(why) => return Err(TransportError::new(why)),
                Fault::Lasting(why) => return Err(TransportError::new(why).lasting()),
                Fault::Silence => std::future::pending().await,
                Fault::Late => {
                    tokio::time::sleep(Duration::from_secs(20)).await;
                    (200, None, Bytes::from(format!("{body}}}")))
                }
                Fault::Odd(members, behind) => (200, None, Bytes::from(format!("{body}{members}}}{behind}"))),
                Fault::Says(status, header, body) => (status, header, Bytes::from_static(body)),
            };
            let mut response = Response::builder().status(status);
            if let Some((name, value)) = header {
                response = response.header(name, value);
            }
            Ok(response.body(body).expect("a good answer"))
        })
    }
}

/// Gets one track, again and again until there is one; the kinds of errors on the way.
async fn persist(spotify: &Spotify, id: &str, errors: &Mutex<BTreeMap<String, u64>>) {
    for _ in 0..100 {
        match spotify.send(GetTrack::new(id.parse().expect("a good id"))).await {
            Ok(answer) => {
                assert_eq!(answer.document.id.as_deref(), Some(id));
                assert_eq!(answer.document.name, format!("Track {id}"));
                assert_eq!(answer.status().as_u16(), 200);
                return;
            }
            Err(error) => {
                assert!(!error.is_worth_retrying(), "the client gives up too soon: {error}");
                assert!(!error.to_string().contains("BQ-"), "{error}");
                let mut errors = errors.lock().expect("no panic while it is held");
                *errors.entry(format!("{:?}", error.kind())).or_default() += 1;
            }
        }
    }
    panic!("{id}: a hundred errors");
}

#[tokio::test(start_paused = true)]
async fn every_call_gets_its_own_document_once_whatever_happens_on_the_way() {
    let faulty = Faulty::default();
    let origins = Origins::at("http://127.0.0.1:1").expect("an origin");
    let builder = Spotify::builder().credentials("my-client-id", "my-client-secret").origins(origins);
    let builder = builder.transport(faulty.clone()).random(|| 0.5).retries(30);
    let spotify = builder.longest_wait(Duration::from_secs(86_400)).build().expect("a client");
    let errors = Arc::new(Mutex::new(BTreeMap::new()));
    let tasks = (0..TASKS).map(|task| {
        let (spotify, errors) = (spotify.clone(), Arc::clone(&errors));
        tokio::spawn(async move {
            for number in (task..CALLS).step_by(TASKS) {
                persist(&spotify, &format!("{number:022}"), &errors).await;
            }
        })
    });
    let all = async {
        for task in tasks.collect::<Vec<_>>() {
            task.await.expect("no panic");
        }
    };
    tokio::time::timeout(Duration::from_secs(365 * 86_400), all).await.expect("no task is stuck");

    let log = faulty.0.lock().expect("no panic while it is held");
    assert_eq!(log.foreign, Vec::<String>::new());
    assert_eq!(log.good.len(), CALLS, "none is lost");
    assert!(log.good.values().all(|count| *count == 1), "none is asked for again after its answer");
    assert!(log.made.iter().all(|count| *count > 0), "{:?}", log.made);
    let mut expected = BTreeMap::new();
    for (count, (_, kind)) in log.made.iter().zip(FAULTS) {
        if let Some(kind) = kind {
            *expected.entry(format!("{kind:?}")).or_default() += count;
        }
    }
    if log.refused_twice > 0 {
        expected.insert("Unauthorized".to_owned(), log.refused_twice);
    }
    assert_eq!(*errors.lock().expect("no panic while it is held"), expected, "each fault ends one call, or none");
}
