//! Which Spotify is asked, and as whom: flags, environment, config file.

use std::net::TcpListener;

use insta::assert_snapshot;

use crate::harness::{DANCE_MONKEY, Home, Pair, Said};

/// An address where nothing listens: it was free a moment ago.
fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    format!("http://{}", listener.local_addr().expect("an address"))
}

fn run_with(home: &Home, variables: &[(&str, &str)], args: &[&str]) -> Said {
    home.end(home.command(args).envs(variables.iter().copied()))
}

#[test]
fn a_pair_that_the_data_folder_issued_is_local() {
    let home = Home::new();
    let app = home.app(&[]);
    let said = home.run_as(&app, &["track", DANCE_MONKEY]);
    assert_eq!(said.code(), Some(0), "{said}");
    assert_snapshot!(said.shown_err(), @"sleeve: the local Spotify answers, from 64 tracks ([hex] is an app of ~/.local/share/sleeve)");
    // `preview_url` names the app that asks.
    assert!(said.out.contains(&format!("?cid={}", app.id)));
}

#[test]
fn the_longer_names_beat_the_shorter_and_those_beat_the_file() {
    let home = Home::new();
    let [first, second, third] = [(); 3].map(|()| home.app(&[]));
    let Pair { id, secret } = &third;
    home.write(".config/sleeve/config.toml", &format!("client_id = \"{id}\"\nclient_secret = \"{secret}\"\n"));
    let by_file = home.run(&["track", DANCE_MONKEY]);
    assert!(by_file.out.contains(&third.id), "{by_file}");
    let short = [("CLIENT_ID", second.id.as_str()), ("CLIENT_SECRET", second.secret.as_str())];
    let by_short = run_with(&home, &short, &["track", DANCE_MONKEY]);
    assert!(by_short.out.contains(&second.id), "{by_short}");
    let long = [("SPOTIFY_CLIENT_ID", first.id.as_str()), ("SPOTIFY_CLIENT_SECRET", first.secret.as_str())];
    let by_long = run_with(&home, &[long, short].concat(), &["track", DANCE_MONKEY]);
    assert!(by_long.out.contains(&first.id), "{by_long}");
}

