//! Problems say where, what and what was near.

use perennial_condition::{Drift, Field, Position, Problem, Type, check as check_tree, from_json, parse, read, read_operand};

use crate::members::catalog;

fn first(text: &str) -> Problem {
    parse(text, &catalog()).expect_err(text).remove(0)
}

/// The code, and the words it is about.
fn check(table: &[(&str, &str, &str)]) {
    for (text, code, about) in table {
        let problem = first(text);
        let Position::Text { offset, length } = problem.at else { panic!("{text}: {problem:?}") };
        assert_eq!((problem.code, &text[offset..offset + length]), (*code, *about), "{text}: {}", problem.message.en);
        assert!(!problem.message.en.is_empty() && !problem.message.zh.is_ascii(), "{text}");
    }
}

#[test]
fn a_problem_points_at_the_words_it_is_about() {
    check(&[
        ("f_totl > 1", "unknown_field", "f_totl"),
        ("consent and (f_total > 1 or citty = 'x')", "unknown_field", "citty"),
        ("f_total > 1 and m_total = 'abc'", "not_comparable", "'abc'"),
        ("m_total = city", "not_comparable", "city"),
        ("city > 3", "not_comparable", "3"),
        ("f_total", "not_a_condition", "f_total"),
        ("city + 1 > 2", "type_mismatch", "city + 1"),
        ("m_total * m_total > 2", "type_mismatch", "m_total * m_total"),
        ("f_total like 'a%'", "type_mismatch", "f_total"),
        ("m_total > 212.505", "money_decimals", "212.505"),
        ("registered_on > '2026-13-01'", "day", "'2026-13-01'"),
        ("registered_on > date '2026-02-30'", "day", "date '2026-02-30'"),
        ("count(ordr) > 1", "unknown_fact", "count(ordr)"),
        ("sum(order.mony) > 1", "unknown_measure", "sum(order.mony)"),
        ("sum(order.channel) > 1", "not_a_measure", "sum(order.channel)"),
        ("count(order where chanel = 'x') > 1", "unknown_field", "chanel"),
        ("count(order where f_total = 1) > 1", "unknown_field", "f_total"),
        ("count(order where count(order) > 1) > 1", "nested_aggregate", "count(order)"),
        ("count(order where today() > '2026-01-01') > 1", "moving_filter", "today()"),
        ("count(order within 0 days) > 1", "window", "count(order within 0 days)"),
        ("cout(order) > 1", "unknown_function", "cout"),
        ("city like 'a_b'", "like_pattern", "'a_b'"),
        ("city like 'a%b'", "like_pattern", "'a%b'"),
        ("1 < f_total < 3", "syntax", "<"),
        ("f_total >", "syntax", ""),
        ("f_total = 1 and", "syntax", ""),
        ("city = 'abc", "syntax", "'abc"),
        ("f_total = 1 -- and more", "syntax", "--"),
        ("f_total = 1; drop", "syntax", ";"),
        ("f_total = 99999999999999999999", "number", "99999999999999999999"),
        ("f_total in ()", "syntax", ")"),
        ("(f_total > 1) + 2 > 3", "syntax", "f_total > 1"),
        ("f_total > 12x", "syntax", "12x"),
        ("interests = 'yoga'", "not_comparable", "interests"),
        ("contains(city, 'x')", "type_mismatch", "city"),
        ("contains(interests, 3)", "type_mismatch", "3"),
        ("contains(interests)", "arguments", "contains(interests)"),
        ("contains(sports, 'oil')", "unknown_choice", "'oil'"),
        ("skin = 'oil'", "unknown_choice", "'oil'"),
        ("skin in ('dry', 'oil')", "unknown_choice", "'oil'"),
        ("interests in ('a')", "not_comparable", "interests"),
    ]);
}

#[test]
fn near_names_and_expected_types_are_offered() {
    let problem = first("f_totl > 1");
    assert_eq!((problem.field.as_deref(), problem.near), (Some("f_totl"), vec!["f_total".to_owned(), "m_total".to_owned()]));
    assert!(problem.message.zh.contains("是否想写 `f_total`"));
    assert_eq!(first("sum(order.mony) > 1").near, ["money"]);
    assert_eq!(first("count(ordr) > 1").near, ["order"]);
    assert_eq!(first("skin = 'oil'").near, ["oily"]);
    assert_eq!(first("m_total = 'abc'").expected, [Type::Money]);
}

