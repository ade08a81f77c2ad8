//! Reads a file and says how fast, in how much memory: `measure FILE [PRESET] [ZONE] [CURRENCY]`.

use std::io::Write as _;
use std::time::Instant;

use perennial_kernel::{Calendar, Currency, Day};
use perennial_source::{Context, Preset, open};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let word = |at: usize, default: &str| words.get(at).map_or(default, String::as_str).to_owned();
    let context = Context {
        calendar: Calendar::for_zone(&word(2, "Asia/Shanghai")).expect("a zone of the IANA database"),
        currency: Currency::parse(&word(3, "CNY")).expect("an ISO 4217 code"),
        source: "measure".to_owned(),
        today: Day::parse("2100-01-01").expect("a day"),
        shift_days: 0,
    };
    let preset = Preset::parse(&word(1, "generic")).expect("a preset");
    let started = Instant::now();
    let mut reader = open(std::path::PathBuf::from(word(0, "")), &preset, context).expect("a readable file");
    let opened = started.elapsed().as_secs_f64();
    let (mut good, mut bad) = (0_u64, 0_u64);
    for item in reader.by_ref() {
        if item.is_ok() { good += 1 } else { bad += 1 }
    }
    let (seconds, rows) = (started.elapsed().as_secs_f64(), reader.row_count());
    // Where the system does not tell, the line is simply missing.
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    let rate = rows as f64 / seconds;
    let _ = writeln!(
        std::io::stderr(),
        "{rows} rows, {good} records, {bad} bad; first pass {opened:.2} s, all {seconds:.2} s, {rate:.0} rows/s; {peak}"
    );
}