#[test]
fn half_a_pair_is_an_error_and_an_empty_variable_is_none() {
    let home = Home::new();
    assert_snapshot!(run_with(&home, &[("CLIENT_ID", "x")], &["token"]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: CLIENT_ID is set, but CLIENT_SECRET is not; set both, or none
    ");
    assert_snapshot!(run_with(&home, &[("SPOTIFY_CLIENT_SECRET", "x")], &["token"]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: SPOTIFY_CLIENT_SECRET is set, but SPOTIFY_CLIENT_ID is not; set both, or none
    ");
    // One half under each name is no pair.
    assert_snapshot!(run_with(&home, &[("SPOTIFY_CLIENT_ID", "x"), ("CLIENT_SECRET", "y")], &["token"]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: SPOTIFY_CLIENT_ID is set, but SPOTIFY_CLIENT_SECRET is not; set both, or none
    ");
    let none = run_with(&home, &[("CLIENT_ID", ""), ("CLIENT_SECRET", " ")], &["token", "-q"]);
    assert_eq!(none.code(), Some(0), "{none}");
    home.write(".config/sleeve/config.toml", "client_id = \"x\"\n");
    assert_snapshot!(home.run(&["token"]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: ~/.config/sleeve/config.toml: client_id is set, but client_secret is not; set both, or none
    ");
}

#[test]
fn a_bad_config_file_is_said_with_its_line() {
    let home = Home::new();
    let with = |text: &str| {
        home.write(".config/sleeve/config.toml", text);
        home.run(&["token"])
    };
    assert_snapshot!(with("client_id = \"x\"\nclient_secret = \"hidden\n"), @r#"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: ~/.config/sleeve/config.toml, line 2: invalid basic string, expected `"`
    "#);
    assert_snapshot!(with("# ours\n\nclient_idd = \"x\"\n"), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: ~/.config/sleeve/config.toml, line 3: unknown field `client_idd`, expected `client_id` or `client_secret`
    ");
    assert_snapshot!(with("client_id = \"x\"\nclient_secret = 5\n"), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: ~/.config/sleeve/config.toml, line 2: a value that is not a text; put it between quotes
    ");
    let other = home.write("other/sleeve/config.toml", "[");
    let other = other.parent().and_then(|folder| folder.parent()).expect("a folder");
    let said = run_with(&home, &[("XDG_CONFIG_HOME", &other.display().to_string())], &["token"]);
    assert_snapshot!(said, @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: ~/other/sleeve/config.toml, line 1: unquoted keys cannot be empty, expected letters, numbers, `-`, `_`
    ");
}

#[test]
fn a_home_that_is_no_folder_has_no_config_file() {
    let home = Home::new();
    let said = home.end(home.command(&["track", DANCE_MONKEY]).env("HOME", "/dev/null"));
    assert_eq!(said.code(), Some(0), "{said}");
}

#[test]
fn without_a_home_or_with_one_that_cannot_be_written_tracks_still_come() {
    let home = Home::new();
    let said = home.end(home.command(&["track", DANCE_MONKEY]).env_remove("HOME"));
    assert_eq!(said.code(), Some(0), "{said}");
    // Nobody, not even root, makes folders there.
    let said = home.end(home.command(&["track", DANCE_MONKEY]).env("HOME", "/proc"));
    assert_eq!(said.code(), Some(0), "{said}");
    assert_snapshot!(home.end(home.command(&["token", "-q"]).env("HOME", "/proc")), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: cannot use /proc/.local/share/sleeve: No such file or directory (os error 2)
    ");
}

#[test]
fn a_wrong_secret_is_refused_with_status_3() {
    let home = Home::new();
    let app = Pair { secret: "wrong".to_owned(), ..home.app(&[]) };
    for args in [&["track", DANCE_MONKEY][..], &["token"]] {
        let said = home.run_as(&app, args);
        assert_eq!((said.code(), said.out.as_str()), (Some(3), ""), "{said}");
        assert_eq!(said.problem().lines().count(), 1, "{said}");
        assert!(said.problem().contains("Invalid client secret") && !said.err.contains("wrong"), "{said}");
    }
}

#[test]
fn where_nothing_listens_a_line_says_so_with_status_4() {
    let home = Home::new();
    let pair = Pair { id: "x".to_owned(), secret: "hidden".to_owned() };
    let origin = nowhere();
    let said = home.run_as(&pair, &["--api", &origin, "track", DANCE_MONKEY, DANCE_MONKEY]);
    assert_eq!((said.code(), said.out.as_str()), (Some(4), ""), "{said}");
    assert!(said.err.starts_with(&format!("sleeve: asking {origin}, as the app in CLIENT_ID\n")), "{said}");
    let problems: Vec<_> = said.problem().lines().filter(|line| line.starts_with("sleeve: token ")).collect();
    let [problem] = problems[..] else { panic!("one line: {said}") };
    assert_eq!(problem.matches(&format!("nothing listens at {origin}")).count(), 1, "{said}");
    assert!(!said.err.contains("hidden"), "{said}");
}

#[test]
fn a_server_that_is_no_spotify_is_said_to_be_none() {
    let home = Home::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let answering = std::thread::spawn(move || {
        use std::io::{BufRead, Write};
        let (stream, _) = listener.accept().expect("a connection");
        let mut lines = std::io::BufReader::new(stream.try_clone().expect("a stream")).lines();
        while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
        let answer = "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\nConnection: close\r\n\r\n<html";
        (&stream).write_all(answer.as_bytes()).expect("written");
    });
    let pair = Pair { id: "x".to_owned(), secret: "y".to_owned() };
    let said = home.run_as(&pair, &["--api", &origin, "token"]);
    answering.join().expect("it answered");
    assert!(matches!(said.code(), Some(1 | 4)), "{said}");
    assert_eq!(said.err.lines().count(), 2, "{said}");
    assert!(said.err.contains("404") && said.err.contains("not how Spotify answers"), "{said}");
}

#[test]
fn a_secret_that_was_issued_here_is_not_sent_to_spotify() {
    let home = Home::new();
    let app = home.app(&[]);
    assert_snapshot!(home.run_as(&app, &["--api", "spotify", "token"]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: --api spotify: the client id in CLIENT_ID was issued by the local Spotify, so it is not sent to Spotify; set a pair from Spotify's dashboard
    ");
    for origin in ["https://api.spotify.com", "https://ACCOUNTS.spotify.com.", "http://spotify.com:80"] {
        let said = home.run_as(&app, &["--api", origin, "token"]);
        assert_eq!(said.code(), Some(2), "{said}");
        assert!(said.err.contains("was issued by the local Spotify, so it is not sent to Spotify"), "{said}");
    }
    assert_snapshot!(home.run(&["--api", "spotify", "token"]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: --api spotify: set CLIENT_ID and CLIENT_SECRET to a pair from Spotify's dashboard
    ");
}

#[test]
fn the_local_spotify_can_be_asked_for_whatever_the_environment_says() {
    let home = Home::new();
    let pair = Pair { id: "elsewhere".to_owned(), secret: "y".to_owned() };
    let said = home.run_as(&pair, &["--api", "local", "track", DANCE_MONKEY]);
    assert_eq!(said.code(), Some(0), "{said}");
    assert_snapshot!(said.shown_err(), @"sleeve: the local Spotify answers, from 64 tracks (--api local; the pair in CLIENT_ID is not one of its own and is not used)");
}

#[test]
fn api_takes_a_word_or_an_origin() {
    let home = Home::new();
    assert_snapshot!(home.run(&["--api", "elsewhere", "token"]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: --api elsewhere: it is `auto`, `spotify`, `local`, or an address such as http://127.0.0.1:8975
    ");
    let pair = Pair { id: "x".to_owned(), secret: "y".to_owned() };
    assert_snapshot!(home.run_as(&pair, &["--api", "http://127.0.0.1:1/v1?x", "token"]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: `http://127.0.0.1:1/v1?x`: an origin is a scheme, a host and perhaps a port, as http://127.0.0.1:8975
    ");
    assert_snapshot!(home.run(&["--api", "http://127.0.0.1:1", "token"]), @"
    exit status: 2
    --- stdout
    --- stderr
    sleeve: --api http://127.0.0.1:1: set CLIENT_ID and CLIENT_SECRET to a pair that it knows (`sleeve app create` makes one)
    ");
}

#[test]
fn the_data_folder_is_the_flags_then_the_variables_then_the_homes() {
    let home = Home::new();
    let place = |name: &str| home.path().join(name).display().to_string();
    let (flag, data, xdg) = (place("flag"), place("data"), place("xdg"));
    let create = ["app", "create", "--name", "N", "--description", "D"];
    let variables = [("SLEEVE_DATA", data.as_str()), ("XDG_DATA_HOME", xdg.as_str())];
    let all = run_with(&home, &variables, &[&create[..], &["--data", &flag]].concat());
    assert!(all.status.success() && home.path().join("flag/state.db").exists(), "{all}");
    let both = run_with(&home, &variables, &create);
    assert!(both.status.success() && home.path().join("data/state.db").exists(), "{both}");
    let one = run_with(&home, &variables[1..], &create);
    assert!(one.status.success() && home.path().join("xdg/sleeve/state.db").exists(), "{one}");
    assert!(!home.path().join(".local").exists());
}
