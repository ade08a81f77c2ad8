//! Runs the binary on brands of its own.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

pub struct Brand {
    pub folder: tempfile::TempDir,
}

/// What a run said.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: stdout {:?}, stderr {:?}", self.out, self.err))
    }
}

pub fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data").join(name)
}

pub const SAMPLE: &str = "cdnow/CDNOW_sample.txt";

impl Brand {
    /// A folder with nothing in it.
    pub fn none() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn cdnow() -> Self {
        let brand = Self::none();
        brand.ok(&[
            "init",
            "--brand",
            "CDNOW",
            "--time-zone",
            "America/New_York",
            "--currency",
            "USD",
            "--owner-password",
            "evergreen-demo",
        ]);
        brand
    }

    pub fn with_sample() -> Self {
        let brand = Self::cdnow();
        brand.ok(&["import", "orders", &text(&file(SAMPLE)), "--preset", "cdnow"]);
        brand
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_perennial"));
        command.arg("--data").arg(self.data()).args(words).stdin(Stdio::null());
        for name in ["PERENNIAL_DATA", "PERENNIAL_STORE", "PERENNIAL_MASTER_KEY", "PERENNIAL_OWNER_PASSWORD", "LC_ALL", "LC_MESSAGES"] {
            command.env_remove(name);
        }
        command.env("LANG", "C.UTF-8");
        command
    }

    pub fn run(&self, words: &[&str]) -> Said {
        let Output { status, stdout, stderr } = self.command(words).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said { code: status.code().unwrap_or(-1), out: text(stdout), err: text(stderr) }
    }

    pub fn ok(&self, words: &[&str]) -> Said {
        let said = self.run(words);
        assert_eq!(said.code, 0, "{words:?}: {}", said.err);
        said
    }

    pub fn import(&self, file: &Path, more: &[&str]) -> Value {
        self.ok(&[&["import", "orders", &text(file), "--json"], more].concat()).json()
    }

    pub fn stages(&self, day: &str) -> Value {
        self.ok(&["stages", "--as-of", day, "--json"]).json()
    }

    /// Writes a file into the brand's temporary folder, beside its data.
    /// How many facts of this kind the journal holds.
    pub fn kinds(&self, kind: &str) -> i64 {
        let journal = rusqlite::Connection::open(self.data().join("journal.db")).unwrap();
        journal.query_row("SELECT COUNT(*) FROM facts WHERE kind = $1", [kind], |row| row.get(0)).unwrap()
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

pub fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// The named counts of an import, in one look.
pub fn counts(told: &Value) -> [u64; 5] {
    ["new", "updated", "unchanged", "skipped", "bad"].map(|name| told[name].as_u64().unwrap())
}

/// A small shop's orders: number, time, member, amount.
pub fn shop(rows: &[(&str, &str, &str, &str)]) -> String {
    let mut csv = "order_id,paid_at,customer_id,amount\n".to_owned();
    for (id, at, member, amount) in rows {
        writeln!(csv, "{id},{at},{member},{amount}").unwrap();
    }
    csv
}
