//! `sleeve login`: a pair that is tried, and then kept in the config file.

use std::pin::pin;

use anyhow::{Context, Result, bail};
use sleeve_client::Origins;
use sleeve_server::Secret;

use super::interruption;
use crate::args::Login;
use crate::config::{Credentials, Settings, overriding};
use crate::exit::{Exit, Usage};
use crate::service::{Place, Service, Standin};
use crate::terminal::Terminal;

pub(crate) async fn run(args: &Login, settings: &Settings, terminal: &Terminal) -> Result<Exit> {
    let mut interrupted = pin!(interruption()?);
    tokio::select! {
        exit = keep(args, settings, terminal) => exit.context("nothing was written"),
        () = &mut interrupted => {
            terminal.problem("interrupted; nothing was written");
            Ok(Exit::Later)
        }
    }
}

async fn keep(args: &Login, settings: &Settings, terminal: &Terminal) -> Result<Exit> {
    let pair = ask(terminal).await?;
    let service = Service::choose(&settings.with(pair.clone()), Standin::InMemory, args.calls, terminal)?;
    let words = match &service.place {
        Place::Standin => {
            let id = &pair.client_id;
            terminal.problem(&format!(
                "nothing was written: {id} is no app of the local Spotify; `sleeve app list` shows those that are"
            ));
            return Ok(Exit::Refused);
        }
        Place::Here => {
            format!("it is an app of the local Spotify in {}, which answers its calls", settings.data()?.display())
        }
        Place::Elsewhere(origins) if *origins == Origins::spotify() => "Spotify takes it".to_owned(),
        Place::Elsewhere(origins) => {
            let origin = origins.api().trim_end_matches("/v1");
            format!("{origin} takes it; calls go there with `--api {origin}`")
        }
    };
    service.client.token().await?;
    // From here on it is done at once: nothing is waited for.
    let path = settings.keep(&pair)?;
    terminal.note(&format!("the pair of {} is kept in {}; {words}", pair.client_id, path.display()));
    let set: Vec<_> = overriding().collect();
    if !set.is_empty() {
        let set = set.join(", ");
        terminal.note(&format!("set in the environment, which counts before the file: {set}; unset what is old"));
    }
    Ok(Exit::Well)
}

/// Asks for both halves.
async fn ask(terminal: &Terminal) -> Result<Credentials> {
    let client_id = terminal.prompt("Client ID", false).await?;
    if client_id.is_empty() {
        bail!(Usage("there is no client id: give it on the first line, and its secret on the second".to_owned()));
    }
    let secret = terminal.prompt("Client secret (not shown)", true).await?;
    if secret.is_empty() {
        bail!(Usage("there is no client secret: give it on the line after the client id".to_owned()));
    }
    Ok(Credentials { client_id, secret: Secret::new(secret), source: "this login".to_owned() })
}
