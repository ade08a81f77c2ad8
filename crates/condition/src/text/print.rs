//! A tree into its text, with as few parentheses as keep the tree: `parse(print(tree)) == tree`.
//!
//! A group inside a group of the same kind keeps its parentheses, so that a visual builder's groups survive.

use std::fmt::Write;

use super::lex::{begins_name, continues_name, is_reserved};
use crate::catalog::Catalog;
use crate::tree::{Aggregate, Arithmetic, Expr, Function, Literal, Operand, Part};

/// The text form of a condition. The catalog is not needed today; it is asked for so that printing may come to depend on it.
pub fn print(expr: &Expr, _catalog: &Catalog) -> String {
    condition_text(expr)
}

/// The text form of an operand.
pub fn print_operand(operand: &Operand, _catalog: &Catalog) -> String {
    operand_text(operand)
}

pub(crate) fn condition_text(expr: &Expr) -> String {
    let mut out = String::new();
    condition(&mut out, expr);
    out
}

pub(crate) fn operand_text(operand: &Operand) -> String {
    let mut out = String::new();
    value(&mut out, operand);
    out
}

/// How tightly a condition binds: OR 1, AND 2, NOT 3, the rest 4.
fn tightness(expr: &Expr) -> u8 {
    match expr {
        Expr::And(parts) | Expr::Or(parts) if parts.len() == 1 => tightness(&parts[0]),
        Expr::Or(parts) if !parts.is_empty() => 1,
        Expr::And(parts) if !parts.is_empty() => 2,
        Expr::Not(_) => 3,
        _ => 4,
    }
}

fn condition_above(out: &mut String, expr: &Expr, least: u8) {
    if tightness(expr) < least {
        out.push('(');
        condition(out, expr);
        out.push(')');
    } else {
        condition(out, expr);
    }
}

fn joined(out: &mut String, parts: &[Expr], word: &str, empty: &str, own: u8) {
    if let [only] = parts {
        return condition(out, only);
    }
    if parts.is_empty() {
        out.push_str(empty);
    }
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            out.push_str(word);
        }
        condition_above(out, part, own + 1);
    }
}

fn condition(out: &mut String, expr: &Expr) {
    let not = |negated: bool| if negated { "NOT " } else { "" };
    match expr {
        Expr::Or(parts) => joined(out, parts, " OR ", "FALSE", 1),
        Expr::And(parts) => joined(out, parts, " AND ", "TRUE", 2),
        Expr::Not(part) => {
            out.push_str("NOT ");
            condition_above(out, part, 3);
        }
        Expr::Holds(operand) => value(out, operand),
        Expr::Compare { op, left, right } => {
            value(out, left);
            let _ = write!(out, " {} ", op.as_str());
            value(out, right);
        }
        Expr::Between { value: v, low, high, negated } => {
            value(out, v);
            let _ = write!(out, " {}BETWEEN ", not(*negated));
            value(out, low);
            out.push_str(" AND ");
            value(out, high);
        }
        Expr::In { value: v, list, negated } => {
            value(out, v);
            let _ = write!(out, " {}IN (", not(*negated));
            values(out, list);
            out.push(')');
        }
        Expr::Null { value: v, negated } => {
            value(out, v);
            let _ = write!(out, " IS {}NULL", not(*negated));
        }
        Expr::Distinct { left, right, negated } => {
            value(out, left);
            let _ = write!(out, " IS {}DISTINCT FROM ", not(*negated));
            value(out, right);
        }
        Expr::Like { value: v, part, text, negated } => {
            value(out, v);
            let _ = write!(out, " {}LIKE ", not(*negated));
            pattern(out, *part, text);
        }
    }
}

fn pattern(out: &mut String, part: Part, text: &str) {
    let special = |c: char| matches!(c, '%' | '_' | '\\');
    let mut body = String::new();
    for c in text.chars() {
        if special(c) && text.contains(['%', '_']) {
            body.push('\\');
        }
        body.push(c);
    }
    let (before, after) = match part {
        Part::Start => ("", "%"),
        Part::End => ("%", ""),
        Part::Anywhere => ("%", "%"),
    };
    quote(out, &format!("{before}{body}{after}"), '\'');
    if text.contains(['%', '_']) {
        out.push_str(" ESCAPE '\\'");
    }
}

