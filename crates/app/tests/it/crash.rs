//! Never lost: what was acknowledged survives a power cut, and a flipped bit in what the journal holds is never served.
//!
//! The process under test is this test binary itself, run again as `child` with a folder and a mode; it prints one line per acknowledged
//! order. A kill alone proves nothing about syncing, so `durable.c` keeps what a power cut would leave: each file as of its last
//! completed sync.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};
use std::sync::Arc;

use perennial_app::audit::{self, StartError};
use perennial_app::clock::ManualClock;
use perennial_app::engine::{Answer, Command};
use perennial_app::head::{HeadFile, Sync};
use perennial_app::house::House;
use perennial_app::port::Journal;
use perennial_app::secret::Secrets;
use perennial_kernel::{Body, Identity, IdentityKind, Incoming, Instant, Lane, Money, Order, OrderKey, Personal, Quantity, Seq};
use perennial_store::{SqliteKeys, SqliteOptions, SqliteStore, Synchronous};

const NOW: &str = "2026-11-22T10:00:00Z";

fn order(number: usize) -> Command {
    let paid_at = Instant(Instant::parse(NOW).unwrap().0 - 1000);
    let order = Order {
        key: OrderKey { source: "till".into(), id: number.to_string() },
        version: None,
        paid_at: Some(paid_at),
        money: Money(100),
        quantity: Quantity::pieces(1),
        channel: None,
        store: None,
        lines: Vec::new(),
    };
    let incoming = Incoming {
        source: "till".into(),
        object: format!("order:{number}"),
        version: String::new(),
        identities: vec![Identity::parse(IdentityKind::Number, &format!("M{}", number % 50)).unwrap()],
        personal: Personal::default(),
        occurred_at: paid_at,
        body: Body::OrderPlaced(order),
    };
    Command::Record { incoming: Box::new(incoming), import: None }
}

/// How the process under test syncs; anything but `full` exists to prove that the test can fail.
fn open(folder: &Path, mode: &str) -> House {
    let clock = Arc::new(ManualClock::at(Instant::parse(NOW).unwrap()));
    let mut ports = crate::common::ports(folder, &clock);
    let synchronous = if mode == "off" { Synchronous::Off } else { Synchronous::Full };
    // Checkpoints come often, so that cuts fall into them, too.
    let options = SqliteOptions { synchronous, checkpoint_pages: 40, ..SqliteOptions::default() };
    let head = HeadFile::open(&folder.join("head"), if mode == "no-head" { Sync::Never } else { Sync::Full }).unwrap();
    let journal = SqliteStore::open_with(folder.join("journal.db"), options.clone()).unwrap();
    let keys = SqliteKeys::open_with(folder.join("keys.db"), &options).unwrap();
    ports.writers = vec![(Box::new(journal), Box::new(keys), head)];
    House::init(ports, &crate::common::brand_document("Asia/Shanghai", "CNY"), "test").unwrap()
}

/// Not a test of its own: the process that is cut.
#[test]
fn child() {
    let Ok(folder) = std::env::var("CRASH_FOLDER") else { return };
    let house = open(Path::new(&folder), &std::env::var("CRASH_MODE").unwrap());
    for batch in 0.. {
        let numbers: Vec<usize> = (batch * 7..batch * 7 + 7).collect();
        let answers = house.queue().process(numbers.iter().map(|number| order(*number)).collect()).unwrap();
        assert!(answers.iter().all(|answer| matches!(answer, Answer::Recorded(_))));
        eprintln!("acknowledged {}", numbers.last().unwrap());
    }
}

