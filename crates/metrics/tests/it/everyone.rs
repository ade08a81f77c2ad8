//! Brands and members for tests, and passes over them in partitions.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use perennial_backtest::in_parallel;
use perennial_kernel::{
    Body, Calendar, Currency, Day, Fact, FactId, Instant, Lane, Line, MemberId, Money, Order, OrderKey, Origin, Position, Quantity, Seq,
    SubjectId,
};
use perennial_metrics::{Metric, Observed, Pass};
use perennial_rules::history::History;
use perennial_rules::reference::{Brand, Counting, Reference};

pub type Everyone = Vec<(MemberId, History)>;

pub fn reference_counting(counting: Counting) -> Reference {
    let brand = Brand {
        name: "Test".into(),
        calendar: Calendar::for_zone("America/New_York").unwrap(),
        currency: Currency::parse("USD").unwrap(),
        life_gap_days: 180,
        counting,
        fields: Arc::default(),
        consents: Arc::default(),
        value: None,
        signals: perennial_rules::signal::Signals::shipped(),
    };
    Reference::new(brand, Vec::new())
}

pub fn reference() -> Reference {
    reference_counting(Counting::Days)
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
        money: Money(minor),
        quantity: Quantity::pieces(1),
        channel: None,
        store: None,
        lines: Vec::new(),
    }
}

pub fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)
}

/// All of CDNOW, read once for a process.
pub fn cdnow() -> &'static Everyone {
    static READ: OnceLock<Everyone> = OnceLock::new();
    READ.get_or_init(|| {
        let reference = reference();
        let text = std::fs::read_to_string(data("data/cdnow/CDNOW_master.txt")).unwrap();
        let mut facts = Vec::new();
        for (row, line) in text.lines().enumerate().skip(1) {
            let columns: Vec<&str> = line.split_whitespace().collect();
            let [number, date, pieces, dollars] = columns[..] else { panic!("row {row}") };
            let paid_at = reference.calendar.start(day(&format!("{}-{}-{}", &date[..4], &date[4..6], &date[6..])));
            let mut order = order(&row.to_string(), paid_at, reference.brand.currency.parse_amount(dollars).unwrap().0);
            order.quantity = Quantity::pieces(pieces.parse().unwrap());
            facts.push((number.parse().unwrap(), order));
        }
        everyone(facts)
    })
}

/// All of Complete Journey with its lines, read once for a process.
pub fn journey() -> &'static Everyone {
    static READ: OnceLock<Everyone> = OnceLock::new();
    READ.get_or_init(|| {
        let reference = reference();
        let packed = std::fs::File::open(data("data/complete-journey/complete-journey.txt.gz")).unwrap();
        let (mut categories, mut baskets): (BTreeMap<String, String>, Vec<(u64, Order)>) = (BTreeMap::new(), Vec::new());
        for line in BufReader::new(flate2::read::MultiGzDecoder::new(packed)).lines() {
            let line = line.unwrap();
            if let Some(product) = line.strip_prefix("p ") {
                let parts: Vec<&str> = product.split(',').collect();
                let name = if parts[2].is_empty() { parts[1].to_owned() } else { format!("{}/{}", parts[1], parts[2]) };
                categories.insert(parts[0].to_owned(), name);
            } else if let Some(head) = line.strip_prefix("b ") {
                let parts: Vec<&str> = head.split(',').collect();
                let [household, number, store, at] = parts[..] else { panic!("{line}") };
                let clock = |range: std::ops::Range<usize>| at[range].parse::<u32>().unwrap();
                let paid_at = reference.calendar.at(day(&at[..10]), clock(11..13), clock(14..16), clock(17..19));
                let mut basket = order(number, paid_at, 0);
                basket.quantity = Quantity::ZERO;
                basket.store = Some(store.to_owned());
                baskets.push((household.parse().unwrap(), basket));
            } else if line.starts_with(|first: char| first.is_ascii_digit()) {
                let mut parts = line.split(',');
                let sku = parts.next().unwrap().to_owned();
                let mut number = |missing: i64| parts.next().filter(|part| !part.is_empty()).map_or(missing, |part| part.parse().unwrap());
                let (pieces, sales, retail, coupon, matched) = (number(1), number(0), number(0), number(0), number(0));
                let (_, basket) = baskets.last_mut().unwrap();
                basket.quantity.0 += pieces * 1000;
                let paid = Money(sales - coupon);
                basket.money += paid;
                let category = categories.get(&sku).cloned();
                basket.lines.push(Line {
                    sku,
                    category,
                    quantity: Quantity::pieces(pieces),
                    list: Some(Money(sales + retail + matched)),
                    paid,
                    ..Line::default()
                });
            }
        }
        everyone(baskets)
    })
}

fn everyone(orders: Vec<(u64, Order)>) -> Everyone {
    let mut members: BTreeMap<u64, Vec<Fact>> = BTreeMap::new();
    for (row, (number, order)) in (1..).zip(orders) {
        let paid_at = order.paid_at.unwrap();
        members.entry(number).or_default().push(fact(row, member(number), paid_at, Body::OrderPlaced(order)));
    }
    members.into_iter().map(|(number, facts)| (member(number), History::new(facts))).collect()
}

/// Every `parts`-th member on a thread of its own.
pub fn run<M: Metric>(reference: &Reference, everyone: &Everyone, as_of: Day, parts: usize, start: impl Fn() -> M) -> (M, Observed) {
    let feed = |part: usize, pass: &mut Pass<'_, M>| {
        for (member, history) in everyone.iter().skip(part).step_by(parts) {
            perennial_backtest::Fold::take(pass, *member, history);
        }
        Ok::<(), Infallible>(())
    };
    match in_parallel(parts, || Pass::new(reference, as_of, start()), feed) {
        Ok(pass) => pass.end(true),
        Err(never) => match never {},
    }
}
