//! Every `.http` file beside this module: literal requests and the literal answers to them.
//!
//! Adding a case is adding text; `README.md` there says how it is written. Each case runs with kept answers and
//! without, twice in a row: on the same connection, unless the server has to close it.

mod case;
pub(crate) mod world;

use std::fs;
use std::path::{Path, PathBuf};

use self::case::{Case, Expected};
use self::world::World;

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/http")
}

/// The files of a folder with this extension, in the order of their names.
pub(crate) fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("readable").path()).collect();
    files.retain(|path| path.extension().is_some_and(|known| known == extension));
    files.sort();
    files
}

#[test]
fn every_literal_request_gets_its_literal_answer() {
    let worlds = [World::new(true), World::new(false)];
    let mut count = 0;
    let mut failures = Vec::new();
    for path in files(&folder(), "http") {
        let text = fs::read_to_string(&path).expect("a text");
        for case in case::parse(&text) {
            count += 1;
            for world in &worlds {
                if let Err(why) = run(world, &case) {
                    let file = path.file_name().unwrap_or_default().display();
                    let kept = world.keep_answers;
                    failures.push(format!("{file}: {} (answers kept: {kept})\n{why}", case.name));
                }
            }
        }
    }
    assert!(count > 100, "only {count} cases were found");
    assert!(failures.is_empty(), "{} failures\n\n{}", failures.len(), failures.join("\n\n"));
}

/// Sends a case twice and compares.
fn run(world: &World, case: &Case) -> Result<(), String> {
    let mut wire = world.server.connect();
    for round in ["first", "second"] {
        let bytes = world.request(case)?;
        // A server that has refused already may not read the rest.
        let _ = wire.send(&bytes);
        for expected in &case.answers {
            match expected {
                Expected::Closed => {
                    if !wire.is_closed() {
                        return Err(format!("{round} time: the connection was not closed"));
                    }
                    wire = world.server.connect();
                }
                Expected::Answer(expected) => {
                    let answer = wire.answer(expected.to_head).map_err(|error| format!("{round} time: {error}"))?;
                    world.compare(expected, answer).map_err(|why| format!("{round} time: {why}"))?;
                }
            }
        }
        if wire.left_over() > 0 {
            return Err(format!("{round} time: {} bytes too many", wire.left_over()));
        }
    }
    Ok(())
}
