//! The checked form of a condition: names resolved, types settled, derived fields expanded. `Test` mirrors `Expr` part by part.

use std::sync::Arc;

use crate::catalog::{Drift, FieldId};
use crate::tree::{Arithmetic, Comparison, Part, Summary, Window};
use crate::value::Value;

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Test {
    And(Vec<Test>),
    Or(Vec<Test>),
    Not(Box<Test>),
    Holds(Step),
    Compare {
        op: Comparison,
        left: Step,
        right: Step,
    },
    Between {
        value: Step,
        low: Step,
        high: Step,
        negated: bool,
    },
    In {
        value: Step,
        /// Constants, ascending and without null.
        constants: Vec<Value>,
        has_null: bool,
        others: Vec<Step>,
        negated: bool,
    },
    Null {
        value: Step,
        negated: bool,
    },
    Distinct {
        left: Step,
        right: Step,
        negated: bool,
    },
    Like {
        value: Step,
        part: Part,
        text: Arc<str>,
        negated: bool,
    },
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Step {
    Const(Value),
    Field {
        id: FieldId,
        drift: Drift,
    },
    Aggregate {
        series: usize,
        function: Summary,
        window: Option<Window>,
        money: bool,
    },
    Today,
    DaysSince(Box<Step>),
    Negate(Box<Step>),
    Arithmetic {
        op: Arithmetic,
        left: Box<Step>,
        right: Box<Step>,
    },
    /// A number of major units into money.
    ToMoney {
        inner: Box<Step>,
        minor_per_major: i64,
    },
    /// An integer into a decimal.
    ToDecimal(Box<Step>),
    Greatest(Vec<Step>),
    Least(Vec<Step>),
    Coalesce(Vec<Step>),
    /// Several choices, and the one looked for.
    Contains(Box<Step>, Box<Step>),
}

impl Test {
    /// The operands of an atom; none for a group.
    pub(crate) fn steps(&self) -> Vec<&Step> {
        match self {
            Self::And(_) | Self::Or(_) | Self::Not(_) => Vec::new(),
            Self::Holds(value) | Self::Null { value, .. } | Self::Like { value, .. } => vec![value],
            Self::Compare { left, right, .. } | Self::Distinct { left, right, .. } => vec![left, right],
            Self::Between { value, low, high, .. } => vec![value, low, high],
            Self::In { value, others, .. } => std::iter::once(value).chain(others).collect(),
        }
    }

    /// Every atom, in the order of the text.
    pub(crate) fn atoms<'a>(&'a self, found: &mut Vec<&'a Self>) {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.atoms(found)),
            Self::Not(part) => part.atoms(found),
            atom => found.push(atom),
        }
    }
}

impl Step {
    pub(crate) fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Const(_) | Self::Field { .. } | Self::Aggregate { .. } | Self::Today => Vec::new(),
            Self::DaysSince(inner) | Self::Negate(inner) | Self::ToDecimal(inner) | Self::ToMoney { inner, .. } => vec![inner],
            Self::Arithmetic { left, right, .. } | Self::Contains(left, right) => vec![left, right],
            Self::Greatest(list) | Self::Least(list) | Self::Coalesce(list) => list.iter().collect(),
        }
    }

    /// This step and all below it.
    pub(crate) fn each<'a>(&'a self, visit: &mut impl FnMut(&'a Self)) {
        visit(self);
        for part in self.parts() {
            part.each(visit);
        }
    }
}
