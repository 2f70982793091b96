//! `sleeve run`: the child's own exit status, signals and input; what reaches us, what is tunnelled, what is kept.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};

use sleeve_outside::clients::{folder, node, node_programs, python};
use sleeve_outside::report::Report;
use sleeve_outside::sleeve::{Home, binary, finish, finish_with_input, signal, transcript};

use crate::{TRACK, UNKNOWN};

/// A shell script as the command of a run.
fn shell(home: &Home, script: &str) -> Command {
    home.run(["sh", "-c", script])
}

/// `curl -u PAIR` for a token, its status and body on one line.
const ASK_TOKEN: &str = "curl -sS -u \"$CLIENT_ID:$CLIENT_SECRET\" -d grant_type=client_credentials \
     -w ' %{http_code}' https://accounts.spotify.com/api/token";

fn stdout_of(command: &mut Command) -> String {
    let output = finish(command);
    assert!(output.status.success(), "{command:?}: {}", transcript(&output));
    String::from_utf8(output.stdout).expect("text").trim_end().to_owned()
}

#[test]
fn the_exit_status_is_the_childs() {
    let home = Home::new();
    let mut report = Report::default();
    for (script, expected) in [("true", 0), ("exit 7", 7), ("kill -TERM $$", 143), ("kill -KILL $$", 137)] {
        let output = finish(&mut shell(&home, script));
        assert_eq!(output.status.signal(), None, "{script}: run itself was killed");
        report.verdict("run", script, output.status.code() == Some(expected), || transcript(&output));
    }
    let output = finish(&mut home.run(["no-such-program-anywhere"]));
    let line = String::from_utf8_lossy(&output.stderr).into_owned();
    let clear = output.status.code() == Some(127) && line.contains("no-such-program-anywhere");
    report.verdict("run", "a program that is not there", clear, || transcript(&output));
    report.finish();
}

#[test]
fn stdin_reaches_the_child() {
    let home = Home::new();
    let output = finish_with_input(&mut home.run(["cat"]), "one\ntwo\n");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "one\ntwo\n", "{}", transcript(&output));
}

#[test]
fn signals_reach_the_child_which_decides() {
    const PROGRAM: &str = "import signal, sys\n\
        for name in ('SIGTERM', 'SIGINT', 'SIGHUP'):\n    \
            signal.signal(getattr(signal, name), lambda number, frame: sys.exit(40 + number))\n\
        print('up', flush=True)\n\
        while True: signal.pause()\n";
    let home = Home::new();
    let mut report = Report::default();
    for (name, number) in [("TERM", 15), ("INT", 2), ("HUP", 1)] {
        // Whoever starts the tests may ignore signals (a shell's background jobs do); what is ignored stays ignored.
        let mut run = home.program("env");
        run.arg("--default-signal=TERM,INT,HUP").arg(binary()).args(["run", "--"]);
        run.arg(python()).args(["-c", PROGRAM]);
        let (mut run, mut lines) = start(&mut run);
        assert_eq!(next(&mut lines), "up");
        signal(run.id(), name);
        let status = run.wait().expect("run can be waited for");
        report.verdict("run", &format!("SIG{name}"), status.code() == Some(40 + number), || status.to_string());
    }
    report.finish();
}

#[test]
fn offline_refuses_other_hosts_and_names_them_at_the_end() {
    let home = Home::new();
    let script = "curl -sS -o /dev/null https://example.org/; echo \"curl: $?\"; \
         curl -sS -o /dev/null http://example.net/ -w '%{http_code}\n'; true";
    let mut run = home.sleeve(["run", "--offline", "--", "sh", "-c", script]);
    let output = finish(&mut run);
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(stdout.contains("curl: 56"), "curl was not refused: {}", transcript(&output));
    let last: Vec<&str> = stderr.lines().filter(|line| !line.starts_with("curl:")).collect();
    assert!(last.iter().any(|line| line.contains("example.org")), "not named: {}", transcript(&output));
    assert!(last.iter().any(|line| line.contains("example.net")), "not named: {}", transcript(&output));
}

#[test]
fn offline_serves_spotify_as_ever() {
    let home = Home::new();
    let output = finish(&mut home.sleeve(["run", "--offline", "--", "sh", "-c", ASK_TOKEN]));
    assert!(String::from_utf8_lossy(&output.stdout).ends_with(" 200"), "{}", transcript(&output));
}

#[test]
fn no_proxy_entries_that_cover_spotify_do_not_bypass_and_others_stay() {
    let home = Home::new();
    let mut report = Report::default();
    for entry in ["spotify.com", ".spotify.com", "api.spotify.com,accounts.spotify.com", "*", "intranet.test"] {
        let mut run = shell(&home, &format!("{ASK_TOKEN}; echo; echo \"$no_proxy|$NO_PROXY\""));
        let output = finish(run.env("NO_PROXY", entry).env("no_proxy", entry));
        let stdout = String::from_utf8_lossy(&output.stdout);
        let reached = stdout.lines().next().is_some_and(|line| line.ends_with(" 200"));
        report.verdict("curl", &format!("NO_PROXY={entry}"), reached, || transcript(&output));
        let kept = stdout.matches("intranet.test").count() == 2 * usize::from(entry == "intranet.test");
        report.verdict("run", &format!("keeps NO_PROXY={entry}"), kept, || transcript(&output));
    }
    report.finish();
}

