//! Runs the binary on brands of its own.

use std::fmt::Write;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

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
        for name in [
            "PERENNIAL_DATA",
            "PERENNIAL_STORE",
            "PERENNIAL_LAKE",
            "PERENNIAL_MASTER_KEY",
            "PERENNIAL_OWNER_PASSWORD",
            "LC_ALL",
            "LC_MESSAGES",
        ] {
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

    /// How many facts of this kind the journal holds.
    pub fn kinds(&self, kind: &str) -> i64 {
        let journal = rusqlite::Connection::open(self.data().join("journal.db")).unwrap();
        journal.query_row("SELECT COUNT(*) FROM facts WHERE kind = $1", [kind], |row| row.get(0)).unwrap()
    }

    /// Writes a file into the brand's temporary folder, beside its data.
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

/// A server under way.
pub struct Served {
    pub child: Child,
    pub address: String,
}

/// Starts the server on a free port and waits until it listens.
pub fn serve(brand: &Brand) -> Served {
    let (served, lines) = listening(brand.command(&["serve", "--listen", "127.0.0.1:0"]));
    std::thread::spawn(move || lines.for_each(drop)); // a full pipe must not stop it
    served
}

/// Starts such a server; the lines of its log that are still to come are the caller's to read.
pub fn listening(mut command: Command) -> (Served, impl Iterator<Item = String> + Send + 'static) {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let address = loop {
        let line = lines.next().expect("the server says where it listens");
        // Other lines may name addresses of others.
        if let Some(address) = line.split_once("http://").and_then(|(_, rest)| rest.trim().parse::<SocketAddr>().ok()) {
            break format!("http://{address}");
        }
    };
    (Served { child, address }, lines)
}

pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(20))).http_status_as_error(false).build().into()
}

pub fn sign_in(address: &str) -> String {
    let body = json!({"name": "owner", "password": "evergreen-demo"});
    let answer = agent().post(format!("{address}/api/v1/session")).header("x-perennial", "1").send_json(body).unwrap();
    assert_eq!(answer.status(), 204);
    let cookie = answer.headers().get("set-cookie").unwrap().to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

pub fn get(served: &Served, cookie: &str, path: &str) -> Value {
    let mut answer = agent().get(format!("{}/api/v1{path}", served.address)).header("cookie", cookie).call().unwrap();
    serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap()
}
