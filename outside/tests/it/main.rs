//! The product seen from outside: by other people's clients, a browser, the README's reader and an OpenAPI file.

mod base_url;
mod clients;
mod dashboard;
mod documents;
mod journey;
mod run;
mod walk;

/// *Dance Monkey*.
const TRACK: &str = "2XU0oxnq2qxCpomAAuJY8K";

/// A well-formed id that no catalogue has.
const UNKNOWN: &str = "7777777777777777777777";
