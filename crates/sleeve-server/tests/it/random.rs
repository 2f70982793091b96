//! Random requests of the endpoint table over an invented catalogue: every answer is one that Spotify could give.

use std::cell::Cell;
use std::sync::Arc;

use http::Request;
use http_body_util::{BodyExt, Full};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sleeve_catalogue::generate::generate;
use sleeve_catalogue::{Catalogue, Store};
use sleeve_endpoints::table::ENDPOINTS;
use sleeve_endpoints::{Parameter, Spec};
use sleeve_model::{
    Album, Artist, Kind, Market, Page, QuotaMode, SearchResults, SimplifiedAlbum, SimplifiedTrack, Track,
};
use sleeve_server::accounts::access_token;
use sleeve_server::{Door, Draft};

use crate::harness::{START_MS, Server, Ticks, config};

/// How many requests are made.
const CASES: u32 = 1_500;

/// The server, its tokens by quota mode, and what it knows.
struct World {
    server: Server,
    tokens: [String; 2],
    ids: Vec<(Kind, String)>,
    names: Vec<String>,
}

fn world() -> World {
    let store = Store::in_memory().expect("memory");
    let documents: Vec<Value> = generate(300, 7).collect();
    let text = |document: &Value, name: &str| document[name].as_str().expect("a text").to_owned();
    let kind = |document: &Value| Kind::from_word(&text(document, "type")).expect("a kind");
    let ids = documents.iter().map(|document| (kind(document), text(document, "id"))).collect();
    let names = documents.iter().map(|document| text(document, "name")).collect();
    store.put(documents).expect("stored");
    assert!(store.count(Kind::Track).expect("counted") >= 300, "there is something to answer");
    let config = config(&Ticks::new(), Arc::new(store));
    let tokens = [QuotaMode::Extended, QuotaMode::Development].map(|mode| {
        let mut draft = Draft::new("Player", "Plays.");
        draft.quota_mode = mode;
        let (app, _) = config.apps.create(draft).expect("created");
        access_token::mint(config.apps.sealer(), &app.client_id, START_MS)
    });
    World { server: Server::start(config), tokens, ids, names }
}

/// A value for each parameter of an endpoint, and parameters that it does not know; absent where that may be.
fn query(
    spec: &'static Spec,
    ids: &[(Kind, String)],
    names: &[String],
) -> BoxedStrategy<(String, Vec<(String, String)>)> {
    let named = spec.parameters.iter().find_map(|parameter| parameter.names);
    let fitting = ids.iter().filter(|(kind, _)| named.is_none_or(|named| named == *kind));
    let id = |garbage: u32| {
        prop_oneof![
            40 => select(fitting.clone().map(|(_, id)| id.clone()).collect::<Vec<_>>()),
            4 => "[0-9A-Za-z]{22}",
            1 => select(ids.iter().map(|(_, id)| id.clone()).collect::<Vec<_>>()),
            garbage => "[ -~]{0,24}",
        ]
    };
    let mut pairs: Vec<BoxedStrategy<Option<(String, String)>>> = Vec::new();
    for parameter in spec.parameters {
        if spec.path.contains(&format!("{{{}}}", parameter.name)) {
            continue;
        }
        let name = old_name(parameter);
        let value = value(parameter, id(1).boxed(), names);
        let there = if parameter.required { 0.95 } else { 0.5 };
        pairs.push(proptest::option::weighted(there, (name, value)).boxed());
    }
    pairs.push(proptest::option::weighted(0.1, ("[a-z_]{0,8}", "[ -~]{0,8}")).boxed());
    (id(5), pairs).prop_map(|(id, pairs)| (id, pairs.into_iter().flatten().collect())).boxed()
}

/// The name of a parameter, or one that old programs know it by.
fn old_name(parameter: &Parameter) -> BoxedStrategy<String> {
    match parameter.name {
        "market" => select(vec!["market", "market", "country"]).prop_map(str::to_owned).boxed(),
        "q" => select(vec!["q", "q", "query"]).prop_map(str::to_owned).boxed(),
        name => Just(name.to_owned()).boxed(),
    }
}

