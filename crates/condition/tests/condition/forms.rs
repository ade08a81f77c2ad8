//! The text form and the JSON form mean the same tree.

use perennial_condition::{from_json, parse, print, read, read_json, to_json};
use proptest::prelude::*;

use crate::members::catalog;
use crate::random::{Dice, Taste, typed, untyped};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn what_is_printed_is_read_back(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let tree = untyped(&mut Dice::new(&bytes), 4);
        let text = print(&tree, &catalog());
        let again = read(&text);
        prop_assert_eq!(again, Ok(tree), "{}", text);
    }

    #[test]
    fn json_is_read_back(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let tree = untyped(&mut Dice::new(&bytes), 4);
        let json = to_json(&tree);
        let wire: serde_json::Value = serde_json::from_str(&json.to_string()).unwrap();
        prop_assert_eq!(read_json(&wire), Ok(tree), "{}", json);
    }

    #[test]
    fn a_typed_tree_passes_the_checker_in_both_forms(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let taste = Taste { aggregates: true, sql: false, daily: true };
        let tree = typed(&mut Dice::new(&bytes), 3, taste);
        let catalog = catalog();
        prop_assert_eq!(parse(&print(&tree, &catalog), &catalog), Ok(tree.clone()));
        prop_assert_eq!(from_json(&to_json(&tree), &catalog), Ok(tree));
    }
}

/// Reads the text and says how it is printed.
fn check(table: &[(&str, &str)]) {
    for (text, printed) in table {
        let tree = read(text).unwrap_or_else(|problem| panic!("{text}: {problem:?}"));
        assert_eq!(print(&tree, &catalog()), *printed, "{text}");
    }
}

#[test]
fn parentheses_stay_only_where_they_matter() {
    check(&[
        ("(a = 1) and (b = 2)", "a = 1 AND b = 2"),
        ("a = 1 and b = 2 or c = 3", "a = 1 AND b = 2 OR c = 3"),
        ("a = 1 and (b = 2 or c = 3)", "a = 1 AND (b = 2 OR c = 3)"),
        ("(a = 1 and b = 2) and c = 3", "(a = 1 AND b = 2) AND c = 3"),
        ("not (a = 1)", "NOT a = 1"),
        ("not (a = 1 or b = 2)", "NOT (a = 1 OR b = 2)"),
        ("not a = 1 and b = 2", "NOT a = 1 AND b = 2"),
        ("(x + 1) * 2 > (y * 2) + 1", "(x + 1) * 2 > y * 2 + 1"),
        ("x - (y - z) = (x - y) - z", "x - (y - z) = x - y - z"),
        ("-x * -(3) < - 3", "-x * -(3) < -3"),
        ("a between (1) and 2 and b", "a BETWEEN 1 AND 2 AND b"),
    ]);
}

#[test]
fn spellings_come_out_as_one() {
    check(&[
        ("a != 1 AND b ≠ 2 and c <> 3", "a <> 1 AND b <> 2 AND c <> 3"),
        ("a ≤ 1 or b ≥ .5", "a <= 1 OR b >= 0.5"),
        ("COUNT(purchase) > 1e2", "count(purchase) > 100.0"),
        ("avg(order.money within 1 day) > 5", "average(order.money within 1 days) > 5"),
        (
            "count(order where (channel = 'shop') within 90 days ending 0 days ago) = 1",
            "count(order where channel = 'shop' within 90 days) = 1",
        ),
        ("sum(purchase.money within 30 days ending 30 days ago) > 0", "sum(purchase.money within 30 days ending 30 days ago) > 0"),
        ("\"city\" is not distinct from date '2026-01-01'", "city IS NOT DISTINCT FROM DATE '2026-01-01'"),
        ("\"and\" = \"odd name\" and 城市 = 'it''s'", "\"and\" = \"odd name\" AND 城市 = 'it''s'"),
        ("a like '100!%%' escape '!'", "a LIKE '100\\%%' ESCAPE '\\'"),
        ("a not like '%x' or a not in (1, -2) or a not between 1 and 2", "a NOT LIKE '%x' OR a NOT IN (1, -2) OR a NOT BETWEEN 1 AND 2"),
        ("days_since(last(order)) = -9223372036854775808", "days_since(last(order)) = -9223372036854775808"),
    ]);
}

#[test]
fn json_has_the_shape_a_visual_builder_edits() {
    let json = to_json(
        &read("r_days <= 30 and not (city in ('a', 'b') or count(order where channel = 'shop' within 90 days) >= f_total)").unwrap(),
    );
    let expected = serde_json::json!({ "combinator": "and", "not": false, "rules": [
        { "field": "r_days", "operator": "<=", "valueSource": "value", "value": 30 },
        { "combinator": "or", "not": true, "rules": [
            { "field": "city", "operator": "in", "valueSource": "value", "value": ["a", "b"] },
            { "field": "expression",
              "operand": { "aggregate": "count", "fact": "order",
                           "where": { "combinator": "and", "not": false, "rules": [
                               { "field": "channel", "operator": "=", "valueSource": "value", "value": "shop" } ] },
                           "days": 90, "endingDaysAgo": 0 },
              "operator": ">=", "valueSource": "field", "value": "f_total" } ] } ] });
    assert_eq!(json, expected);
}