/// Runs the child until it has acknowledged `until` orders and kills it; answers the last order acknowledged.
fn run_child(folder: &Path, mode: &str, until: usize, shim: Option<(&Path, &Path)>) -> usize {
    let mut process = Process::new(std::env::current_exe().unwrap());
    process.args(["crash::child", "--exact", "--nocapture"]).env("CRASH_FOLDER", folder).env("CRASH_MODE", mode);
    if let Some((library, durable)) = shim {
        process.env("LD_PRELOAD", library).env("DURABLE_FROM", folder).env("DURABLE_TO", durable);
    }
    let mut child = process.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut last = 0;
    for line in BufReader::new(child.stderr.take().unwrap()).lines() {
        let line = line.unwrap();
        if let Some(number) = line.strip_prefix("acknowledged ") {
            last = number.parse().unwrap();
            if last >= until {
                break;
            }
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(last >= until, "the child ended before it was cut");
    last
}

/// Opens what is left and answers the orders it holds, or why it is refused.
fn orders_left(folder: &Path) -> Result<BTreeSet<String>, StartError> {
    let head = HeadFile::open(&folder.join("head"), Sync::Full).map_err(StartError::Head);
    let mut journal = SqliteStore::open(folder.join("journal.db"))?;
    audit::check_at_start(&mut journal, &mut head?, true)?;
    let facts = journal.tail(Lane(0), Seq(0), 1_000_000)?;
    Ok(facts.into_iter().filter(|fact| fact.kind == "order.placed").map(|fact| fact.object).collect())
}

fn compile_shim(folder: &Path) -> PathBuf {
    let library = folder.join("durable.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/durable.c");
    let done = Process::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).arg("-ldl").status().unwrap();
    assert!(done.success(), "the C compiler made no library");
    library
}

/// What a power cut leaves of a run in this mode: whether all that was acknowledged is there and served.
fn survives_power_loss(mode: &str, until: usize) -> bool {
    let work = tempfile::tempdir().unwrap();
    let (data, durable) = (work.path().join("data"), work.path().join("durable"));
    std::fs::create_dir_all(&data).unwrap();
    std::fs::create_dir_all(&durable).unwrap();
    let library = compile_shim(work.path());
    let last = run_child(&data, mode, until, Some((&library, &durable)));
    match orders_left(&durable) {
        Ok(orders) => (0..=last).all(|number| orders.contains(&format!("order:{number}"))),
        Err(refused) => {
            eprintln!("{mode}, cut after {last}: {refused}");
            false
        }
    }
}

#[test]
fn what_was_acknowledged_survives_a_power_cut() {
    for until in [10, 137, 400, 901] {
        assert!(survives_power_loss("full", until), "{until}");
    }
}

#[test]
fn without_syncing_the_same_cut_loses_what_was_acknowledged() {
    assert!(!survives_power_loss("off", 400));
}

#[test]
fn without_the_heads_sync_nothing_vouches_after_the_same_cut() {
    assert!(!survives_power_loss("no-head", 400));
}

/// A seeded generator: the same flips on every run (Marsaglia's xorshift64).
fn next(seed: &mut u64) -> u64 {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    *seed
}

/// One bit flipped in each of a hundred places: what is then served is exactly what was acknowledged, or nothing is served.
#[test]
fn a_flipped_bit_is_refused_or_harmless_but_never_served() {
    let work = tempfile::tempdir().unwrap();
    let data = work.path().join("data");
    std::fs::create_dir_all(&data).unwrap();
    // Enough orders that most pages hold something: every table has a page of its own, and an empty one takes a flip without harm.
    let last = run_child(&data, "full", 900, None);
    let whole = orders_left(&data).unwrap();
    assert!(whole.len() > last);
    let mut seed = 0x5eed_0000_cafe;
    let mut refused = 0;
    for flip in 0..100 {
        let copy = work.path().join(format!("copy-{flip}"));
        std::fs::create_dir_all(&copy).unwrap();
        for file in ["journal.db", "journal.db-wal", "head"] {
            if data.join(file).exists() {
                std::fs::copy(data.join(file), copy.join(file)).unwrap();
            }
        }
        let files: Vec<PathBuf> =
            ["journal.db", "journal.db-wal", "head"].iter().map(|file| copy.join(file)).filter(|p| p.exists()).collect();
        let file = &files[(next(&mut seed) % files.len() as u64) as usize];
        let length = std::fs::metadata(file).unwrap().len();
        if length == 0 {
            continue;
        }
        let at = next(&mut seed) % length;
        let handle = std::fs::File::options().read(true).write(true).open(file).unwrap();
        let mut byte = [0];
        handle.read_exact_at(&mut byte, at).unwrap();
        handle.write_all_at(&[byte[0] ^ (1 << (next(&mut seed) % 8))], at).unwrap();
        drop(handle);
        match orders_left(&copy) {
            Ok(orders) => {
                assert_eq!(orders, whole, "{} at {at}: something else was served", file.display());
                if !examined_sound(&copy) {
                    refused += 1;
                }
            }
            Err(_) => refused += 1,
        }
        std::fs::remove_dir_all(&copy).unwrap();
    }
    assert!(refused >= 20, "only {refused} of 100 flips were noticed");
}

/// A flip outside journal bytes (an index, a snapshot) may start, but the doctor finds it; a free page is harmless.
fn examined_sound(folder: &Path) -> bool {
    let Ok(head) = HeadFile::open(&folder.join("head"), Sync::Full) else { return false };
    let Ok(mut journal) = SqliteStore::open(folder.join("journal.db")) else { return false };
    let Ok(mut desk) = perennial_store::SqliteDesk::open(folder.join("journal.db")) else { return false };
    let Ok(documents) = perennial_app::port::Desk::documents(&mut desk) else { return false };
    audit::examine(&mut journal, &documents, &head, &Secrets::from_master(&[7; 32])).is_ok_and(|report| report.is_sound())
}
