//! A tree into its JSON form.

use serde_json::{Map, Value as Json, json};

use crate::tree::{Aggregate, Expr, Literal, Operand, Part};

/// The JSON form of a condition; its root is always a group.
pub fn to_json(expr: &Expr) -> Json {
    match expr {
        Expr::And(_) | Expr::Or(_) | Expr::Not(_) => node(expr),
        _ => group("and", false, std::slice::from_ref(expr)),
    }
}

/// The JSON form of an operand.
pub fn operand_to_json(operand: &Operand) -> Json {
    match operand {
        Operand::Literal(literal) => literal_json(literal),
        Operand::Field(name) => json!({ "field": name }),
        Operand::Aggregate(aggregate) => aggregate_json(aggregate),
        Operand::Negate(inner) => json!({ "negate": operand_to_json(inner) }),
        Operand::Arithmetic { op, left, right } => {
            json!({ "operator": op.as_str(), "left": operand_to_json(left), "right": operand_to_json(right) })
        }
        Operand::Call { function, arguments } => {
            json!({ "function": function.as_str(), "arguments": arguments.iter().map(operand_to_json).collect::<Vec<_>>() })
        }
    }
}

fn node(expr: &Expr) -> Json {
    match expr {
        Expr::And(parts) => group("and", false, parts),
        Expr::Or(parts) => group("or", false, parts),
        Expr::Not(inner) => match &**inner {
            Expr::And(parts) => group("and", true, parts),
            Expr::Or(parts) => group("or", true, parts),
            other => group("and", true, std::slice::from_ref(other)),
        },
        atom => rule(atom),
    }
}

fn group(combinator: &str, not: bool, parts: &[Expr]) -> Json {
    json!({ "combinator": combinator, "not": not, "rules": parts.iter().map(node).collect::<Vec<_>>() })
}

fn rule(atom: &Expr) -> Json {
    match atom {
        Expr::And(_) | Expr::Or(_) | Expr::Not(_) => node(atom),
        Expr::Holds(operand) => with_left(operand, "holds", Map::new()),
        Expr::Compare { op, left, right } => {
            let name = if op.as_str() == "<>" { "!=" } else { op.as_str() };
            with_left(left, name, one_value(right))
        }
        Expr::Between { value, low, high, negated } => {
            with_left(value, if *negated { "notBetween" } else { "between" }, many_values(&[low, high]))
        }
        Expr::In { value, list, negated } => {
            with_left(value, if *negated { "notIn" } else { "in" }, many_values(&list.iter().collect::<Vec<_>>()))
        }
        Expr::Null { value, negated } => with_left(value, if *negated { "notNull" } else { "null" }, Map::new()),
        Expr::Distinct { left, right, negated } => with_left(left, if *negated { "notDistinct" } else { "distinct" }, one_value(right)),
        Expr::Like { value, part, text, negated } => {
            let name = match (part, negated) {
                (Part::Start, false) => "beginsWith",
                (Part::Start, true) => "doesNotBeginWith",
                (Part::End, false) => "endsWith",
                (Part::End, true) => "doesNotEndWith",
                (Part::Anywhere, false) => "contains",
                (Part::Anywhere, true) => "doesNotContain",
            };
            with_left(value, name, Map::from_iter([("valueSource".to_owned(), json!("value")), ("value".to_owned(), json!(text))]))
        }
    }
}

fn with_left(left: &Operand, operator: &str, values: Map<String, Json>) -> Json {
    let mut rule = Map::new();
    match left {
        Operand::Field(name) => _ = rule.insert("field".to_owned(), json!(name)),
        other => {
            rule.insert("field".to_owned(), json!("expression"));
            rule.insert("operand".to_owned(), operand_to_json(other));
        }
    }
    rule.insert("operator".to_owned(), json!(operator));
    rule.extend(values);
    Json::Object(rule)
}

fn one_value(operand: &Operand) -> Map<String, Json> {
    let (source, mut list) = values(&[operand]);
    Map::from_iter([("valueSource".to_owned(), json!(source)), ("value".to_owned(), list.remove(0))])
}

fn many_values(operands: &[&Operand]) -> Map<String, Json> {
    let (source, list) = values(operands);
    Map::from_iter([("valueSource".to_owned(), json!(source)), ("value".to_owned(), Json::Array(list))])
}

fn values(operands: &[&Operand]) -> (&'static str, Vec<Json>) {
    if operands.iter().all(|operand| matches!(operand, Operand::Literal(_))) {
        return ("value", operands.iter().map(|operand| operand_to_json(operand)).collect());
    }
    let names: Option<Vec<Json>> = operands
        .iter()
        .map(|operand| match operand {
            Operand::Field(name) => Some(json!(name)),
            _ => None,
        })
        .collect();
    match names {
        Some(names) => ("field", names),
        None => ("expression", operands.iter().map(|operand| operand_to_json(operand)).collect()),
    }
}

fn literal_json(literal: &Literal) -> Json {
    match literal {
        Literal::Null => Json::Null,
        Literal::Bool(b) => json!(b),
        Literal::Int(n) => json!(n),
        Literal::Decimal(x) => json!(x),
        Literal::Text(text) => json!(text),
        Literal::Day(day) => json!({ "day": day.to_string() }),
    }
}

fn aggregate_json(aggregate: &Aggregate) -> Json {
    let mut object = Map::new();
    object.insert("aggregate".to_owned(), json!(aggregate.function.as_str()));
    object.insert("fact".to_owned(), json!(aggregate.kind));
    if let Some(measure) = &aggregate.measure {
        object.insert("measure".to_owned(), json!(measure));
    }
    if let Some(filter) = &aggregate.filter {
        object.insert("where".to_owned(), to_json(filter));
    }
    if let Some(window) = aggregate.window {
        object.insert("days".to_owned(), json!(window.days));
        object.insert("endingDaysAgo".to_owned(), json!(window.ending_days_ago));
    }
    Json::Object(object)
}
