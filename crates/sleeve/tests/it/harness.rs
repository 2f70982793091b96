//! What the tests share: a home of one's own, what the program said, a server that is up, one HTTP request.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The program under test.
pub(crate) const SLEEVE: &str = env!("CARGO_BIN_EXE_sleeve");

/// An id that is in the starter catalogue: Dance Monkey.
pub(crate) const DANCE_MONKEY: &str = "2XU0oxnq2qxCpomAAuJY8K";

/// The longest that anything may take before a test gives up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A home folder with nothing in it, which is also where programs run.
pub(crate) struct Home(TempDir);

/// What a program said, and how it ended; shown without what differs from run to run.
pub(crate) struct Said {
    pub(crate) status: ExitStatus,
    pub(crate) out: String,
    pub(crate) err: String,
    home: PathBuf,
}

/// A client id and its secret.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) id: String,
    pub(crate) secret: String,
}

/// A `sleeve serve` that is up; killed where a test ends before it does.
pub(crate) struct Server {
    pub(crate) origin: String,
    pub(crate) child: Child,
    out: BufReader<ChildStdout>,
    err: PathBuf,
}

/// An HTTP answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The status line and the headers.
    pub(crate) head: String,
    pub(crate) body: String,
}

// === impl Home ===

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// The data folder that its programs use.
    pub(crate) fn data(&self) -> PathBuf {
        self.path().join(".local/share/sleeve")
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(&path, text).expect("a file");
        path
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The program, about to run here with these arguments and nothing in its environment but `HOME`.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(SLEEVE);
        command.args(args).current_dir(self.path()).env_clear().env("HOME", self.path()).stdin(Stdio::null());
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Said {
        self.end(&mut self.command(args))
    }

    /// Runs the program as an app: `CLIENT_ID` and `CLIENT_SECRET` are set.
    pub(crate) fn run_as(&self, pair: &Pair, args: &[&str]) -> Said {
        self.end(self.command(args).env("CLIENT_ID", &pair.id).env("CLIENT_SECRET", &pair.secret))
    }

    /// Runs the program with a text on standard input.
    pub(crate) fn run_on(&self, input: &[u8], args: &[&str]) -> Said {
        let path = self.path().join("stdin");
        std::fs::write(&path, input).expect("a file");
        self.end(self.command(args).stdin(File::open(path).expect("a file")))
    }

    /// Runs a shell script; `$SLEEVE` is the program.
    pub(crate) fn shell(&self, script: &str) -> Said {
        self.end(&mut self.in_shell(script))
    }

    /// A shell, about to run a script.
    pub(crate) fn in_shell(&self, script: &str) -> Command {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]).current_dir(self.path()).env_clear().env("HOME", self.path());
        shell.env("SLEEVE", SLEEVE).env("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin").stdin(Stdio::null());
        shell
    }

    /// Runs a command to its end.
    pub(crate) fn end(&self, command: &mut Command) -> Said {
        self.said(command.output().unwrap_or_else(|error| panic!("{command:?}: {error}")))
    }

    /// What a program said that ended.
    pub(crate) fn said(&self, output: Output) -> Said {
        let text = |bytes| String::from_utf8(bytes).expect("the program speaks UTF-8");
        let home = self.path().to_owned();
        Said { status: output.status, out: text(output.stdout), err: text(output.stderr), home }
    }

    /// Registers an app.
    pub(crate) fn app(&self, more: &[&str]) -> Pair {
        let said = self.run(&[&["app", "create", "--name", "Test", "--description", "A test"], more].concat());
        Pair::read(&said.out).unwrap_or_else(|| panic!("no pair: {said}"))
    }

    /// Starts `serve` on a free port.
    pub(crate) fn serve(&self) -> Server {
        self.serve_with(&[])
    }

    pub(crate) fn serve_with(&self, more: &[&str]) -> Server {
        let err = self.path().join("serve.err");
        let mut command = self.command(&[&["serve", "--listen", "127.0.0.1:0"], more].concat());
        command.stdout(Stdio::piped()).stderr(File::create(&err).expect("a file"));
        let mut child = command.spawn().expect("the program starts");
        let mut out = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        out.read_line(&mut line).expect("a line");
        let origin = line.strip_prefix("listening on ").and_then(|line| line.strip_suffix('\n'));
        let origin =
            origin.unwrap_or_else(|| panic!("`{line}`: {}", std::fs::read_to_string(&err).unwrap_or_default()));
        Server { origin: origin.to_owned(), child, out, err }
    }
}

// === impl Said ===

impl Said {
    pub(crate) fn code(&self) -> Option<i32> {
        self.status.code()
    }

    /// What was said on standard error, without what differs from run to run.
    pub(crate) fn shown_err(&self) -> String {
        self.masked(&self.err)
    }

    fn masked(&self, text: &str) -> String {
        masked(&text.replace(&self.home.display().to_string(), "~"))
    }

