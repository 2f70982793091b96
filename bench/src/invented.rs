//! The large catalogue that several measurements share, made as a user makes it.

use std::fs;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use sleeve_catalogue::{Catalogue, Object, Store};
use sleeve_client::model::Kind;
use tempfile::TempDir;

use crate::process::{Spent, spent};
use crate::setup::{HERE, Tools};
use crate::sleeve::bare;

/// An invented catalogue in a data folder of its own.
#[derive(Debug)]
pub(crate) struct Invented {
    folder: TempDir,
    /// What it took to invent it.
    pub(crate) spent: Spent,
    pub(crate) tracks: u64,
}

impl Invented {
    /// Invents one.
    pub(crate) fn make(tools: &Tools, tracks: u64) -> Result<Self> {
        eprintln!("  inventing {tracks} tracks");
        // Beside the build, as a system's temporary folder may be memory.
        let folder = tempfile::tempdir_in(Path::new(HERE).join("target"))?;
        let mut command = Command::new(&tools.sleeve);
        let command = bare(&mut command, &folder.path().join("data")).args(["--quiet", "catalogue", "generate"]);
        let spent = spent(command.args(["--tracks", &tracks.to_string(), "--seed", "1"]).stdout(Stdio::null()))?;
        let made = Self { folder, spent, tracks };
        made.write_ids()?;
        Ok(made)
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A folder for what is made of it, on the same disk.
    pub(crate) fn scratch(&self) -> Result<TempDir> {
        Ok(tempfile::tempdir_in(self.folder.path())?)
    }

    /// The ids of its tracks, a line each.
    pub(crate) fn ids(&self) -> PathBuf {
        self.folder.path().join("ids")
    }

    /// The id of one of its tracks.
    pub(crate) fn id(&self) -> Result<String> {
        let ids = fs::read_to_string(self.ids())?;
        Ok(ids.lines().nth(ids.lines().count() / 2).context("a track was invented")?.to_owned())
    }

    /// Opened in this process.
    pub(crate) fn store(&self) -> Result<Store> {
        Ok(Store::open(&self.data().join("catalogue/catalogue.db"))?)
    }

    /// Every track, until one fails.
    pub(crate) fn each(&self, mut each: impl FnMut(&Object) -> Result<()>) -> Result<()> {
        let mut outcome = Ok(());
        self.store()?.each(Kind::Track, &mut |track| {
            outcome = each(&track);
            if outcome.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        outcome
    }

    fn write_ids(&self) -> Result<()> {
        let mut file = BufWriter::new(fs::File::create(self.ids())?);
        self.each(|track| Ok(writeln!(file, "{}", track.id)?))?;
        Ok(file.flush()?)
    }
}
