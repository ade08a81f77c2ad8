//! The sample brands, and how each is loaded by the command line that a person would use.

use std::path::{Path, PathBuf};

use crate::run::{call, command};

pub const USER: &str = "owner";
/// No secret: sample brands listen on this machine only.
pub const PASSWORD: &str = "evergreen-demo";

#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Brand {
    /// CDNOW, the published orders of a music shop, moved up to today
    Cdnow,
    /// The Complete Journey, a year of a grocer's households, moved up to today
    CompleteJourney,
    /// A made-up Chinese fashion brand (常青服饰)
    Synthetic,
}

impl Brand {
    pub fn slug(self) -> &'static str {
        match self {
            Self::Cdnow => "cdnow",
            Self::CompleteJourney => "complete-journey",
            Self::Synthetic => "synthetic",
        }
    }

    /// Name, time zone, currency.
    fn identity(self) -> [&'static str; 3] {
        match self {
            Self::Cdnow => ["CDNOW", "America/New_York", "USD"],
            Self::CompleteJourney => ["Complete Journey", "America/New_York", "USD"],
            Self::Synthetic => ["常青服饰", "Asia/Shanghai", "CNY"],
        }
    }

    /// The file its history is in, for those that have one.
    fn file(self) -> Option<&'static str> {
        match self {
            Self::Cdnow => Some("data/cdnow/CDNOW_master.txt"),
            Self::CompleteJourney => Some("data/complete-journey/complete-journey.txt.gz"),
            Self::Synthetic => None,
        }
    }

    fn history(self) -> Vec<&'static str> {
        match self.file() {
            Some(file) => vec!["import", "orders", file, "--preset", self.slug(), "--shift-to", "today"],
            None => vec!["synth", "--members", "20000", "--years", "3", "--seed", "1"],
        }
    }

    /// Makes the brand in `data`, which must not exist yet.
    pub fn load(self, root: &Path, program: &Path, data: &Path) -> Result<(), String> {
        if let Some(file) = self.file().filter(|file| !root.join(file).exists()) {
            return Err(format!("{file} is not there: the sample data of {} is missing", self.slug()));
        }
        std::fs::create_dir_all(data).map_err(|error| format!("cannot make {}: {error}", data.display()))?;
        let folder = data.to_string_lossy();
        let [name, zone, currency] = self.identity();
        let perennial = |words: &[&str]| call(command(root, program, &[&["--data", &folder], words].concat()));
        perennial(&["init", "--brand", name, "--time-zone", zone, "--currency", currency, "--owner-password", PASSWORD])?;
        perennial(&self.history())
    }
}

/// The built program; `profile` is `debug` or `release`.
pub fn program(root: &Path, profile: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder));
    target.join(profile).join(format!("perennial{}", std::env::consts::EXE_SUFFIX))
}
