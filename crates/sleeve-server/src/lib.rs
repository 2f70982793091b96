//! A local Spotify: developer dashboard, accounts service and Web API as one service over `http` types.
//!
//! [`Local`] answers requests and knows nothing of sockets; [`listen`] joins it to a listener that the caller has bound.
//! What is not here: the client (it never meets the server but in the binary), and anything that reads flags,
//! environment or terminal.
#![deny(missing_docs)]

pub mod accounts;
pub mod apps;
mod clock;
mod dashboard;
mod door;
mod error;
mod folder;
pub mod listen;
mod local;
pub mod proxy;
pub mod seal;
mod tally;
pub mod tls;
mod web_api;

pub use apps::{App, Apps, Draft, Secret};
pub use clock::{Clock, Random};
pub use door::Door;
pub use error::{Error, Kind};
pub use folder::DataFolder;
pub use listen::Timeouts;
pub use local::{Config, Local};
pub use tally::Tally;
