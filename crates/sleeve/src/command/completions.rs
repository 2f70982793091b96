//! `sleeve completions`: what a shell needs to complete a command line.

use anyhow::{Context, Result};
use clap::CommandFactory;

use crate::args::{Args, Completions};
use crate::exit::Exit;
use crate::terminal::Terminal;

pub(crate) fn run(args: &Completions, terminal: &Terminal) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "sleeve", &mut script);
    let script = String::from_utf8(script).context("the script is no text")?;
    terminal.line(script.trim_end())?;
    Ok(Exit::Well)
}
