//! Programs written in Python that tests need: an environment of their own under target/, with exactly the packages asked for.

use std::path::{Path, PathBuf};

use crate::run::{call, command};

/// What says which packages an environment holds.
const HOLDS: &str = "holds.txt";

/// The folder of the environment's programs; made, or made anew, when it holds other packages. Each is pinned: `name==version`.
pub fn environment(root: &Path, name: &str, packages: &[&str]) -> Result<PathBuf, String> {
    let folder = root.join("target/xtask").join(format!("python-{name}"));
    let (bin, holds) = (folder.join("bin"), folder.join(HOLDS));
    let wanted = packages.join("\n");
    if std::fs::read_to_string(&holds).is_ok_and(|held| held == wanted) {
        return Ok(bin);
    }
    let failed = |error: std::io::Error| format!("cannot write {}: {error}", folder.display());
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(failed)?;
    }
    call(command(root, "python3", &["-m", "venv", &folder.to_string_lossy()]))?;
    let pip = [&["-m", "pip", "install", "--quiet", "--disable-pip-version-check"][..], packages].concat();
    call(command(root, bin.join("python"), &pip))?;
    std::fs::write(&holds, wanted).map_err(failed)?;
    Ok(bin)
}
