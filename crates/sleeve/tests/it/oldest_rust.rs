//! The Rust that the workspace says it needs.

use std::process::Command;

use serde_json::Value;

/// `1.89` and `1.89.0` are the same.
fn version(text: &str) -> [u32; 3] {
    let mut parts = text.split('.').map(|part| part.parse().expect("a number"));
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

#[test]
fn no_dependency_needs_a_newer_rust_than_the_workspace_says() {
    let rustc = Command::new("rustc").arg("-vV").output().expect("rustc runs").stdout;
    let rustc = String::from_utf8(rustc).expect("text");
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: ")).expect("it names its host");
    // What other machines alone need was never fetched here.
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: Value = serde_json::from_slice(&metadata.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let needs = |package: &Value| package["rust_version"].as_str().map(version);
    let (ours, others): (Vec<_>, Vec<_>) = packages.iter().partition(|package| package["source"].is_null());
    let stated = needs(ours[0]).expect("the workspace states it");
    assert!(ours.iter().all(|package| needs(package) == Some(stated)), "every crate states the same");
    let newer = others.iter().filter(|package| needs(package).is_some_and(|needed| needed > stated));
    let newer: Vec<_> = newer.map(|package| format!("{} {}", package["name"], package["rust_version"])).collect();
    assert!(newer.is_empty() && others.len() > 100, "Rust {stated:?} is stated, and these need more: {newer:?}");
}

#[test]
fn the_readme_and_the_clients_page_state_the_same() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let stated = env!("CARGO_PKG_RUST_VERSION");
    for (file, words) in [
        ("README.md", format!("Rust {stated} or newer")),
        ("crates/sleeve-client/src/lib.rs", format!("Rust {stated} or later")),
        ("Cargo.toml", format!("rust-version = \"{stated}\"")),
    ] {
        let text = std::fs::read_to_string(root.join(file)).expect("it is there");
        assert!(text.contains(&words), "{file}: {words}");
    }
}
