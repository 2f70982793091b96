//! What was typed.

mod calls;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use sleeve_client::model::{Market, QuotaMode};
use sleeve_server::apps::{DailyQuota, Limits, RateLimit, limit_or_off};

pub(crate) use self::calls::CallFlags;
use crate::field::Field;

/// The Spotify Web API toolkit: call it, enrich your music data with it, run it on your own machine.
///
/// With nothing configured, everything is answered by the local Spotify in this program. With CLIENT_ID and
/// CLIENT_SECRET set (or SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET), Spotify itself is asked.
#[derive(Debug, Parser)]
#[command(name = "sleeve", version, propagate_version = true, arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags that every command takes, before or after its name.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Global {
    /// Which Spotify: `auto`, `spotify`, `local`, or an address such as http://127.0.0.1:8975
    #[arg(long, global = true, value_name = "WHICH", default_value = "auto")]
    pub(crate) api: String,
    /// The data folder: apps, keys, catalogue [default: $SLEEVE_DATA, else $XDG_DATA_HOME/sleeve]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Say nothing but errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Say more of what happens; twice: everything
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// When to use colours
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    pub(crate) color: Color,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print tracks, as JSON
    Track(InMarket),
    /// Print albums, as JSON
    Album(InMarket),
    /// Print artists, as JSON
    Artist(Documents),
    /// Search by words
    ///
    /// A terminal gets a table, a pipe one JSON document a line.
    Search(Search),
    /// Call any operation of the Web API that is described here
    Call(Call),
    /// Print an access token
    Token(Token),
    /// Keep an app's client id and secret in the config file
    ///
    /// Asks for both, or reads them from a pipe, a line each. The pair is tried first; where it is refused, nothing is
    /// written.
    Login(Login),
    /// Say what calls go through: app, API, mode, token, clock, proxy, certificates
    ///
    /// Makes two calls of the Web API at most, and takes one token.
    Doctor(Doctor),
    /// Run the local Spotify: dashboard, accounts service and Web API
    Serve(Serve),
    /// Register and change apps of the local Spotify
    #[command(subcommand)]
    App(App),
    /// Run a program as it is, with the local Spotify in Spotify's place
    Run(Run),
    /// Add track metadata to a table of rows that name tracks
    Enrich(Enrich),
    /// Fill, show and empty the local Spotify's catalogue
    #[command(subcommand)]
    Catalogue(Catalogue),
    /// Show and empty what is kept between calls: pace, modes, answers
    #[command(subcommand)]
    Cache(Cache),
    /// Print a script that completes commands and flags in a shell
    ///
    /// bash: `sleeve completions bash > ~/.local/share/bash-completion/completions/sleeve`
    #[command(verbatim_doc_comment)]
    Completions(Completions),
    /// Print the manual page, or write one for each command
    ///
    /// To read it: `sleeve man | man -l -`
    Man(Man),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Documents {
    /// Ids, URIs or links; `-` reads them from standard input, a line each
    #[arg(required = true, value_name = "ID|URI|URL")]
    pub(crate) ids: Vec<String>,
    /// Print a table instead of JSON; of one, a card
    #[arg(long)]
    pub(crate) table: bool,
    /// Print only these members, as name,artists.name,images.0.url
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub(crate) fields: Vec<Field>,
    #[command(flatten)]
    pub(crate) calls: CallFlags,
}

