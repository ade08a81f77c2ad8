//! What a condition is evaluated on: one member as of a day.

use std::borrow::Cow;
use std::cell::RefCell;

use perennial_kernel::{Day, Money};

use crate::catalog::{Drift, FieldId};
use crate::eval::Scene;
use crate::series::{Contribution, Series, Totals, between};
use crate::value::Value;

pub trait Row {
    /// The as-of day.
    fn today(&self) -> Day;

    /// A plain (not derived) field as of today.
    fn field(&self, id: FieldId) -> Value;

    /// The same on a day that is not before today, when nothing happens until then. Asked of fields with [`Drift::Falling`],
    /// [`Drift::Rising`] or [`Drift::Fading`] alone; a row without such fields need not answer it.
    fn field_on(&self, id: FieldId, day: Day) -> Value {
        let _ = day;
        self.field(id)
    }

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

    /// What these days amount to.
    fn totals(&self, series: &Series, first: Day, last: Day) -> Totals {
        Totals::of(&self.series_between(series, first, last))
    }
}

/// A row asked about many days, one after another: windows are then not summed anew for each day. Running totals of a series are made when
/// it is first asked for, from the day asked for on, so that what lies before costs nothing.
pub struct Ahead<'a, R> {
    row: &'a R,
    running: RefCell<Vec<Running>>,
}

/// Running totals of the days of one series from `from` on.
struct Running {
    /// The series is told by its place: all are of conditions that outlive the question.
    series: *const Series,
    from: Day,
    days: Vec<Contribution>,
    /// Before each day, and after the last: how many, how much.
    before: Vec<(i128, i128)>,
}

impl<'a, R: Row> Ahead<'a, R> {
    pub fn of(row: &'a R) -> Self {
        Self { row, running: RefCell::default() }
    }

    pub(crate) fn row(&self) -> &'a R {
        self.row
    }
}

impl Running {
    fn new(row: &impl Row, series: &Series, from: Day) -> Self {
        let days = row.series_between(series, from, Day(i32::MAX)).into_owned();
        let mut before = Vec::with_capacity(days.len() + 1);
        let mut so_far = (0, 0);
        before.push(so_far);
        for day in &days {
            so_far = (so_far.0 + i128::from(day.count), so_far.1 + i128::from(day.sum));
            before.push(so_far);
        }
        Self { series, from, days, before }
    }

    fn totals(&self, first: Day, last: Day) -> Totals {
        let end = self.days.partition_point(|c| c.day <= last);
        let start = self.days[..end].partition_point(|c| c.day < first);
        let (from, to) = (self.before[start], self.before[end]);
        let inside = &self.days[start..end];
        let counted = |c: &&Contribution| c.count > 0;
        Totals {
            count: to.0 - from.0,
            sum: to.1 - from.1,
            first: inside.iter().find(counted).map(|c| c.day),
            last: inside.iter().rfind(counted).map(|c| c.day),
        }
    }
}

impl<R: Row> Row for Ahead<'_, R> {
    fn today(&self) -> Day {
        self.row.today()
    }

    fn field(&self, id: FieldId) -> Value {
        self.row.field(id)
    }

    fn field_on(&self, id: FieldId, day: Day) -> Value {
        self.row.field_on(id, day)
    }

    fn series(&self, series: &Series) -> Cow<'_, [Contribution]> {
        self.row.series(series)
    }

    fn series_between(&self, series: &Series, first: Day, last: Day) -> Cow<'_, [Contribution]> {
        self.row.series_between(series, first, last)
    }

    fn totals(&self, series: &Series, first: Day, last: Day) -> Totals {
        let mut running = self.running.borrow_mut();
        let place = std::ptr::from_ref(series);
        match running.iter_mut().find(|one| one.series == place) {
            Some(known) if known.from <= first => known.totals(first, last),
            Some(known) => {
                *known = Running::new(self.row, series, first);
                known.totals(first, last)
            }
            None => {
                let new = Running::new(self.row, series, first);
                let totals = new.totals(first, last);
                running.push(new);
                totals
            }
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
        if matches!(drift, Drift::Falling | Drift::Rising | Drift::Fading) && self.shift != 0 {
            return self.row.field_on(id, self.today);
        }
        match (self.row.field(id), drift) {
            (Value::Int(days), Drift::DaysSince) => days.checked_add(self.shift).map_or(Value::Null, Value::Int),
            (value, _) => value,
        }
    }

    fn totals(&self, series: usize, first: Day, last: Day) -> Totals {
        self.row.totals(&self.series[series], first, last)
    }
}
