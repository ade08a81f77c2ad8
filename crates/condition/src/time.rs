//! When time alone may change an answer.
//!
//! A condition can only change on the day a fact enters or leaves a window, or where two moving operands cross. Between the days of
//! windows operands move in straight lines, so crossings are computed, or go one way, so that halving finds the days on which they cross;
//! the answer is a superset of the true days, and finite.

use std::cmp::Ordering;

use perennial_kernel::Day;

use crate::checked::{Checked, CheckedOperand};
use crate::eval::Scene;
use crate::motion::{Line, Motion, motion};
use crate::plan::{Step, Test};
use crate::row::{Ahead, Later, Row, WhatIf};
use crate::series::Series;
use crate::tree::Summary;
use crate::value::{Truth, Value};

/// Days on which an answer may change though nothing happens.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Changes {
    /// Ascending and distinct, all after the day asked about. On every other day the answer is that of the day before.
    pub days: Vec<Day>,
    /// It may also change on any day: a field that drifts freely, or a movement that is no straight line, is read.
    pub daily: bool,
}

/// The last day of the calendar (9999-12-31): changes after it are not told.
const LAST: Day = Day(2_932_896);

impl Checked {
    /// The days after `after` on which time alone may change the answer. `after` is not before the row's day.
    pub fn change_days(&self, row: &impl Row, after: Day) -> Changes {
        let mut atoms = Vec::new();
        self.test.atoms(&mut atoms);
        let mut changes = Changes::default();
        for atom in atoms {
            atom_changes(atom, row, &self.series, after, &mut changes);
        }
        changes.settle(after)
    }

    /// The answer on a later day, when nothing happens until then. Fields that drift freely are asked of [`WhatIf::on`].
    pub fn eval_on<R: WhatIf>(&self, ahead: &Ahead<R>, day: Day) -> Truth {
        let other_day = day != ahead.today();
        if self.drifts_freely && other_day {
            self.eval(&ahead.row().on(day))
        } else {
            self.test.truth(&Later::on(ahead, &self.series, day))
        }
    }

    /// The first day in `after < day <= until` on which the answer differs from that of `after`, when nothing happens until then.
    /// When the answer may change daily, every day up to `until` is evaluated: bound it.
    pub fn next_change<R: WhatIf>(&self, row: &R, after: Day, until: Day) -> Option<Day> {
        let ahead = Ahead::of(row);
        let before = self.eval_on(&ahead, after);
        self.candidates(row, after, until).find(|day| self.eval_on(&ahead, *day) != before)
    }

    /// Days to evaluate between `after` and `until`, ascending.
    pub(crate) fn candidates(&self, row: &impl Row, after: Day, until: Day) -> Box<dyn Iterator<Item = Day>> {
        let changes = self.change_days(row, after);
        if changes.daily {
            return Box::new((after.0.saturating_add(1)..=until.0).map(Day));
        }
        Box::new(changes.days.into_iter().take_while(move |day| *day <= until))
    }
}

/// Whether a field that drifts freely is read anywhere.
pub(crate) fn reads_free_drift(test: &Test) -> bool {
    let mut atoms = Vec::new();
    test.atoms(&mut atoms);
    atoms.into_iter().flat_map(Test::steps).any(drifts_freely)
}

impl CheckedOperand {
    /// The days after `after` on which a value that only steps may change by time alone; `daily` for one that moves.
    pub fn change_days(&self, row: &impl Row, after: Day) -> Changes {
        let mut changes = Changes::default();
        let stretches = stretches(&[&self.step], row, &self.series, after, &mut changes.days);
        changes.daily = stretches.iter().any(|&from| {
            let scene = Later::on(row, &self.series, from);
            !matches!(motion(&self.step, &scene), Motion::Still(_))
        });
        changes.settle(after)
    }
}

impl Changes {
    fn settle(mut self, after: Day) -> Self {
        self.days.retain(|day| *day > after && *day <= LAST);
        self.days.sort_unstable();
        self.days.dedup();
        self
    }
}

fn drifts_freely(step: &Step) -> bool {
    let mut free = false;
    step.each(&mut |step| {
        free |= matches!(step, Step::Field { drift: crate::catalog::Drift::Daily, .. });
    });
    free
}