#[test]
fn node_options_of_the_user_are_kept() {
    let home = Home::new();
    let preload = home.work().join("mine.cjs");
    fs::write(&preload, "globalThis.mine = 'kept';\n").expect("the folder is ours");
    let program = home.work().join("program.cjs");
    fs::write(&program, "console.log(mine, process.env.NODE_OPTIONS.includes('--no-warnings'));\n").expect("ours");
    let options = format!("--no-warnings --require={}", preload.display());
    let mut run = home.run([node(20).as_os_str(), program.as_os_str()]);
    assert_eq!(stdout_of(run.env("NODE_OPTIONS", &options)), "kept true");

    let fetch = node_programs().join("fetch_client.mjs");
    let mut run = home.run([node(20).as_os_str(), fetch.as_os_str(), TRACK.as_ref(), UNKNOWN.as_ref()]);
    assert!(stdout_of(run.env("NODE_OPTIONS", &options)).contains("track: Dance Monkey"));
}

#[test]
fn the_ca_bundle_is_the_users_plus_ours() {
    let home = Home::new();
    let theirs = home.work().join("theirs.pem");
    let certificate = "-----BEGIN CERTIFICATE-----\nVEhFSVJT\n-----END CERTIFICATE-----\n";
    fs::write(&theirs, certificate).expect("the folder is ours");
    let mut run = shell(&home, "cat \"$SSL_CERT_FILE\"");
    let bundle = stdout_of(run.env("SSL_CERT_FILE", &theirs));
    assert!(bundle.contains("VEhFSVJT"), "the user's certificate is gone");
    assert!(bundle.matches("BEGIN CERTIFICATE").count() >= 2, "our certificate is not in it");
    assert_eq!(fs::read_to_string(&theirs).expect("still there"), certificate, "the user's file was changed");
}

#[test]
fn runs_side_by_side_do_not_disturb_each_other() {
    let home = Home::new();
    let mut runs: Vec<(Child, BufReader<std::process::ChildStdout>)> =
        (0..3).map(|_| start(shell(&home, &format!("echo up; read go; {ASK_TOKEN}")).stdin(Stdio::piped()))).collect();
    for (_, lines) in &mut runs {
        assert_eq!(next(lines), "up");
    }
    for (run, lines) in &mut runs {
        run.stdin.take().expect("stdin is piped").write_all(b"go\n").expect("the child waits for it");
        let mut rest = String::new();
        lines.read_to_string(&mut rest).expect("text");
        assert!(rest.ends_with(" 200"), "{rest}");
        assert!(run.wait().expect("run can be waited for").success());
    }
}

#[test]
fn the_users_pair_is_given_under_every_name() {
    const SHOW: &str = "for name in CLIENT_ID CLIENT_SECRET; do for prefix in '' SPOTIFY_ SPOTIPY_ RSPOTIFY_; do \
         printenv \"$prefix$name\"; done; done";
    let home = Home::new();
    let (id, secret) = ("0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210");
    let expected = format!("{}{}", format!("{id}\n").repeat(4), format!("{secret}\n").repeat(4));
    for prefix in ["", "SPOTIPY_"] {
        let mut run = shell(&home, SHOW);
        run.env(format!("{prefix}CLIENT_ID"), id).env(format!("{prefix}CLIENT_SECRET"), secret);
        assert_eq!(stdout_of(&mut run), expected.trim_end(), "set as {prefix}CLIENT_ID");
    }
    let own = stdout_of(&mut shell(&home, SHOW));
    let (ids, secrets) = own.split_at(own.len() / 2);
    assert!(ids.lines().all(|line| line.len() == 32 && line == &ids[..32]), "{own}");
    assert!(secrets.trim().lines().all(|line| line.len() == 32 && line != &ids[..32]), "{own}");
}

#[test]
fn a_foreign_pair_is_accepted_and_an_issued_one_is_checked() {
    let home = Home::new();
    let app = home.create_app(&[]);
    let mut report = Report::default();
    let wrong = "0".repeat(32);
    for (case, id, secret, expected) in [
        ("a foreign pair", wrong.as_str(), wrong.as_str(), " 200"),
        ("the issued pair", &app.client_id, &app.client_secret, " 200"),
        ("the issued id, another secret", &app.client_id, &wrong, " 400"),
    ] {
        let output = finish(shell(&home, ASK_TOKEN).env("CLIENT_ID", id).env("CLIENT_SECRET", secret));
        let stdout = String::from_utf8_lossy(&output.stdout);
        report.verdict("curl", case, stdout.ends_with(expected), || transcript(&output));
    }
    let listed = stdout_of(&mut home.sleeve(["app", "list", "--json"]));
    report.verdict("run", "leaves no app behind", !listed.contains(&wrong), || listed.clone());
    report.finish();
}

