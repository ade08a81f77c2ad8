//! Cohorts as a fold: sums by row and by the day that columns are counted from, so that what was observed is settled at the end.

use std::borrow::Cow;
use std::collections::BTreeMap;

use perennial_kernel::{Day, Money};

use super::{Behaviour, CohortTable, Column, Count, Counted, Place, Question, Row, Rows, Start};
use crate::metric::{Asks, Metric};
use crate::seen::Seen;

#[derive(Clone, PartialEq, Debug)]
pub struct Cohort {
    question: Question,
    /// By unit, the place of its column, where each column is a unit of its own; empty where columns are wider or overlap.
    single: Vec<Option<usize>>,
    found: BTreeMap<Place, Sums>,
}

/// Columns of later units are looked for one by one.
const SINGLE_MAX: usize = 4096;

#[derive(Clone, PartialEq, Debug, Default)]
struct Sums {
    members: u64,
    /// Active members and money, for each column.
    cells: Vec<(u64, Money)>,
}

/// A member's doings by unit after day 0, ascending.
struct Doings {
    place: Place,
    active: Vec<u32>,
    money: Vec<(u32, Money)>,
}

impl Cohort {
    pub fn new(question: Question) -> Self {
        Self { single: single(&question), question, found: BTreeMap::new() }
    }

    fn day_zero(&self, seen: &Seen<'_>) -> Option<Day> {
        let day = match self.question.start {
            Start::FirstPurchase => seen.purchases.first().map(|purchase| purchase.day),
            Start::Registration => seen.registered_on,
        };
        day.filter(|day| self.question.period.holds(*day))
    }

    fn place(&self, seen: &Seen<'_>, zero: Day) -> Place {
        let anchor = match self.question.count {
            Count::Calendar => self.question.by.start(zero),
            Count::Own => zero,
        };
        let named = |name: &Option<String>| Cow::Owned(name.clone().unwrap_or_default());
        let row = match self.question.rows {
            Rows::Time => Cow::Borrowed(""),
            Rows::Channel => named(&seen.first_channel),
            Rows::Store => named(&seen.first_store),
        };
        Place { anchor, row }
    }

    fn doings(&self, seen: &Seen<'_>) -> Option<Doings> {
        let first = self.day_zero(seen)?;
        let (question, zero) = (&self.question, self.question.zero(first));
        let buys = !matches!(question.behaviour, Behaviour::Named(_));
        let mut active = Vec::with_capacity(seen.purchases.len());
        let mut money = Vec::with_capacity(seen.purchases.len() + seen.loose.len());
        for purchase in &seen.purchases {
            if let Some(unit) = question.unit_of(zero, purchase.day) {
                active.extend(buys.then_some(unit));
                money.push((unit, purchase.money));
            }
        }
        money.extend(seen.loose.iter().filter_map(|(day, money)| Some((question.unit_of(zero, *day)?, *money))));
        let behaved = match &question.behaviour {
            Behaviour::Buy => Vec::new(),
            Behaviour::Any => seen.behaviour_days(None),
            Behaviour::Named(name) => seen.behaviour_days(Some(name)),
        };
        active.extend(behaved.into_iter().filter_map(|day| question.unit_of(zero, day)));
        active.sort_unstable();
        active.dedup();
        money.sort_unstable_by_key(|(unit, _)| *unit);
        Some(Doings { place: self.place(seen, first), active, money })
    }

    /// Whether the member is one of those that a cell counts as active; `row` as the table names it, `None` for everyone together.
    pub fn counts(&self, seen: &Seen<'_>, row: Option<&str>, column: Option<Column>, as_of: Day) -> bool {
        let Some(doings) = self.doings(seen) else { return false };
        row.is_none_or(|row| self.row_name(&doings.place) == row)
            && column.is_none_or(|column| self.question.end_of(doings.place.anchor, column) <= as_of && doings.is_active(column))
    }

    fn row_name(&self, place: &Place) -> String {
        match self.question.rows {
            Rows::Time => self.question.by.name(self.question.by.start(place.anchor)),
            Rows::Channel | Rows::Store => place.row.clone().into_owned(),
        }
    }