fn atom_changes<R: Row>(atom: &Test, row: &R, series: &[Series], after: Day, changes: &mut Changes) {
    let steps = atom.steps();
    let starts = stretches(&steps, row, series, after, &mut changes.days);
    let mut moves = false;
    for step in &steps {
        step.each(&mut |step| moves |= matches!(step, Step::Field { .. } | Step::Today | Step::DaysSince(_)));
    }
    if !moves {
        return;
    }
    for (index, &from) in starts.iter().enumerate() {
        let until = starts.get(index + 1).map_or(LAST, |next| *next - 1);
        let scene = Later::on(row, series, from);
        let motions: Vec<Motion> = steps.iter().map(|step| motion(step, &scene)).collect();
        if motions.contains(&Motion::Daily) {
            changes.daily = true;
            continue;
        }
        // Whether a value is null does not change within a stretch.
        if matches!(atom, Test::Null { .. }) {
            continue;
        }
        let (value, others) = motions.split_at(1);
        let constants = if let Test::In { constants, .. } = atom { constants.as_slice() } else { &[] };
        let constants = constants.iter().map(|constant| (Motion::Still(constant.clone()), Other::Constant(constant)));
        let others = others.iter().cloned().zip(steps[1..].iter().map(|step| Other::Step(step)));
        for (motion, other) in others.chain(constants) {
            if ![&value[0], &motion].iter().any(|one| matches!(one, Motion::OneWay(_))) {
                crossings(&value[0], &motion, from, until, &mut changes.days);
            } else if value[0].parts_from(&motion) {
                let order = |day: Day| {
                    let scene = Later::on(row, series, day);
                    steps[0].value(&scene).order(&other.value(&scene))
                };
                turns(order, from, until, &mut changes.days);
            } else {
                changes.daily = true;
            }
        }
    }
}

/// What a value is compared with.
enum Other<'a> {
    Step(&'a Step),
    Constant(&'a Value),
}

impl Other<'_> {
    fn value(&self, scene: &impl Scene) -> Value {
        match self {
            Self::Step(step) => step.value(scene),
            Self::Constant(value) => (*value).clone(),
        }
    }
}

/// The days of a stretch on which an order turns that turns at most twice: from less over equal to greater, or back. Each is found by halving.
fn turns(order: impl Fn(Day) -> Option<Ordering>, from: Day, until: Day, days: &mut Vec<Day>) {
    let last = order(until);
    let (mut at, mut here) = (from, order(from));
    while here != last {
        let (mut low, mut high) = (at, until);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if order(middle) == here { low = middle } else { high = middle }
        }
        (at, here) = (high, order(high));
        days.push(at);
    }
}

/// The first days of the stretches between which facts enter or leave windows: `after` itself and the days found, which also go to `days`.
fn stretches<R: Row>(steps: &[&Step], row: &R, series: &[Series], after: Day, days: &mut Vec<Day>) -> Vec<Day> {
    let mut starts = vec![after];
    for step in steps {
        step.each(&mut |step| {
            let Step::Aggregate { series: index, function, window, .. } = step else { return };
            let series = &series[*index];
            let Some(window) = window else {
                // The first fact ever stays the first.
                if *function != Summary::First || row.series_between(series, Day(i32::MIN), after).iter().all(|c| c.count <= 0) {
                    let ahead = row.series_between(series, after + 1, LAST);
                    let seen = if *function == Summary::First { ahead.iter().position(|c| c.count > 0) } else { None };
                    starts.extend(ahead[..seen.map_or(ahead.len(), |at| at + 1)].iter().map(|c| c.day));
                }
                return;
            };
            // What entered and left by `after` is not looked at: a long past costs nothing here.
            let (shift, first) = (window.ending_days_ago, window.range(after).0);
            for c in row.series_between(series, first, LAST).iter() {
                starts.extend([c.day + shift, c.day + shift + window.days].into_iter().filter(|day| *day > after && *day <= LAST));
            }
        });
    }
    starts.sort_unstable();
    starts.dedup();
    days.extend(&starts[1..]);
    starts
}

/// Days in `from..=until` on which a comparison of the two may come out otherwise than the day before.
fn crossings(a: &Motion, b: &Motion, from: Day, until: Day, days: &mut Vec<Day>) {
    if matches!((a, b), (Motion::Still(_), Motion::Still(_))) || [a, b].contains(&&Motion::Still(Value::Null)) {
        return;
    }
    let (Some((lines_a, whole_a)), Some((lines_b, whole_b))) = (a.as_lines(), b.as_lines()) else { return };
    for x in &lines_a {
        for y in &lines_b {
            let gap = Line { at: x.at - y.at, slope: x.slope - y.slope };
            if gap.slope != 0.0 {
                crossing(gap, whole_a && whole_b, from, until, days);
            }
        }
    }
}

/// Where the gap between two lines changes its sign: the first day on which it is zero or beyond, and the first on which it is beyond.
fn crossing(gap: Line, whole: bool, from: Day, until: Day, days: &mut Vec<Day>) {
    let zero = -gap.at / gap.slope;
    let offset = zero.floor();
    if !(-3.0..=f64::from(until - from) + 3.0).contains(&offset) {
        return;
    }
    let day = from + offset as i32;
    // Of whole numbers the division may be a hair off; of decimals also the lines themselves.
    let around = if whole { 0..=1 } else { -2..=2 };
    let near_whole = zero - offset > 1.0 - 1e-9;
    days.extend(around.map(|shift| day + shift).chain(near_whole.then(|| day + 2)).filter(|day| *day > from && *day <= until));
}