    /// What was said on standard error after the line that says which Spotify it was.
    pub(crate) fn problem(&self) -> &str {
        self.err.split_once('\n').map_or("", |(_, rest)| rest)
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.status)?;
        write!(f, "--- stdout\n{}--- stderr\n{}", self.masked(&self.out), self.masked(&self.err))
    }
}

/// A text with a word in the place of each token, id, secret and free port.
fn masked(text: &str) -> String {
    let mut masked = String::new();
    for word in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_') {
        let bare = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
        let is_hex = bare.len() == 32 && bare.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_port = bare.len() == 5 && masked.ends_with("127.0.0.1:") && bare.parse::<u16>().is_ok();
        let mask = match () {
            () if is_hex => "[hex]",
            () if bare.len() >= 83 && bare.starts_with("BQ") => "[token]",
            () if is_port => "[port]",
            () => bare,
        };
        masked.push_str(mask);
        masked.push_str(&word[bare.len()..]);
    }
    masked
}

// === impl Pair ===

impl Pair {
    /// From the two lines that `app create` and `app rotate-secret` print, if they are there and whole.
    pub(crate) fn read(out: &str) -> Option<Self> {
        let mut lines = out.strip_suffix('\n')?.lines();
        let id = lines.next()?.strip_prefix("CLIENT_ID=")?;
        let secret = lines.next()?.strip_prefix("CLIENT_SECRET=")?;
        Some(Self { id: id.to_owned(), secret: secret.to_owned() })
    }
}

// === impl Server ===

impl Server {
    pub(crate) fn get(&self, path: &str, token: &str) -> Answer {
        let bearer = format!("Bearer {token}");
        request(&self.origin, "GET", path, &[("Authorization", &bearer)], "").expect("an answer")
    }

    /// The next sign-in link that it prints, without its origin.
    pub(crate) fn sign_in_path(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).expect("a line");
        line.strip_prefix(&self.origin).unwrap_or_else(|| panic!("`{line}` is no link")).trim_end().to_owned()
    }

    /// Asks the token endpoint.
    pub(crate) fn grant(&self, pair: &Pair) -> Answer {
        let form = format!("grant_type=client_credentials&client_id={}&client_secret={}", pair.id, pair.secret);
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        request(&self.origin, "POST", "/api/token", &headers, &form).expect("an answer")
    }

    /// A token for an app, which must get one.
    pub(crate) fn token(&self, pair: &Pair) -> String {
        let answer = self.grant(pair);
        assert_eq!(answer.status, 200, "{}", answer.body);
        let body: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
        body["access_token"].as_str().expect("a token").to_owned()
    }

    /// Sends a signal, and waits for the end.
    pub(crate) fn stop(mut self, signal: &str) -> Stopped {
        send(signal, &self.child);
        let status = self.child.wait().expect("it ends");
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).expect("text");
        Stopped { status, rest, err: std::fs::read_to_string(&self.err).expect("a file") }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How a server ended.
pub(crate) struct Stopped {
    pub(crate) status: ExitStatus,
    /// What it had still to say on standard output.
    pub(crate) rest: String,
    pub(crate) err: String,
}

/// Sends a signal to a process of ours.
pub(crate) fn send(signal: &str, child: &Child) {
    let pid = child.id().to_string();
    let sent = Command::new("sh").args(["-c", "kill -s \"$1\" \"$2\"", "sh", signal, &pid]).status();
    assert!(sent.expect("there is a shell").success());
}

/// Runs a program until so much is true, sends it what Ctrl-C sends, and waits for its end.
pub(crate) fn interrupted(home: &Home, command: &mut Command, ready: impl Fn() -> bool) -> Said {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    within(PATIENCE, "the moment to interrupt", || ready().then_some(()));
    send("INT", &child);
    let output = child.wait_with_output().expect("it ends");
    home.said(output)
}

/// One request on a connection of its own.
pub(crate) fn request(
    origin: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> io::Result<Answer> {
    let address = origin.strip_prefix("http://").expect("an origin");
    let mut stream = TcpStream::connect(address)?;
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    stream.write_all(text.as_bytes())?;
    answer(stream)
}

/// Reads an answer to the end of its connection.
pub(crate) fn answer(mut stream: TcpStream) -> io::Result<Answer> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let broken = || io::Error::new(io::ErrorKind::UnexpectedEof, "no whole answer");
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(broken)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(broken)?;
    Ok(Answer { status, head: head.to_owned(), body: body.to_owned() })
}

/// Tries until there is a result; with none in time, the test fails.
#[expect(clippy::disallowed_methods, reason = "the tests' one clock")]
pub(crate) fn within<T>(limit: Duration, what: &str, mut attempt: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(result) = attempt() {
            return result;
        }
        assert!(start.elapsed() < limit, "{what}: not within {limit:?}");
        std::thread::yield_now();
    }
}
