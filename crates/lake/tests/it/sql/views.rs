//! Each view over histories made by hand.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use perennial_app::port::analyst::{Analyst, Ask};
use perennial_app::query::people;
use perennial_kernel::{
    Attribute, Body, Cancel, Identity, IdentityKind, Incoming, MemberId, Money, OrderKey, Personal, Refund, Relation, Scores,
};

use super::kit::{Brand, NOW, ask, known, order, places, told};

struct Known {
    brand: Brand,
    li: MemberId,
    /// Two subjects that somebody ruled to be one person.
    han: MemberId,
}

fn key(id: &str) -> Option<OrderKey> {
    Some(OrderKey { source: "pos".into(), id: id.into() })
}

fn refunds(who: &[Identity], id: &str, at: &str, minor: i64, whole: bool) -> Incoming {
    let refund = Refund { key: key(id), id: format!("R-{id}"), money: Money(minor), whole, lines: Vec::new() };
    told(who, &format!("refund:R-{id}"), at, Body::OrderRefunded(refund))
}

fn joins(who: &[Identity], name: &str, at: &str) -> Incoming {
    let attributes = BTreeMap::from([("city".to_owned(), Attribute::Text("苏州".into()))]);
    let personal = Personal(vec![("name".into(), name.into())]);
    let body = Body::MemberUpdated { relation: Some(Relation::Registered), attributes };
    Incoming { personal, ..told(who, "member:1", at, body) }
}

/// Li buys five times and keeps two and a part; a newer version of the first order is followed by the older one once more. Han was known by
/// two values before they were found to be one person.
fn known_members() -> &'static Known {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let brand = Brand::new("Asia/Shanghai", "CNY", NOW);
        let li = [known(IdentityKind::Number, "00001"), known(IdentityKind::Phone, "19900000001")];
        let one = [known(IdentityKind::Phone, "19900000002")];
        let other = [known(IdentityKind::Email, "han@example.cn")];
        let newer = Incoming {
            version: "2".into(),
            ..told(&li, "order:A1", "2026-01-10T16:30:00Z", Body::OrderUpdated(order("A1", "2026-01-10T16:30:00Z", 12_000, 2)))
        };
        let unpaid = perennial_kernel::Order { paid_at: None, ..order("A4", "", 4_000, 1) };
        let members = brand.tell(vec![
            joins(&li, "李雷", "2026-01-05T02:00:00Z"),
            newer,
            places(&li, "A1", "2026-01-10T16:30:00Z", 10_000),
            places(&li, "A2", "2026-03-01T04:00:00Z", 5_000),
            refunds(&li, "A2", "2026-03-04T04:00:00Z", 2_000, false),
            places(&li, "A3", "2026-03-02T04:00:00Z", 3_000),
            told(&li, "cancel:A3", "2026-03-03T04:00:00Z", Body::OrderCancelled(Cancel { key: key("A3").unwrap(), version: None })),
            Incoming { version: "1".into(), ..told(&li, "order:A4", "2026-03-05T04:00:00Z", Body::OrderPlaced(unpaid)) },
            places(&li, "A5", "2026-03-06T04:00:00Z", 6_000),
            refunds(&li, "A5", "2026-03-07T04:00:00Z", 6_000, true),
            told(
                &li,
                "event:1",
                "2026-11-20T17:00:00Z",
                Body::Behaved { name: "viewed".into(), channel: Some("app".into()), scores: four_of_five() },
            ),
            places(&one, "B1", "2026-11-01T04:00:00Z", 1_000),
            places(&other, "B2", "2026-11-02T04:00:00Z", 2_000),
        ]);
        let (li, one, other) = (members[0], members[11], members[12]);
        let han = people::merge(&brand.house, one, other, "owner", "one person").unwrap();
        Known { brand, li, han }
    })
}

