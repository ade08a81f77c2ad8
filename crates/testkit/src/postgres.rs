//! A throw-away PostgreSQL cluster from Debian's packages, one for each test process, and a database of its own for each test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use postgres::{Client, NoTls};

const KEEPER: &str = include_str!("postgres.sh");
const START_TIMEOUT: Duration = Duration::from_mins(1);

/// The variable that lists what a machine's tests go without: `PERENNIAL_TEST_WITHOUT=postgres`.
pub const WITHOUT: &str = "PERENNIAL_TEST_WITHOUT";

/// The address of an empty database in this process's cluster; `None` where PostgreSQL is left out on purpose.
///
/// # Panics
/// When PostgreSQL is neither there nor left out on purpose.
pub fn database() -> Option<String> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    CLUSTER.get_or_init(Cluster::start).as_ref().map(Cluster::database)
}

/// One running cluster. Stops, and its folder goes, when it is dropped or the process ends, however it ends.
pub struct Cluster {
    keeper: Mutex<Keeper>,
    folder: PathBuf,
    port: u16,
    databases: AtomicU32,
}

struct Keeper {
    process: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Cluster {
    /// `None`, and a word on standard error, where PostgreSQL is left out on purpose.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    pub fn start() -> Option<Self> {
        Self::start_with(&[])
    }

    /// As [`Self::start`], with settings of the server: `shared_buffers=512MB`.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    pub fn start_with(settings: &[&str]) -> Option<Self> {
        if std::env::var(WITHOUT).is_ok_and(|without| without.split([',', ' ']).any(|word| word == "postgres")) {
            eprintln!("skipped: {WITHOUT} names postgres");
            return None;
        }
        let programs = programs().unwrap_or_else(|| {
            panic!("PostgreSQL is not installed: `apt-get install postgresql`, or set {WITHOUT}=postgres to leave its tests out")
        });
        // The port may be taken between our asking and the server's; then another.
        let mut failures = String::new();
        for _ in 0..3 {
            match Self::try_start(&programs, settings) {
                Ok(cluster) => return Some(cluster),
                Err(failure) => failures += &failure,
            }
        }
        panic!("PostgreSQL did not start:\n{failures}")
    }

    fn try_start(programs: &Path, settings: &[&str]) -> Result<Self, String> {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).map_err(|error| error.to_string())?.port();
        // initdb and postgres refuse to be run by root.
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--", "sh"]);
            command
        } else {
            Command::new("sh")
        };
        command.args(["-c", KEEPER, "perennial-postgres"]).arg(programs).arg(port.to_string());
        command.args(settings.iter().flat_map(|setting| ["-c", setting]));
        command.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().map_err(|error| format!("{command:?}: {error}"))?;
        let (Some(orders), Some(answers)) = (process.stdin.take(), process.stdout.take()) else {
            return Err("the keeper has no pipes".to_owned());
        };
        let mut keeper = Keeper { process, orders: Some(orders), answers: BufReader::new(answers) };
        let folder = keeper.answer();
        if folder.is_empty() {
            let mut words = String::new();
            if let Some(mut stderr) = keeper.process.stderr.take() {
                let _ = stderr.read_to_string(&mut words);
            }
            return Err(words);
        }
        let cluster = Self { keeper: Mutex::new(keeper), folder: folder.into(), port, databases: AtomicU32::new(0) };
        cluster.wait()?;
        Ok(cluster)
    }

    /// The address of a new, empty database.
    pub fn database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut client = Client::connect(&self.address("postgres"), NoTls).expect("the cluster answers");
        client.batch_execute(&format!("CREATE DATABASE {name}")).expect("a database is made");
        self.address(&name)
    }

    /// Where the cluster keeps its files.
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Stops the server; its files stay.
    pub fn stop(&self) {
        self.order("stop");
    }

    /// Starts it again, on the same port.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_again(&self) {
        self.order("start");
        self.wait().expect("the cluster starts again");
    }

    fn order(&self, word: &str) {
        let mut keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(orders) = &mut keeper.orders {
            writeln!(orders, "{word}").expect("the keeper listens");
        }
        keeper.answer();
    }

    fn address(&self, database: &str) -> String {
        format!("postgres://perennial@127.0.0.1:{}/{database}", self.port)
    }

    fn wait(&self) -> Result<(), String> {
        let began = Instant::now();
        loop {
            match Client::connect(&self.address("postgres"), NoTls) {
                Ok(_) => return Ok(()),
                Err(_) if began.elapsed() < START_TIMEOUT => thread::sleep(Duration::from_millis(20)),
                Err(error) => {
                    let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                    return Err(format!("{error}\n{log}"));
                }
            }
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let keeper = self.keeper.get_mut().unwrap_or_else(PoisonError::into_inner);
        // Without anybody to take orders from, the keeper stops the server and goes.
        keeper.orders = None;
        let _ = keeper.process.wait();
    }
}

impl Keeper {
    /// One line; empty when the keeper is gone.
    fn answer(&mut self) -> String {
        let mut line = String::new();
        let _ = self.answers.read_line(&mut line);
        line.trim_end().to_owned()
    }
}

/// The folder of the newest PostgreSQL's programs, where Debian puts them.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    versions
        .filter_map(|version| {
            let version = version.ok()?;
            let number: u32 = version.file_name().to_str()?.parse().ok()?;
            let bin = version.path().join("bin");
            bin.join("initdb").is_file().then_some((number, bin))
        })
        .max()
        .map(|(_, bin)| bin)
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}
