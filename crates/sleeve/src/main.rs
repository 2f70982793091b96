//! `sleeve`: call Spotify's Web API, enrich your music data with it, run it on your own machine.

mod args;
mod command;
mod config;
mod exit;
mod field;
mod moment;
mod service;
mod terminal;
mod whole_file;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use signal_hook::consts::signal::SIGXFSZ;

use crate::args::Args;
use crate::config::Settings;
use crate::exit::Exit;
use crate::terminal::Terminal;

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return terminal::usage(&error),
    };
    let terminal = Terminal::new(&args.global);
    // A limit on the size of files is an error of that write, as a full disk is, and not the end of the program.
    if let Err(error) = signal_hook::flag::register(SIGXFSZ, Arc::default()) {
        tracing::debug!(%error, "a limit on the size of files would end the program");
    }
    let outcome = Settings::read(&args.global).and_then(|settings| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let outcome = runtime.block_on(command::run(args.command, &settings, &terminal));
        // What is being written is finished; a read that nobody waits for any more does not hold the program.
        runtime.shutdown_timeout(Duration::from_millis(500));
        outcome
    });
    match outcome {
        Ok(exit) => exit.into(),
        // Whoever reads us has seen enough.
        Err(error) if exit::is_broken_pipe(&error) => Exit::Well.into(),
        Err(error) => {
            terminal.problem(&exit::message(&error));
            exit::of(&error).into()
        }
    }
}
