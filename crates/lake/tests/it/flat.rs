//! What columns show of somebody is what the facts come to, whatever happened to them, in whatever order it came, however the lake keeps it.

use std::collections::BTreeMap;

use perennial_app::port::journal::Chain;
use perennial_app::port::lake::Lake;
use perennial_app::port::{HistoryScan, ScanRange, Shown, StoredFact};
use perennial_app::read;
use perennial_backtest::{CohortBy, Cohorts, Daily, Flow, Fold, Pair, Preview, Reads, Stages, Times};
use perennial_kernel::{Day, Instant, Lane, MemberId, Position, Seq};
use perennial_lake::files::Files;
use perennial_metrics::cohort::{Behaviour, Count, Question, Rows, Start, classic};
use perennial_metrics::{Cohort, Funnel, Pareto, Pass, Period, Repurchase, Unit};
use perennial_rules::book::Book;
use perennial_rules::flat::Flat;
use perennial_rules::history::History;
use perennial_rules::lifecycle::model::Model;
use perennial_rules::payload;
use perennial_rules::reference::Reference;
use perennial_testkit::random::{Life, life};
use proptest::prelude::*;
use proptest::strategy::ValueTree;

use crate::lives::{Beside, Kept, LIMITS};
use crate::support::{Stores, held};

/// Books as of an instant, by member, and how many were shown by columns.
struct Books<'a> {
    reference: &'a Reference,
    until: Instant,
    found: BTreeMap<MemberId, Book>,
    by_columns: usize,
    names: bool,
}

impl Books<'_> {
    /// Of a book, what columns are to tell.
    fn keep(&mut self, member: MemberId, book: &Book) {
        let mut kept = Book::new(self.reference);
        (kept.known_from, kept.relations, kept.purchases) = (book.known_from, book.relations, book.purchases.clone());
        self.found.insert(member, kept);
    }
}

impl Fold for Books<'_> {
    fn take(&mut self, member: MemberId, history: &History) {
        self.keep(member, &history.book(self.reference, self.until));
    }

    fn reads(&self) -> Option<Reads> {
        Some(Reads { until: self.until, names: self.names })
    }

    fn take_flat(&mut self, flat: &Flat<'_>) -> bool {
        let mut book = Book::new(self.reference);
        book.fill(self.reference, flat, self.until);
        self.by_columns += 1;
        self.keep(flat.member, &book);
        true
    }

    fn merge(&mut self, other: Self) {
        self.found.extend(other.found);
    }
}

fn fold<F: Fold>(scan: &mut dyn HistoryScan, mut fold: F) -> F {
    let reads = fold.reads().expect("a fold that can do with columns");
    for range in ScanRange::split(2) {
        read::flat_or_histories(scan, range, reads, &mut fold, &|| true).unwrap();
    }
    fold
}

/// The facts of several lives, each of a subject of its own, as they came, one life's turn after the other's.
fn write_lives(beside: &Beside, lives: &[Life]) -> Reference {
    let models = vec![Model::shipped("rf", 1, lives[0].brand().currency).unwrap()];
    let mut journal = beside.journal();
    let mut queues: Vec<_> = Vec::new();
    for (at, life) in lives.iter().enumerate() {
        let drive = life.driven(models.clone());
        let facts = drive.member("member").map(|member| member.facts.clone()).unwrap_or_default();
        let mut facts = facts;
        facts.sort_by_key(|fact| fact.id);
        queues.push((at as i64 * 7 - 9, facts.into_iter()));
    }
    let mut tx = journal.begin(&held(&[Lane(0)])).unwrap();
    let mut set = perennial_app::port::Append::default();
    let mut head = tx.heads()[&Lane(0)];
    let mut goes_on = true;
    while goes_on {
        goes_on = false;
        for (subject, facts) in &mut queues {
            let Some(fact) = facts.next() else { continue };
            goes_on = true;
            head.seq = Seq(head.seq.0 + 1);
            head.chain = Chain([head.seq.0 as u8; 32]);
            set.facts.push(StoredFact {
                position: Position::new(Lane(0), head.seq),
                recorded_at: fact.id.recorded_at,
                kind: fact.body.kind().to_owned(),
                version: payload::VERSION,
                subject: perennial_kernel::SubjectId(*subject),
                occurred_at: fact.occurred_at,
                origin: fact.origin,
                import: fact.import,
                source: "test".to_owned(),
                object: String::new(),
                object_version: String::new(),
                payload: payload::encode(&fact.body),
                sealed: Vec::new(),
                chain: head.chain,
            });
        }
    }
    set.heads = vec![head];
    tx.append(&set).unwrap();
    tx.commit().unwrap();
    Reference::new(lives[0].brand(), models)
}

fn scan_of(beside: &Beside, files: &Files) -> Box<dyn HistoryScan> {
    files.scans(beside.journal().as_mut(), 1).unwrap().unwrap().remove(0)
}