#[test]
fn all_problems_are_told_at_once() {
    let problems = parse("aa > 1 and bb > 2 or count(cc where x = 1) > 3 and city = 5", &catalog()).unwrap_err();
    assert_eq!(problems.iter().map(|p| p.code).collect::<Vec<_>>(), ["unknown_field", "unknown_field", "unknown_fact", "not_comparable"]);
}

#[test]
fn in_the_json_form_a_pointer_says_where() {
    let json = serde_json::json!({ "combinator": "and", "rules": [
        { "field": "f_total", "operator": ">", "value": 1 },
        { "combinator": "or", "not": true, "rules": [
            { "field": "city", "operator": "in", "value": ["a", 3] },
            { "field": "expression", "operand": { "aggregate": "count", "fact": "order", "where":
                { "combinator": "and", "rules": [{ "field": "chanel", "operator": "=", "value": "x" }] } }, "operator": ">", "value": 1 } ] } ] });
    let problems = from_json(&json, &catalog()).unwrap_err();
    let places: Vec<&Position> = problems.iter().map(|p| &p.at).collect();
    let pointers = ["/rules/1/rules/0/value/1", "/rules/1/rules/1/operand/where/rules/0/field"].map(|p| Position::Pointer(p.into()));
    assert_eq!(places, pointers.iter().collect::<Vec<_>>());
    // A bare tree is pointed into by the JSON it would be.
    let tree = read("f_total > 1 and citi = 'a'").unwrap();
    assert_eq!(check_tree(&tree, &catalog()).unwrap_err()[0].at, Position::Pointer("/rules/1/field".into()));
}

#[test]
fn json_that_is_not_understood_is_refused() {
    let rule = |extra: serde_json::Value| {
        let mut rule = serde_json::json!({ "field": "f_total", "operator": ">", "value": 1 });
        rule.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        serde_json::json!({ "combinator": "and", "rules": [rule] })
    };
    let code = |json: &serde_json::Value| from_json(json, &catalog()).expect_err(&json.to_string())[0].code;
    assert!(from_json(&rule(serde_json::json!({ "id": "x", "disabled": false })), &catalog()).is_ok());
    assert_eq!(code(&rule(serde_json::json!({ "disabled": true }))), "shape");
    assert_eq!(code(&rule(serde_json::json!({ "match": {} }))), "shape");
    assert_eq!(code(&rule(serde_json::json!({ "operator": "~" }))), "unknown_operator");
    assert_eq!(code(&rule(serde_json::json!({ "operator": "between", "value": "1,2" }))), "shape");
    assert_eq!(code(&serde_json::json!({ "combinator": "and", "rules": [] })), "empty");
    assert_eq!(code(&serde_json::json!({ "combinator": "xor", "rules": [1] })), "shape");
    assert_eq!(code(&serde_json::json!({ "combinator": "and", "rules": [{ "field": "f_total", "operator": "null" }, "and"] })), "shape");
}

#[test]
fn a_definition_that_turns_in_a_circle_or_has_another_type_is_refused() {
    let define = |name: &str, ty, text: &str| Field::derived(name, ty, read_operand(text).unwrap(), name, name);
    let mut catalog = catalog();
    catalog.fields.push(define("a", Type::Int, "b + 1"));
    catalog.fields.push(define("b", Type::Int, "a + 1"));
    catalog.fields.push(define("c", Type::Text, "f_total + 1"));
    catalog.fields.push(Field::new("base", Type::Int, Drift::Fixed, "base", "base"));
    let mut name = "base".to_owned();
    for step in 0..40 {
        let next = format!("double{step}");
        catalog.fields.push(define(&next, Type::Int, &format!("{name} + {name}")));
        name = next;
    }
    for (text, code) in [("a > 1", "cycle"), ("c = 'x'", "definition_type"), ("double39 > 1", "too_large")] {
        assert_eq!(parse(text, &catalog).unwrap_err()[0].code, code, "{text}");
    }
    assert!(parse("double5 > 1", &catalog).is_ok());
}
