//! An import of many order lines by the real runner, in a process of its own so that its memory can be told.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant as Stopwatch;

use perennial_app::clock::ManualClock;
use perennial_app::import::{self, Request, Shift};
use perennial_source::Preset;
use perennial_store::SqliteOptions;
use perennial_synth::contact;
use perennial_synth::random::Random;

use crate::{Arguments, base, brand};

/// Orders of each member, over twelve months.
pub const ORDERS_EACH: u64 = 10;
const EDITION: u32 = 1;

pub fn run(arguments: &Arguments) {
    let orders = arguments.orders();
    let _ = std::fs::remove_dir_all(folder(orders));
    make(orders);
}

fn folder(orders: u64) -> PathBuf {
    base::cellar().join(format!("import-{EDITION}-{orders}"))
}

fn make(orders: u64) {
    let folder = folder(orders);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("orders.csv");
    write_file(&file, orders);
    let megabytes = std::fs::metadata(&file).expect("the file").len() / 1_000_000;
    println!("{orders} order lines, each an order, of {} members over twelve months: {megabytes} MB of CSV", orders / ORDERS_EACH);
    let program = std::env::current_exe().expect("this program");
    let child = Command::new(program).arg("import").arg("--child").arg(&file).output().expect("a child");
    print!("{}", String::from_utf8_lossy(&child.stdout));
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
}

/// In the order of time, as shops export.
fn write_file(file: &Path, orders: u64) {
    let mut out = BufWriter::new(File::create(file).expect("a file"));
    writeln!(out, "order_id,paid_at,member_no,sku,product,category,quantity,line_paid,line_list,channel").expect("a line");
    let mut random = Random::stream(5, orders);
    for n in 0..orders {
        let (year, month, day) = (brand::end() - 364 + (n * 364 / orders) as i32).ymd();
        let second = n * 364 % orders * 86_400 / orders;
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let member = contact::number(random.below(orders / ORDERS_EACH));
        let (yuan, sku) = (99 + random.below(500), random.below(5_000));
        writeln!(
            out,
            "A{n:09},{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02},{member},SKU-{sku:05},羊毛混纺圆领毛衣,女装/毛衣,1,{yuan}.00,{}.00,wechat",
            yuan + 30
        )
        .expect("a line");
    }
    out.flush().expect("the file");
}

/// Imports the file into a new brand beside it, synced as in earnest, and says what it took.
pub fn child(file: &Path) {
    let folder = file.parent().expect("a folder");
    let clock = Arc::new(ManualClock::at(brand::loaded_at()));
    let house = brand::init(folder, &clock, &SqliteOptions::default());
    let request = Request {
        file: file.into(),
        name: "orders.csv".to_owned(),
        source: "file".to_owned(),
        preset: Preset::Generic(None),
        shift: Shift::None,
    };
    let began = Stopwatch::now();
    let job = import::start(&house, &request).expect("an import");
    let ended = import::run(&house, job, &AtomicBool::new(false), &mut |_| {}).expect("an import");
    let seconds = began.elapsed().as_secs_f64();
    assert_eq!(ended.row.bad, 0, "no row is bad");
    let facts: u64 = house.reader().heads().expect("heads").iter().map(|head| head.seq.0).sum();
    house.close();
    let rows = ended.row.records as f64 / seconds;
    println!(
        "imported {} rows in {seconds:.1} s: {rows:.0} rows/s, {:.0} facts/s; peak memory {}",
        ended.row.records,
        facts as f64 / seconds,
        peak()
    );
}

fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kb: u64 =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix("kB")?.trim().parse().ok()).unwrap_or_default();
    format!("{} MB", kb / 1000)
}
