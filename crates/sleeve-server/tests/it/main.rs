//! The public surface of the local Spotify: literal HTTP over real sockets, the dashboard, the proxy, slow clients,
//! damaged input.

mod change;
mod damage;
mod dashboard;
mod guard;
mod harness;
mod http;
mod long;
mod paging;
mod proxy;
mod random;
mod slow;