fn value(parameter: &Parameter, id: BoxedStrategy<String>, names: &[String]) -> BoxedStrategy<String> {
    let garbage = "\\PC{0,12}".boxed();
    let words = |words: &[&'static str]| {
        proptest::collection::vec(select(words.to_vec()), 0..4).prop_map(|words| words.join(",")).boxed()
    };
    let good = match parameter.name {
        "ids" => proptest::collection::vec(id, 1..22).prop_map(|ids| ids.join(",")).boxed(),
        "market" => {
            let mut markets: Vec<_> = Market::all().map(|market| market.to_string()).collect();
            markets.extend(["gb".to_owned(), "from_token".to_owned()]);
            select(markets).boxed()
        }
        "limit" => (0..12_u32).prop_map(|limit| limit.to_string()).boxed(),
        "offset" => prop_oneof![4 => 0..30_u32, 1 => any::<u32>()].prop_map(|offset| offset.to_string()).boxed(),
        "include_groups" => words(&["album", "single", "appears_on", "compilation"]),
        "type" => words(&["album", "artist", "playlist", "track", "show", "episode", "audiobook"]),
        "q" => {
            let filter =
                select(vec!["", "", "artist:", "album:", "track:", "genre:", "year:", "tag:new ", "NOT ", "\""]);
            (filter, select(names.to_vec())).prop_map(|(filter, name)| filter.to_owned() + &name).boxed()
        }
        _ => garbage.clone(),
    };
    prop_oneof![12 => good, 1 => garbage].boxed()
}

/// What an endpoint answers, decoded into its type and encoded again.
fn again(operation: &str, body: &[u8]) -> Result<Value, String> {
    fn one<T: DeserializeOwned + Serialize>(json: Value) -> Result<Value, String> {
        let value: T = serde_json::from_value(json).map_err(|error| error.to_string())?;
        serde_json::to_value(value).map_err(|error| error.to_string())
    }
    fn many<T: DeserializeOwned + Serialize>(mut json: Value, name: &str) -> Result<Value, String> {
        Ok(json!({name: one::<Vec<Option<T>>>(json[name].take())?}))
    }
    let json: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    match operation {
        "get-an-album" => one::<Album>(json),
        "get-multiple-albums" => many::<Album>(json, "albums"),
        "get-an-albums-tracks" => one::<Page<SimplifiedTrack>>(json),
        "get-an-artist" => one::<Artist>(json),
        "get-multiple-artists" => many::<Artist>(json, "artists"),
        "get-an-artists-albums" => one::<Page<SimplifiedAlbum>>(json),
        "get-an-artists-top-tracks" => many::<Track>(json, "tracks"),
        "get-track" => one::<Track>(json),
        "get-several-tracks" => many::<Track>(json, "tracks"),
        "search" => one::<SearchResults>(json),
        _ => Err(format!("this test has no line for {operation}")),
    }
}

fn check(spec: &Spec, target: &str, status: u16, body: &[u8]) -> Result<(), TestCaseError> {
    let text = String::from_utf8_lossy(body);
    let json: Value =
        serde_json::from_slice(body).map_err(|error| TestCaseError::fail(format!("{target}: {error}: {text}")))?;
    if status == 200 {
        let again = again(spec.operation, body).map_err(|why| TestCaseError::fail(format!("{target}: {why}")))?;
        prop_assert_eq!(again, json, "{}", target);
    } else {
        prop_assert!([400, 403, 404].contains(&status), "{target}: {status} {text}");
        let error = &json["error"];
        prop_assert_eq!(&error["status"], status, "{}", target);
        let two = error.as_object().is_some_and(|members| members.len() == 2);
        prop_assert!(two && error["message"].is_string(), "{target}: {text}");
    }
    Ok(())
}

#[test]
fn random_requests_of_the_endpoint_table_get_answers_that_spotify_could_give() {
    let World { server, tokens, ids, names } = world();
    let requests =
        (0..ENDPOINTS.len()).prop_flat_map(move |place| (Just(place), query(&ENDPOINTS[place].spec, &ids, &names)));
    let strategy = (requests, any::<bool>(), any::<bool>(), any::<bool>());
    let mut runner = TestRunner::new(ProptestConfig { cases: CASES, failure_persistence: None, ..Default::default() });
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let good = Cell::new(0);
    let result = runner.run(&strategy, |((place, (id, pairs)), development, proxied, slash)| {
        let spec = &ENDPOINTS[place].spec;
        let escape = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
        let path = spec.path.replace("{id}", &escape(&id).replace('+', "%20"));
        let target = format!("/v1{path}{}?{}", if slash { "/" } else { "" }, pairs.join("&"));
        let bearer = format!("Bearer {}", tokens[usize::from(development)]);
        let (status, body) = if proxied {
            let request = Request::get(format!("https://api.spotify.com{target}")).header("authorization", bearer);
            let request = request.body(Full::<bytes::Bytes>::default()).expect("a request");
            runtime.block_on(async {
                let answer = server.local.answer(request, Door::Api).await;
                (answer.status().as_u16(), answer.into_body().collect().await.expect("infallible").to_bytes().to_vec())
            })
        } else {
            let answer =
                server.ask(&format!("GET {target} HTTP/1.1\r\nHost: h.test\r\nAuthorization: {bearer}\r\n\r\n"));
            (answer.status, answer.body)
        };
        good.set(good.get() + u32::from(status == 200));
        check(spec, &target, status, &body)
    });
    result.expect("every answer is sound");
    assert!(good.get() > CASES / 3, "only {} of {CASES} requests were answered with 200", good.get());
}
