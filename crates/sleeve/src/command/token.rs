//! `sleeve token`: an access token.

use anyhow::Result;

use crate::args::{CallFlags, Token};
use crate::config::Settings;
use crate::exit::Exit;
use crate::service::{Service, Standin};
use crate::terminal::Terminal;

pub(crate) async fn run(args: &Token, settings: &Settings, terminal: &Terminal) -> Result<Exit> {
    let service = Service::choose(settings, Standin::Registered, CallFlags::default(), terminal)?;
    terminal.note(&service.line);
    let token = service.client.token().await?;
    if args.json {
        terminal.document(token.json())?;
    } else {
        terminal.line(token.access_token.reveal())?;
    }
    Ok(Exit::Well)
}
