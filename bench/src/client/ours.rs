//! sleeve-client in the child: as it comes, bare, and with everything on.

use std::cell::Cell;
use std::sync::Arc;

use anyhow::{Result, bail};
use sleeve_client::model::Track;
use sleeve_client::{Budget, Builder, MemoryCache, Origins, Pace, Spotify};
use tokio::runtime::Runtime;
use tracing_subscriber::filter::LevelFilter;

use super::{DOCUMENT, Meter, Turn, call};

/// `sleeve`: as it comes; `sleeve-bare`: no pace, no budget; `sleeve-v`: its pace, answers kept, and what `sleeve -v` logs;
/// `sleeve-vv`: the same with what `sleeve -vv` logs.
pub(super) fn run<M: Meter>(runtime: &Runtime, variant: &str, turn: Turn<'_>) -> Result<()> {
    let builder = Spotify::builder().credentials(turn.client_id, turn.client_secret);
    let builder = builder.origins(Origins::at(turn.origin)?);
    let spotify = match variant {
        "sleeve" => builder,
        "sleeve-bare" => builder.pace(Pace::Off).budget(Budget::Off),
        "sleeve-v" => all_on(builder, LevelFilter::INFO),
        "sleeve-vv" => all_on(builder, LevelFilter::DEBUG),
        _ => bail!("no client named {variant}"),
    };
    let spotify = spotify.build()?;
    // Each call at an address of its own: equal reads under way would be one request, later ones would be kept answers.
    let number = Cell::new(0_u64);
    runtime.block_on(call::<M>(turn, async |_| {
        number.set(number.get() + 1);
        let target = format!("/tracks/{}?call={}", DOCUMENT.0, number.get());
        Ok(spotify.fetch::<Track>("get-track", &target).await?.document.name)
    }))
}

fn all_on(builder: Builder, level: LevelFilter) -> Builder {
    // As the command line sets it up.
    let subscriber = tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::sink);
    subscriber.with_ansi(false).without_time().with_target(false).init();
    builder.answers(Some(Arc::new(MemoryCache::default())))
}
