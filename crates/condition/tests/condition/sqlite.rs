//! SQLite as the oracle for null logic: the same condition over the same nulls selects the same.

use std::fmt::Write;

use perennial_condition::tree::{Arithmetic, Comparison, Expr, Function, Literal, Operand, Part};
use perennial_condition::{Truth, Type, Value, check, print};
use perennial_kernel::Day;
use proptest::prelude::*;

use crate::members::{Member, catalog, today};
use crate::random::{Dice, Taste, member, typed};

/// Nothing but what the type asks for: money in minor units, days as numbers.
struct Sql(String);

impl Sql {
    fn expr(&mut self, expr: &Expr) {
        let not = |negated: &bool| if *negated { "NOT " } else { "" };
        match expr {
            Expr::And(parts) => self.joined(parts, " AND "),
            Expr::Or(parts) => self.joined(parts, " OR "),
            Expr::Not(part) => {
                self.0.push_str("(NOT ");
                self.expr(part);
                self.0.push(')');
            }
            Expr::Holds(value) => self.wrapped(&[(value, "")], None),
            Expr::Compare { op, left, right } => {
                let op = format!(" {} ", Comparison::as_str(*op));
                self.wrapped(&[(left, &op), (right, "")], money(&[left, right]));
            }
            Expr::Distinct { left, right, negated } => {
                let op = format!(" IS {}DISTINCT FROM ", not(negated));
                self.wrapped(&[(left, &op), (right, "")], money(&[left, right]));
            }
            Expr::Between { value, low, high, negated } => {
                let op = format!(" {}BETWEEN ", not(negated));
                self.wrapped(&[(value, &op), (low, " AND "), (high, "")], money(&[value, low, high]));
            }
            Expr::In { value, list, negated } => {
                let all: Vec<&Operand> = std::iter::once(value).chain(list).collect();
                let ty = money(&all);
                let op = format!(" {}IN (", not(negated));
                let mut parts: Vec<(&Operand, &str)> = vec![(value, &op)];
                parts.extend(list.iter().enumerate().map(|(i, entry)| (entry, if i + 1 == list.len() { ")" } else { ", " })));
                self.wrapped(&parts, ty);
            }
            Expr::Null { value, negated } => {
                let op = format!(" IS {}NULL", not(negated));
                self.wrapped(&[(value, &op)], None);
            }
            Expr::Like { value, part, text, negated } => {
                let text = text.replace('%', "\\%").replace('_', "\\_").replace('\'', "''");
                let pattern = match part {
                    Part::Start => format!("{text}%"),
                    Part::End => format!("%{text}"),
                    Part::Anywhere => format!("%{text}%"),
                };
                let op = format!(" {}LIKE '{pattern}' ESCAPE '\\'", not(negated));
                self.wrapped(&[(value, &op)], None);
            }
        }
    }

    fn joined(&mut self, parts: &[Expr], word: &str) {
        self.0.push('(');
        for (i, part) in parts.iter().enumerate() {
            if i > 0 {
                self.0.push_str(word);
            }
            self.expr(part);
        }
        self.0.push(')');
    }

    fn wrapped(&mut self, parts: &[(&Operand, &str)], ty: Option<Type>) {
        self.0.push('(');
        for (operand, after) in parts {
            self.operand(operand, ty);
            self.0.push_str(after);
        }
        self.0.push(')');
    }

    fn operand(&mut self, operand: &Operand, ty: Option<Type>) {
        match operand {
            Operand::Field(name) => _ = write!(self.0, "\"{name}\""),
            Operand::Literal(literal) => self.literal(literal, ty),
            Operand::Aggregate(_) => panic!("no aggregates here"),
            Operand::Negate(inner) => {
                self.0.push_str("(- ");
                self.operand(inner, ty);
                self.0.push(')');
            }
            Operand::Arithmetic { op: Arithmetic::Divide, left, right } => {
                // Ours never truncates.
                self.0.push_str("(CAST(");
                self.operand(left, None);
                self.0.push_str(" AS REAL) / ");
                self.operand(right, None);
                self.0.push(')');
            }
            Operand::Arithmetic { op, left, right } => {
                let factor = *op == Arithmetic::Multiply && ty == Some(Type::Money);
                self.0.push('(');
                self.operand(left, ty);
                let _ = write!(self.0, " {} ", op.as_str());
                self.operand(right, if factor { None } else { ty });
                self.0.push(')');
            }
            Operand::Call { function: Function::Today, .. } => _ = write!(self.0, "{}", today().0),
            Operand::Call { function: Function::DaysSince, arguments } => {
                let _ = write!(self.0, "({} - ", today().0);
                self.operand(&arguments[0], None);
                self.0.push(')');
            }
            Operand::Call { function: Function::Contains, arguments } => {
                self.0.push_str("(instr(");
                self.operand(&arguments[0], None);
                self.0.push_str(", char(31) || ");
                self.operand(&arguments[1], None);
                self.0.push_str(" || char(31)) > 0)");
            }
            Operand::Call { function, arguments } => {
                self.0.push_str(match function {
                    Function::Greatest => "max(",
                    Function::Least => "min(",
                    _ => "coalesce(",
                });
                for (i, argument) in arguments.iter().enumerate() {
                    self.0.push_str(if i > 0 { ", " } else { "" });
                    self.operand(argument, ty);
                }
                self.0.push(')');
            }
        }
    }

