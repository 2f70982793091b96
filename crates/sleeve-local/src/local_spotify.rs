//! A local Spotify that lives as long as a test.

use std::fmt;
use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, OnceLock};

use sleeve_catalogue::{Catalogue, starter};
use sleeve_client::model::QuotaMode;
use sleeve_client::{Builder, Origins, Secret, Spotify};
use sleeve_server::{Apps, Clock, Config, Draft, Error, Local, Random, listen};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::InProcess;

/// A local Spotify on a port of its own, until it is dropped.
pub struct LocalSpotify {
    local: Local,
    origin: String,
    origins: Origins,
    /// Dropped, it ends the listener.
    _stop: oneshot::Sender<()>,
}

/// A registered app: what a program needs to ask for tokens.
#[derive(Clone, Debug)]
pub struct App {
    /// 32 hexadecimal digits.
    pub client_id: String,
    /// 32 hexadecimal digits, which no `Debug` shows.
    pub client_secret: Secret,
}

impl LocalSpotify {
    /// Starts one on a free port of the loopback address, over the starter catalogue. It runs on the runtime that this is
    /// called in.
    ///
    /// # Errors
    /// Where no port can be bound.
    pub async fn start() -> io::Result<Self> {
        let apps = Apps::in_memory(Clock::system(), Random::system());
        let local = Local::new(Config::new(apps, catalogue()?));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let origins = Origins::at(&origin).map_err(io::Error::other)?;
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(listen::serve(listener, local.clone(), async {
            // Nothing is ever sent: that the other end is gone says it.
            let _ = stopped.await;
        }));
        Ok(Self { local, origin, origins, _stop: stop })
    }

    /// Where it is, as `http://127.0.0.1:40125`: the Web API under `/v1` there, the token endpoint at `/api/token`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The same as a client of ours takes it.
    pub fn origins(&self) -> Origins {
        self.origins.clone()
    }

    /// Registers an app in this quota mode, without limits.
    pub fn app(&self, mode: QuotaMode) -> App {
        let draft = Draft { quota_mode: mode, ..Draft::new("A test", "Calls of a test") };
        self.register(draft).expect("the draft breaks no rule, and memory takes it")
    }

    /// Registers an app as it is drafted: with a rate limit, a daily quota, redirect URIs.
    ///
    /// # Errors
    /// Where the draft breaks a rule of the dashboard's form.
    pub fn register(&self, draft: Draft) -> Result<App, Error> {
        let (app, secret) = self.local.apps().create(draft)?;
        Ok(App { client_id: app.client_id, client_secret: secret.reveal().into() })
    }

    /// A client to be, which asks here as a new app in this quota mode.
    pub fn builder(&self, mode: QuotaMode) -> Builder {
        let App { client_id, client_secret } = self.app(mode);
        Spotify::builder().credentials(client_id, client_secret).origins(self.origins())
    }

    /// The way here without the port, for a client that asks Spotify's own addresses. Such a client keeps Spotify's pace,
    /// unless it is told otherwise.
    pub fn transport(&self) -> InProcess {
        InProcess::to(self.local.clone())
    }
}

impl fmt::Debug for LocalSpotify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalSpotify").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// The starter catalogue. Nobody changes it, so one serves all that run in a process.
fn catalogue() -> io::Result<Arc<dyn Catalogue>> {
    static STARTER: OnceLock<Arc<dyn Catalogue>> = OnceLock::new();
    if let Some(known) = STARTER.get() {
        return Ok(Arc::clone(known));
    }
    let made = starter().map_err(io::Error::other)?;
    Ok(Arc::clone(STARTER.get_or_init(|| Arc::new(made))))
}
