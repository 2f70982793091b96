//! The binary from outside: every test runs it in a home of its own, with nothing in its environment.

mod app;
mod cache;
mod call;
mod catalogue;
mod concurrent;
mod credentials;
mod disk;
mod doctor;
mod documents;
mod enrich;
mod harness;
mod journey;
mod kill;
mod limits;
mod login;
mod manual;
mod oldest_rust;
mod output;
mod peer;
mod pty;
mod readme;
mod run;
mod serve;
mod token;
mod track;
mod usage;
