//! Published behaviour of real customers: the CDNOW 1/10 sample through model RF, against the table of the specification.

use std::collections::BTreeMap;
use std::sync::Arc;

use perennial_kernel::{
    Body, Calendar, Currency, Day, Fact, FactId, Instant, Lane, Order, OrderKey, Origin, Position, Quantity, Seq, SubjectId,
};
use perennial_rules::history::History;
use perennial_rules::lifecycle::model::Model;
use perennial_rules::lifecycle::walk;
use perennial_rules::reference::{Brand, Counting, Reference};

fn reference() -> Reference {
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
    Reference::new(brand, vec![Model::shipped("rf", 1, currency).unwrap()])
}

/// The sample's rows as facts: member, then day, pieces and dollars.
fn members(reference: &Reference) -> BTreeMap<String, Vec<Fact>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/cdnow/CDNOW_sample.txt");
    let text = std::fs::read_to_string(path).unwrap();
    let mut members: BTreeMap<String, Vec<Fact>> = BTreeMap::new();
    for (row, line) in text.lines().enumerate() {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let [member, _, date, pieces, dollars] = columns[..] else { panic!("row {row}") };
        let day = Day::parse(&format!("{}-{}-{}", &date[..4], &date[4..6], &date[6..])).unwrap();
        let paid_at = reference.calendar.start(day);
        let order = Order {
            key: OrderKey { source: "cdnow".into(), id: format!("{row}") },
            version: None,
            paid_at: Some(paid_at),
            money: reference.brand.currency.parse_amount(dollars).unwrap(),
            quantity: Quantity::pieces(pieces.parse().unwrap()),
            channel: None,
            store: None,
            lines: Vec::new(),
        };
        members.entry(member.to_owned()).or_default().push(Fact {
            id: FactId { recorded_at: Instant(0), position: Position::new(Lane(0), Seq(row as u64 + 1)) },
            subject: SubjectId::nth(Lane(0), 1),
            occurred_at: paid_at,
            origin: Origin::Backfill,
            import: None,
            body: Body::OrderPlaced(order),
        });
    }
    members
}

#[test]
fn the_sample_falls_into_the_published_stages() {
    let reference = reference();
    let members = members(&reference);
    assert_eq!(members.len(), 2357);
    let model = reference.model("rf").unwrap();
    let stages = ["new.first", "new.second", "regular.loyal", "regular.active", "at_risk.silent", "lapsed.sleeping", "lapsed.churned"];
    let table = [
        ("1997-03-31", [636, 346, 32, 121, 1222, 0, 0], 0),
        ("1997-09-30", [39, 11, 180, 188, 301, 1638, 0], 76),
        ("1998-06-30", [32, 16, 186, 70, 210, 290, 1553], 476),
    ];
    for (as_of, expected, second_lives) in table {
        let until = reference.calendar.end(Day::parse(as_of).unwrap());
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let mut more_lives = 0;
        for facts in members.values() {
            let book = History::new(facts.clone()).book(&reference, until);
            let stand = walk::stand(&reference, model, &book, until);
            *counts.entry(model.stages[stand.stage].id.as_str()).or_default() += 1;
            more_lives += usize::from(stand.life > 1);
        }
        assert_eq!(stages.map(|stage| counts.get(stage).copied().unwrap_or(0)), expected, "{as_of}");
        assert_eq!(counts.values().sum::<usize>(), 2357, "{as_of}");
        if as_of != "1997-03-31" {
            assert_eq!(more_lives, second_lives, "{as_of}");
        }
    }
}

/// The path walked by events and due days passes through the stage that a plain look at each of these days gives.
#[test]
fn the_path_agrees_with_a_look_at_any_day() {
    let reference = reference();
    let model = reference.model("rf").unwrap();
    for facts in members(&reference).into_values().take(300) {
        let history = History::new(facts);
        let end = reference.calendar.end(Day::parse("1999-12-31").unwrap());
        let path = walk::path(&reference, model, &history, Instant::MIN, end);
        for number in (Day::parse("1997-01-01").unwrap().0)..(Day::parse("1999-12-31").unwrap().0) {
            let at = reference.calendar.end(Day(number));
            let book = history.book(&reference, at);
            let stage = book.known_from.map(|_| model.stages[walk::stand(&reference, model, &book, at).stage].id.clone());
            let walked = path.moves.iter().rev().find(|walked| walked.step.at <= at).map(|walked| walked.step.to.clone());
            assert_eq!(walked, stage, "{}", Day(number));
        }
    }
}

#[test]
fn every_shipped_model_compiles_and_prints_itself() {
    let currency = Currency::parse("CNY").unwrap();
    for (id, yaml) in perennial_rules::lifecycle::document::SHIPPED {
        let model = Model::from_yaml(yaml, 1, currency).unwrap_or_else(|problems| panic!("{id}: {problems:#?}"));
        assert_eq!(model.id, id);
        let again = Model::from_yaml(&model.document.to_yaml(), 1, currency).unwrap();
        assert_eq!(again.document, model.document);
        for stage in &model.stages {
            assert!(!stage.sentence(&model.catalog).zh.is_empty());
        }
    }
}
