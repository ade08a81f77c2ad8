//! The English sentence.

use super::{Quantity, Scope, Shape, existence, quantity};
use crate::catalog::Lang;
use crate::tree::{Aggregate, Arithmetic, Comparison, Expr, Function, Literal, Operand, Part, Summary};

pub(super) fn condition(expr: &Expr, scope: Scope<'_>) -> String {
    match expr {
        Expr::And(parts) => group(parts, "and", "everyone", scope),
        Expr::Or(parts) => group(parts, "or", "no one", scope),
        Expr::Not(part) => format!("not ({})", condition(part, scope)),
        Expr::Holds(Operand::Literal(Literal::Bool(true))) => "everyone".to_owned(),
        Expr::Holds(Operand::Literal(_)) => "no one".to_owned(),
        Expr::Holds(Operand::Call { function: Function::Contains, arguments }) => contains(arguments, scope),
        Expr::Holds(flag) => format!("{} is yes", operand(flag, Shape::Plain, scope)),
        Expr::Compare { op, left, right } => compare(*op, left, right, scope),
        Expr::Between { value, low, high, negated } => {
            let shape = scope.shape_of([value, low, high]);
            let (low, high) = (operand(low, shape, scope), operand(high, shape, scope));
            format!("{} is {}between {low} and {high}", operand(value, shape, scope), not(*negated))
        }
        Expr::In { value, list, negated } => {
            let shape = scope.shape_of(std::iter::once(value).chain(list));
            let said = list.iter().map(|entry| operand(&scope.called(value, entry, Lang::En), shape, scope));
            let list = series(said.collect(), "or");
            let word = if *negated { "none of" } else { "one of" };
            format!("{} is {word} {list}", operand(value, shape, scope))
        }
        Expr::Null { value, negated } => match existence(value) {
            Some(a) if *negated => format!("at least one {}", facts(a, false, scope)),
            Some(a) => format!("no {}", facts(a, true, scope)),
            None => format!("{} is {}known", operand(value, Shape::Plain, scope), if *negated { "" } else { "not " }),
        },
        Expr::Distinct { left, right, negated } => {
            let shape = scope.shape_of([left, right]);
            let word = if *negated { "is the same as" } else { "differs from" };
            format!("{} {word} {} (unknown counts as a value)", operand(left, shape, scope), operand(right, shape, scope))
        }
        Expr::Like { value, part, text, negated } => {
            let word = match (part, negated) {
                (Part::Start, false) => "begins with",
                (Part::Start, true) => "does not begin with",
                (Part::End, false) => "ends with",
                (Part::End, true) => "does not end with",
                (Part::Anywhere, false) => "contains",
                (Part::Anywhere, true) => "does not contain",
            };
            format!("{} {word} “{text}”", operand(value, Shape::Plain, scope))
        }
    }
}

fn not(negated: bool) -> &'static str {
    if negated { "not " } else { "" }
}

fn group(parts: &[Expr], word: &str, empty: &str, scope: Scope<'_>) -> String {
    let said: Vec<String> = parts
        .iter()
        .map(|part| match part {
            Expr::And(inner) | Expr::Or(inner) if inner.len() > 1 && parts.len() > 1 => format!("({})", condition(part, scope)),
            _ => condition(part, scope),
        })
        .collect();
    if said.is_empty() { empty.to_owned() } else { said.join(&format!(", {word} ")) }
}

/// `a`, `a or b`, `a, b or c`.
fn series(mut list: Vec<String>, word: &str) -> String {
    match list.pop() {
        None => String::new(),
        Some(last) if list.is_empty() => last,
        Some(last) => format!("{} {word} {last}", list.join(", ")),
    }
}

fn compare(op: Comparison, left: &Operand, right: &Operand, scope: Scope<'_>) -> String {
    if let Some((aggregate, quantity)) = quantity(op, left, right) {
        return match quantity {
            Quantity::Nothing => format!("no {}", facts(aggregate, true, scope)),
            Quantity::Something => format!("at least one {}", facts(aggregate, false, scope)),
            Quantity::Some(op, n) => format!("{} {n} {}", quantifier(op), facts(aggregate, n != 1, scope)),
        };
    }
    let shape = scope.shape_of([left, right]);
    let word = match (op, shape) {
        (Comparison::Equal, _) => "is",
        (Comparison::NotEqual, _) => "is not",
        (Comparison::Less, Shape::Day) => "is before",
        (Comparison::LessOrEqual, Shape::Day) => "is on or before",
        (Comparison::Greater, Shape::Day) => "is after",
        (Comparison::GreaterOrEqual, Shape::Day) => "is on or after",
        (Comparison::Less, _) => "is less than",
        (Comparison::LessOrEqual, _) => "is at most",
        (Comparison::Greater, _) => "is more than",
        (Comparison::GreaterOrEqual, _) => "is at least",
    };
    format!("{} {word} {}", operand(left, shape, scope), operand(&scope.called(left, right, Lang::En), shape, scope))
}

fn contains(arguments: &[Operand], scope: Scope<'_>) -> String {
    let [several, one] = arguments else { return String::new() };
    let one = scope.called(several, one, Lang::En);
    format!("{} has {} among them", operand(several, Shape::Plain, scope), operand(&one, Shape::Plain, scope))
}

