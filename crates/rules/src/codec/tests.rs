//! Rows are read back as written; damage is never taken for a row.

use super::*;

fn example() -> State {
    let mut purchases = DaySeries::default();
    purchases.add(Contribution { day: Day(-3), count: 1, sum: 500 });
    purchases.add(Contribution { day: Day(10_000), count: 300, sum: -7 });
    let attributes = BTreeMap::from([
        ("city".to_owned(), (Instant(5), Attribute::Text("杭州".into()))),
        ("score".to_owned(), (Instant(-5), Attribute::Number(0.1))),
        ("vip".to_owned(), (Instant(0), Attribute::Bool(true))),
        ("born".to_owned(), (Instant(0), Attribute::Day(Day(7)))),
        ("limit".to_owned(), (Instant(1), Attribute::Money(Money(-7)))),
        ("likes".to_owned(), (Instant(1), Attribute::Choices(vec!["a".into(), "中".into()]))),
        ("gone".to_owned(), (Instant(1), Attribute::Cleared)),
    ]);
    State {
        book: Book {
            known_from: Some(Instant(i64::MIN)),
            relations: [None, Some(Instant(3)), None],
            attributes,
            purchases,
            named: vec![DaySeries::default()],
            orders: BTreeMap::new(),
        },
        live_from: Instant(i64::MAX),
        clock: Instant(1_700_000_000_000),
        opened_quietly: true,
        standings: [Opened::FromNowhere, Opened::Quietly, Opened::From { stage: "ended".into(), life: 1 }]
            .map(|opened| Standing {
                model: "rf".into(),
                version: 3,
                value: None,
                signals: None,
                since: Instant(4),
                opened,
                stage: "new.first".into(),
                life: 2,
            })
            .to_vec(),
        series_key: u64::MAX,
    }
}

#[test]
fn states_and_orders_are_read_back_as_written() {
    assert_eq!(decode_state(&encode_state(&example())), Some(example()));
    let mut by_value = example();
    by_value.standings[1].value = Some(7);
    assert_eq!(decode_state(&encode_state(&by_value)), Some(by_value.clone()));
    (by_value.standings[0].signals, by_value.standings[1].value) = (Some(8), None);
    assert_eq!(decode_state(&encode_state(&by_value)), Some(by_value));
    let id = FactId { recorded_at: Instant(9), position: Position(77) };
    let order = OrderState {
        content: Some(Content {
            rank: (Some(-4), id),
            paid_at: Some(Instant(3)),
            money: Money(12),
            quantity: Quantity(1500),
            channel: Some("小程序".into()),
            store: None,
        }),
        cancelled: true,
        refunds: vec![Refunded { id: "R1".into(), money: Money(3), whole: false, quantity: Quantity(500) }],
    };
    assert_eq!(decode_order(&encode_order(&order)), Some(order));
    assert_eq!(decode_order(&encode_order(&OrderState::default())), Some(OrderState::default()));
}

#[test]
fn cut_or_damaged_bytes_are_never_taken_for_a_state() {
    let bytes = encode_state(&example());
    for length in 0..bytes.len() {
        assert_eq!(decode_state(&bytes[..length]), None, "{length}");
    }
    assert_eq!(decode_state(&[9, 1, 2]), None);
    assert_eq!(decode_state(&[STATE_VERSION, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 127]), None);
}
