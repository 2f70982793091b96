//! `sleeve serve`: the port, the ready file, the lock, the end.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;

use insta::assert_snapshot;
use serde_json::Value;

use crate::harness::{DANCE_MONKEY, Home, PATIENCE, answer, request, send, within};

#[test]
fn the_first_line_says_where_it_listens() {
    let home = Home::new();
    let server = home.serve();
    let port = server.origin.strip_prefix("http://127.0.0.1:").expect("loopback, by its number");
    assert!(port.parse::<u16>().expect("a port") > 0);
    let pair = home.app(&[]);
    let track = server.get(&format!("/v1/tracks/{DANCE_MONKEY}"), &server.token(&pair));
    assert_eq!(track.status, 200);
    let track: Value = serde_json::from_str(&track.body).expect("JSON");
    assert_eq!(track["href"], format!("{}/v1/tracks/{DANCE_MONKEY}", server.origin));
}

#[test]
fn the_ready_file_is_there_when_a_request_would_be_answered_and_gone_after_the_end() {
    let home = Home::new();
    let ready = home.path().join("run/ready.json");
    std::fs::create_dir(home.path().join("run")).expect("a folder");
    let mut child = home
        .command(&["serve", "--listen", "127.0.0.1:0", "--ready-file", "run/ready.json"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    // It is renamed into place: whoever sees it sees all of it.
    let text = within(PATIENCE, "the ready file", || std::fs::read_to_string(&ready).ok());
    let said: Value = serde_json::from_str(&text).expect("whole at first sight");
    assert_eq!(said["pid"], child.id());
    let origin = said["url"].as_str().expect("an origin");
    assert_eq!(request(origin, "GET", "/v1/tracks/x", &[], "").expect("an answer").status, 401);
    assert_eq!(std::fs::read_dir(home.path().join("run")).expect("a folder").count(), 1);
    send("TERM", &child);
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    assert_eq!(std::fs::read_dir(home.path().join("run")).expect("a folder").count(), 0);
}

#[test]
fn whoever_reads_the_first_line_and_goes_leaves_a_server_that_works() {
    let home = Home::new();
    let mut child = home
        .command(&["serve", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut line = String::new();
    BufReader::with_capacity(1, child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    let origin = line.trim_end().strip_prefix("listening on ").expect("where it listens");
    assert_eq!(request(origin, "GET", "/v1/tracks/x", &[], "").expect("an answer").status, 401);
    send("TERM", &child);
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn a_ready_file_that_cannot_be_written_is_said() {
    let said = Home::new().run(&["serve", "--listen", "127.0.0.1:0", "--ready-file", "nowhere/ready.json"]);
    assert_eq!(said.code(), Some(2));
    assert_snapshot!(said.shown_err(), @"sleeve: cannot write nowhere/ready.json: No such file or directory (os error 2)");
}

#[test]
fn a_port_that_is_taken_is_said_in_one_line() {
    let home = Home::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    assert_snapshot!(home.run(&["serve", "--listen", &address]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: cannot listen on 127.0.0.1:[port]: Address already in use (os error 98); --listen 127.0.0.1:0 takes a free port
    ");
}

#[test]
fn an_address_that_others_can_reach_needs_a_word() {
    let home = Home::new();
    assert_snapshot!(home.run(&["serve", "--listen", "0.0.0.0:0"]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: --listen 0.0.0.0:0 can be reached from other machines; --allow-remote allows that
    ");
    assert_snapshot!(home.run(&["serve", "--listen", "[::]:0"]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: --listen [::]:0 can be reached from other machines; --allow-remote allows that
    ");
    assert_snapshot!(home.run(&["serve", "--listen", "somewhere"]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: --listen somewhere: an address and a port, as 127.0.0.1:8975
    ");
    assert!(!home.data().exists());
}

#[test]
fn a_second_server_on_a_folder_is_refused_and_the_first_goes_on() {
    let home = Home::new();
    let server = home.serve();
    assert_snapshot!(home.run(&["serve", "--listen", "127.0.0.1:0"]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: ~/.local/share/sleeve is served by another sleeve; stop that one, or take another folder with --data
    ");
    let pair = home.app(&[]);
    assert_eq!(server.grant(&pair).status, 200);
    // Killed, it holds nothing any more.
    drop(server);
    let server = home.serve();
    assert_eq!(server.grant(&pair).status, 200);
}

#[test]
fn sigterm_and_control_c_let_a_request_under_way_finish_and_end_with_0() {
    for signal in ["TERM", "INT"] {
        let home = Home::new();
        let pair = home.app(&[]);
        let server = home.serve();
        let address = server.origin.strip_prefix("http://").expect("an origin").to_owned();
        let form = format!("grant_type=client_credentials&client_id={}&client_secret={}", pair.id, pair.secret);
        let (first, second) = form.split_at(20);
        let mut stream = TcpStream::connect(&address).expect("a connection");
        let head = format!(
            "POST /api/token HTTP/1.1\r\nHost: {address}\r\nExpect: 100-continue\r\nContent-Length: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n",
            form.len()
        );
        stream.write_all(head.as_bytes()).expect("written");
        // The server says `100 Continue` once it reads the body: the request is under way.
        let mut interim = [0; 25];
        std::io::Read::read_exact(&mut stream, &mut interim).expect("an interim answer");
        assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
        stream.write_all(first.as_bytes()).expect("written");
        send(signal, &server.child);
        // New connections are refused from then on.
        within(PATIENCE, "the listener closes", || TcpStream::connect(&address).is_err().then_some(()));
        stream.write_all(second.as_bytes()).expect("written");
        let answer = answer(stream).expect("an answer");
        assert_eq!(answer.status, 200, "{signal}: {}", answer.body);
        let mut server = server;
        assert_eq!(server.child.wait().expect("it ends").code(), Some(0), "{signal}");
    }
}

#[test]
fn a_connection_at_rest_does_not_hold_the_end_up() {
    let home = Home::new();
    let server = home.serve();
    let address = server.origin.strip_prefix("http://").expect("an origin").to_owned();
    let mut stream = TcpStream::connect(&address).expect("a connection");
    write!(stream, "GET /v1/tracks/x HTTP/1.1\r\nHost: {address}\r\n\r\n").expect("written");
    let mut first = [0; 12];
    std::io::Read::read_exact(&mut stream, &mut first).expect("an answer");
    assert_eq!(&first, b"HTTP/1.1 401");
    let stopped = server.stop("TERM");
    assert_eq!(stopped.status.code(), Some(0), "{}", stopped.err);
    assert_eq!(stopped.err, "sleeve: stopped\n");
    assert!(!stopped.rest.contains("listening"), "{}", stopped.rest);
}
