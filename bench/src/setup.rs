//! What the measurements need: the release build, the peers, and an invented catalogue.

use std::cell::OnceCell;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::invented::Invented;

/// This program's own folder.
pub(crate) const HERE: &str = env!("CARGO_MANIFEST_DIR");

/// Where everything is.
#[derive(Debug)]
pub(crate) struct Tools {
    /// The release build of `sleeve`.
    pub(crate) sleeve: PathBuf,
    pub(crate) nginx: PathBuf,
    pub(crate) wrk: PathBuf,
    /// The shell of SQLite.
    pub(crate) sqlite: PathBuf,
    pub(crate) openssl: PathBuf,
    /// A Python that can import spotipy and tekore.
    pub(crate) python: PathBuf,
    pub(crate) node: PathBuf,
    invented: OnceCell<Invented>,
}

impl Tools {
    /// Builds and installs what is not there yet.
    pub(crate) fn ready() -> Result<Self> {
        Ok(Self {
            sleeve: build(
                Path::new(HERE).parent().context("bench/ lies in the repository")?,
                &["--package", "sleeve"],
            )?,
            nginx: debian("nginx", "nginx-light")?,
            wrk: debian("wrk", "wrk")?,
            sqlite: debian("sqlite3", "sqlite3")?,
            openssl: debian("openssl", "openssl")?,
            python: python()?,
            node: debian("node", "nodejs")?,
            invented: OnceCell::new(),
        })
    }

    /// oha, which asks through TLS: built into a folder of our own, which takes some minutes the first time.
    pub(crate) fn oha(&self) -> Result<PathBuf> {
        let root = Path::new(HERE).join("target/peers");
        let program = root.join("bin/oha");
        if !program.is_file() {
            eprintln!("  installing oha");
            let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
            let mut command = Command::new(cargo);
            command.args(["install", "oha", "--version", "1.16.0", "--locked", "--quiet", "--root"]).arg(&root);
            run(command.arg("--target-dir").arg(Path::new(HERE).join("target/oha-build")))?;
        }
        Ok(program)
    }

    /// The bench's child with an allocator that counts.
    pub(crate) fn allocations(&self) -> Result<PathBuf> {
        build(Path::new(HERE), &["--bin", "allocations"])
    }

    /// A folder in which Node finds the TypeScript SDK.
    pub(crate) fn node_programs(&self) -> Result<PathBuf> {
        let folder = Path::new(HERE).join("target/node");
        if !folder.join("node_modules/@spotify/web-api-ts-sdk").is_dir() {
            let npm = debian("npm", "npm")?;
            std::fs::create_dir_all(&folder)?;
            let install = ["install", "--ignore-scripts", "--silent", "@spotify/web-api-ts-sdk@1.2.0", "--prefix"];
            run(Command::new(npm).args(install).arg(&folder).current_dir(&folder))?;
        }
        Ok(folder)
    }

    /// The large catalogue, invented when somebody first needs it; it ends with the measurements.
    pub(crate) fn invented(&self, tracks: u64) -> Result<&Invented> {
        if let Some(invented) = self.invented.get() {
            return Ok(invented);
        }
        let invented = Invented::make(self, tracks)?;
        Ok(self.invented.get_or_init(|| invented))
    }
}

/// A release build, by the same cargo that started this program.
fn build(root: &Path, what: &[&str]) -> Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--release", "--message-format", "json-render-diagnostics"]).args(what);
    let output = command.current_dir(root).stderr(Stdio::inherit()).output().context("cargo cannot be run")?;
    if !output.status.success() {
        bail!("{} does not build", what.join(" "));
    }
    let text = String::from_utf8(output.stdout)?;
    let messages = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let executable = messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from)).next_back();
    executable.context("cargo names no executable")
}

/// A program of a Debian package.
fn debian(program: &str, package: &str) -> Result<PathBuf> {
    if let Some(path) = find(program) {
        return Ok(path);
    }
    let install = ["install", "--yes", "--no-install-recommends", package];
    if run(Command::new("apt-get").args(install)).is_err() {
        run(Command::new("apt-get").arg("update"))?;
        run(Command::new("apt-get").args(install))?;
    }
    find(program).with_context(|| format!("there is no {program}; install it by hand"))
}

fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    folders.map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// A virtual environment of our own, beside the build.
fn python() -> Result<PathBuf> {
    let folder = Path::new(HERE).join("target/venv");
    let python = folder.join("bin/python3");
    if run(Command::new(&python).args(["-c", "import spotipy, tekore"]).stderr(Stdio::null())).is_err() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "spotipy==2.26.0", "tekore==6.2.0"]))?;
    }
    Ok(python)
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.stdout(Stdio::null()).status().with_context(|| format!("{command:?}"))?;
    if status.success() { Ok(()) } else { bail!("{command:?} failed") }
}
