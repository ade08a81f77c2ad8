//! Payloads are read as they were written.

use perennial_kernel::{Membership, Position, Ruling, SubjectId};

use super::*;

fn check(body: &Body, text: &str) {
    let bytes = encode(body);
    assert_eq!(std::str::from_utf8(&bytes).unwrap(), text);
    assert_eq!(&decode(body.kind(), VERSION, &bytes).unwrap(), body);
}

#[test]
fn bodies_are_written_canonically_and_read_back() {
    let key = OrderKey { source: "shop".into(), id: "A1".into() };
    let line = Line { sku: "S".into(), quantity: Quantity::pieces(2), paid: Money(1177), ..Line::default() };
    let order = Order {
        key: key.clone(),
        version: Some(3),
        paid_at: Some(Instant(5)),
        money: Money(1177),
        quantity: Quantity::pieces(2),
        channel: None,
        store: Some("上海一店".into()),
        lines: vec![line],
    };
    check(
        &Body::OrderPlaced(order),
        r#"{"source":"shop","id":"A1","version":3,"paid_at":5,"money":1177,"quantity":2000,"store":"上海一店","lines":[{"sku":"S","quantity":2000,"paid":1177}]}"#,
    );
    check(&Body::OrderCancelled(Cancel { key: key.clone(), version: None }), r#"{"source":"shop","id":"A1"}"#);
    let back = Refund { key: Some(key), id: "R".into(), money: Money(5), whole: true, lines: vec![] };
    check(&Body::OrderRefunded(back), r#"{"source":"shop","order":"A1","id":"R","money":5,"whole":true}"#);
    let attributes =
        BTreeMap::from([("city".to_owned(), Attribute::Text("杭州".into())), ("birth_year".to_owned(), Attribute::Number(1990.0))]);
    check(
        &Body::MemberUpdated { relation: Some(Relation::Follower), attributes },
        r#"{"relation":"follower","attributes":{"birth_year":{"number":1990.0},"city":{"text":"杭州"}}}"#,
    );
    let own =
        [("gift", Attribute::Cleared), ("limit", Attribute::Money(Money(5))), ("likes", Attribute::Choices(vec!["a".into(), "b".into()]))];
    check(
        &Body::MemberUpdated { relation: None, attributes: own.map(|(name, value)| (name.to_owned(), value)).into() },
        r#"{"attributes":{"gift":"cleared","likes":{"choices":["a","b"]},"limit":{"money":5}}}"#,
    );
    check(&Body::PolicyApplied { policy: "rf".into(), version: 2 }, r#"{"policy":"rf","version":2}"#);
    let (purpose, channel) = ("marketing".to_owned(), "sms".to_owned());
    check(
        &Body::ConsentGiven { purpose: purpose.clone(), channel: channel.clone(), text: Some(2) },
        r#"{"purpose":"marketing","channel":"sms","text":2}"#,
    );
    check(&Body::ConsentWithdrawn { purpose, channel }, r#"{"purpose":"marketing","channel":"sms"}"#);
    check(&Body::MemberErased, "{}");
    check(&Body::TimerDue { policy: "rf".into() }, r#"{"policy":"rf"}"#);
    check(&Body::EpochOpened { epoch: 3 }, r#"{"epoch":3}"#);
    check(&Body::ImportRetracted { import: ImportId(4) }, r#"{"import":4}"#);
    let (one, two) = (SubjectId(1), SubjectId(2));
    check(
        &Body::MembersMerged(Membership { subjects: vec![one, two], after: vec![Position(9)], ruling: None }),
        r#"{"subjects":["m_0000000000001","m_0000000000002"],"after":[9]}"#,
    );
    check(
        &Body::MembersRuled(Ruling { together: vec![], apart: vec![(one, two)], by: "ann".into() }),
        r#"{"apart":[["m_0000000000001","m_0000000000002"]],"by":"ann"}"#,
    );
}

#[test]
fn what_is_damaged_or_newer_is_not_guessed_at() {
    assert!(decode("order.placed", 1, b"{").is_err());
    assert!(decode("order.placed", 2, b"{}").is_err());
    assert!(decode("nonsense", 1, b"{}").is_err());
}
