//! The client as a program sees it: over a scripted transport, and over real sockets to a scripted server.

mod cancel;
mod deadline;
mod defects;
mod dialect;
mod documents;
mod errors;
mod faults;
mod fetch;
mod kept;
mod noise;
mod pacing;
mod rate_limit;
mod reads;
mod retries;
mod script;
mod secrets;
mod service;
mod sockets;
mod stream;
mod token_file;
mod tokens;
mod wire;
