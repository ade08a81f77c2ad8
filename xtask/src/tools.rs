//! What the tests need on the machine: found, or installed where we may (Debian, as root), or named as missing.

use std::path::{Path, PathBuf};

use crate::run::{call, cargo, command, output};

/// A part of the tests that `--without` can leave out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Part {
    Postgres,
    Browser,
    /// The published client libraries of Segment and RudderStack
    Clients,
    /// The API held to its OpenAPI document
    Contract,
    /// The lake in a bucket (moto's S3 server)
    Bucket,
}

impl Part {
    pub fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Browser => "browser",
            Self::Clients => "clients",
            Self::Contract => "contract",
            Self::Bucket => "bucket",
        }
    }

    /// What cannot run without it, in words.
    fn tests(self) -> &'static str {
        match self {
            Self::Postgres => "every test with `postgres` in its name (stores, engine and server on PostgreSQL)",
            Self::Browser => "the browser journeys (e2e/journeys)",
            Self::Clients => "the client libraries against the real program (e2e/clients)",
            Self::Contract => "the API held to its OpenAPI document (schemathesis)",
            Self::Bucket => "the lake in a bucket (moto's S3 server)",
        }
    }
}

struct Package {
    name: &'static str,
    part: Part,
    present: fn() -> bool,
}

const PACKAGES: [Package; 6] = [
    Package { name: "postgresql", part: Part::Postgres, present: || !postgres_directories().is_empty() },
    Package { name: "chromium", part: Part::Browser, present: || chromium().is_some() },
    Package { name: "python3-venv", part: Part::Clients, present: has_venv },
    Package { name: "fonts-noto-cjk", part: Part::Browser, present: has_chinese_font },
    Package { name: "python3-venv", part: Part::Contract, present: has_venv },
    Package { name: "python3-venv", part: Part::Bucket, present: has_venv },
];

/// Finds or installs everything but the parts in `without`.
pub fn provide(root: &Path, without: &[Part]) -> Result<(), String> {
    if !root.join(".git").exists() {
        return Err("this is no git checkout: tidy reads the list of files from git".to_owned());
    }
    node()?;
    let missing: Vec<&Package> = PACKAGES.iter().filter(|package| !without.contains(&package.part) && !(package.present)()).collect();
    if !missing.is_empty() {
        install(root, &missing)?;
    }
    if output(cargo(root, &["nextest", "--version"])).is_err() {
        eprintln!("cargo-nextest is missing: installing it (some minutes)");
        call(cargo(root, &["install", "cargo-nextest", "--locked"]))?;
    }
    Ok(())
}

fn install(root: &Path, missing: &[&Package]) -> Result<(), String> {
    let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
    let Some(prefix) = administrator(root) else {
        let mut parts: Vec<Part> = missing.iter().map(|package| package.part).collect();
        parts.dedup();
        let lost: Vec<String> = parts.iter().map(|part| format!("  {}: {}", part.name(), part.tests())).collect();
        let without: Vec<&str> = parts.iter().map(|part| part.name()).collect();
        return Err(format!(
            "missing: {}, and this user may not install them (no root, no password-less sudo, or no apt-get).\nThese cannot run without:\n{}\n\
             Install them, or leave the tests out with --without {}",
            names.join(", "),
            lost.join("\n"),
            without.join(",")
        ));
    };
    eprintln!("installing Debian packages: {}", names.join(", "));
    let apt = |arguments: &[&str]| {
        let words: Vec<&str> = prefix.iter().copied().chain(["apt-get"]).chain(arguments.iter().copied()).collect();
        let mut command = command(root, words[0], &words[1..]);
        command.env("DEBIAN_FRONTEND", "noninteractive");
        call(command)
    };
    apt(&["update"])?;
    apt(&[&["install", "-y", "--no-install-recommends"][..], &names].concat())?;
    match missing.iter().find(|package| !(package.present)()) {
        None => Ok(()),
        Some(package) => Err(format!("{} was installed and is still not to be found", package.name)),
    }
}

/// The words that make a command run as root; `None` where we may not or there is no apt.
fn administrator(root: &Path) -> Option<Vec<&'static str>> {
    find("apt-get")?;
    if output(command(root, "id", &["-u"])).is_ok_and(|id| id.trim() == "0") {
        return Some(Vec::new());
    }
    output(command(root, "sudo", &["-n", "true"])).ok().map(|_| vec!["sudo", "-n", "--preserve-env=DEBIAN_FRONTEND"])
}

/// Node 20 or newer with npm, which we expect to find and do not install.
pub fn node() -> Result<(), String> {
    let here = Path::new(".");
    let version = output(command(here, "node", &["--version"]))
        .map_err(|_| "Node.js 20 or newer is needed for the console and is not on the PATH")?;
    let major: Option<u32> = version.trim().strip_prefix('v').and_then(|v| v.split('.').next()).and_then(|v| v.parse().ok());
    if major.is_none_or(|major| major < 20) {
        return Err(format!("Node.js 20 or newer is needed, this is {}", version.trim()));
    }
    if find("npm").is_none() {
        return Err("npm is needed beside Node.js and is not on the PATH".to_owned());
    }
    Ok(())
}

/// Where PostgreSQL's server binaries lie, newest first.
fn postgres_directories() -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(version, bin)| *version >= 15 && bin.join("initdb").exists())
        .collect();
    found.sort();
    found.into_iter().rev().map(|(_, bin)| bin).collect()
}

pub fn chromium() -> Option<PathBuf> {
    find("chromium").or_else(|| find("chromium-browser")).or_else(|| find("google-chrome"))
}

/// Debian's python3 comes without what makes environments.
fn has_venv() -> bool {
    output(command(Path::new("."), "python3", &["-c", "import ensurepip, venv"])).is_ok()
}

fn has_chinese_font() -> bool {
    ["/usr/share/fonts/opentype/noto", "/usr/share/fonts/noto-cjk"]
        .iter()
        .flat_map(std::fs::read_dir)
        .flatten()
        .flatten()
        .any(|entry| entry.file_name().to_string_lossy().contains("CJK"))
}

/// The program on the PATH.
fn find(program: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| path.is_file())
}
