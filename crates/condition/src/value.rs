//! Values as conditions see them, their types, and SQL's three-valued truth.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use perennial_kernel::{Currency, Day, Money};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Type {
    Bool,
    Int,
    Decimal,
    Money,
    Text,
    Day,
    /// Several texts of a given set, without order: asked with `contains` and `IS NULL` only.
    Choices,
}

impl Type {
    pub const ALL: [Self; 7] = [Self::Bool, Self::Int, Self::Decimal, Self::Money, Self::Text, Self::Day, Self::Choices];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Decimal => "decimal",
            Self::Money => "money",
            Self::Text => "text",
            Self::Day => "day",
            Self::Choices => "choices",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ty| ty.as_str() == text)
    }

    pub fn is_number(self) -> bool {
        matches!(self, Self::Int | Self::Decimal)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A value of a field or operand. A `Decimal` that is not finite is read as null.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Decimal(f64),
    Money(Money),
    Text(Arc<str>),
    Day(Day),
    /// Ascending and distinct.
    Choices(Arc<[String]>),
}

impl Value {
    pub fn text(text: &str) -> Self {
        Self::Text(Arc::from(text))
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// `None` for null.
    pub fn ty(&self) -> Option<Type> {
        Some(match self {
            Self::Null => return None,
            Self::Bool(_) => Type::Bool,
            Self::Int(_) => Type::Int,
            Self::Decimal(_) => Type::Decimal,
            Self::Money(_) => Type::Money,
            Self::Text(_) => Type::Text,
            Self::Day(_) => Type::Day,
            Self::Choices(_) => Type::Choices,
        })
    }

    /// For a reader: money with all decimals, `null` for null, text as it is.
    pub fn show(&self, currency: Currency) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(b) => b.to_string(),
            Self::Int(n) => n.to_string(),
            Self::Decimal(x) => x.to_string(),
            Self::Money(m) => currency.format(*m),
            Self::Text(t) => t.to_string(),
            Self::Day(d) => d.to_string(),
            Self::Choices(list) => list.join(", "),
        }
    }

    /// SQL's comparison: `None` when either is null (or the checker was bypassed and the types do not compare).
    /// Text compares by bytes, as SQLite's `BINARY` and DataFusion do; Int and Decimal compare exactly.
    pub fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => Some(a.cmp(b)),
            (Self::Money(a), Self::Money(b)) => Some(a.cmp(b)),
            (Self::Decimal(a), Self::Decimal(b)) => a.partial_cmp(b),
            (Self::Int(a), Self::Decimal(b)) => order_int_decimal(*a, *b),
            (Self::Decimal(a), Self::Int(b)) => order_int_decimal(*b, *a).map(Ordering::reverse),
            (Self::Day(a), Self::Day(b)) => Some(a.cmp(b)),
            (Self::Text(a), Self::Text(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}

/// Exact also where an i64 has no f64 of its own.
fn order_int_decimal(a: i64, b: f64) -> Option<Ordering> {
    const TWO_63: f64 = 9_223_372_036_854_775_808.0;
    if b.is_nan() {
        return None;
    }
    if b >= TWO_63 {
        return Some(Ordering::Less);
    }
    if b < -TWO_63 {
        return Some(Ordering::Greater);
    }
    let whole = b.trunc();
    Some(a.cmp(&(whole as i64)).then_with(|| 0.0_f64.partial_cmp(&(b - whole)).unwrap_or(Ordering::Equal)))
}

/// The outcome of a condition. `Unknown` (a null was met) selects nobody.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Truth {
    True,
    False,
    Unknown,
}

impl Truth {
    pub fn of(answer: Option<bool>) -> Self {
        match answer {
            Some(true) => Self::True,
            Some(false) => Self::False,
            None => Self::Unknown,
        }
    }

    pub fn negate(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }

    pub fn negate_if(self, negated: bool) -> Self {
        if negated { self.negate() } else { self }
    }

    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            _ => Self::Unknown,
        }
    }

    pub fn selects(self) -> bool {
        self == Self::True
    }
}

impl From<bool> for Truth {
    fn from(answer: bool) -> Self {
        if answer { Self::True } else { Self::False }
    }
}
