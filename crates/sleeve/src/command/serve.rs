//! `sleeve serve`: the local Spotify on a port.

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::json;
use sleeve_server::apps::Limits;
use sleeve_server::{Apps, Clock, DataFolder, Random, listen};
use tokio::net::TcpListener;

use crate::args::Serve;
use crate::command::interruption;
use crate::config::Settings;
use crate::exit::{Exit, Usage};
use crate::service::{local, open_catalogue};
use crate::terminal::{Terminal, counted};
use crate::whole_file;

pub(crate) async fn run(args: Serve, settings: &Settings, terminal: &Terminal) -> Result<Exit> {
    let address: SocketAddr = args
        .listen
        .parse()
        .map_err(|_| Usage(format!("--listen {}: an address and a port, as 127.0.0.1:8975", args.listen)))?;
    if !address.ip().is_loopback() && !args.allow_remote {
        bail!(Usage(format!("--listen {address} can be reached from other machines; --allow-remote allows that")));
    }
    let folder = DataFolder::open(settings.data()?)?;
    let _lock = folder.lock()?;
    let apps = Apps::open(&folder, Clock::system(), Random::system())?;
    let local = local(apps, open_catalogue(settings)?, args.limits.change(Limits::default()), false);
    let listener = TcpListener::bind(address).await.map_err(|error| {
        let why = format!("cannot listen on {address}: {error}; --listen 127.0.0.1:0 takes a free port");
        anyhow::Error::new(Usage(why))
    })?;
    let address = listener.local_addr()?;
    let origin = format!("http://{address}");
    let shutdown = interruption()?;
    let site = dashboard_site(address);
    // In one go: whoever reads the first line and goes leaves a server behind that works.
    terminal.line(&format!("listening on {origin}\n{site}{}", local.sign_in_path()))?;
    let printer = *terminal;
    local.open_dashboard(address, move |path| {
        // Where nobody reads any more, nobody is told.
        let _ = printer.line(&format!("{site}{path}"));
    });
    let tally = local.tally().clone();
    let ready = args.ready_file.map(|path| ReadyFile::write(path, &origin)).transpose()?;
    let watch = tokio::spawn({
        let local = local.clone();
        async move { local.watch().await }
    });
    listen::serve(listener, local, shutdown).await.context("the listener failed")?;
    watch.abort();
    drop(ready);
    let missed = tally.missed_ids().len() as u64;
    if missed > 0 {
        let missed = counted(missed, "id");
        terminal.note(&format!("asked for and not in the catalogue: {missed}; `sleeve catalogue import` adds to it"));
    }
    terminal.note("stopped");
    Ok(Exit::Well)
}

/// Where a browser on this machine finds the dashboard: an address for every interface is none to open.
fn dashboard_site(listening: SocketAddr) -> String {
    match listening.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => format!("http://127.0.0.1:{}", listening.port()),
        IpAddr::V6(ip) if ip.is_unspecified() => format!("http://[::1]:{}", listening.port()),
        _ => format!("http://{listening}"),
    }
}

/// A file that is there while requests would be answered.
struct ReadyFile(PathBuf);

impl ReadyFile {
    fn write(path: PathBuf, origin: &str) -> Result<Self> {
        let text = format!("{}\n", json!({ "url": origin, "pid": std::process::id() }));
        whole_file::replace(&path, 0o666, text.as_bytes())
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for ReadyFile {
    fn drop(&mut self) {
        // Somebody may have taken it away already.
        let _ = fs::remove_file(&self.0);
    }
}
