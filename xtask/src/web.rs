//! The console: installing its packages and building what the server embeds, when that is older than its sources.

use std::path::Path;
use std::time::SystemTime;

use crate::run::{call, command};

pub const DIST: &str = "web/console/dist/index.html";

/// `npm ci` in `folder`, unless what is installed is what the lock file asks for.
pub fn install(root: &Path, folder: &str) -> Result<(), String> {
    let lock = modified(&root.join(folder).join("package-lock.json"));
    let installed = modified(&root.join(folder).join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= lock {
        return Ok(());
    }
    call(npm(root, folder, &["ci", "--no-audit", "--no-fund"]))
}

pub fn npm(root: &Path, folder: &str, arguments: &[&str]) -> std::process::Command {
    command(&root.join(folder), "npm", arguments)
}

/// Whether the built console is missing or older than something it is made from.
pub fn stale(root: &Path) -> bool {
    match modified(&root.join(DIST)) {
        None => true,
        Some(built) => newest(&root.join("web")).is_some_and(|source| source > built),
    }
}

fn newest(folder: &Path) -> Option<SystemTime> {
    let entries = std::fs::read_dir(folder).ok()?;
    entries
        .flatten()
        .filter(|entry| !["node_modules", "dist", "mock", ".vite"].contains(&entry.file_name().to_string_lossy().as_ref()))
        .filter_map(|entry| if entry.file_type().is_ok_and(|kind| kind.is_dir()) { newest(&entry.path()) } else { modified(&entry.path()) })
        .max()
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|found| found.modified()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_console_is_stale_until_built_and_again_when_a_source_is_newer() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, age: u64| {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            let file = std::fs::File::create(path).unwrap();
            file.set_modified(SystemTime::now() - std::time::Duration::from_secs(age)).unwrap();
        };
        write("web/console/src/main.tsx", 100);
        assert!(stale(root.path()));
        write(DIST, 50);
        assert!(!stale(root.path()));
        write("web/node_modules/antd/index.js", 10);
        assert!(!stale(root.path()), "installing packages changes no source");
        write("web/packages/ui/src/button.tsx", 10);
        assert!(stale(root.path()));
    }
}
