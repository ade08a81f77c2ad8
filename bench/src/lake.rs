//! Questions about everyone from the lake's columns, beside decoding the same columns and nothing else; `bench/peers/lake.py` puts DuckDB and
//! Polars beside both, on the same files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant as Stopwatch;

use perennial_app::port::ScanRange;
use perennial_app::port::lake::Lake;
use perennial_app::port::{HistoryScan, StoredFact};
use perennial_app::read;
use perennial_backtest::{Fold, Reads, in_parallel};
use perennial_kernel::{Body, Day, Instant, Lane, MemberId, Money, Order, OrderKey, Origin, Position, Quantity, Seq, SubjectId};
use perennial_lake::files::{Depot, Files, Limits};
use perennial_metrics::cohort::{Behaviour, Count, Question, Rows, Start, classic};
use perennial_metrics::metric::{Asks, Metric};
use perennial_metrics::seen::Seen;
use perennial_metrics::{Cohort, Pass, Period, Repurchase, Unit};
use perennial_rules::book::Book;
use perennial_rules::flat::{Flat, NAMELESS};
use perennial_rules::history::History;
use perennial_rules::payload;
use perennial_rules::profile::Profile;
use perennial_rules::reference::Reference;
use perennial_store::SqliteStore;
use perennial_synth::random::Random;

use crate::stats::Spread;
use crate::{Arguments, base, brand};

const EDITION: u32 = 1;
const THREADS: usize = 2;
const STORES: u64 = 200;
/// Days over which members buy.
const DAYS: u64 = 3 * 365;

pub fn run(arguments: &Arguments) {
    let folder = made(arguments.members());
    if let Some(question) = &arguments.question {
        println!("{}", once(&folder, question));
        return;
    }
    let questions = ["decode", "stages", "retention", "intervals", "store_months", "all"];
    let mut seconds: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for round in 0..arguments.rounds() {
        for question in questions {
            let told = once(&folder, question);
            let told: serde_json::Value = serde_json::from_str(&told).expect("what was just written");
            seconds.entry(question).or_default().push(told["cpu"].as_f64().expect("a number"));
            if round == 0 {
                println!("{question:<13} {told}");
            }
        }
    }
    for question in &questions[1..] {
        let ratios: Vec<f64> = seconds[question].iter().zip(&seconds["decode"]).map(|(one, floor)| one / floor).collect();
        println!("{question:<13} CPU {} s, of decoding {}", Spread::of(&seconds[question]), Spread::of(&ratios));
    }
    println!("decode        CPU {} s", Spread::of(&seconds["decode"]));
}

/// Asks once; seconds by the clock and of the processor, and something of the answer so that two implementations can be compared.
fn once(folder: &Path, question: &str) -> String {
    let scans = scans(folder);
    let reference = brand::reference();
    let day = brand::end();
    let (began, cpu) = (Stopwatch::now(), cpu_seconds());
    let answer = match question {
        "decode" => {
            let rows = perennial_lake::files::decode_only(&Depot::Folder(folder.to_owned()), THREADS).expect("columns");
            format!("{rows} rows")
        }
        "stages" => {
            let found = ask(&scans, || StageRfm::new(&reference, day));
            let Sums { members, recency, frequency, money, stages } = found.sums;
            format!("{members} members, R {recency}, F {frequency}, M {money}, stages {stages:?}")
        }
        "retention" => {
            let (cohort, _) = ask(&scans, || Pass::new(&reference, day, retention())).end(true);
            format!("{} rows", cohort.finish(day).rows.len())
        }
        "intervals" => {
            let (repurchase, _) = ask(&scans, || Pass::new(&reference, day, Repurchase::new(Period::default()))).end(true);
            let table = repurchase.finish();
            format!("{} buyers, {} purchases", table.buyers, table.purchases)
        }
        "store_months" => {
            let mut found = ask(&scans, || StoreMonths::new(&reference, day));
            found.settle();
            format!("{} store-months, {} buyers in all", found.buyers.len(), found.buyers.values().sum::<u64>())
        }
        "all" => {
            let found = ask(&scans, || All::new(&reference, day));
            let ((sums, _), _) = found.metrics.end(true);
            format!("{} members", sums.members)
        }
        other => panic!("no question is called {other}"),
    };
    let told = serde_json::json!({
        "question": question,
        "seconds": began.elapsed().as_secs_f64(),
        "cpu": cpu_seconds() - cpu,
        "peak_mb": peak_mb(),
        "answer": answer,
    });
    told.to_string()
}

type Scans = Vec<std::sync::Mutex<Box<dyn HistoryScan>>>;

fn scans(folder: &Path) -> Scans {
    let journal = tempfile::tempdir().expect("a folder");
    let mut journal = SqliteStore::open(journal.path().join("journal.db")).expect("a journal");
    let files = Files::open(Depot::Folder(folder.to_owned()), Limits::default(), &mut journal).expect("a lake");
    let scans = files.scans(&mut journal, THREADS).expect("readers").expect("a lake that is near an empty journal");
    scans.into_iter().map(std::sync::Mutex::new).collect()
}

