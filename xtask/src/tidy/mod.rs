//! `cargo xtask tidy`: what crates may know and what files may say. Each rule is itself tested by breaking it ([`broken`]).

mod absences;
#[cfg(test)]
mod broken;
mod edges;
mod links;
mod ratchet;
mod words;
mod workspace;

use std::path::Path;

use crate::run::{command, output};

#[derive(clap::Args)]
pub struct Arguments {
    /// Takes from xtask/tidy-exceptions.txt what is no longer needed; never adds to it
    #[arg(long)]
    tighten: bool,
}

/// A committed (or about to be committed) text file.
pub struct Source {
    /// From the root, with `/`.
    pub path: String,
    pub text: String,
}

/// What stands after the last dot of a path.
pub fn extension(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// Something against a rule; `measure` is what an exception would have to grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub rule: &'static str,
    pub path: String,
    pub measure: usize,
    pub text: String,
}

pub fn run(root: &Path, arguments: &Arguments) -> Result<(), String> {
    if arguments.tighten {
        let findings = words::check(&sources(root)?);
        return ratchet::tighten(&root.join(ratchet::FILE), &findings);
    }
    check(root)
}

/// Every problem, one a line.
pub fn check(root: &Path) -> Result<(), String> {
    let packages = workspace::packages(root)?;
    let mut problems = edges::check(&packages);
    let mut trees = 0;
    for package in packages.iter().filter(|package| edges::is_pure(package.short())) {
        trees += 1;
        problems.extend(absences::check(package, &workspace::tree(root, &package.name)?));
    }
    if trees == 0 {
        problems.push("tidy sees no pure crate at all: the absences were not checked".to_owned());
    }
    let sources = sources(root)?;
    if !sources.iter().any(|source| extension(&source.path) == "rs") {
        problems.push("tidy sees no Rust file at all: the words were not checked".to_owned());
    }
    let exceptions = ratchet::read(&root.join(ratchet::FILE))?;
    problems.extend(links::check(root, &sources));
    problems.extend(ratchet::settle(&words::check(&sources), &exceptions));
    eprintln!("tidy read {} crates, {trees} dependency trees and {} files", packages.len(), sources.len());
    if problems.is_empty() { Ok(()) } else { Err(format!("tidy found {}:\n  {}", problems.len(), problems.join("\n  "))) }
}

/// The text files git knows or would add.
pub fn sources(root: &Path) -> Result<Vec<Source>, String> {
    const BYTES_MAX: u64 = 4_000_000;
    let listed = output(command(root, "git", &["ls-files", "-z", "--cached", "--others", "--exclude-standard"]))?;
    let read = |path: &str| {
        let file = root.join(path);
        if file.metadata().ok()?.len() > BYTES_MAX {
            return None;
        }
        // What is not UTF-8 is data, not text.
        let text = std::fs::read_to_string(file).ok()?;
        Some(Source { path: path.to_owned(), text })
    };
    let mut sources: Vec<Source> = listed.split('\0').filter(|path| !path.is_empty()).filter_map(read).collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources.dedup_by(|a, b| a.path == b.path);
    Ok(sources)
}
