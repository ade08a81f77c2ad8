//! What a condition is evaluated on: one member as of a day.

use std::borrow::Cow;

use perennial_kernel::{Day, Money};

use crate::catalog::{Drift, FieldId};
use crate::eval::Scene;
use crate::series::{Contribution, Series, between};
use crate::value::Value;

pub trait Row {
    /// The as-of day.
    fn today(&self) -> Day;

    /// A plain (not derived) field as of today.
    fn field(&self, id: FieldId) -> Value;

    /// Ascending by day, at most one per day. Days after today may be there: they count from their day on.
    fn series(&self, series: &Series) -> Cow<'_, [Contribution]>;

    /// Of these, the days from `first` to `last`, both included. A row that makes its list when asked makes only this part, so that a window
    /// costs what lies in it and not what a long past holds.
    fn series_between(&self, series: &Series, first: Day, last: Day) -> Cow<'_, [Contribution]> {
        match self.series(series) {
            Cow::Borrowed(list) => Cow::Borrowed(between(list, first, last)),
            Cow::Owned(list) => Cow::Owned(between(&list, first, last).to_vec()),
        }
    }
}

/// A member about whom one can ask what would be.
pub trait WhatIf: Row + Sized {
    /// The same member later, nothing else happened.
    fn on(&self, day: Day) -> Self;

    /// The same member, after the hypothetical happened today; `None` when it cannot happen or cannot be told.
    fn with(&self, what: &Hypothetical) -> Option<Self>;
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Hypothetical {
    /// `count` more such facts today; with an amount, one with that amount.
    Fact { kind: String, count: i64, amount: Option<Money> },
}

/// A row as of its own or a later day, when nothing but time passes. Right for all fields but those with [`Drift::Daily`],
/// which stay as they are on the row's own day.
pub(crate) struct Later<'a, R> {
    row: &'a R,
    series: &'a [Series],
    today: Day,
    shift: i64,
}

impl<'a, R: Row> Later<'a, R> {
    pub(crate) fn now(row: &'a R, series: &'a [Series]) -> Self {
        Self { row, series, today: row.today(), shift: 0 }
    }

    pub(crate) fn on(row: &'a R, series: &'a [Series], day: Day) -> Self {
        Self { row, series, today: day, shift: i64::from(day.0) - i64::from(row.today().0) }
    }
}

impl<R: Row> Scene for Later<'_, R> {
    fn today(&self) -> Day {
        self.today
    }

    fn field(&self, id: FieldId, drift: Drift) -> Value {
        match (self.row.field(id), drift) {
            (Value::Int(days), Drift::DaysSince) => days.checked_add(self.shift).map_or(Value::Null, Value::Int),
            (value, _) => value,
        }
    }

    fn contributions(&self, series: usize, first: Day, last: Day) -> Cow<'_, [Contribution]> {
        self.row.series_between(&self.series[series], first, last)
    }
}