fn ask<F: Fold>(scans: &Scans, start: impl Fn() -> F) -> F {
    let ranges = ScanRange::split(THREADS as u32);
    let folded = in_parallel(THREADS, start, |part, fold: &mut F| {
        let reads = fold.reads().expect("a fold that can do with columns");
        let mut scan = scans[part].lock().expect("each part has a reader of its own");
        read::flat_or_histories(scan.as_mut(), ranges[part], reads, fold, &|| true)
    });
    folded.expect("a pass")
}

fn retention() -> Cohort {
    Cohort::new(Question {
        start: Start::FirstPurchase,
        period: Period::default(),
        rows: Rows::Time,
        by: Unit::Month,
        count: Count::Calendar,
        behaviour: Behaviour::Buy,
        columns: classic(24),
    })
}

/// Stage, recency, frequency and money of each member, off one profile.
struct StageRfm<'a> {
    reference: &'a Reference,
    day: Day,
    until: Instant,
    book: Book,
    sums: Sums,
}

struct Sums {
    stages: Vec<u64>,
    members: u64,
    recency: i64,
    frequency: i64,
    money: i64,
}

impl Sums {
    fn new(reference: &Reference) -> Self {
        Self { stages: vec![0; reference.models()[0].stages.len()], members: 0, recency: 0, frequency: 0, money: 0 }
    }

    fn add(&mut self, profile: &Profile<'_>) {
        if let Some(last) = profile.purchases.last {
            self.members += 1;
            self.recency += i64::from(profile.day() - last);
            self.frequency += profile.purchases.f_total;
            self.money += profile.purchases.m_total.0;
        }
        self.stages[profile.reference().models()[0].stage_of(profile)] += 1;
    }

    fn join(&mut self, other: Self) {
        self.members += other.members;
        self.recency += other.recency;
        self.frequency += other.frequency;
        self.money += other.money;
        self.stages.iter_mut().zip(other.stages).for_each(|(own, more)| *own += more);
    }
}

/// In a pass that shows members to other questions, too.
impl Metric for Sums {
    fn observe(&mut self, seen: &Seen<'_>) {
        self.add(&seen.profile());
    }

    fn asks(&self) -> Asks {
        Asks::Purchases
    }

    fn merge(&mut self, other: Self) {
        self.join(other);
    }
}

impl<'a> StageRfm<'a> {
    fn new(reference: &'a Reference, day: Day) -> Self {
        Self { reference, day, until: reference.calendar.end(day), book: Book::new(reference), sums: Sums::new(reference) }
    }
}

impl Fold for StageRfm<'_> {
    fn take(&mut self, _: MemberId, _: &History) {
        panic!("every member of this base is shown by columns");
    }

    fn reads(&self) -> Option<Reads> {
        Some(Reads { until: self.until, names: false })
    }

    fn take_flat(&mut self, flat: &Flat<'_>) -> bool {
        self.book.fill(self.reference, flat, self.until);
        self.sums.add(&Profile::of(&self.book, self.reference, self.day));
        true
    }

    fn merge(&mut self, other: Self) {
        self.sums.join(other.sums);
    }
}

/// Days of a month here: every 30 days, as the peers reckon it.
const MONTH: i32 = 30;
/// Months told apart: all of the base.
const MONTHS: usize = 64;

/// Distinct buyers for each store and month.
struct StoreMonths<'a> {
    reference: &'a Reference,
    until: Instant,
    /// The month of the first.
    first: i32,
    buyers: BTreeMap<(String, i32), u64>,
    /// By place of the store in the reader's names and month: who was counted last, and how many were.
    here: Vec<(u32, u64)>,
    names: Vec<String>,
    member: u32,
}

impl<'a> StoreMonths<'a> {
    fn new(reference: &'a Reference, day: Day) -> Self {
        let (until, first) = (reference.calendar.end(day), (day.0 - DAYS as i32) / MONTH);
        Self { reference, until, first, buyers: BTreeMap::new(), here: Vec::new(), names: Vec::new(), member: 0 }
    }

    fn settle(&mut self) {
        for (at, (_, buyers)) in std::mem::take(&mut self.here).into_iter().enumerate().filter(|(_, (_, buyers))| *buyers > 0) {
            let (store, month) = (at / MONTHS, (at % MONTHS) as i32 + self.first);
            *self.buyers.entry((self.names[store].clone(), month)).or_default() += buyers;
        }
    }
}