#[derive(Debug, clap::Args)]
pub(crate) struct InMarket {
    /// Say how they stand in a market, as GB
    #[arg(long, value_name = "MARKET")]
    pub(crate) market: Option<Market>,
    #[command(flatten)]
    pub(crate) documents: Documents,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Login {
    #[command(flatten)]
    pub(crate) calls: CallFlags,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Doctor {
    /// Print it as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) calls: CallFlags,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: Shell,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Man {
    /// A folder for a page of each command, as sleeve-track.1; made where there is none
    #[arg(value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Search {
    /// The words, with filters as artist:… and isrc:…
    #[arg(required = true, value_name = "WORDS")]
    pub(crate) words: Vec<String>,
    /// What to search for: track, album, artist, playlist, show, episode, audiobook; several with commas between
    #[arg(long = "type", value_name = "TYPE,…", default_value = "track")]
    pub(crate) kinds: String,
    /// How many of each at most: up to 50, in development mode up to 10 [default: 20, or 5]
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u32>,
    /// Only what plays in a market, as GB
    #[arg(long, value_name = "MARKET")]
    pub(crate) market: Option<String>,
    /// Print a table, into a pipe as well
    #[arg(long)]
    pub(crate) table: bool,
    /// Print JSON, on a terminal as well
    #[arg(long, conflicts_with = "table")]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) calls: CallFlags,
}

#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Call {
    /// Its name, as get-an-album; without one, those that can be called are listed
    #[arg(value_name = "OPERATION")]
    pub(crate) operation: Option<String>,
    /// Its parameters, as id=… or market=GB
    #[arg(value_name = "NAME=VALUE")]
    pub(crate) parameters: Vec<String>,
    /// Follow the pages, and print an item a line
    #[arg(long)]
    pub(crate) all: bool,
    /// List the operations
    #[arg(long)]
    pub(crate) list: bool,
    /// Print help; behind an operation, what it is and takes
    #[arg(short, long)]
    pub(crate) help: bool,
    #[command(flatten)]
    pub(crate) calls: CallFlags,
}

/// What is said of a command that prints its help itself.
pub(crate) fn help_of(command: &str) -> String {
    let mut args = Args::command();
    args.build();
    args.find_subcommand_mut(command).map(|command| command.render_help().to_string()).unwrap_or_default()
}

#[derive(Debug, clap::Args)]
pub(crate) struct Token {
    /// Print the whole answer, as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    /// The address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8975")]
    pub(crate) listen: String,
    /// Allow an address that other machines can reach
    #[arg(long)]
    pub(crate) allow_remote: bool,
    /// A file to write when the first request would be answered
    #[arg(long, value_name = "FILE")]
    pub(crate) ready_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) limits: LimitFlags,
}

/// What holds an app back; what is not given stays as it is.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct LimitFlags {
    /// How many calls of an app are let in within how many seconds, as 180/30s, or `off`
    #[arg(long, value_name = "CALLS/SECONDS", value_parser = limit_or_off::<RateLimit>)]
    pub(crate) rate_limit: Option<OrOff<RateLimit>>,
    /// How many calls of an app are let in within 24 hours of the first, as 500, or `off`
    #[arg(long, value_name = "CALLS", value_parser = limit_or_off::<DailyQuota>)]
    pub(crate) daily_quota: Option<OrOff<DailyQuota>>,
}

/// A limit, or none. A name of its own, since clap takes `Option<Option<T>>` for a flag whose value may be missing.
type OrOff<T> = Option<T>;

