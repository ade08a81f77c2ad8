//! Orders over HTTP: every problem with a pointer to its field.

use perennial_kernel::{Body, Money, Quantity};
use perennial_source::door::{
    AmountInput, CancelInput, FieldProblem, LineInput, MemberInput, OrderInput, RefundInput, RefundLineInput, cancel, place, refund, update,
};

use crate::kit::{line, shanghai};

fn text(amount: &str) -> Option<AmountInput> {
    Some(AmountInput::Text(amount.to_owned()))
}

fn some(value: &str) -> Option<String> {
    Some(value.to_owned())
}

fn an_order() -> OrderInput {
    let a_line = |sku: &str, quantity: &str, paid: &str| LineInput {
        sku: sku.to_owned(),
        quantity: quantity.to_owned(),
        paid: text(paid),
        ..LineInput::default()
    };
    OrderInput {
        source: "pos".to_owned(),
        order_id: "A17".to_owned(),
        member: MemberInput { phone: some("138 0013 8000"), number: some("7"), name: some("李雷"), ..MemberInput::default() },
        paid_at: some("2026-11-20T10:00:00+08:00"),
        lines: vec![a_line("tea", "2", "25.00"), a_line("cup", "0.5", "7.50")],
        ..OrderInput::default()
    }
}

fn pointers(problems: &[FieldProblem]) -> Vec<(&str, &str)> {
    problems.iter().map(|problem| (problem.pointer.as_str(), problem.code)).collect()
}

fn refused(change: impl FnOnce(&mut OrderInput)) -> Vec<(String, &'static str)> {
    let mut input = an_order();
    change(&mut input);
    place(&input, &shanghai()).unwrap_err().into_iter().map(|problem| (problem.pointer, problem.code)).collect()
}

#[test]
fn a_good_order_becomes_one_incoming() {
    let incoming = place(&an_order(), &shanghai()).unwrap();
    assert_eq!(line(&incoming), "order:A17 v= 2026-11-20T02:00:00.000Z 7 placed 3250 x2500 lines=2");
    let kinds: Vec<_> = incoming.identities.iter().map(|identity| identity.kind.as_str()).collect();
    assert_eq!(kinds, ["number", "phone"]);
    assert_eq!(incoming.personal.get("name"), Some("李雷"));
    assert_eq!(incoming.source, "pos");
}