impl Fold for StoreMonths<'_> {
    fn take(&mut self, _: MemberId, _: &History) {
        panic!("every member of this base is shown by columns");
    }

    fn reads(&self) -> Option<Reads> {
        Some(Reads { until: self.until, names: true })
    }

    fn take_flat(&mut self, flat: &Flat<'_>) -> bool {
        if self.names.len() < flat.names.len() {
            self.names = flat.names.to_vec();
            self.here.resize(self.names.len() * MONTHS, (0, 0));
        }
        self.member += 1;
        for order in flat.orders.iter().filter(|order| order.store != NAMELESS) {
            let month = self.reference.calendar.day(order.paid_at).0 / MONTH - self.first;
            let (last, buyers) = &mut self.here[order.store as usize * MONTHS + month as usize];
            *buyers += u64::from(*last != self.member);
            *last = self.member;
        }
        true
    }

    fn merge(&mut self, mut other: Self) {
        self.settle();
        other.settle();
        for (at, buyers) in other.buyers {
            *self.buyers.entry(at).or_default() += buyers;
        }
    }
}

/// All four questions in one pass.
struct All<'a> {
    metrics: Pass<'a, (Sums, (Cohort, Repurchase))>,
    stores: StoreMonths<'a>,
}

impl<'a> All<'a> {
    fn new(reference: &'a Reference, day: Day) -> Self {
        let metrics = Pass::new(reference, day, (Sums::new(reference), (retention(), Repurchase::new(Period::default()))));
        Self { metrics, stores: StoreMonths::new(reference, day) }
    }
}

impl Fold for All<'_> {
    fn take(&mut self, _: MemberId, _: &History) {
        panic!("every member of this base is shown by columns");
    }

    fn reads(&self) -> Option<Reads> {
        self.stores.reads()
    }

    fn take_flat(&mut self, flat: &Flat<'_>) -> bool {
        self.metrics.take_flat(flat) && self.stores.take_flat(flat)
    }

    fn merge(&mut self, other: Self) {
        self.metrics.merge(other.metrics);
        self.stores.merge(other.stores);
    }
}

/// A lake of `members` with ten orders each on average, written as one run; made when it is not there.
fn made(members: u64) -> PathBuf {
    let folder = base::cellar().join(format!("lake-{EDITION}-{members}"));
    if folder.join("done").exists() {
        return folder;
    }
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(&folder).expect("a folder");
    let began = Stopwatch::now();
    let journal = tempfile::tempdir().expect("a folder");
    let mut journal = SqliteStore::open(journal.path().join("journal.db")).expect("a journal");
    let files = Files::open(Depot::Folder(folder.clone()), Limits::default(), &mut journal).expect("a lake");
    let mut subjects: Vec<SubjectId> = (1..=members).map(|nth| SubjectId::nth(Lane(0), nth)).collect();
    subjects.sort_unstable();
    let mut seq = 0;
    files.fill(subjects.into_iter().flat_map(|subject| orders(subject, &mut seq))).expect("a run");
    let status = files.status(&mut journal).expect("a status");
    let (seconds, bytes) = (began.elapsed().as_secs_f64(), status.bytes as f64 / status.facts as f64);
    eprintln!("lake: {members} members, {} orders, {bytes:.1} bytes each, written in {seconds:.0} s", status.facts);
    std::fs::write(folder.join("done"), "").expect("a mark");
    folder
}

fn orders(subject: SubjectId, seq: &mut u64) -> Vec<StoredFact> {
    let mut random = Random::stream(4, subject.0.cast_unsigned());
    // A few buy much, most a little: a geometric number of mean ten.
    let mut count = 1;
    while count < 400 && random.chance(0.9) {
        count += 1;
    }
    let calendar = brand::calendar();
    let first = calendar.start(brand::end() - DAYS as i32).0;
    let mut at: Vec<i64> = (0..count).map(|_| first + random.below(DAYS * 86_400) as i64 * 1000).collect();
    at.sort_unstable();
    at.into_iter().map(|at| order(subject, Instant(at), &mut random, seq)).collect()
}

fn order(subject: SubjectId, at: Instant, random: &mut Random, seq: &mut u64) -> StoredFact {
    *seq += 1;
    let order = Order {
        key: OrderKey { source: "bench".to_owned(), id: format!("o{seq}") },
        version: None,
        paid_at: Some(at),
        money: Money(1000 + random.below(40_000) as i64),
        quantity: Quantity::pieces(1),
        channel: Some(["shop", "mini", "store"][random.below(3) as usize].to_owned()),
        store: Some(format!("S{:03}", random.below(STORES))),
        lines: Vec::new(),
    };
    let body = Body::OrderPlaced(order);
    StoredFact {
        position: Position::new(Lane(0), Seq(*seq)),
        recorded_at: brand::loaded_at(),
        kind: body.kind().to_owned(),
        version: payload::VERSION,
        subject,
        occurred_at: at,
        origin: Origin::Backfill,
        import: None,
        source: "bench".to_owned(),
        object: format!("order:o{seq}"),
        object_version: String::new(),
        payload: payload::encode(&body),
        sealed: Vec::new(),
        chain: perennial_app::port::journal::Chain::ROOT,
    }
}

/// Of this process, in user and system time.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0) / 1024
}
