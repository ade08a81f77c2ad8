//! The published client libraries of Segment and RudderStack, unmodified, against the real program, driven by node's test runner.

use std::path::Path;

use crate::journeys::summary;
use crate::run::{call, call_and_keep, command};
use crate::web;

const FOLDER: &str = "e2e/clients";
const VENV: &str = "target/clients-venv";

/// Runs them all; the lines of the runner's summary.
pub fn run(root: &Path, program: &Path) -> Result<Vec<String>, String> {
    web::install(root, FOLDER)?;
    python(root)?;
    let mut node = command(
        &root.join(FOLDER),
        "node",
        &["--test", "--test-concurrency=1", "--test-reporter=spec", "--test-timeout=300000", "clients.test.mjs"],
    );
    node.env("PERENNIAL_PROGRAM", program).env("PERENNIAL_PYTHON", root.join(VENV).join("bin/python"));
    call_and_keep(node).map(|lines| summary(&lines))
}

/// The Python clients in an environment of their own, made anew when what they are pinned to has changed.
fn python(root: &Path) -> Result<(), String> {
    let wanted = std::fs::read_to_string(root.join(FOLDER).join("requirements.txt")).map_err(|error| error.to_string())?;
    let stamp = root.join(VENV).join("requirements.txt");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    call(command(root, "python3", &["-m", "venv", "--clear", VENV]))?;
    let pip = root.join(VENV).join("bin/pip");
    call(command(root, pip, &["install", "--quiet", "--disable-pip-version-check", "-r", &format!("{FOLDER}/requirements.txt")]))?;
    std::fs::write(&stamp, wanted).map_err(|error| format!("cannot write {}: {error}", stamp.display()))
}
