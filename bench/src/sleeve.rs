//! A `sleeve serve` under measurement.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::TRACK;
use crate::http::{self, Answer};
use crate::process::{Running, pinned};
use crate::setup::Tools;

/// A limit that is looked at with each call and never met.
pub(crate) const LIMIT: [&str; 2] = ["--rate-limit", "100000000/30s"];

/// A server with a data folder and one app.
#[derive(Debug)]
pub(crate) struct Sleeve {
    pub(crate) running: Running,
    pub(crate) address: SocketAddr,
    pub(crate) app: App,
    /// The header that carries an access token.
    pub(crate) bearer: String,
}

/// An app of a data folder.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
}

impl Sleeve {
    /// Starts one on a free port. `folder` is made.
    pub(crate) fn start(tools: &Tools, folder: &Path) -> Result<Self> {
        Self::begin(Command::new(&tools.sleeve), tools, folder, &[])
    }

    /// One that runs on one CPU alone.
    pub(crate) fn start_on(cpu: usize, tools: &Tools, folder: &Path) -> Result<Self> {
        Self::begin(pinned(cpu, &tools.sleeve), tools, folder, &[])
    }

    /// One that counts the calls of each app, against [`LIMIT`].
    pub(crate) fn start_limited(tools: &Tools, folder: &Path) -> Result<Self> {
        Self::begin(Command::new(&tools.sleeve), tools, folder, &LIMIT)
    }

    fn begin(mut command: Command, tools: &Tools, folder: &Path, flags: &[&str]) -> Result<Self> {
        let app = App::create(tools, folder, &[])?;
        bare(&mut command, folder).args(["--quiet", "serve", "--listen", "127.0.0.1:0"]).args(flags);
        let mut running = Running::start(command.stdout(Stdio::piped()))?;
        let mut line = String::new();
        let mut said = BufReader::new(running.child().stdout.take().context("stdout is piped")?);
        said.read_line(&mut line)?;
        // The dashboard's address: to nobody who listens it would not say it, but end.
        said.read_line(&mut String::new())?;
        let address = line.trim().strip_prefix("listening on http://").context("the first line names the address")?;
        let address = address.parse()?;
        let bearer = app.bearer(address)?;
        Ok(Self { running, address, app, bearer })
    }

    /// The target of a track.
    pub(crate) fn target(id: &str) -> String {
        format!("/v1/tracks/{id}")
    }

    /// Asks for the track.
    pub(crate) fn lookup(&self) -> Result<Answer> {
        self.get(TRACK)
    }

    /// Asks for a track.
    pub(crate) fn get(&self, id: &str) -> Result<Answer> {
        let answer = http::get(self.address, &Self::target(id), std::slice::from_ref(&self.bearer))?;
        ensure!(answer.status == 200, "sleeve answers {}", answer.status);
        Ok(answer)
    }
}

impl App {
    /// Registers one.
    pub(crate) fn create(tools: &Tools, folder: &Path, flags: &[&str]) -> Result<Self> {
        let mut command = Command::new(&tools.sleeve);
        let create = ["app", "create", "--name", "bench", "--description", "measurements", "--json"];
        bare(&mut command, folder).args(create).args(flags);
        let output = command.stderr(Stdio::inherit()).output()?;
        ensure!(output.status.success(), "no app can be made");
        let app: Value = serde_json::from_slice(&output.stdout)?;
        let member = |name: &str| app[name].as_str().map(str::to_owned).with_context(|| format!("an app has a {name}"));
        Ok(Self { client_id: member("client_id")?, client_secret: member("client_secret")? })
    }

    /// Changes it, also while a server runs.
    pub(crate) fn edit(&self, program: &Path, folder: &Path, flags: &[&str]) -> Result<()> {
        let mut command = Command::new(program);
        let command = bare(&mut command, folder).args(["--quiet", "app", "edit", &self.client_id]).args(flags);
        ensure!(command.stdout(Stdio::null()).status()?.success(), "an app cannot be changed");
        Ok(())
    }

    /// The form that asks for a token.
    pub(crate) fn form(&self) -> String {
        let Self { client_id, client_secret } = self;
        format!("grant_type=client_credentials&client_id={client_id}&client_secret={client_secret}")
    }

    /// The header line with a token of its.
    pub(crate) fn bearer(&self, address: SocketAddr) -> Result<String> {
        let answer = http::post(address, "/api/token", &self.form())?;
        let body: Value = serde_json::from_slice(&answer.body)?;
        let token = body["access_token"].as_str().context("the token endpoint answers a token")?;
        Ok(format!("Authorization: Bearer {token}"))
    }
}

/// Nothing of the environment reaches it but the data folder.
pub(crate) fn bare<'a>(command: &'a mut Command, folder: &Path) -> &'a mut Command {
    let home: PathBuf = folder.join("home");
    command.env_clear().env("HOME", home).env("PATH", "/usr/bin:/bin").env("SLEEVE_DATA", folder)
}

/// The ids of the 64 tracks in the starter catalogue.
pub(crate) fn tracks() -> Vec<&'static str> {
    let sheet = include_str!("../../crates/sleeve-catalogue/starter/tracks.tsv");
    let ids = sheet.lines().skip(1).filter_map(|line| line.split('\t').next());
    ids.filter(|id| *id != TRACK).chain([TRACK]).collect()
}
