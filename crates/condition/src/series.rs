//! Series: what must be kept about a member's facts so that aggregates over any window can be answered.

use std::sync::Arc;

use perennial_kernel::{Day, Money};

use crate::catalog::{Drift, FieldId};
use crate::eval::Scene;
use crate::plan::Test;
use crate::tree::Expr;
use crate::value::Value;

/// The facts of one kind that pass `filter`, by day. Two aggregates that differ only in function or window share one.
#[derive(Clone, Debug)]
pub struct Series {
    pub kind: String,
    /// The fact's field that is summed. Facts on which it is null belong to no series that sums it.
    pub measure: Option<String>,
    pub filter: Option<Expr>,
    /// Where a row may keep it: the index in [`crate::Checked::series`], or in a [`SeriesPool`] once shared.
    pub slot: usize,
    pub(crate) measure_index: Option<usize>,
    pub(crate) test: Option<Arc<Test>>,
}

/// Series are the same when they keep the same; where is not part of it.
impl PartialEq for Series {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind && self.measure == other.measure && self.filter == other.filter
    }
}

/// What the facts of one day amount to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Contribution {
    pub day: Day,
    pub count: i64,
    /// Of the measure: minor units of money, or the integer; 0 in a series without one.
    pub sum: i64,
}

/// What days together amount to. 128 bits: no sum of 64-bit numbers of days overflows them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Totals {
    pub count: i128,
    pub sum: i128,
    /// The first and the last day with something counted.
    pub first: Option<Day>,
    pub last: Option<Day>,
}

impl Totals {
    pub fn of(days: &[Contribution]) -> Self {
        let counted = |c: &&Contribution| c.count > 0;
        Self {
            count: days.iter().map(|c| i128::from(c.count)).sum(),
            sum: days.iter().map(|c| i128::from(c.sum)).sum(),
            first: days.iter().find(counted).map(|c| c.day),
            last: days.iter().rfind(counted).map(|c| c.day),
        }
    }
}

/// One fact's plain fields, by index in [`crate::FactKind::fields`].
pub trait FactFields {
    fn field(&self, index: usize) -> Value;
}

impl Series {
    /// What one fact of this series' kind adds; `None` when it is filtered out or has no measure.
    pub fn contribution(&self, day: Day, fact: &impl FactFields) -> Option<Contribution> {
        let kept = self.test.as_ref().is_none_or(|test| test.truth(&FactScene(fact)).selects());
        if !kept {
            return None;
        }
        let sum = match self.measure_index.map(|index| fact.field(index)) {
            None => 0,
            Some(Value::Int(n)) => n,
            Some(Value::Money(Money(minor))) => minor,
            Some(_) => return None,
        };
        Some(Contribution { day, count: 1, sum })
    }
}

impl Contribution {
    /// Puts it into a list that is ascending by day with at most one per day, and keeps it so. Sums saturate.
    pub fn add_to(self, list: &mut Vec<Self>) {
        // Facts mostly arrive in order, so look from the end.
        let at = list.iter().rposition(|other| other.day <= self.day);
        match at {
            Some(at) if list[at].day == self.day => {
                list[at].count = list[at].count.saturating_add(self.count);
                list[at].sum = list[at].sum.saturating_add(self.sum);
            }
            Some(at) => list.insert(at + 1, self),
            None => list.insert(0, self),
        }
    }
}

/// The part of a list ascending by day that lies from `first` to `last`, both included.
pub fn between(list: &[Contribution], first: Day, last: Day) -> &[Contribution] {
    let end = list.partition_point(|c| c.day <= last);
    let start = list[..end].partition_point(|c| c.day < first);
    &list[start..end]
}

/// The distinct series of many conditions, so that a row keeps each once. See [`crate::Checked::share`].
#[derive(Clone, Debug, Default)]
pub struct SeriesPool {
    list: Vec<Series>,
}

impl SeriesPool {
    pub fn list(&self) -> &[Series] {
        &self.list
    }

    /// The slot of the series, new or already there.
    pub fn add(&mut self, series: &Series) -> usize {
        let slot = self.list.iter().position(|known| known == series).unwrap_or(self.list.len());
        if slot == self.list.len() {
            self.list.push(Series { slot, ..series.clone() });
        }
        slot
    }
}

/// A fact as the evaluator sees it: it has fields, and neither days nor facts of its own (the checker lets none through).
struct FactScene<'a, F>(&'a F);

impl<F: FactFields> Scene for FactScene<'_, F> {
    fn today(&self) -> Day {
        Day(0)
    }

    fn field(&self, id: FieldId, _drift: Drift) -> Value {
        self.0.field(id.0)
    }

    fn totals(&self, _series: usize, _first: Day, _last: Day) -> Totals {
        Totals::default()
    }
}
