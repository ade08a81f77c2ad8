//! Brands and members for tests, and the folds run over them in partitions.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;

use perennial_backtest::{Fold, in_parallel};
use perennial_kernel::{
    Body, Calendar, Currency, Day, Fact, FactId, Instant, Lane, MemberId, Order, OrderKey, Origin, Position, Quantity, Seq, SubjectId,
};
use perennial_rules::history::History;
use perennial_rules::lifecycle::model::Model;
use perennial_rules::reference::{Brand, Counting, Reference};

pub type Everyone = Vec<(MemberId, History)>;

pub fn reference() -> Reference {
    let currency = Currency::parse("USD").unwrap();
    let brand = Brand {
        name: "CDNOW".into(),
        calendar: Calendar::for_zone("America/New_York").unwrap(),
        currency,
        life_gap_days: 180,
        counting: Counting::Days,
        fields: Arc::default(),
        consents: Arc::default(),
        value: None,
        signals: perennial_rules::signal::Signals::shipped(),
    };
    let models = ["rf", "four-period"].map(|id| Model::shipped(id, 1, currency).unwrap());
    Reference::new(brand, models.into())
}

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

pub fn member(number: u64) -> MemberId {
    SubjectId::nth(Lane(0), number)
}

pub fn fact(row: u64, of: MemberId, occurred_at: Instant, body: Body) -> Fact {
    Fact {
        id: FactId { recorded_at: Instant(0), position: Position::new(Lane(0), Seq(row)) },
        subject: of,
        occurred_at,
        origin: Origin::Backfill,
        import: None,
        body,
    }
}

pub fn order(id: &str, paid_at: Instant, minor: i64) -> Order {
    Order {
        key: OrderKey { source: "test".into(), id: id.to_owned() },
        version: None,
        paid_at: Some(paid_at),
        money: perennial_kernel::Money(minor),
        quantity: Quantity::pieces(1),
        channel: None,
        store: None,
        lines: Vec::new(),
    }
}

/// The CDNOW 1/10 sample.
pub fn cdnow(reference: &Reference) -> Everyone {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/cdnow/CDNOW_sample.txt");
    let text = std::fs::read_to_string(path).unwrap();
    let mut members: BTreeMap<u64, Vec<Fact>> = BTreeMap::new();
    for (row, line) in text.lines().enumerate() {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let [number, _, date, _, dollars] = columns[..] else { panic!("row {row}") };
        let paid_at = reference.calendar.start(day(&format!("{}-{}-{}", &date[..4], &date[4..6], &date[6..])));
        let number: u64 = number.parse().unwrap();
        let money = reference.brand.currency.parse_amount(dollars).unwrap();
        let body = Body::OrderPlaced(order(&row.to_string(), paid_at, money.0));
        members.entry(number).or_default().push(fact(row as u64 + 1, member(number), paid_at, body));
    }
    assert_eq!(members.len(), 2357);
    members.into_iter().map(|(number, facts)| (member(number), History::new(facts))).collect()
}

/// Every `parts`-th member on a thread of its own.
pub fn run<F: Fold>(everyone: &Everyone, parts: usize, start: impl Fn() -> F) -> F {
    let feed = |part: usize, fold: &mut F| {
        for (member, history) in everyone.iter().skip(part).step_by(parts) {
            fold.take(*member, history);
        }
        Ok::<(), Infallible>(())
    };
    match in_parallel(parts, start, feed) {
        Ok(fold) => fold,
        Err(never) => match never {},
    }
}
