//! The crate as an application uses it, against a tiny Web API in the same process.

mod api;
mod columns;
mod outputs;
mod rows;
mod stops;
