//! What cargo says about the workspace: its crates, their edges among each other, and each one's own tree.

use std::path::Path;

use serde_json::Value;

use crate::run::{cargo, output};

#[derive(Clone, Debug)]
pub struct Package {
    pub name: String,
    pub dependencies: Vec<Dependency>,
}

#[derive(Clone, Debug)]
pub struct Dependency {
    pub name: String,
    pub kind: Kind,
    pub optional: bool,
    /// Whether it is one of ours.
    pub ours: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Normal,
    Dev,
    Build,
}

impl Package {
    /// The name of the folder: `rules` of `perennial-rules`.
    pub fn short(&self) -> &str {
        short(&self.name)
    }
}

pub fn short(name: &str) -> &str {
    name.strip_prefix("perennial-").unwrap_or(name)
}

pub fn packages(root: &Path) -> Result<Vec<Package>, String> {
    let text = output(cargo(root, &["metadata", "--format-version", "1", "--no-deps"]))?;
    let metadata: Value = serde_json::from_str(&text).map_err(|error| format!("cargo metadata cannot be read: {error}"))?;
    let packages = read(&metadata);
    if packages.is_empty() { Err("cargo metadata names no package: nothing was checked".to_owned()) } else { Ok(packages) }
}

fn read(metadata: &Value) -> Vec<Package> {
    let list = metadata["packages"].as_array().map_or(&[][..], Vec::as_slice);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let names: Vec<String> = list.iter().map(|package| text(&package["name"])).collect();
    let dependency = |value: &Value| Dependency {
        name: text(&value["name"]),
        kind: match value["kind"].as_str() {
            Some("dev") => Kind::Dev,
            Some("build") => Kind::Build,
            _ => Kind::Normal,
        },
        optional: value["optional"].as_bool().unwrap_or(false),
        ours: names.contains(&text(&value["name"])),
    };
    list.iter()
        .map(|package| Package {
            name: text(&package["name"]),
            dependencies: package["dependencies"].as_array().map_or(&[][..], Vec::as_slice).iter().map(dependency).collect(),
        })
        .collect()
}

/// What `package` is linked with when it is built alone, one crate and its features a line. Alone, because features that another
/// member of the workspace switches on would otherwise seem to be its own.
pub fn tree(root: &Path, package: &str) -> Result<String, String> {
    output(cargo(root, &["tree", "--package", package, "--edges", "normal", "--prefix", "none", "--format", "{p} {f}"]))
}