    /// The table, with columns observed up to the end of `as_of`.
    pub fn finish(&self, as_of: Day) -> CohortTable {
        let columns = &self.question.columns;
        let row = |name: String, from: Option<Day>| Row { name, from, members: 0, cells: vec![None; columns.len()] };
        let mut rows: BTreeMap<(Option<Day>, String), Row> = BTreeMap::new();
        let mut all = row(String::new(), None);
        for (place, sums) in &self.found {
            let from = (self.question.rows == Rows::Time).then(|| self.question.by.start(place.anchor));
            let name = self.row_name(place);
            let held = rows.entry((from, name.clone())).or_insert_with(|| row(name, from));
            for row in [held, &mut all] {
                row.members += sums.members;
                for ((cell, column), (active, money)) in row.cells.iter_mut().zip(columns).zip(&sums.cells) {
                    if self.question.end_of(place.anchor, *column) <= as_of {
                        let cell = cell.get_or_insert_default();
                        *cell =
                            Counted { observed: cell.observed + sums.members, active: cell.active + active, money: cell.money + *money };
                    }
                }
            }
        }
        CohortTable { columns: columns.clone(), rows: rows.into_values().collect(), all }
    }
}

/// See [`Cohort::single`].
fn single(question: &Question) -> Vec<Option<usize>> {
    let mut places = Vec::new();
    for (at, column) in question.columns.iter().enumerate() {
        let unit = column.from as usize;
        if column.to != Some(column.from) || unit >= SINGLE_MAX {
            return Vec::new();
        }
        places.resize(places.len().max(unit + 1), None);
        if places[unit].replace(at).is_some() {
            return Vec::new();
        }
    }
    places
}

impl Doings {
    fn is_active(&self, column: Column) -> bool {
        let at = self.active.partition_point(|unit| *unit < column.from);
        self.active.get(at).is_some_and(|unit| column.to.is_none_or(|to| *unit <= to))
    }

    fn money_in(&self, column: Column) -> Money {
        let at = self.money.partition_point(|(unit, _)| *unit < column.from);
        self.money[at..].iter().take_while(|(unit, _)| column.to.is_none_or(|to| *unit <= to)).map(|(_, money)| *money).sum()
    }
}

impl Metric for Cohort {
    fn observe(&mut self, seen: &Seen<'_>) {
        let Some(doings) = self.doings(seen) else { return };
        let columns = &self.question.columns;
        let sums = self.found.entry(doings.place.clone()).or_default();
        sums.members += 1;
        sums.cells.resize(columns.len(), (0, Money::ZERO));
        if !self.single.is_empty() {
            let place = |unit: u32| self.single.get(unit as usize).copied().flatten();
            for at in doings.active.iter().filter_map(|unit| place(*unit)) {
                sums.cells[at].0 += 1;
            }
            for (unit, money) in &doings.money {
                if let Some(at) = place(*unit) {
                    sums.cells[at].1 += *money;
                }
            }
            return;
        }
        for (cell, column) in sums.cells.iter_mut().zip(columns) {
            cell.0 += u64::from(doings.is_active(*column));
            cell.1 += doings.money_in(*column);
        }
    }

    fn asks(&self) -> Asks {
        match (&self.question.behaviour, self.question.rows) {
            (Behaviour::Any | Behaviour::Named(_), _) => Asks::Facts,
            (Behaviour::Buy, Rows::Channel | Rows::Store) => Asks::Names,
            (Behaviour::Buy, Rows::Time) => Asks::Purchases,
        }
    }

    fn merge(&mut self, other: Self) {
        for (place, sums) in other.found {
            let held = self.found.entry(place).or_default();
            held.members += sums.members;
            held.cells.resize(sums.cells.len(), (0, Money::ZERO));
            for (cell, more) in held.cells.iter_mut().zip(sums.cells) {
                cell.0 += more.0;
                cell.1 += more.1;
            }
        }
    }
}
