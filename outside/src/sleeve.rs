//! The product as a user has it: one binary, and a home of its own for each test.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{OnceLock, mpsc};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// The root of the repository, one above this workspace.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("outside/ is a folder of the repository")
}

/// Where this workspace keeps what it fetched and what it drew: `outside/target/NAME`.
pub fn cache(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target").join(name);
    fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("cannot create {}: {error}", folder.display()));
    folder
}

/// The binary under test: `SLEEVE_BIN`, or the release build of the repository, made once.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        if let Some(given) = std::env::var_os("SLEEVE_BIN") {
            return fs::canonicalize(&given).unwrap_or_else(|error| panic!("SLEEVE_BIN={}: {error}", given.display()));
        }
        let built = Command::new("cargo")
            .args(["build", "--release", "-p", "sleeve"])
            .current_dir(repository())
            .status()
            .expect("cargo runs these tests, so cargo is there");
        assert!(built.success(), "the release build of sleeve failed; its output is above");
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository().join("target"), PathBuf::from);
        target.join("release").join("sleeve")
    })
}

/// A user's home that nobody else uses: data, cache and config folders and a working folder, gone when dropped.
#[derive(Debug)]
pub struct Home {
    folder: TempDir,
}

impl Home {
    #[expect(clippy::new_without_default, reason = "it creates a folder, which a default should not")]
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("sleeve-outside-").tempdir().expect("a temporary folder");
        for name in ["home", "work", "bin"] {
            fs::create_dir(folder.path().join(name)).expect("a new temporary folder can be written");
        }
        Self { folder }
    }

    /// A folder for what the test itself writes; commands start in it.
    pub fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// Any program with this home. Of the caller's environment only what a fresh login has comes along, so that
    /// neither a proxy nor a CA bundle nor a client id of the machine decides a test.
    pub fn program(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.env_clear().current_dir(self.work()).stdin(Stdio::null());
        let path = std::env::var_os("PATH").expect("PATH is set");
        let mut folders = vec![self.folder.path().join("bin")];
        folders.extend(std::env::split_paths(&path));
        command.env("PATH", std::env::join_paths(folders).expect("folders without colons"));
        command.env("HOME", self.folder.path().join("home")).env("LANG", "C.UTF-8").env("USER", "outside");
        for (name, folder) in [("XDG_DATA_HOME", "data"), ("XDG_CACHE_HOME", "cache"), ("XDG_CONFIG_HOME", "config")] {
            command.env(name, self.folder.path().join(folder));
        }
        command
    }

    /// `sleeve ARGUMENTS…` with this home.
    pub fn sleeve<A: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Command {
        let mut command = self.program(binary());
        command.args(arguments);
        command
    }

    /// `sleeve run -- COMMAND…` with this home.
    pub fn run<A: AsRef<std::ffi::OsStr>>(&self, command: impl IntoIterator<Item = A>) -> Command {
        let mut run = self.sleeve(["run", "--"]);
        run.args(command);
        run
    }

    /// Makes `sleeve` and others findable by name, as an installation would.
    pub fn install(&self, name: &str, program: &Path) {
        let link = self.folder.path().join("bin").join(name);
        std::os::unix::fs::symlink(program, &link).unwrap_or_else(|error| panic!("cannot link {name}: {error}"));
    }

    /// An app made from the shell, as `sleeve app create --json` answers it.
    pub fn create_app(&self, more: &[&str]) -> App {
        let mut command = self.sleeve(["app", "create", "--name", "Outside", "--description", "A test", "--json"]);
        let output = finish(command.args(more));
        assert!(output.status.success(), "app create: {}", transcript(&output));
        let app: Value = serde_json::from_slice(&output.stdout).expect("app create --json prints JSON");
        let text = |key: &str| app[key].as_str().unwrap_or_else(|| panic!("no {key} in {app}")).to_owned();
        App { client_id: text("client_id"), client_secret: text("client_secret") }
    }
}

/// A registered app's pair.
#[derive(Clone)]
pub struct App {
    pub client_id: String,
    pub client_secret: String,
}

/// How long anything may take before it is killed, which its test then reports.
const LIMIT: Duration = Duration::from_secs(120);

/// Runs to the end and collects what was printed.
pub fn finish(command: &mut Command) -> Output {
    finish_with_input(command, "")
}

/// Runs to the end with `input` on stdin.
pub fn finish_with_input(command: &mut Command, input: &str) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("cannot start {}: {error}", command.get_program().display()));
    let mut stdin = child.stdin.take().expect("stdin is piped");
    stdin.write_all(input.as_bytes()).expect("the child reads its stdin");
    drop(stdin);
    let (ended, end) = mpsc::channel::<()>();
    let process = child.id();
    let watch = thread::spawn(move || {
        if end.recv_timeout(LIMIT) == Err(mpsc::RecvTimeoutError::Timeout) {
            signal(process, "KILL");
        }
    });
    let output = child.wait_with_output().expect("the child can be waited for");
    drop(ended);
    watch.join().expect("the watch only waits");
    output
}

/// Sends a signal (`TERM`, `INT`) to a process, by the shell's own `kill`.
pub fn signal(process: u32, name: &str) {
    let sent = Command::new("sh").arg("-c").arg(format!("kill -{name} {process}")).status();
    assert!(sent.expect("sh is there").success(), "cannot send {name} to {process}");
}

/// Everything about an ended program, for a failure's message.
pub fn transcript(output: &Output) -> String {
    let text = |bytes| String::from_utf8_lossy(bytes).trim_end().to_owned();
    format!("{}\n--- stdout\n{}\n--- stderr\n{}", output.status, text(&output.stdout), text(&output.stderr))
}