    fn literal(&mut self, literal: &Literal, ty: Option<Type>) {
        let _ = match literal {
            Literal::Null => write!(self.0, "NULL"),
            Literal::Bool(b) => write!(self.0, "{b}"),
            Literal::Int(n) if ty == Some(Type::Money) => write!(self.0, "{}", n * 100),
            Literal::Decimal(x) if ty == Some(Type::Money) => write!(self.0, "{}", (x * 100.0).round() as i64),
            Literal::Int(n) => write!(self.0, "{n}"),
            Literal::Decimal(x) => write!(self.0, "{x:?}"),
            Literal::Text(text) => write!(self.0, "'{}'", text.replace('\'', "''")),
            Literal::Day(Day(number)) => write!(self.0, "{number}"),
        };
    }
}

/// Whether written numbers beside these operands are amounts.
fn money(operands: &[&Operand]) -> Option<Type> {
    fn is_money(operand: &Operand) -> bool {
        match operand {
            Operand::Field(name) => name == "m_total",
            Operand::Negate(inner) => is_money(inner),
            Operand::Arithmetic { left, right, .. } => is_money(left) || is_money(right),
            Operand::Call { function: Function::Greatest | Function::Least | Function::Coalesce, arguments } => {
                arguments.iter().any(is_money)
            }
            _ => false,
        }
    }
    operands.iter().any(|operand| is_money(operand)).then_some(Type::Money)
}

fn bind(value: &Value) -> rusqlite::types::Value {
    use rusqlite::types::Value as Sql;
    match value {
        Value::Null => Sql::Null,
        Value::Bool(b) => Sql::Integer(i64::from(*b)),
        Value::Int(n) => Sql::Integer(*n),
        Value::Decimal(x) => Sql::Real(*x),
        Value::Money(m) => Sql::Integer(m.0),
        Value::Text(text) => Sql::Text(text.to_string()),
        Value::Day(day) => Sql::Integer(i64::from(day.0)),
        // Each between separators that no choice holds.
        Value::Choices(list) => Sql::Text(list.iter().fold("\u{1f}".to_owned(), |text, one| format!("{text}{one}\u{1f}"))),
    }
}

fn ask_sqlite(database: &rusqlite::Connection, expr: &Expr, member: &Member) -> (String, Truth) {
    let mut sql = Sql(String::new());
    sql.expr(expr);
    let names: Vec<String> = catalog().fields.iter().map(|field| format!("\"{}\"", field.name)).collect();
    let marks = vec!["?"; names.len()].join(", ");
    let query = format!("WITH m({}) AS (SELECT {marks}) SELECT {} FROM m", names.join(", "), sql.0);
    let answer: Option<bool> =
        database.query_row(&query, rusqlite::params_from_iter(member.values.iter().map(bind)), |row| row.get(0)).unwrap();
    (sql.0, Truth::of(answer))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn sqlite_agrees_on_random_conditions_full_of_nulls(
        tree in prop::collection::vec(any::<u8>(), 0..120),
        rows in prop::collection::vec(prop::collection::vec(any::<u8>(), 30), 12),
    ) {
        let database = rusqlite::Connection::open_in_memory().unwrap();
        database.pragma_update(None, "case_sensitive_like", true).unwrap();
        let expr = typed(&mut Dice::new(&tree), 3, Taste { aggregates: false, sql: true, daily: false });
        let catalog = catalog();
        let checked = check(&expr, &catalog).unwrap();
        for bytes in rows {
            let member = member(&mut Dice::new(&bytes));
            let (sql, expected) = ask_sqlite(&database, &expr, &member);
            prop_assert_eq!(checked.eval(&member), expected, "{}\n{}\n{:?}", print(&expr, &catalog), sql, member.values);
        }
    }
}