#[test]
fn orders_are_those_of_the_book_refunds_cancellations_and_late_versions_taken_in() {
    let Known { brand, li, han } = known_members();
    let columns = "order_id, day, status, counted, money, refunded, net, nth, gap_days";
    assert_eq!(
        brand.rows(&format!("SELECT {columns} FROM orders WHERE member = '{li}' ORDER BY order_id")),
        [
            // Half past midnight in Shanghai is the day after.
            "A1|2026-01-11|counted|true|120.00|0.00|120.00|1|∅",
            "A2|2026-03-01|counted|true|50.00|20.00|30.00|2|49",
            "A3|2026-03-02|cancelled|false|30.00|0.00|0.00|∅|∅",
            "A4|∅|unpaid|false|40.00|0.00|0.00|∅|∅",
            "A5|2026-03-06|refunded|false|60.00|60.00|0.00|∅|∅",
        ]
    );
    assert_eq!(
        brand.rows("SELECT source, paid_at, quantity, channel, store FROM orders WHERE order_id = 'A1'"),
        ["pos|2026-01-11T00:30:00+08:00|1.500|shop|S1"]
    );
    // A merged member's orders are one member's.
    assert_eq!(brand.rows(&format!("SELECT order_id, nth FROM orders WHERE member = '{han}' ORDER BY nth")), ["B1|1", "B2|2"]);
    assert_eq!(brand.rows("SELECT count(*), sum(net), sum(quantity) FROM orders WHERE counted"), ["4|180.00|6.000"]);
}

#[test]
fn lines_are_those_of_the_newest_version() {
    let Known { brand, .. } = known_members();
    assert_eq!(
        brand.rows("SELECT line, sku, name, category, quantity, list, paid, discount, counted FROM lines WHERE order_id = 'A1'"),
        ["1|SKU-A1|Scarf|accessories|1.500|130.00|120.00|10.00|true"]
    );
    assert_eq!(brand.rows("SELECT count(*), sum(paid) FROM lines"), ["7|330.00"]);
}

#[test]
fn members_are_told_once_and_their_personal_columns_masked() {
    let Known { brand, li, han } = known_members();
    let columns =
        "member, number, name, phone, email, registered_on, known_on, first_purchase_on, last_purchase_on, first_store, orders, money";
    let row = |name: &str, phone: &str| format!("{li}|00001|{name}|{phone}|∅|2026-01-05|2026-01-05|2026-01-11|2026-03-01|S1|2|150.00");
    let statement = format!("SELECT {columns} FROM members WHERE member = '{li}'");
    assert_eq!(brand.rows(&statement), [row("李*", "199****0001")]);
    let clear = Ask { clear: true, ..ask(&statement) };
    assert_eq!(brand.rows_of(&clear), [row("李雷", "19900000001")]);
    // Both parts of a merged member tell who it is, and it counts once.
    assert_eq!(brand.rows(&format!("SELECT phone, email, orders FROM members WHERE member = '{han}'")), ["199****0002|h***@example.cn|2"]);
    assert_eq!(brand.rows("SELECT count(*), count(phone), sum(money) FROM members"), ["2|2|180.00"]);
}

#[test]
fn the_profile_has_every_field_of_the_catalogue_and_the_stage_of_each_model() {
    let Known { brand, li, .. } = known_members();
    let reference = brand.house.reference();
    let views = brand.sql.views();
    let profile = views.iter().find(|view| view.name == "profile").unwrap();
    let names: Vec<&str> = profile.columns.iter().map(|column| column.name.as_str()).collect();
    for field in &reference.catalog().fields {
        assert!(names.contains(&field.name.as_str()), "{}", field.name);
    }
    assert_eq!(names.last(), Some(&"stage_rf"));
    // Told for everyone, though no stage here reads them.
    assert_eq!(brand.rows(&format!("SELECT goodwill = 0 AND closeness = 0 FROM profile WHERE member = '{li}'")), ["true"]);
    let statement =
        format!("SELECT recency, f_total, orders_total, m_total, city, registered, last_purchase_on FROM profile WHERE member IN ('{li}')");
    assert_eq!(brand.rows(&statement), ["266|2|2|150.00|苏州|true|2026-03-01"]);
}

