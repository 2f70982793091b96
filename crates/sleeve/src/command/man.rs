//! `sleeve man`: manual pages, made of the same words as `--help`.

use std::fs;

use anyhow::{Context, Result};
use clap::CommandFactory;

use crate::args::{Args, Man};
use crate::exit::Exit;
use crate::terminal::{Terminal, counted};

pub(crate) fn run(args: &Man, terminal: &Terminal) -> Result<Exit> {
    // `help` is no command that needs a page.
    let sleeve = Args::command().disable_help_subcommand(true);
    let Some(folder) = &args.folder else {
        let mut page = Vec::new();
        clap_mangen::Man::new(sleeve).render(&mut page)?;
        terminal.line(String::from_utf8(page).context("the page is no text")?.trim_end())?;
        return Ok(Exit::Well);
    };
    let failed = || format!("cannot write manual pages to {}", folder.display());
    fs::create_dir_all(folder).with_context(failed)?;
    let count = 1 + commands(&sleeve);
    clap_mangen::generate_to(sleeve, folder).with_context(failed)?;
    terminal.note(&format!("{} in {}", counted(count, "page"), folder.display()));
    Ok(Exit::Well)
}

/// How many commands there are below this one.
fn commands(command: &clap::Command) -> u64 {
    command.get_subcommands().map(|below| 1 + commands(below)).sum()
}
