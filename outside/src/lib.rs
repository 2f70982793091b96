//! What the tests of this workspace stand on: the built `sleeve`, other people's clients, a browser, the README.
//!
//! Nothing here depends on a crate of the product. What is needed and can be fetched (Python and Node packages) is
//! put under `target/`; what cannot (curl, Chromium, npm) has to be there, and its absence is a failure.

pub mod browser;
pub mod catalogue;
pub mod clients;
pub mod form;
pub mod openapi;
pub mod readme;
pub mod report;
pub mod serve;
pub mod sleeve;
