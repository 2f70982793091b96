//! Other people's clients, as published, with their pins in `clients/`; fetched once into `target/clients/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::sleeve::cache;

/// The folder of the client programs.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients")
}

/// The interpreter of a virtual environment that holds `clients/requirements.txt` and nothing else.
pub fn python() -> &'static Path {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let environment = cache("clients").join("python");
        let pins = folder().join("requirements.txt");
        let interpreter = environment.join("bin").join("python3");
        once(&environment, &[&pins], || {
            run(Command::new("python3").args(["-m", "venv"]).arg(&environment));
            let mut install = Command::new(&interpreter);
            run(install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(&pins));
        });
        interpreter
    })
}

/// The folder with `node_modules` as `clients/package-lock.json` has them, and the programs beside it: Node looks
/// for packages from the place of the program.
pub fn node_programs() -> &'static Path {
    static PROGRAMS: OnceLock<PathBuf> = OnceLock::new();
    PROGRAMS.get_or_init(|| {
        let programs = cache("clients").join("node");
        let (manifest, lock) = (folder().join("package.json"), folder().join("package-lock.json"));
        once(&programs, &[&manifest, &lock], || {
            fs::create_dir_all(&programs).expect("target/ can be written");
            for pin in [&manifest, &lock] {
                fs::copy(pin, programs.join(pin.file_name().expect("a file"))).expect("target/ can be written");
            }
            run(Command::new("npm").args(["ci", "--ignore-scripts", "--silent"]).current_dir(&programs));
        });
        for entry in fs::read_dir(folder()).expect("clients/ is there") {
            let program = entry.expect("clients/ can be read").path();
            if program.extension().is_some_and(|extension| extension == "mjs") {
                let name = program.file_name().expect("a file");
                fs::copy(&program, programs.join(name)).expect("target/ can be written");
            }
        }
        programs
    })
}

/// A Node of this major version, pinned in `clients/package.json`.
pub fn node(major: u8) -> PathBuf {
    node_programs().join("node_modules").join(format!("node{major}")).join("bin").join("node")
}

/// Installs into `place` unless that was done with these very pins. A half-made installation is thrown away.
fn once(place: &Path, pins: &[&PathBuf], install: impl FnOnce()) {
    let wanted: String = pins.iter().map(|pin| fs::read_to_string(pin).expect("the pins are in clients/")).collect();
    let done = place.join("installed");
    if fs::read_to_string(&done).is_ok_and(|installed| installed == wanted) {
        return;
    }
    if place.exists() {
        fs::remove_dir_all(place).unwrap_or_else(|error| panic!("cannot remove {}: {error}", place.display()));
    }
    install();
    fs::write(done, wanted).expect("target/ can be written");
}

fn run(command: &mut Command) {
    let program = command.get_program().display().to_string();
    let output = command.output().unwrap_or_else(|error| panic!("cannot start {program}, which is needed: {error}"));
    assert!(output.status.success(), "{command:?}: {}", crate::sleeve::transcript(&output));
}