impl LimitFlags {
    /// The limits that follow from these flags.
    pub(crate) fn change(self, limits: Limits) -> Limits {
        Limits {
            rate: self.rate_limit.unwrap_or(limits.rate),
            daily_quota: self.daily_quota.unwrap_or(limits.daily_quota),
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Run {
    /// Refuse every host but Spotify's, and list at the end what was refused
    #[arg(long)]
    pub(crate) offline: bool,
    #[command(flatten)]
    pub(crate) limits: LimitFlags,
    /// The program and its arguments
    #[arg(required = true, trailing_var_arg = true, value_name = "COMMAND")]
    pub(crate) command: Vec<OsString>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum App {
    /// Register an app
    Create(AppCreate),
    /// List the apps
    List {
        /// Print them as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one app
    Show {
        /// Its client id
        #[arg(value_name = "ID")]
        client_id: String,
        /// Show its client secret as well
        #[arg(long)]
        secret: bool,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Change what an app says of itself
    Edit(AppEdit),
    /// Give an app a new client secret; the old one ends at once
    RotateSecret {
        /// Its client id
        #[arg(value_name = "ID")]
        client_id: String,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Delete an app; its tokens end with it
    Delete {
        /// Its client id
        #[arg(value_name = "ID")]
        client_id: String,
        /// Do not ask first
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Catalogue {
    /// Read in what Spotify or a playlist exporter has written
    ///
    /// Documents as Spotify sends them: objects, pages, search results, playlists, whole saved answers, as JSON or JSON
    /// lines; and playlist exporters' CSV files. gzip and zstd are unpacked. What is known already is added to: the
    /// fuller and the later document counts.
    Import {
        /// The files; `-` reads standard input
        #[arg(required = true, value_name = "FILE")]
        inputs: Vec<OsString>,
        /// Print the summary as JSON
        #[arg(long)]
        json: bool,
    },
    /// Invent a catalogue, the same for the same seed; nothing in it is a fact
    Generate {
        /// How many tracks
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
        tracks: u64,
        /// Any number
        #[arg(long, value_name = "S", default_value_t = 1)]
        seed: u64,
        /// Replace a catalogue that was imported as well
        #[arg(long)]
        replace: bool,
        /// Print the summary as JSON
        #[arg(long)]
        json: bool,
    },
    /// Say what is in it
    Info {
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Print its documents, one a line: artists, albums, tracks, each by id
    Export {
        /// Only one kind: `artist`, `album` or `track`
        #[arg(long = "type", value_name = "TYPE")]
        kind: Option<String>,
    },
    /// Check that it is whole
    Verify {
        /// Print the summary as JSON
        #[arg(long)]
        json: bool,
    },
    /// Empty it; the starter catalogue is served again
    Reset {
        /// Do not ask first
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Cache {
    /// Say what is kept
    Info {
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Forget what is kept: answers, and which mode apps have
    Purge {
        /// Forget as well how apps are paced: a pause that Spotify asked for, and how much of a day's budget is spent
        #[arg(long)]
        pacing: bool,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct AppCreate {
    /// What it is called
    #[arg(long)]
    pub(crate) name: String,
    /// What it does
    #[arg(long)]
    pub(crate) description: String,
    #[command(flatten)]
    pub(crate) details: AppDetails,
    /// Print it as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct AppEdit {
    /// Its client id
    #[arg(value_name = "ID")]
    pub(crate) client_id: String,
    /// What it is called
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// What it does
    #[arg(long)]
    pub(crate) description: Option<String>,
    #[command(flatten)]
    pub(crate) details: AppDetails,
    /// Print it as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What `create` and `edit` both take; what is not given stays as it is.
#[derive(Debug, clap::Args)]
pub(crate) struct AppDetails {
    /// How much of the Web API it may use: `extended` or `development`
    #[arg(long, value_name = "MODE")]
    pub(crate) quota: Option<QuotaMode>,
    #[command(flatten)]
    pub(crate) limits: LimitFlags,
    /// Where users may be sent back to; may be given several times
    #[arg(long = "redirect-uri", value_name = "URI")]
    pub(crate) redirect_uris: Vec<String>,
    /// Its home page
    #[arg(long, value_name = "URL")]
    pub(crate) website: Option<String>,
    /// What you are building
    #[arg(long, value_name = "TEXT")]
    pub(crate) building: Option<String>,
    /// An API that it is going to use, as web-api; may be given several times
    #[arg(long = "uses", value_name = "API")]
    pub(crate) apis: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Enrich {
    /// The table, CSV or TSV; `-` reads standard input
    #[arg(value_name = "INPUT")]
    pub(crate) input: OsString,
    /// Where the result goes; `-` writes standard output
    #[arg(short, long, value_name = "OUTPUT")]
    pub(crate) output: OsString,
    /// The column that holds track ids, URIs or links: its name, or its number from 1
    #[arg(long, value_name = "COLUMN")]
    pub(crate) id_column: Option<String>,
    /// Ask how the tracks stand in a market, as GB
    #[arg(long, value_name = "MARKET")]
    pub(crate) market: Option<String>,
    /// End with status 1 where a row is not matched
    #[arg(long)]
    pub(crate) strict: bool,
    #[command(flatten)]
    pub(crate) calls: CallFlags,
}
