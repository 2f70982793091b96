//! Who calls, and how many at once.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::Bench;
use crate::client::DOCUMENT;
use crate::setup::HERE;

/// Calls in flight, where there are many.
const MANY: u32 = 64;

/// A client; no number of tasks: the document is parsed, without a server.
pub(super) struct Case {
    pub(super) name: &'static str,
    program: Program,
    pub(super) tasks: Option<u32>,
}

/// The program that calls.
enum Program {
    /// A client of the bench's own children.
    Rust(&'static str),
    /// A script in `bench/`.
    Python(&'static str),
    Node(&'static str),
}

use self::Program::{Node, Python, Rust};

const fn case(name: &'static str, program: Program, tasks: Option<u32>) -> Case {
    Case { name, program, tasks }
}

pub(super) const CALLING: [Case; 13] = [
    case("sleeve-client, one after the other", Rust("sleeve"), Some(1)),
    case("rspotify 0.16, one after the other", Rust("rspotify"), Some(1)),
    case("spotipy 2.26, one after the other", Python("spotipy_calls.py"), Some(1)),
    case("tekore 6.2, one after the other", Python("tekore_calls.py"), Some(1)),
    case("the TypeScript SDK 1.2, one after the other", Node("ts_sdk_calls.mjs"), Some(1)),
    case("sleeve-client, 64 at once", Rust("sleeve"), Some(MANY)),
    case("rspotify 0.16, 64 at once", Rust("rspotify"), Some(MANY)),
    case("tekore 6.2, 64 at once", Python("tekore_calls.py"), Some(MANY)),
    case("the TypeScript SDK 1.2, 64 at once", Node("ts_sdk_calls.mjs"), Some(MANY)),
    case("parsing alone: sleeve-model's `Track`", Rust("parse-sleeve"), None),
    case("parsing alone: rspotify's `FullTrack`", Rust("parse-rspotify"), None),
    case("parsing alone: Python's `json.loads`", Python("spotipy_calls.py"), None),
    case("parsing alone: Node's `JSON.parse`", Node("ts_sdk_calls.mjs"), None),
];

/// The first is what the others are compared with.
pub(super) const EVERYTHING: [Case; 3] = [
    case("bare: no pace, no budget, nothing kept, no log", Rust("sleeve-bare"), Some(MANY)),
    case("adaptive, answers kept in memory, the log of `-v`", Rust("sleeve-v"), Some(MANY)),
    case("the same, the log of `-vv`", Rust("sleeve-vv"), Some(MANY)),
];

pub(super) const ALLOCATING: [Case; 8] = [
    case("sleeve-client, one after the other", Rust("sleeve"), Some(1)),
    case("rspotify 0.16, one after the other", Rust("rspotify"), Some(1)),
    case("sleeve-client, 64 at once", Rust("sleeve"), Some(MANY)),
    case("rspotify 0.16, 64 at once", Rust("rspotify"), Some(MANY)),
    case("sleeve-client, 64 at once, bare", Rust("sleeve-bare"), Some(MANY)),
    case("sleeve-client, 64 at once, answers kept in memory, the log of `-v`", Rust("sleeve-v"), Some(MANY)),
    case("parsing alone: sleeve-model's `Track`", Rust("parse-sleeve"), None),
    case("parsing alone: rspotify's `FullTrack`", Rust("parse-rspotify"), None),
];

impl Case {
    /// Whether it is this client of the bench's own.
    pub(super) fn is(&self, client: &str) -> bool {
        matches!(self.program, Rust(name) if name == client)
    }

    /// The program up to what it is told about the server or the document.
    pub(super) fn command(&self, bench: &Bench<'_>, counting: Option<&Path>) -> Result<Command> {
        let mut command = match (&self.program, counting) {
            (Rust(client), Some(program)) => {
                let mut command = bench.pinned(program);
                command.arg(client);
                return Ok(command);
            }
            (Rust(client), None) => {
                let mut command = bench.pinned(std::env::current_exe()?);
                command.args(["client", client]);
                return Ok(command);
            }
            (Python(script), _) => {
                let mut command = bench.pinned(&bench.tools.python);
                command.arg(Path::new(HERE).join(script));
                command
            }
            (Node(script), _) => {
                // Node looks for packages from the place of the program.
                let place = bench.tools.node_programs()?.join(script);
                fs::copy(Path::new(HERE).join(script), &place)?;
                let mut command = bench.pinned(&bench.tools.node);
                command.arg(place);
                command
            }
        };
        let (id, name) = DOCUMENT;
        command.args([if self.tasks.is_some() { id } else { "parse" }, name]);
        Ok(command)
    }
}
