//! Arithmetic on values. Whatever has no answer is null: a null operand, a division by zero, an overflow, a day outside the calendar.
//!
//! `/` never truncates: Int by Int is a Decimal (as in MySQL, unlike SQLite and PostgreSQL), because a share of two counts is what is meant.
//! Money by a number is money, rounded half away from zero to the minor unit; money by money is a Decimal.

use perennial_kernel::{Day, Money};

use crate::tree::Arithmetic;
use crate::value::Value;

pub(crate) fn combine(op: Arithmetic, left: Value, right: Value) -> Value {
    use Value::{Day as D, Decimal as F, Int as I, Money as M};
    match (left, right) {
        (I(a), I(b)) => int(op, a, b),
        (I(a), F(b)) => decimal(op, a as f64, b),
        (F(a), I(b)) => decimal(op, a, b as f64),
        (F(a), F(b)) => decimal(op, a, b),
        (M(a), M(b)) => match op {
            Arithmetic::Add => money(a.0.checked_add(b.0)),
            Arithmetic::Subtract => money(a.0.checked_sub(b.0)),
            Arithmetic::Divide if b.0 != 0 => finite(a.0 as f64 / b.0 as f64),
            Arithmetic::Divide | Arithmetic::Multiply => Value::Null,
        },
        (M(a), I(b)) => match op {
            Arithmetic::Multiply => money(a.0.checked_mul(b)),
            Arithmetic::Divide => money(divide_rounded(a.0, b)),
            Arithmetic::Add | Arithmetic::Subtract => Value::Null,
        },
        (M(a), F(b)) => match op {
            Arithmetic::Multiply => rounded(a.0 as f64 * b),
            Arithmetic::Divide => rounded(a.0 as f64 / b),
            Arithmetic::Add | Arithmetic::Subtract => Value::Null,
        },
        (I(a), M(b)) if op == Arithmetic::Multiply => money(b.0.checked_mul(a)),
        (F(a), M(b)) if op == Arithmetic::Multiply => rounded(a * b.0 as f64),
        (D(a), D(b)) if op == Arithmetic::Subtract => I(i64::from(a.0) - i64::from(b.0)),
        (D(a), I(b)) if op == Arithmetic::Add => day(i64::from(a.0).checked_add(b)),
        (I(a), D(b)) if op == Arithmetic::Add => day(i64::from(b.0).checked_add(a)),
        (D(a), I(b)) if op == Arithmetic::Subtract => day(i64::from(a.0).checked_sub(b)),
        _ => Value::Null,
    }
}

fn int(op: Arithmetic, a: i64, b: i64) -> Value {
    let exact = match op {
        Arithmetic::Add => a.checked_add(b),
        Arithmetic::Subtract => a.checked_sub(b),
        Arithmetic::Multiply => a.checked_mul(b),
        Arithmetic::Divide => return decimal(op, a as f64, b as f64),
    };
    exact.map_or(Value::Null, Value::Int)
}

fn decimal(op: Arithmetic, a: f64, b: f64) -> Value {
    finite(match op {
        Arithmetic::Add => a + b,
        Arithmetic::Subtract => a - b,
        Arithmetic::Multiply => a * b,
        Arithmetic::Divide if b == 0.0 => return Value::Null,
        Arithmetic::Divide => a / b,
    })
}

fn finite(x: f64) -> Value {
    if x.is_finite() { Value::Decimal(x) } else { Value::Null }
}

fn money(minor: Option<i64>) -> Value {
    minor.map_or(Value::Null, |minor| Value::Money(Money(minor)))
}

fn rounded(minor: f64) -> Value {
    // 2^63 itself is outside, -2^63 is inside.
    let whole = minor.round();
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&whole) {
        Value::Money(Money(whole as i64))
    } else {
        Value::Null
    }
}

fn divide_rounded(a: i64, b: i64) -> Option<i64> {
    if b == 0 {
        return None;
    }
    let (a, b) = (i128::from(a), i128::from(b));
    let quotient = (2 * a.abs() + b.abs()) / (2 * b.abs());
    i64::try_from(if (a < 0) == (b < 0) { quotient } else { -quotient }).ok()
}

fn day(number: Option<i64>) -> Value {
    number.and_then(|n| i32::try_from(n).ok()).map_or(Value::Null, |n| Value::Day(Day(n)))
}

pub(crate) fn negate(value: Value) -> Value {
    match value {
        Value::Int(n) => n.checked_neg().map_or(Value::Null, Value::Int),
        Value::Decimal(x) => Value::Decimal(-x),
        Value::Money(m) => money(m.0.checked_neg()),
        _ => Value::Null,
    }
}

pub(crate) fn days_between(from: &Value, today: Day) -> Value {
    match from {
        Value::Day(day) => Value::Int(i64::from(today.0) - i64::from(day.0)),
        _ => Value::Null,
    }
}

/// A computed number of major units meets money: rounded to the minor unit. (Written numbers are converted exactly by the checker.)
pub(crate) fn to_money(value: Value, minor_per_major: i64) -> Value {
    match value {
        Value::Int(n) => money(n.checked_mul(minor_per_major)),
        Value::Decimal(x) => rounded(x * minor_per_major as f64),
        value @ Value::Money(_) => value,
        _ => Value::Null,
    }
}

pub(crate) fn to_decimal(value: Value) -> Value {
    match value {
        Value::Int(n) => Value::Decimal(n as f64),
        value @ Value::Decimal(_) => value,
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_divides_rounded_half_away_from_zero() {
        for (a, b, quotient) in [(5, 2, 3), (-5, 2, -3), (5, -2, -3), (4, 3, 1), (1, 3, 0), (i64::MIN, 1, i64::MIN)] {
            assert_eq!(divide_rounded(a, b), Some(quotient), "{a} / {b}");
        }
        assert_eq!(divide_rounded(i64::MIN, -1), None);
        assert_eq!(divide_rounded(1, 0), None);
    }

    #[test]
    fn what_has_no_answer_is_null() {
        use Arithmetic::{Add, Divide, Multiply};
        for (op, a, b) in [
            (Divide, Value::Int(1), Value::Int(0)),
            (Add, Value::Int(i64::MAX), Value::Int(1)),
            (Multiply, Value::Decimal(1e300), Value::Decimal(1e300)),
            (Multiply, Value::Money(Money(i64::MAX)), Value::Int(2)),
            (Multiply, Value::Money(Money(i64::MAX)), Value::Decimal(1.5)),
            (Divide, Value::Money(Money(1)), Value::Decimal(0.0)),
            (Add, Value::Day(Day(i32::MAX)), Value::Int(1)),
            (Add, Value::Null, Value::Int(1)),
        ] {
            assert_eq!(combine(op, a.clone(), b.clone()), Value::Null, "{a:?} {op:?} {b:?}");
        }
    }
}
