//! The published client libraries of Segment and RudderStack, and clients of PostgreSQL, unmodified, against the real program, driven by node's test runner.

use std::path::{Path, PathBuf};

use crate::journeys::summary;
use crate::run::{call_and_keep, command};
use crate::{python, web};

const FOLDER: &str = "e2e/clients";

/// Runs them all; the lines of the runner's summary.
pub fn run(root: &Path, program: &Path) -> Result<Vec<String>, String> {
    web::install(root, FOLDER)?;
    let python = python(root)?;
    let mut node = command(
        &root.join(FOLDER),
        "node",
        &["--test", "--test-concurrency=1", "--test-reporter=spec", "--test-timeout=300000", "clients.test.mjs", "wire.test.mjs"],
    );
    node.env("PERENNIAL_PROGRAM", program).env("PERENNIAL_PYTHON", python);
    call_and_keep(node).map(|lines| summary(&lines))
}

/// The Python clients in an environment of their own.
fn python(root: &Path) -> Result<PathBuf, String> {
    let pinned = std::fs::read_to_string(root.join(FOLDER).join("requirements.txt")).map_err(|error| error.to_string())?;
    let pinned: Vec<&str> = pinned.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    Ok(python::environment(root, "clients", &pinned)?.join("python"))
}