/// Every metric that can do with columns, and stages.
fn answers(scan: &mut dyn HistoryScan, reference: &Reference, day: Day) -> String {
    let period = Period::default();
    let question = |rows| Question {
        behaviour: Behaviour::Buy,
        start: Start::FirstPurchase,
        rows,
        period,
        by: Unit::Month,
        columns: classic(6),
        count: Count::Own,
    };
    let metrics = || {
        let plain = (Repurchase::new(period), (Pareto::new(period), Funnel::new(period, 365)));
        (plain, vec![Cohort::new(question(Rows::Channel)), Cohort::new(question(Rows::Store)), Cohort::new(question(Rows::Time))])
    };
    let (((repurchase, (pareto, funnel)), cohorts), observed) = fold(scan, Pass::new(reference, day, metrics())).end(true);
    let stages = fold(scan, Stages::new(reference, &reference.models()[0], day)).finish();
    let flow = fold(scan, Flow::new(reference, &reference.models()[0], day - 60, day)).finish();
    let model = &reference.models()[0];
    let mut draft = model.clone();
    // The first two stages change places: another model for those whom both hold.
    draft.stages.swap(0, 1);
    let pair = Pair::new(reference, model, &draft);
    let preview = fold(scan, Preview::new(&pair, day)).finish();
    let daily = fold(scan, Daily::new(reference, &reference.models()[0], day - 90, day, 20)).finish();
    let times = fold(scan, Times::new(reference, &reference.models()[0], day)).finish();
    let lives = fold(scan, Cohorts::new(reference, CohortBy::Month, day)).finish();
    let cohorts: Vec<_> = cohorts.into_iter().map(|cohort| cohort.finish(day)).collect();
    format!(
        "{:#?}",
        (repurchase.finish(), pareto.finish(), funnel.finish(day), cohorts, observed, (stages, daily, times), preview, flow, lives)
    )
}

fn columns_tell_what_facts_come_to(lives: &[Life]) -> Result<usize, TestCaseError> {
    let mut by_columns = 0;
    for kept in [Kept::Runs, Kept::Merged, Kept::Mixed] {
        let beside = Beside::new(kept);
        let reference = write_lives(&beside, lives);
        let files = beside.files(LIMITS);
        beside.follow(&files);
        let first = Life::first_day();
        for days in [0, 40, 150, 400, 2000] {
            let day = first + days;
            let until = reference.calendar.end(day);
            let books = |names| Books { reference: &reference, until, found: BTreeMap::new(), by_columns: 0, names };
            let mut store = beside.journal().scan().unwrap();
            let wanted = fold(store.as_mut(), books(false));
            prop_assert_eq!(wanted.by_columns, 0);
            for names in [false, true] {
                let told = fold(scan_of(&beside, &files).as_mut(), books(names));
                prop_assert_eq!(&told.found, &wanted.found, "{:?}, day {}", kept, day);
                by_columns += told.by_columns;
            }
            let (told, wanted) = (answers(scan_of(&beside, &files).as_mut(), &reference, day), answers(store.as_mut(), &reference, day));
            prop_assert_eq!(told, wanted, "{:?}, day {}", kept, day);
        }
    }
    Ok(by_columns)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn what_columns_show_is_what_the_facts_come_to(lives in proptest::collection::vec(life(1..30), 1..6)) {
        // One brand for all: the first one's zone and way of counting.
        columns_tell_what_facts_come_to(&lives)?;
    }
}

#[test]
fn most_members_are_shown_by_columns_and_only_the_involved_by_facts() {
    let beside = Beside::new(Kept::Merged);
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let lives: Vec<Life> = (0..40).map(|_| life(1..12).new_tree(&mut runner).unwrap().current()).collect();
    write_lives(&beside, &lives);
    let files = beside.files(LIMITS);
    beside.follow(&files);
    let mut scan = scan_of(&beside, &files);
    let (mut flat, mut facts) = (0, 0);
    let reads = Reads { until: Instant::MAX, names: true };
    scan.scan_flat(ScanRange::ALL, reads, &mut |shown| {
        match shown {
            Shown::Flat(_) => flat += 1,
            Shown::Facts(..) => facts += 1,
        }
        perennial_app::port::Seen::Taken
    })
    .unwrap();
    assert!(flat >= 35 && flat + facts <= 40, "{flat} by columns, {facts} by facts");
    // What nobody has settled, or what came since, is told by facts.
    let unsettled = Reads { until: Instant::MIN, names: false };
    scan.scan_flat(ScanRange::ALL, unsettled, &mut |shown| {
        if let Shown::Flat(shown) = shown {
            assert_eq!((shown.orders.len(), shown.known_from), (0, None));
        }
        perennial_app::port::Seen::Taken
    })
    .unwrap();
}
