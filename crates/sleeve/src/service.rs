//! Which Spotify is asked, and the client for it.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Result, bail};
use sleeve_catalogue::{Catalogue, Current, starter};
use sleeve_client::model::Kind;
use sleeve_client::{Budget, Builder, DiskCache, Origins, Pace, Spotify, Standing};
use sleeve_local::InProcess;
use sleeve_server::apps::Limits;
use sleeve_server::{Apps, Clock, Config, DataFolder, Draft, Local, Random, Secret};

use crate::args::CallFlags;
use crate::config::{Api, Credentials, Settings};
use crate::exit::Usage;
use crate::terminal::{Terminal, Waits, counted};

/// A Spotify that was chosen, with a client for it.
pub(crate) struct Service {
    pub(crate) client: Spotify,
    /// The local one's catalogue, where that was chosen.
    pub(crate) catalogue: Option<Arc<dyn Catalogue>>,
    /// Which it is and why: a line for people.
    pub(crate) line: String,
    /// The client id that it is asked as.
    pub(crate) client_id: String,
    pub(crate) place: Place,
}

/// Where a Spotify is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In this process, asked as an app that is not the user's own.
    Standin,
    /// In this process, which issued the user's pair.
    Here,
    /// Somewhere else: Spotify's own, or an address that was given.
    Elsewhere(Origins),
}

/// As which app a local Spotify in this process is called where no credentials are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standin {
    /// One that lives in memory.
    InMemory,
    /// One named `sleeve` in the data folder, so that its tokens work at `serve`.
    Registered,
}

impl Service {
    /// Chooses after the settings.
    pub(crate) fn choose(settings: &Settings, standin: Standin, flags: CallFlags, terminal: &Terminal) -> Result<Self> {
        let credentials = settings.credentials()?;
        let issued_here = match &credentials {
            Some(credentials) => issued_here(settings, credentials)?,
            None => None,
        };
        let parts = Parts { settings, flags, terminal: *terminal };
        match (&settings.api, &credentials, issued_here) {
            (Api::Auto | Api::Local, Some(credentials), Some(apps)) => {
                let why = format!("{} is an app of {}", credentials.client_id, settings.data()?.display());
                let pair = (credentials.client_id.clone(), credentials.secret.clone());
                parts.local(apps, pair, Place::Here, &why)
            }
            (Api::Spotify, Some(credentials), Some(_)) => bail!(Usage(not_for_spotify("--api spotify", credentials))),
            (Api::Auto | Api::Spotify, Some(credentials), None) => {
                let line = format!("asking Spotify, as the app in {}", credentials.source);
                parts.remote(Origins::spotify(), credentials, line)
            }
            (Api::Spotify, None, _) => {
                bail!(Usage(
                    "--api spotify: set CLIENT_ID and CLIENT_SECRET to a pair from Spotify's dashboard".to_owned()
                ))
            }
            (Api::At(origin), Some(credentials), Some(_)) if is_spotifys(origin) => {
                bail!(Usage(not_for_spotify(&format!("--api {origin}"), credentials)))
            }
            (Api::At(origin), Some(credentials), _) => {
                let line = format!("asking {origin}, as the app in {}", credentials.source);
                parts.remote(Origins::at(origin)?, credentials, line)
            }
            (Api::At(origin), None, _) => bail!(Usage(format!(
                "--api {origin}: set CLIENT_ID and CLIENT_SECRET to a pair that it knows (`sleeve app create` makes one)"
            ))),
            (Api::Local, Some(credentials), None) => {
                let why =
                    format!("--api local; the pair in {} is not one of its own and is not used", credentials.source);
                parts.standin(standin, &why)
            }
            (Api::Auto, None, _) => parts.standin(standin, "no CLIENT_ID is set"),
            (Api::Local, None, _) => parts.standin(standin, "--api local"),
        }
    }
}

/// What a service is made of, whichever it is.
struct Parts<'a> {
    settings: &'a Settings,
    flags: CallFlags,
    terminal: Terminal,
}

