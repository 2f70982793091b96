//! Clients that take their time, or never come to the point.

use std::sync::Arc;
use std::time::Duration;

use sleeve_catalogue::Store;
use sleeve_server::Timeouts;

use crate::harness::{Server, Ticks, Wire, config};

const REQUEST: &str = "GET /v1/tracks/x HTTP/1.1\r\nHost: x\r\n\r\n";
const FORM: &str = "POST /api/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n";
const BRIEF: Duration = Duration::from_millis(100);
const LONG: Duration = Duration::from_secs(3600);

fn serve(timeouts: Timeouts) -> Server {
    let mut config = config(&Ticks::new(), Arc::new(Store::in_memory().expect("memory")));
    config.timeouts = timeouts;
    Server::start(config)
}

fn begin(server: &Server, bytes: &str) -> Wire {
    let mut wire = server.connect();
    wire.send(bytes.as_bytes()).expect("sent");
    wire
}

#[test]
fn a_head_that_never_ends_is_closed_and_so_is_a_connection_that_rests_too_long() {
    let server = serve(Timeouts { head: BRIEF, body: LONG, drain: LONG });
    for bytes in ["", "GET /v1/tracks/x HTTP/1.1\r\nHos"] {
        assert!(begin(&server, bytes).is_closed(), "{bytes}");
    }
    let mut rested = begin(&server, REQUEST);
    assert_eq!(rested.answer(false).expect("an answer").status, 401);
    assert!(rested.is_closed());
}

#[test]
fn a_body_that_never_ends_is_408_and_one_that_is_cut_off_harms_nobody() {
    let server = serve(Timeouts { head: LONG, body: BRIEF, drain: LONG });
    for length in ["Content-Length: 99", "Transfer-Encoding: chunked"] {
        let mut wire = begin(&server, &format!("{FORM}{length}\r\n\r\n"));
        assert_eq!(wire.answer(false).expect("an answer").status, 408, "{length}");
        assert!(wire.is_closed(), "{length}");
    }
    let mut cut = begin(&server, &format!("{FORM}Content-Length: 99\r\n\r\ngrant"));
    cut.finish_sending();
    if let Ok(answer) = cut.answer(false) {
        assert_eq!(answer.status, 400);
    }
    assert_eq!(server.ask(REQUEST).status, 401);
}

#[test]
fn many_half_open_connections_do_not_keep_others_from_being_served() {
    let mut server = serve(Timeouts { head: LONG, body: LONG, drain: LONG });
    let silent: Vec<_> = (0..200).map(|place| begin(&server, if place % 2 == 0 { "" } else { "GET /v1" })).collect();
    assert_eq!(server.ask(REQUEST).status, 401);
    server.begin_shutdown();
    // The drain time is an hour: this ends only because nobody waits for them.
    server.wait();
    drop(silent);
}

#[test]
fn an_answer_under_way_finishes_after_a_shutdown_has_begun() {
    let mut server = serve(Timeouts { head: LONG, body: LONG, drain: LONG });
    let mut wire = begin(&server, &format!("{FORM}Expect: 100-continue\r\nContent-Length: 29\r\n\r\n"));
    // Now the service waits for the body.
    assert_eq!(wire.answer(false).expect("it goes on").status, 100);
    server.begin_shutdown();
    wire.send(b"grant_type=client_credentials").expect("sent");
    assert_eq!(wire.answer(false).expect("an answer").status, 400);
    assert!(wire.is_closed());
    server.wait();
}

#[test]
fn what_does_not_end_is_cut_off_when_the_drain_time_is_over() {
    let mut server = serve(Timeouts { head: LONG, body: LONG, drain: BRIEF });
    let mut wire = begin(&server, &format!("{FORM}Expect: 100-continue\r\nContent-Length: 29\r\n\r\n"));
    assert_eq!(wire.answer(false).expect("it goes on").status, 100);
    server.begin_shutdown();
    server.wait();
}