fn quantifier(op: Comparison) -> &'static str {
    match op {
        Comparison::Equal => "exactly",
        Comparison::NotEqual => "not exactly",
        Comparison::Less => "fewer than",
        Comparison::LessOrEqual => "at most",
        Comparison::Greater => "more than",
        Comparison::GreaterOrEqual => "at least",
    }
}

/// `orders in the last 90 days where channel is “shop”`.
fn facts(aggregate: &Aggregate, many: bool, scope: Scope<'_>) -> String {
    let label = scope.kind_label(aggregate, Lang::En).to_lowercase();
    let noun = if many { plural(&label) } else { label };
    format!("{noun}{}{}", window(aggregate), filter(aggregate, scope))
}

fn window(aggregate: &Aggregate) -> String {
    match aggregate.window {
        None => String::new(),
        Some(w) if w.ending_days_ago == 0 && w.days == 1 => " today".to_owned(),
        Some(w) if w.ending_days_ago == 0 => format!(" in the last {}", days(i64::from(w.days))),
        Some(w) => format!(" in the {} ending {} ago", days(i64::from(w.days)), days(i64::from(w.ending_days_ago))),
    }
}

fn filter(aggregate: &Aggregate, scope: Scope<'_>) -> String {
    aggregate.filter.as_ref().map(|filter| format!(" where {}", condition(filter, scope.inside(aggregate)))).unwrap_or_default()
}

fn days(count: i64) -> String {
    if count == 1 { "1 day".to_owned() } else { format!("{count} days") }
}

fn plural(noun: &str) -> String {
    let ends = |endings: &[&str]| endings.iter().any(|ending| noun.ends_with(ending));
    if !noun.ends_with(|c: char| c.is_ascii_lowercase()) {
        noun.to_owned()
    } else if ends(&["s", "x", "z", "ch", "sh"]) {
        format!("{noun}es")
    } else if noun.ends_with('y') && !ends(&["ay", "ey", "oy", "uy"]) {
        format!("{}ies", &noun[..noun.len() - 1])
    } else {
        format!("{noun}s")
    }
}

/// The operand, its numbers in the unit of `shape`.
pub(super) fn operand(value: &Operand, shape: Shape, scope: Scope<'_>) -> String {
    match value {
        Operand::Literal(value) => literal(value, shape, scope),
        Operand::Field(name) => scope.label(name, Lang::En),
        Operand::Aggregate(a) => aggregate(a, scope),
        Operand::Negate(inner) => format!("−({})", operand(inner, shape, scope)),
        Operand::Arithmetic { op, left, right } => {
            let (sign, shape) = match op {
                Arithmetic::Add => ("+", shape),
                Arithmetic::Subtract => ("−", shape),
                Arithmetic::Multiply => ("×", Shape::Plain),
                Arithmetic::Divide => ("÷", Shape::Plain),
            };
            format!("{} {sign} {}", part(left, shape, scope), part(right, shape, scope))
        }
        Operand::Call { function, arguments } => {
            let list: Vec<String> = arguments.iter().map(|argument| operand(argument, shape, scope)).collect();
            match function {
                Function::Greatest => format!("the largest of {}", series(list, "and")),
                Function::Least => format!("the smallest of {}", series(list, "and")),
                Function::Coalesce => list.join(", or when unknown "),
                Function::DaysSince => format!("time since {}", list.join("")),
                Function::Today => "today".to_owned(),
                Function::Contains => contains(arguments, scope),
            }
        }
    }
}

fn part(value: &Operand, shape: Shape, scope: Scope<'_>) -> String {
    let said = operand(value, shape, scope);
    if matches!(value, Operand::Arithmetic { .. }) { format!("({said})") } else { said }
}

fn aggregate(a: &Aggregate, scope: Scope<'_>) -> String {
    let measure = scope.measure_label(a, Lang::En).to_lowercase();
    let one = facts(a, false, scope);
    match a.function {
        Summary::Count => format!("number of {}", facts(a, true, scope)),
        Summary::Sum => format!("total {measure} of {}", facts(a, true, scope)),
        Summary::Average => format!("average {measure} of {}", facts(a, true, scope)),
        Summary::First => format!("the first {one}"),
        Summary::Last => format!("the last {one}"),
    }
}

fn literal(value: &Literal, shape: Shape, scope: Scope<'_>) -> String {
    match (value, shape) {
        (_, Shape::Money) if let Some(amount) = scope.amount(value) => format!("{} {amount}", scope.catalog.currency),
        (Literal::Int(n), Shape::Days) => days(*n),
        (Literal::Null, _) => "unknown".to_owned(),
        (Literal::Bool(true), _) => "yes".to_owned(),
        (Literal::Bool(false), _) => "no".to_owned(),
        (Literal::Int(n), _) => n.to_string(),
        (Literal::Decimal(x), _) => x.to_string(),
        (Literal::Text(text), _) => format!("“{text}”"),
        (Literal::Day(day), _) => day.to_string(),
    }
}
