//! Says when the embedded console must be embedded anew. The Rust build works without Node: then a page says how to build the console.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/console/dist");
    // In a debug build the console is read from the folder while running. A release build looks each time while the folder is missing.
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if dist.exists() || release {
        println!("cargo::rerun-if-changed={}", dist.display());
    }
}