#[test]
fn every_bad_field_is_named() {
    let cases = [
        (refused(|o| o.lines[0].quantity = "-1".to_owned()), vec![("/lines/0/quantity", "number.negative")]),
        (refused(|o| o.lines[1].paid = Some(AmountInput::Number("7.5".to_owned()))), vec![("/lines/1/paid", "money.number")]),
        (refused(|o| o.lines[1].paid = None), vec![("/lines/1/paid", "field.missing")]),
        (refused(|o| o.order_id.clear()), vec![("/order_id", "field.missing")]),
        (refused(|o| o.source = " pos".to_owned()), vec![("/source", "id.blanks")]),
        (refused(|o| o.paid_at = None), vec![("/paid_at", "field.missing")]),
        (refused(|o| o.paid_at = some("2027-01-01")), vec![("/paid_at", "date.in_future")]),
        (refused(|o| o.currency = some("USD")), vec![("/currency", "currency.other")]),
        (refused(|o| o.amount = text("33.00")), vec![("/amount", "order.amount_differs")]),
        (refused(|o| o.member.phone = some("138****8000")), vec![("/member/phone", "identity.masked")]),
        (refused(|o| o.version = some("v2")), vec![("/version", "version.unreadable")]),
        (
            refused(|o| o.amount = Some(AmountInput::Minor { minor: 3250, currency: some("USD"), scale: Some(3) })),
            vec![("/amount/currency", "currency.other"), ("/amount/scale", "money.scale")],
        ),
        (
            refused(|o| {
                o.lines.clear();
                o.member.other = vec![("Wrong Kind".to_owned(), "x".to_owned())];
            }),
            vec![("/member/Wrong Kind", "identity.kind"), ("/amount", "field.missing")],
        ),
        (refused(|o| o.lines[0].paid = text("-100")), vec![("/lines", "order.amount_negative")]),
    ];
    for (found, expected) in cases {
        let found: Vec<_> = found.iter().map(|(pointer, code)| (pointer.as_str(), *code)).collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn an_order_without_lines_needs_an_amount_and_counts_as_one_piece() {
    let input = OrderInput {
        lines: Vec::new(),
        amount: Some(AmountInput::Minor { minor: 100, currency: some("CNY"), scale: Some(2) }),
        ..an_order()
    };
    assert!(line(&place(&input, &shanghai()).unwrap()).ends_with("placed 100 x1000 lines=0"));
}

#[test]
fn an_unpaid_order_says_when_it_was_placed() {
    let input = OrderInput { paid_at: None, placed_at: some("2026-11-20 10:00"), ..an_order() };
    assert!(line(&place(&input, &shanghai()).unwrap()).contains("unpaid 3250"));
}

#[test]
fn an_update_needs_a_version_or_a_modified_time() {
    assert_eq!(pointers(&update(&an_order(), &shanghai()).unwrap_err()), [("/version", "field.missing")]);
    let versioned = OrderInput { version: some("5"), ..an_order() };
    assert_eq!(update(&versioned, &shanghai()).unwrap().version, "5");
    let modified = OrderInput { modified_at: some("2026-11-21T00:00:00Z"), ..an_order() };
    let incoming = update(&modified, &shanghai()).unwrap();
    let Body::OrderUpdated(order) = &incoming.body else { panic!("an update") };
    assert_eq!((incoming.version.as_str(), order.version), ("1795219200000", Some(1_795_219_200_000)));
}

#[test]
fn a_cancellation_names_its_order_and_time() {
    let input = CancelInput { source: "pos".to_owned(), order_id: "A17".to_owned(), cancelled_at: some("2026-11-21"), version: None };
    assert_eq!(line(&cancel(&input, &shanghai()).unwrap()), "cancel:A17 v= 2026-11-20T16:00:00.000Z - cancelled");
    let input = CancelInput { cancelled_at: None, ..input };
    assert_eq!(pointers(&cancel(&input, &shanghai()).unwrap_err()), [("/cancelled_at", "field.missing")]);
}

#[test]
fn refunds_are_whole_or_of_an_amount_or_of_lines() {
    let base = RefundInput {
        source: "pos".to_owned(),
        order_id: some("A17"),
        refund_id: "R3".to_owned(),
        refunded_at: some("2026-11-21"),
        ..RefundInput::default()
    };
    let whole = RefundInput { whole: true, ..base.clone() };
    assert!(line(&refund(&whole, &shanghai()).unwrap()).ends_with("refunded 0 of=A17 whole=true"));
    let amount = RefundInput { amount: text("5"), ..base.clone() };
    assert!(line(&refund(&amount, &shanghai()).unwrap()).ends_with("refunded 500 of=A17 whole=false"));
    let a_line = |line, amount| RefundLineInput { line, quantity: some("1"), amount: text(amount) };
    let lines = RefundInput { lines: vec![a_line(0, "5"), a_line(1, "2.50")], ..base.clone() };
    let Body::OrderRefunded(by_line) = refund(&lines, &shanghai()).unwrap().body else { panic!("a refund") };
    assert_eq!((by_line.money, by_line.lines.len(), by_line.lines[1].quantity), (Money(750), 2, Quantity::pieces(1)));
    let unlinked = RefundInput { order_id: None, amount: text("5"), ..base.clone() };
    assert!(line(&refund(&unlinked, &shanghai()).unwrap()).ends_with("refunded 500 of=- whole=false"));

    for (input, expected) in [
        (base.clone(), vec![("/amount", "field.missing")]),
        (RefundInput { amount: text("0"), ..base.clone() }, vec![("/amount", "refund.nothing")]),
        (RefundInput { amount: text("-5"), ..base.clone() }, vec![("/amount", "number.negative")]),
        (RefundInput { lines: vec![a_line(0, "5"), a_line(0, "5")], ..base.clone() }, vec![("/lines/1/line", "refund.line_twice")]),
        (RefundInput { lines: vec![a_line(0, "5")], amount: text("6"), ..base.clone() }, vec![("/amount", "order.amount_differs")]),
        (RefundInput { order_id: None, whole: true, ..base }, vec![("/whole", "refund.unlinked")]),
    ] {
        assert_eq!(pointers(&refund(&input, &shanghai()).unwrap_err()), expected);
    }
}