/// How tightly an operand binds: sums 1, products 2, signs 3, the rest 4.
fn strength(operand: &Operand) -> u8 {
    match operand {
        Operand::Arithmetic { op: Arithmetic::Add | Arithmetic::Subtract, .. } => 1,
        Operand::Arithmetic { .. } => 2,
        Operand::Negate(_) => 3,
        Operand::Literal(Literal::Int(n)) if *n < 0 => 3,
        Operand::Literal(Literal::Decimal(x)) if x.is_sign_negative() => 3,
        _ => 4,
    }
}

fn value_above(out: &mut String, operand: &Operand, least: u8) {
    if strength(operand) < least {
        out.push('(');
        value(out, operand);
        out.push(')');
    } else {
        value(out, operand);
    }
}

fn values(out: &mut String, list: &[Operand]) {
    for (index, operand) in list.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        value(out, operand);
    }
}

fn value(out: &mut String, operand: &Operand) {
    match operand {
        Operand::Literal(l) => literal(out, l),
        Operand::Field(field) => name(out, field),
        Operand::Aggregate(a) => aggregate(out, a),
        Operand::Negate(inner) => {
            // `-3` is a number; the negation of 3 is `-(3)`.
            let number = matches!(**inner, Operand::Literal(Literal::Int(_) | Literal::Decimal(_)));
            out.push('-');
            value_above(out, inner, if number { 5 } else { 4 });
        }
        Operand::Arithmetic { op, left, right } => {
            let own = strength(operand);
            value_above(out, left, own);
            let _ = write!(out, " {} ", op.as_str());
            value_above(out, right, own + 1);
        }
        Operand::Call { function, arguments } => {
            out.push_str(Function::as_str(*function));
            out.push('(');
            values(out, arguments);
            out.push(')');
        }
    }
}

fn literal(out: &mut String, literal: &Literal) {
    match literal {
        Literal::Null => out.push_str("NULL"),
        Literal::Bool(true) => out.push_str("TRUE"),
        Literal::Bool(false) => out.push_str("FALSE"),
        Literal::Int(n) => _ = write!(out, "{n}"),
        // The checker refuses what is not finite, and nothing reads it in.
        Literal::Decimal(x) if !x.is_finite() => out.push_str("NULL"),
        Literal::Decimal(x) => _ = write!(out, "{x}{}", if x.fract() == 0.0 { ".0" } else { "" }),
        Literal::Text(text) => quote(out, text, '\''),
        Literal::Day(day) => _ = write!(out, "DATE '{day}'"),
    }
}

fn aggregate(out: &mut String, aggregate: &Aggregate) {
    out.push_str(aggregate.function.as_str());
    out.push('(');
    name(out, &aggregate.kind);
    if let Some(measure) = &aggregate.measure {
        out.push('.');
        // The last part is the measure, so a dot inside it must not count.
        if is_plain(measure) { out.push_str(measure) } else { quote(out, measure, '"') }
    }
    if let Some(filter) = &aggregate.filter {
        out.push_str(" where ");
        condition(out, filter);
    }
    if let Some(window) = aggregate.window {
        let _ = write!(out, " within {} days", window.days);
        if window.ending_days_ago != 0 {
            let _ = write!(out, " ending {} days ago", window.ending_days_ago);
        }
    }
    out.push(')');
}

fn is_plain(part: &str) -> bool {
    part.starts_with(begins_name) && part.chars().all(continues_name)
}

fn name(out: &mut String, name: &str) {
    let plain = name.split('.').all(is_plain) && !is_reserved(name);
    if plain { out.push_str(name) } else { quote(out, name, '"') }
}

fn quote(out: &mut String, text: &str, quote: char) {
    out.push(quote);
    for c in text.chars() {
        out.push(c);
        if c == quote {
            out.push(c);
        }
    }
    out.push(quote);
}