#[test]
fn other_hosts_are_tunnelled_blind() {
    let home = Home::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection comes");
        let mut hello = [0; 6];
        stream.read_exact(&mut hello).expect("something was sent");
        stream.write_all(b"HELLO\n").expect("it reads");
        hello
    });
    // A protocol that is no HTTP: only a tunnel that does not look inside lets it through.
    let script = format!(
        "import os, socket, urllib.parse\n\
         proxy = urllib.parse.urlsplit(os.environ['HTTPS_PROXY'])\n\
         tunnel = socket.create_connection((proxy.hostname, proxy.port), 20)\n\
         tunnel.sendall(b'CONNECT {address} HTTP/1.1\\r\\nHost: {address}\\r\\n\\r\\n')\n\
         answer = tunnel.recv(4096).decode()\n\
         tunnel.sendall(b'\\x00\\xff?!\\r\\n')\n\
         print(answer.split()[1], tunnel.recv(16).decode().strip())\n"
    );
    let printed = stdout_of(&mut home.run([python().as_os_str(), "-c".as_ref(), script.as_ref()]));
    assert_eq!(printed, "200 HELLO");
    assert_eq!(&server.join().expect("the server thread is fine"), b"\x00\xff?!\r\n");
}

#[test]
fn the_users_own_proxy_gets_other_hosts_and_never_spotify() {
    let home = Home::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let proxy = format!("http://{}", listener.local_addr().expect("it is bound"));
    let upstream = std::thread::spawn(move || {
        let (stream, _) = listener.accept().expect("a connection comes");
        let mut first = String::new();
        BufReader::new(&stream).read_line(&mut first).expect("text");
        (&stream).write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n").expect("it reads");
        first
    });
    let mut run = shell(&home, &format!("{ASK_TOKEN}; echo; curl -sS -o /dev/null https://example.org/; true"));
    let output = finish(run.env("HTTPS_PROXY", &proxy).env("https_proxy", &proxy));
    assert!(String::from_utf8_lossy(&output.stdout).contains(" 200"), "{}", transcript(&output));
    assert_eq!(upstream.join().expect("the proxy thread is fine").trim(), "CONNECT example.org:443 HTTP/1.1");
}

#[test]
fn requests_come_in_through_every_form_that_peers_use() {
    let home = Home::new();
    let script = format!(
        "token=$({ASK_TOKEN} | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')\n\
         ask() {{ curl -sS -o /dev/null -w '%{{http_code}}\\n' -H \"Authorization: Bearer $token\" \"$@\"; }}\n\
         track=https://api.spotify.com/v1/tracks/{TRACK}\n\
         ask --http1.1 --request-target $track $track\n\
         ask $track/\n\
         ask 'https://api.spotify.com/v1/tracks/?ids={TRACK}%2C{UNKNOWN}'\n\
         ask https://developer.spotify.com/dashboard\n\
         ask -L -b jar -c jar \"$SLEEVE_SIGN_IN\"\n"
    );
    let seen = stdout_of(&mut shell(&home, &script));
    let mut report = Report::default();
    let forms = [
        ("absolute-form target in the tunnel", "200"),
        ("trailing slash", "200"),
        ("ids joined by %2C", "200"),
        ("dashboard by its host, not signed in", "403"),
        ("dashboard by its host, by the sign-in link", "200"),
    ];
    for (place, (form, status)) in forms.into_iter().enumerate() {
        report.check("curl", form, seen.lines().nth(place).unwrap_or("nothing"), status);
    }
    report.finish();
}

#[test]
fn the_runs_authority_is_for_spotify_alone_and_enough_for_it() {
    let home = Home::new();
    let script = folder().join("requests_client.py");
    let arguments = [python().as_os_str(), script.as_os_str(), TRACK.as_ref(), UNKNOWN.as_ref()];
    let mut run = home.run(["sh", "-c", "REQUESTS_CA_BUNDLE=$NODE_EXTRA_CA_CERTS exec \"$@\"", "sh"]);
    assert!(stdout_of(run.args(arguments)).contains("track: Dance Monkey"));

    let certificate = stdout_of(&mut shell(&home, "openssl x509 -noout -text -in \"$NODE_EXTRA_CA_CERTS\""));
    for expected in ["CA:TRUE, pathlen:0", "X509v3 Name Constraints: critical", "DNS:spotify.com", "prime256v1"] {
        assert!(certificate.contains(expected), "no {expected} in\n{certificate}");
    }
    assert_eq!(certificate.matches("DNS:").count(), 1, "more than one name is permitted\n{certificate}");
}

fn start(command: &mut Command) -> (Child, BufReader<std::process::ChildStdout>) {
    let mut child = command.stdout(Stdio::piped()).spawn().expect("run can be started");
    let lines = BufReader::new(child.stdout.take().expect("stdout is piped"));
    (child, lines)
}

fn next(lines: &mut impl BufRead) -> String {
    let mut line = String::new();
    lines.read_line(&mut line).expect("text");
    line.trim_end().to_owned()
}
