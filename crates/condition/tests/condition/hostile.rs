//! Whatever is sent in is answered or refused, within bounds and without a panic.

use perennial_condition::{from_json, parse, parse_operand, print, sentence, to_json};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::members::catalog;
use crate::random::{Dice, untyped};

fn any_json() -> impl Strategy<Value = Json> {
    let word = prop::sample::select(vec![
        "combinator",
        "rules",
        "not",
        "field",
        "operator",
        "value",
        "valueSource",
        "operand",
        "and",
        "or",
        "=",
        "in",
        "between",
        "null",
        "beginsWith",
        "aggregate",
        "fact",
        "where",
        "days",
        "count",
        "order",
        "f_total",
        "expression",
        "function",
        "arguments",
        "greatest",
        "left",
        "right",
        "negate",
        "day",
        "2026-01-01",
        "+",
        "endingDaysAgo",
        "measure",
        "sum",
        "money",
    ]);
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        word.clone().prop_map(Json::from),
        ".{0,8}".prop_map(Json::from),
    ];
    leaf.prop_recursive(6, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
            prop::collection::vec((word.clone(), inner.clone()), 0..6)
                .prop_map(|pairs| Json::Object(pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())),
            prop::collection::vec(inner, 0..4).prop_map(|rules| json!({ "combinator": "and", "rules": rules })),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,80}") {
        let _ = parse(&text, &catalog());
        let _ = parse_operand(&text, &catalog());
    }

    #[test]
    fn any_words_of_the_language_are_read_or_refused(words in prop::collection::vec(prop::sample::select(vec![
        "and", "or", "not", "(", ")", "f_total", "city", "=", "<", "in", "between", "is", "null", "distinct", "from", "like", "'a%'", "1", "-",
        "*", ",", "count(", "order", "where", "within", "days", "ending", "ago", "date", "'2026-01-01'", "sum(", "order.money", "\"", "'",
        ".", "greatest(", "today()", "escape", "true", "1.5",
    ]), 0..30)) {
        if let Ok(expr) = parse(&words.join(" "), &catalog()) {
            prop_assert_eq!(parse(&print(&expr, &catalog()), &catalog()), Ok(expr));
        }
    }

    #[test]
    fn any_json_is_read_or_refused(json in any_json()) {
        if let Ok(expr) = from_json(&json, &catalog()) {
            prop_assert_eq!(from_json(&to_json(&expr), &catalog()), Ok(expr));
        }
    }

    #[test]
    fn any_tree_is_checked_and_said(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let tree = untyped(&mut Dice::new(&bytes), 4);
        let _ = perennial_condition::check(&tree, &catalog());
        for lang in [perennial_condition::Lang::En, perennial_condition::Lang::Zh] {
            prop_assert!(!sentence(&tree, &catalog(), lang).is_empty());
        }
    }
}

#[test]
fn bounds_hold_to_the_last_one() {
    let code = |text: &str| parse(text, &catalog()).map_or_else(|problems| problems[0].code, |_| "fine");
    let list = |n: usize| format!("f_total in ({})", vec!["1"; n].join(", "));
    let chain = |n: usize| vec!["f_total = 1"; n].join(" and ");
    let deep = |n: usize| format!("{}consent{}", "not (".repeat(n), ")".repeat(n));
    let sum = |n: usize| format!("{} > 1", vec!["f_total"; n].join(" + "));
    for (text, expected) in [
        (list(1000), "fine"),
        (list(1001), "list_too_long"),
        (chain(666), "fine"),
        (chain(667), "too_many_nodes"),
        (chain(4_000), "too_many_nodes"),
        (deep(62), "fine"),
        (deep(63), "too_deep"),
        (deep(10_000), "too_deep"),
        (sum(63), "fine"),
        (sum(64), "too_deep"),
        (sum(900), "too_deep"),
        ("(".repeat(60_000), "too_deep"),
        (format!("{}1 > 0", "- ".repeat(30_000)), "too_deep"),
        ("not ".repeat(10_000), "too_deep"),
        ("greatest(".repeat(5_000), "too_deep"),
        ("count(order where ".repeat(3_000), "too_deep"),
        (format!("city = '{}'", "a".repeat(70_000)), "too_long"),
        (format!("{}{}", " ".repeat(65_536 - 7), "consent"), "fine"),
        (format!("{}{}", " ".repeat(65_536 - 6), "consent"), "too_long"),
    ] {
        assert_eq!(code(&text), expected, "{}…", text.chars().take(40).collect::<String>());
    }
}

#[test]
fn deep_and_wide_json_is_refused() {
    let mut deep = json!({ "field": "consent", "operator": "holds" });
    for _ in 0..500 {
        deep = json!({ "combinator": "and", "rules": [deep] });
    }
    let mut minus = json!(1);
    for _ in 0..500 {
        minus = json!({ "negate": minus });
    }
    let minus = json!({ "combinator": "and", "rules": [{ "operand": minus, "operator": ">", "value": 1 }] });
    let wide = json!({ "combinator": "and", "rules": vec![json!({ "field": "f_total", "operator": "=", "value": 1 }); 5_000] });
    let long = json!({ "combinator": "and", "rules": [{ "field": "f_total", "operator": "in", "value": vec![1; 1_001] }] });
    let big = json!({ "combinator": "and", "rules": [{ "field": "city", "operator": "=", "value": "a".repeat(70_000) }] });
    for (json, code) in
        [(deep, "too_deep"), (minus, "too_deep"), (wide, "too_many_nodes"), (long, "list_too_long"), (big, "too_many_nodes")]
    {
        assert_eq!(from_json(&json, &catalog()).unwrap_err()[0].code, code);
    }
}
