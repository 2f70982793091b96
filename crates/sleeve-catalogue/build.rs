//! Compresses the starter catalogue into the binary.
#![expect(clippy::disallowed_methods, reason = "this is how a build script talks to cargo")]

use std::error::Error;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

fn main() -> Result<(), Box<dyn Error>> {
    let out = std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    for name in ["tracks.tsv", "dance-monkey.json"] {
        let source = Path::new("starter").join(name);
        println!("cargo::rerun-if-changed={}", source.display());
        let target = File::create(Path::new(&out).join(format!("{name}.gz")))?;
        let mut encoder = GzEncoder::new(target, Compression::best());
        encoder.write_all(&fs::read(&source)?)?;
        encoder.finish()?;
    }
    Ok(())
}