impl Parts<'_> {
    fn standin(&self, standin: Standin, why: &str) -> Result<Service> {
        let draft = Draft::new("sleeve", "calls of the sleeve command");
        let (apps, (app, secret)) = match standin {
            Standin::InMemory => {
                let apps = Apps::in_memory(Clock::system(), Random::system());
                let made = apps.create(draft)?;
                (apps, made)
            }
            Standin::Registered => {
                let apps = open_apps(self.settings)?;
                let found = apps.find_or_create(draft)?;
                (apps, found)
            }
        };
        self.local(apps, (app.client_id, secret), Place::Standin, why)
    }

    fn local(&self, apps: Apps, (client_id, secret): (String, Secret), place: Place, why: &str) -> Result<Service> {
        let catalogue = open_catalogue(self.settings)?;
        let line = format!("the local Spotify answers, from {} ({why})", tracks_of(&*catalogue)?);
        let local = local(apps, catalogue.clone(), Limits::default(), false);
        let builder = self.client(Spotify::builder().pace(Pace::Off).budget(Budget::Off));
        let client = builder.credentials(client_id.clone(), secret.reveal()).transport(InProcess::to(local)).build()?;
        Ok(Service { client, catalogue: Some(catalogue), line, client_id, place })
    }

    /// What is the same of every client.
    fn client(&self, builder: Builder) -> Builder {
        let terminal = self.terminal;
        let waits = Mutex::new(Waits::default());
        self.flags.apply(builder).on_wait(move |wait| terminal.waiting(wait, &waits))
    }

    fn remote(&self, origins: Origins, credentials: &Credentials, line: String) -> Result<Service> {
        let Credentials { client_id, secret, .. } = credentials;
        let mut builder = self.client(Spotify::builder()).credentials(client_id.clone(), secret.reveal());
        // Whoever calls as the same app, now or later, has to know of its pauses and its budget.
        if let Ok(folder) = self.settings.cache() {
            let cache = Arc::new(DiskCache::open(folder));
            builder = builder.cache(cache.clone());
            if self.flags.cache {
                builder = builder.answers(Some(cache)).token_folder(folder.join("tokens"));
            }
        }
        let client = builder.origins(origins.clone()).build()?;
        let line = if origins == Origins::spotify() { line + &limits(self.flags, &client.standing()) } else { line };
        let (client_id, place) = (client_id.clone(), Place::Elsewhere(origins));
        Ok(Service { client, catalogue: None, line, client_id, place })
    }
}

/// A local Spotify of these parts; `limits` hold apps that have none of their own, and `adopt_unknown_apps` says whether
/// it takes pairs that were not issued here.
pub(crate) fn local(apps: Apps, catalogue: Arc<dyn Catalogue>, limits: Limits, adopt_unknown_apps: bool) -> Local {
    Local::new(Config { adopt_unknown_apps, limits, ..Config::new(apps, catalogue) })
}

/// The apps of the data folder, which is made where there is none.
pub(crate) fn open_apps(settings: &Settings) -> Result<Apps> {
    let folder = DataFolder::open(settings.data()?)?;
    Ok(Apps::open(&folder, Clock::system(), Random::system())?)
}

/// The data folder's catalogue, or the one in this program where that has none.
pub(crate) fn open_catalogue(settings: &Settings) -> Result<Arc<dyn Catalogue>> {
    Ok(match settings.data() {
        Ok(data) => Arc::new(Current::open(&data.join("catalogue"))?),
        Err(_) => Arc::new(starter()?),
    })
}

/// How many tracks a catalogue has, in words that say it where they may be no facts.
pub(crate) fn tracks_of(catalogue: &dyn Catalogue) -> Result<String> {
    let invented = if catalogue.invented()?.is_some() { ", some or all of them invented" } else { "" };
    Ok(format!("{} tracks{invented}", catalogue.count(Kind::Track)?))
}

/// The data folder's apps, if this client id is one of them. Nothing is made.
fn issued_here(settings: &Settings, credentials: &Credentials) -> Result<Option<Apps>> {
    let Some(data) = settings.data().ok().filter(|data| DataFolder::holds_apps(data)) else { return Ok(None) };
    let apps = Apps::open(&DataFolder::open(Path::new(data))?, Clock::system(), Random::system())?;
    Ok(apps.get(&credentials.client_id).is_some().then_some(apps))
}

/// How calls are held back towards Spotify, where nobody said how.
fn limits(flags: CallFlags, standing: &Standing) -> String {
    let pace = flags.pace.is_none().then(|| match standing.pace {
        Pace::Fixed { calls, per } if per == Duration::from_secs(1) => {
            format!("{} a second", counted(calls.get().into(), "call"))
        }
        pace => format!("{pace} calls"),
    });
    let budget = standing.budget.filter(|_| flags.budget.is_none());
    let limits = [pace, budget.map(|calls| format!("{} a day", counted(calls.into(), "call")))];
    let limits: Vec<_> = limits.into_iter().flatten().collect();
    match limits.is_empty() {
        true => String::new(),
        false => format!("; at most {}, unless --pace and --budget say otherwise", limits.join(" and ")),
    }
}

/// Whether an address is one of Spotify's own: a secret that was issued here is never sent there.
fn is_spotifys(origin: &str) -> bool {
    let uri: Option<http::Uri> = origin.parse().ok();
    let host = uri.as_ref().and_then(http::Uri::host).unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
    host == "spotify.com" || host.ends_with(".spotify.com")
}

fn not_for_spotify(what: &str, credentials: &Credentials) -> String {
    format!(
        "{what}: the client id in {} was issued by the local Spotify, so it is not sent to Spotify; set a pair from Spotify's dashboard",
        credentials.source
    )
}
