//! Random and damaged bytes: on the socket, and in the data folder.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::Value;
use sleeve_catalogue::starter;
use sleeve_endpoints::operations;
use sleeve_server::accounts::access_token;
use sleeve_server::{Apps, Clock, DataFolder, Draft, Kind, Random, Timeouts};

use crate::harness::{Answer, START_MS, Server, Ticks, config};

fn serve() -> (Server, String) {
    let mut config = config(&Ticks::new(), Arc::new(starter().expect("it loads")));
    config.timeouts.body = std::time::Duration::from_millis(20);
    config.timeouts = Timeouts { head: std::time::Duration::from_millis(200), ..config.timeouts };
    let (app, _) = config.apps.create(Draft::new("Player", "Plays.")).expect("created");
    let token = access_token::mint(config.apps.sealer(), &app.client_id, START_MS);
    (Server::start(config), token)
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() })
}

fn is_sound(answer: &Answer) -> Result<(), TestCaseError> {
    prop_assert!(answer.status < 500 || answer.status == 501, "{answer:?}");
    let json = answer.header("content-type").is_some_and(|value| value.starts_with("application/json"));
    if json && !answer.body.is_empty() {
        prop_assert!(serde_json::from_slice::<Value>(&answer.body).is_ok(), "{answer:?}");
    }
    Ok(())
}

#[test]
fn any_bytes_on_the_socket_are_answered_or_closed() {
    let (server, _) = serve();
    let begins =
        prop_oneof![Just(""), Just("GET /v1/tracks/x HTTP/1.1\r\n"), Just("POST /api/token HTTP/1.1\r\nHost: x\r\n")];
    let bytes = proptest::collection::vec(any::<u8>(), 0..400);
    let result = runner(200).run(&(begins, bytes), |(begin, bytes)| {
        let mut wire = server.connect();
        let _ = wire.send(begin.as_bytes()).and_then(|()| wire.send(&bytes));
        wire.finish_sending();
        while let Ok(answer) = wire.answer(false) {
            is_sound(&answer)?;
        }
        Ok(())
    });
    result.expect("nothing breaks it");
    assert_eq!(server.ask("GET /v1 HTTP/1.1\r\nHost: x\r\n\r\n").status, 404, "it still serves");
}

#[test]
fn any_request_of_the_endpoint_table_is_answered_with_sound_json_and_open_to_browsers() {
    let (server, token) = serve();
    let all: Vec<_> = operations().collect();
    let method = proptest::option::of(proptest::sample::select(vec![
        "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS",
    ]));
    let id = prop_oneof![Just("2XU0oxnq2qxCpomAAuJY8K".to_owned()), "[!-~]{1,30}", Just("%ff".to_owned())];
    let query = prop_oneof![Just(String::new()), "(ids|market|limit)=[!-~]{0,40}", "[!-~]{0,60}"];
    let header = prop_oneof!["(accept-encoding|if-none-match|x-a): [ -~]{0,40}", Just("x-b: y".to_owned())];
    let strategy = (proptest::sample::select(all), method, id, query, header, any::<bool>());
    let result = runner(400).run(&strategy, |(operation, method, id, query, header, known)| {
        let (method, path) = (method.unwrap_or(operation.method), operation.path);
        let id = id.replace(['#', '?'], "");
        let path: Vec<_> = path.split('/').map(|part| if part.starts_with('{') { id.as_str() } else { part }).collect();
        let (path, query) = (path.join("/"), query.replace('#', ""));
        let token = if known { token.as_str() } else { "BQx" };
        let request = format!(
            "{method} /v1{path}?{query} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n{header}\r\nContent-Length: 0\r\n\r\n"
        );
        let answer = server.ask(&request);
        is_sound(&answer)?;
        // What hyper refuses before the service sees it has no headers of ours.
        let from_us = answer.header("content-type").is_some() || answer.status < 400;
        let open = answer.header("access-control-allow-origin").as_deref() == Some("*");
        prop_assert!(open || !from_us, "{request}{answer:?}");
        Ok(())
    });
    result.expect("nothing breaks it");
}

/// Opens the apps of a folder and uses them: it works, or says in one line what is wrong.
fn use_apps(path: &Path, client_id: &str) -> Result<(), String> {
    let folder = DataFolder::open(path).map_err(|error| error.to_string())?;
    match Apps::open(&folder, Clock::system(), Random::system()) {
        Ok(apps) => {
            apps.list();
            apps.secret(client_id);
            let _ = apps.refresh();
            let _ = apps.create(Draft::new("Other", "Other."));
            Ok(())
        }
        Err(error) if matches!(error.kind(), Kind::Damaged | Kind::Newer | Kind::Folder) => Err(error.to_string()),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_damaged_data_folder_works_or_says_so_in_one_line() {
    let place = tempfile::tempdir().expect("a folder");
    let folder = DataFolder::open(place.path()).expect("a data folder");
    let apps = Apps::open(&folder, Clock::system(), Random::system()).expect("apps");
    let (app, _) = apps.create(Draft::new("Player", "Plays.")).expect("created");
    drop(apps);
    let good = fs::read(place.path().join("state.db")).expect("a file");
    let key = fs::read(place.path().join("keys/master")).expect("a file");
    let flips = proptest::collection::vec((any::<usize>(), any::<u8>()), 0..8);
    let strategy = (flips, proptest::option::of(0..good.len()), 0..=key.len() + 1);
    let result = runner(60).run(&strategy, |(flips, cut, key_length)| {
        let place = tempfile::tempdir().expect("a folder");
        let mut state = good.clone();
        for (at, byte) in flips {
            let at = at % state.len();
            state[at] = byte;
        }
        state.truncate(cut.unwrap_or(state.len()));
        fs::create_dir(place.path().join("keys")).expect("a folder");
        fs::write(place.path().join("state.db"), &state).expect("written");
        let key: Vec<u8> = key.iter().copied().cycle().take(key_length).collect();
        fs::write(place.path().join("keys/master"), key).expect("written");
        if let Err(message) = use_apps(place.path(), &app.client_id) {
            prop_assert!(!message.contains('\n') && !message.is_empty(), "{message}");
        }
        Ok(())
    });
    result.expect("no damage ends in a panic");
}
