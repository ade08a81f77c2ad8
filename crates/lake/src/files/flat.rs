//! Reading by columns: members that are one subject in one run, settled as of the instant asked about, are shown without opening a fact;
//! everybody else by their facts, afterwards.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, AsArray, DictionaryArray, Int8Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{Int8Type, Int32Type, Int64Type};
use perennial_app::port::gather::bounds;
use perennial_app::port::{PortResult, ScanRange, Seen, Shown};
use perennial_backtest::Reads;
use perennial_kernel::{Instant, Money, Relation, SubjectId};
use perennial_rules::flat::{Flat, FlatOrder, NAMELESS};

use super::depot::Depot;
use super::manifest::Manifest;
use super::rows::column;
use super::run::{Reading, Run};
use super::scan::{LakeScan, Snapshot};
use super::settle::what;

/// Subjects whose facts are wanted are looked up so many at once.
const BY_FACTS_MAX: usize = 1 << 20;

const PLAIN: [usize; 7] =
    [column::SUBJECT, column::OCCURRED_AT, column::WHAT, column::SETTLED, column::PAID_AT, column::MONEY, column::RELATION];
const NAMED: [usize; 10] = [
    column::SUBJECT,
    column::OCCURRED_AT,
    column::WHAT,
    column::SETTLED,
    column::PAID_AT,
    column::MONEY,
    column::CHANNEL,
    column::STORE,
    column::SHOP,
    column::RELATION,
];