#[test]
fn stages_follow_each_other_without_gaps_and_end_where_the_profile_stands() {
    let Known { brand, li, .. } = known_members();
    let rows =
        brand.rows(&format!("SELECT stage, since_on, until_on, days FROM stages WHERE member = '{li}' AND model = 'rf' ORDER BY since"));
    let cells: Vec<Vec<&str>> = rows.iter().map(|row| row.split('|').collect()).collect();
    assert!(cells.len() > 2, "{rows:?}");
    for pair in cells.windows(2) {
        assert_eq!(pair[0][2], pair[1][1], "{rows:?}");
    }
    assert_eq!((cells[0][1], cells.last().unwrap()[2]), ("2026-01-05", "∅"));
    let standing = brand.rows(&format!("SELECT stage_rf FROM profile WHERE member = '{li}'"));
    assert_eq!(standing[0], cells.last().unwrap()[0]);
    // All days since the first trace are in one stage or another.
    assert_eq!(brand.rows(&format!("SELECT sum(days) FROM stages WHERE member = '{li}' AND model = 'rf'")), ["321"]);
}

fn four_of_five() -> Scores {
    let mut scores = Scores::NONE;
    assert!(scores.set(perennial_kernel::Aspect::Product, 4));
    scores
}

#[test]
fn behaviours_are_told_on_the_brands_days() {
    let Known { brand, .. } = known_members();
    assert_eq!(brand.rows("SELECT name, channel, day FROM behaviours"), ["viewed|app|2026-11-21"]);
    assert_eq!(brand.rows("SELECT score_product, score_price IS NULL FROM behaviours"), ["4|true"]);
}

#[test]
fn views_compose_with_each_other_and_with_what_sql_has() {
    let Known { brand, .. } = known_members();
    let statement = "WITH spent AS (SELECT member, sum(net) AS money FROM orders GROUP BY member)
        SELECT count(*) FROM members m JOIN spent s ON s.member = m.member WHERE s.money = m.money";
    assert_eq!(brand.rows(statement), ["2"]);
    assert_eq!(brand.rows("SELECT count(*) FROM generate_series(1, 5)"), ["5"]);
    assert_eq!(
        brand.rows("SELECT date_trunc('month', day) AS month, count(*) FROM orders WHERE counted GROUP BY month ORDER BY month"),
        ["2026-01-01T00:00:00|1", "2026-03-01T00:00:00|1", "2026-11-01T00:00:00|2"]
    );
}

#[test]
fn every_column_of_every_view_is_documented_and_can_be_read() {
    let Known { brand, .. } = known_members();
    for view in brand.sql.views() {
        let (columns, rows, _) = brand.run(&ask(&format!("SELECT * FROM {}", view.name))).unwrap();
        assert!(!rows.is_empty(), "{}", view.name);
        assert_eq!(columns.len(), view.columns.len());
        for (column, documented) in columns.iter().zip(&view.columns) {
            assert_eq!(column.name, documented.name);
            assert!(!documented.about.en.is_empty() && !documented.about.zh.is_ascii(), "{}.{}", view.name, column.name);
        }
        assert!(brand.run(&ask(&view.example)).is_ok(), "{}", view.example);
    }
}

#[test]
fn columns_that_are_not_asked_for_are_not_computed() {
    let Known { brand, li, .. } = known_members();
    let plan = |statement: &str| brand.rows(&format!("EXPLAIN {statement}")).join("\n");
    assert!(plan("SELECT count(*) FROM orders").contains("MemberFold: view=orders, columns=[]"), "{}", plan("SELECT count(*) FROM orders"));
    let one = plan(&format!("SELECT order_id FROM orders WHERE member = '{li}'"));
    assert!(one.contains("parts=1"), "one family is read and nobody else: {one}");
    let told = plan("SELECT city FROM profile WHERE f_total > 1");
    assert!(told.contains("columns=[f_total, city]"), "{told}");
}