impl LakeScan {
    pub(super) fn show(&self, range: ScanRange, reads: Reads, visit: &mut dyn FnMut(Shown<'_>) -> Seen) -> PortResult<()> {
        let Some((first, last)) = bounds(range) else { return Ok(()) };
        let snapshot = &*self.0;
        let mut apart = snapshot.apart(first, last).into_iter().peekable();
        let mut columns: Vec<Columns> = Vec::new();
        for run in &snapshot.runs {
            let wanted: &[usize] = if reads.names { &NAMED } else { &PLAIN };
            columns.push(Columns::new(run.read_named(wanted, first, last), first)?);
        }
        let (mut member, mut names, mut by_facts) = (Gathered::default(), Names::default(), Vec::new());
        loop {
            let here = columns.iter().filter_map(Columns::subject).min().filter(|subject| *subject <= last);
            // Whoever stands in no run is among those apart.
            let next = match (here, apart.peek()) {
                (None, None) => break,
                (Some(here), Some(other)) => here.min(*other),
                (Some(here), None) => here,
                (None, Some(other)) => *other,
            };
            let is_apart = apart.next_if_eq(&next).is_some();
            member.clear();
            let mut runs = 0;
            for run in &mut columns {
                if run.subject() == Some(next) {
                    runs += 1;
                    run.take(next, reads, &mut member, &mut names)?;
                }
            }
            let seen = if next == SubjectId::NOBODY.0 {
                Seen::Taken
            } else if is_apart || runs != 1 || member.settled > reads.until.0 {
                Seen::ByFacts
            } else {
                visit(Shown::Flat(&member.shown(SubjectId(next), &names)))
            };
            match seen {
                Seen::Taken => {}
                Seen::ByFacts => by_facts.push(next),
                Seen::Enough => return Ok(()),
            }
            if by_facts.len() == BY_FACTS_MAX && !self.show_facts(&std::mem::take(&mut by_facts), visit)? {
                return Ok(());
            }
        }
        self.show_facts(&by_facts, visit).map(drop)
    }

    /// `false` when nobody else is wanted.
    fn show_facts(&self, subjects: &[i64], visit: &mut dyn FnMut(Shown<'_>) -> Seen) -> PortResult<bool> {
        let (Some(first), Some(last)) = (subjects.first(), subjects.last()) else { return Ok(true) };
        let mut goes_on = true;
        let mut show = |family: SubjectId, facts: &[perennial_app::port::StoredFact]| {
            goes_on = visit(Shown::Facts(family, facts)) != Seen::Enough;
            goes_on
        };
        self.families(*first, *last, Some(subjects), &mut show)?;
        Ok(goes_on)
    }
}

impl Snapshot {
    /// Subjects of the range that columns of one run do not tell of, ascending: of whom something came since, and who belongs with others.
    fn apart(&self, first: i64, last: i64) -> Vec<i64> {
        let since = self.since.iter().flat_map(|portion| portion.iter()).map(|fact| fact.subject.0);
        let kin = self.kin.iter().map(|row| row.subject.0);
        let mut apart: Vec<i64> = since.chain(kin).filter(|subject| (first..=last).contains(subject)).collect();
        apart.sort_unstable();
        apart.dedup();
        apart
    }
}

/// Names in the order in which they were first met.
#[derive(Default)]
struct Names {
    list: Vec<String>,
    places: BTreeMap<String, u32>,
}

impl Names {
    fn place(&mut self, name: &str) -> u32 {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        let place = self.list.len() as u32;
        self.list.push(name.to_owned());
        self.places.insert(name.to_owned(), place);
        place
    }

    /// The places of a dictionary's words.
    fn of(&mut self, column: &DictionaryArray<Int32Type>) -> Vec<u32> {
        let words: &StringArray = column.values().as_string();
        (0..words.len()).map(|at| if words.is_null(at) { NAMELESS } else { self.place(words.value(at)) }).collect()
    }
}

/// What the rows of one subject say.
struct Gathered {
    orders: Vec<FlatOrder>,
    loose: Vec<(Instant, Money)>,
    stores: Vec<u32>,
    shops: Vec<u32>,
    relations: [Option<Instant>; 3],
    known_from: Option<Instant>,
    newest: Option<Instant>,
    last: Option<Instant>,
    settled: i64,
}

impl Default for Gathered {
    fn default() -> Self {
        Self {
            orders: Vec::new(),
            loose: Vec::new(),
            stores: Vec::new(),
            shops: Vec::new(),
            relations: [None; 3],
            known_from: None,
            newest: None,
            last: None,
            settled: i64::MIN,
        }
    }
}

impl Gathered {
    fn clear(&mut self) {
        self.orders.clear();
        self.loose.clear();
        self.stores.clear();
        self.shops.clear();
        self.relations = [None; Relation::ALL.len()];
        (self.known_from, self.newest, self.last, self.settled) = (None, None, None, i64::MIN);
    }

    fn shown<'a>(&'a self, member: SubjectId, names: &'a Names) -> Flat<'a> {
        Flat {
            member,
            orders: &self.orders,
            loose: &self.loose,
            relations: self.relations,
            known_from: self.known_from,
            settled: Instant(self.settled),
            newest: self.newest,
            last: self.last,
            names: &names.list,
            stores: &self.stores,
            shops: &self.shops,
        }
    }
}

/// A run's columns, and where they are being read.
struct Columns {
    reading: Reading,
    batch: Option<Batch>,
    row: usize,
}

struct Batch {
    subject: Int64Array,
    occurred_at: Int64Array,
    what: Int8Array,
    settled: Int64Array,
    paid_at: Int64Array,
    money: Int64Array,
    relation: Int8Array,
    /// Channel, store and shop, with the places of their words once somebody has looked.
    named: Option<[DictionaryArray<Int32Type>; 3]>,
    places: Option<[Vec<u32>; 3]>,
}

impl Batch {
    fn new(batch: &RecordBatch) -> Self {
        let ints = |at: usize| batch.column(at).as_primitive::<Int64Type>().clone();
        let named = batch.num_columns() == NAMED.len();
        let relation = batch.column(batch.num_columns() - 1).as_primitive::<Int8Type>().clone();
        Self {
            subject: ints(0),
            occurred_at: ints(1),
            what: batch.column(2).as_primitive::<Int8Type>().clone(),
            settled: ints(3),
            paid_at: ints(4),
            money: ints(5),
            relation,
            named: named.then(|| std::array::from_fn(|at| batch.column(6 + at).as_dictionary::<Int32Type>().clone())),
            places: None,
        }
    }

    /// Takes in the rows from `from` to `to`, all of one subject.
    fn gather(&mut self, from: usize, to: usize, reads: Reads, into: &mut Gathered, names: &mut Names) {
        if let (Some(named), None) = (&self.named, &self.places) {
            self.places = Some(std::array::from_fn(|at| names.of(&named[at])));
        }
        let (occurred, what, paid, money) = (self.occurred_at.values(), self.what.values(), self.paid_at.values(), self.money.values());
        into.settled = into.settled.max(self.settled.value(from));
        for row in from..to {
            let at = Instant(occurred[row]);
            into.last = into.last.max(Some(at));
            if at > reads.until || what[row] == what::SILENT {
                continue;
            }
            if into.known_from.is_none() {
                into.known_from = Some(at);
            }
            let [channel, store, shop] = self.names_of(row);
            match what[row] {
                what::ORDER => {
                    into.orders.push(FlatOrder { told_at: at, paid_at: Instant(paid[row]), money: Money(money[row]), channel, store });
                }
                what::LOOSE => into.loose.push((at, Money(money[row]))),
                what::RELATION => {
                    let reached = &mut into.relations[self.relation.value(row) as usize];
                    *reached = reached.or(Some(at));
                    continue;
                }
                what::KNOWN => continue,
                _ => {}
            }
            into.newest = Some(at);
            for (place, kept) in [(store, &mut into.stores), (shop, &mut into.shops)] {
                if place != NAMELESS && !kept.contains(&place) {
                    kept.push(place);
                }
            }
        }
    }

    fn names_of(&self, row: usize) -> [u32; 3] {
        let (Some(named), Some(places)) = (&self.named, &self.places) else { return [NAMELESS; 3] };
        std::array::from_fn(|at| if named[at].is_null(row) { NAMELESS } else { places[at][named[at].keys().value(row) as usize] })
    }
}

impl Columns {
    fn new(reading: Reading, first: i64) -> PortResult<Self> {
        let mut columns = Self { reading, batch: None, row: 0 };
        columns.advance()?;
        while let Some(batch) = &columns.batch {
            columns.row = batch.subject.values().partition_point(|subject| *subject < first);
            if columns.row < batch.subject.len() {
                break;
            }
            columns.advance()?;
        }
        Ok(columns)
    }

    fn advance(&mut self) -> PortResult<()> {
        self.row = 0;
        self.batch = loop {
            match self.reading.next_batch()? {
                Some(batch) if batch.num_rows() == 0 => {}
                Some(batch) => break Some(Batch::new(&batch)),
                None => break None,
            }
        };
        Ok(())
    }

    fn subject(&self) -> Option<i64> {
        self.batch.as_ref().map(|batch| batch.subject.values()[self.row])
    }

    fn take(&mut self, subject: i64, reads: Reads, into: &mut Gathered, names: &mut Names) -> PortResult<()> {
        while let Some(batch) = &mut self.batch {
            let subjects = batch.subject.values();
            let length = subjects[self.row..].iter().take_while(|other| **other == subject).count();
            if length == 0 {
                break;
            }
            batch.gather(self.row, self.row + length, reads, into, names);
            self.row += length;
            if self.row < batch.subject.len() {
                break;
            }
            self.advance()?;
        }
        Ok(())
    }
}

/// Decodes the columns a question about purchases reads, of every run, and does nothing with them: the floor such a question is measured
/// against. Answers the rows.
pub fn decode_only(depot: &Depot, threads: usize) -> PortResult<u64> {
    let runs: Vec<Arc<Run>> = Manifest::load(depot)?.runs.into_iter().map(|note| Run::new(depot, note)).collect();
    std::thread::scope(|scope| {
        let decoding: Vec<_> = ScanRange::split(threads as u32)
            .into_iter()
            .map(|range| {
                let runs = &runs;
                scope.spawn(move || {
                    let Some((first, last)) = bounds(range) else { return Ok(0) };
                    let mut rows = 0;
                    for run in runs {
                        let mut reading = run.read(&PLAIN, first, last);
                        while let Some(batch) = reading.next_batch()? {
                            rows += batch.num_rows() as u64;
                        }
                    }
                    Ok(rows)
                })
            })
            .collect();
        decoding.into_iter().map(|one| one.join().expect("nobody panics while decoding")).sum()
    })
}
