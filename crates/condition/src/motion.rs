//! How an operand moves when only time passes, between two days on which no fact enters or leaves a window.
//!
//! An operand then either stands still, or is one of a few straight lines over days, or goes one way only, or may be anything each day.
//! Of straight lines a comparison can only change where two of them cross, also through GREATEST and LEAST, which pick among them; what goes
//! one way crosses what stands still or goes the other way once, at a day that halving finds.

use std::cmp::Ordering;

use crate::arithmetic::{combine, negate, to_money};
use crate::catalog::Drift;
use crate::eval::Scene;
use crate::plan::Step;
use crate::tree::Arithmetic;
use crate::value::Value;

/// `at + slope * days since the stretch's first day`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Line {
    pub at: f64,
    pub slope: f64,
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Motion {
    Still(Value),
    /// The value is on one of these lines on every day; integers, money in minor units, or day numbers when `whole`.
    Lines {
        lines: Vec<Line>,
        whole: bool,
    },
    /// The value never turns, and is null on every day or on none.
    OneWay(Way),
    Daily,
}

/// Where what never turns goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Way {
    Down,
    Up,
}

impl Way {
    fn back(self) -> Self {
        match self {
            Self::Down => Self::Up,
            Self::Up => Self::Down,
        }
    }
}

/// More lines than this are treated as anything.
const LINES_MAX: usize = 16;
/// Days a line is followed: to the end of the calendar.
const REACH_DAYS: f64 = 4e6;
/// Up to here f64 holds every integer.
const EXACT_MAX: f64 = 9e15;

impl Motion {
    /// Lines, unless they leave the range in which they can be followed exactly (then overflow, too, is near).
    fn lines(lines: Vec<Line>, whole: bool) -> Self {
        let followed = |line: &Line| line.at.abs() + line.slope.abs() * REACH_DAYS < EXACT_MAX;
        // A decimal's slope must stand well clear of its rounding noise.
        let clear = |line: &Line| whole || line.slope == 0.0 || line.slope.abs() > 1e-9 * line.at.abs().max(1.0);
        if lines.len() <= LINES_MAX && lines.iter().all(|line| followed(line) && clear(line)) {
            Self::Lines { lines, whole }
        } else {
            Self::Daily
        }
    }

    fn map(self, line: impl Fn(Line) -> Line, whole: bool) -> Self {
        match self {
            Self::Lines { lines, whole: own } => Self::lines(lines.into_iter().map(line).collect(), own && whole),
            other => other,
        }
    }

    /// Still values that are numbers, as a line without slope.
    pub(crate) fn as_lines(&self) -> Option<(Vec<Line>, bool)> {
        let (at, whole) = match self {
            Self::Lines { lines, whole } => return Some((lines.clone(), *whole)),
            Self::Still(Value::Int(n)) => (*n as f64, true),
            Self::Still(Value::Money(m)) => (m.0 as f64, true),
            Self::Still(Value::Day(d)) => (f64::from(d.0), true),
            Self::Still(Value::Decimal(x)) => (*x, false),
            Self::Still(_) | Self::OneWay(_) | Self::Daily => return None,
        };
        Some((vec![Line { at, slope: 0.0 }], whole))
    }

    /// The ways a value may go: none, one, or both. `None` for what may be anything.
    fn ways(&self) -> Option<Vec<Way>> {
        match self {
            Self::Still(_) => Some(Vec::new()),
            Self::OneWay(way) => Some(vec![*way]),
            Self::Lines { lines, .. } => {
                let mut ways: Vec<Way> =
                    lines.iter().filter(|line| line.slope != 0.0).map(|line| if line.slope < 0.0 { Way::Down } else { Way::Up }).collect();
                ways.dedup();
                Some(ways)
            }
            Self::Daily => None,
        }
    }

    /// Whether the difference of the two never turns.
    pub(crate) fn parts_from(&self, other: &Self) -> bool {
        let (Some(own), Some(others)) = (self.ways(), other.ways()) else { return false };
        one_way(own.into_iter().chain(others.into_iter().map(Way::back))).is_ok()
    }

    fn turned(self) -> Self {
        match self {
            Self::OneWay(way) => Self::OneWay(way.back()),
            other => other,
        }
    }
}

/// How `step` moves from the scene's day on, as long as no fact enters or leaves a window.
pub(crate) fn motion(step: &Step, scene: &impl Scene) -> Motion {
    let moving = |at: i64| Motion::lines(vec![Line { at: at as f64, slope: 1.0 }], true);
    match step {
        Step::Const(_) | Step::Aggregate { .. } => Motion::Still(step.value(scene)),
        Step::Field { drift, .. } => match (drift, step.value(scene)) {
            (Drift::Fixed, value) | (Drift::DaysSince, value @ Value::Null) => Motion::Still(value),
            (Drift::Falling | Drift::Rising | Drift::Fading, Value::Null) => Motion::Still(Value::Null),
            (Drift::Falling, _) => Motion::OneWay(Way::Down),
            (Drift::Rising, _) => Motion::OneWay(Way::Up),
            (Drift::Fading, value) => fading(value),
            (Drift::DaysSince, Value::Int(days)) => moving(days),
            (Drift::DaysSince | Drift::Daily, _) => Motion::Daily,
        },
        Step::Today => moving(i64::from(scene.today().0)),
        Step::DaysSince(inner) => match motion(inner, scene) {
            Motion::Still(Value::Day(day)) => moving(i64::from(scene.today().0) - i64::from(day.0)),
            Motion::Still(_) => Motion::Still(Value::Null),
            lines @ Motion::Lines { .. } => {
                let today = f64::from(scene.today().0);
                lines.map(|line| Line { at: today - line.at, slope: 1.0 - line.slope }, true)
            }
            Motion::OneWay(_) | Motion::Daily => Motion::Daily,
        },
        Step::Negate(inner) => match motion(inner, scene) {
            Motion::Still(value) => Motion::Still(negate(value)),
            moving => moving.turned().map(|line| Line { at: -line.at, slope: -line.slope }, true),
        },
        Step::Arithmetic { op, left, right } => arithmetic(*op, motion(left, scene), motion(right, scene)),
        Step::ToMoney { inner, minor_per_major } => match motion(inner, scene) {
            Motion::Still(value) => Motion::Still(to_money(value, *minor_per_major)),
            // Rounding a decimal to minor units makes steps of a line.
            Motion::Lines { whole: false, .. } => Motion::Daily,
            moving => moving.map(|line| Line { at: line.at * *minor_per_major as f64, slope: line.slope * *minor_per_major as f64 }, true),
        },
        Step::ToDecimal(inner) => match motion(inner, scene) {
            Motion::Still(value) => Motion::Still(crate::arithmetic::to_decimal(value)),
            moving => moving.map(|line| line, false),
        },
        Step::Contains(several, one) => match (motion(several, scene), motion(one, scene)) {
            (Motion::Still(_), Motion::Still(_)) => Motion::Still(step.value(scene)),
            _ => Motion::Daily,
        },
        Step::Greatest(list) | Step::Least(list) => extreme(step, list, scene),
        Step::Coalesce(list) => {
            // Within a stretch only what may be anything turns null and back.
            let mut parts = list.iter().map(|part| motion(part, scene));
            parts.find(|part| *part != Motion::Still(Value::Null)).unwrap_or(Motion::Still(Value::Null))
        }
    }
}

/// What comes nearer to zero goes down from above and up from below, and stays once it is there.
fn fading(value: Value) -> Motion {
    let above = match &value {
        Value::Int(n) => n.cmp(&0),
        Value::Money(money) => money.0.cmp(&0),
        Value::Decimal(x) => x.total_cmp(&0.0),
        _ => return Motion::Daily,
    };
    match above {
        Ordering::Greater => Motion::OneWay(Way::Down),
        Ordering::Less => Motion::OneWay(Way::Up),
        Ordering::Equal => Motion::Still(value),
    }
}

fn extreme(step: &Step, list: &[Step], scene: &impl Scene) -> Motion {
    let parts: Vec<Motion> = list.iter().map(|part| motion(part, scene)).collect();
    if parts.iter().all(|part| matches!(part, Motion::Still(_))) {
        return Motion::Still(step.value(scene));
    }
    if parts.contains(&Motion::Still(Value::Null)) {
        return Motion::Still(Value::Null);
    }
    if parts.iter().any(|part| matches!(part, Motion::OneWay(_))) {
        let ways: Option<Vec<Vec<Way>>> = parts.iter().map(Motion::ways).collect();
        // The greatest and the least of what goes one way goes that way.
        return ways.and_then(|ways| one_way(ways.into_iter().flatten()).ok()).flatten().map_or(Motion::Daily, Motion::OneWay);
    }
    let (mut lines, mut whole) = (Vec::new(), true);
    for part in parts {
        let Some((more, own)) = part.as_lines() else { return Motion::Daily };
        lines.extend(more);
        whole &= own;
    }
    Motion::lines(lines, whole)
}

fn arithmetic(op: Arithmetic, left: Motion, right: Motion) -> Motion {
    let null = Motion::Still(Value::Null);
    if left == null || right == null {
        return null;
    }
    let (a, b) = match (left, right) {
        (Motion::Still(a), Motion::Still(b)) => return Motion::Still(combine(op, a, b)),
        (Motion::Daily, _) | (_, Motion::Daily) => return Motion::Daily,
        (left, right) if [&left, &right].iter().any(|side| matches!(side, Motion::OneWay(_))) => return steered(op, &left, &right),
        (left, right) => (left, right),
    };
    // Money times or by a number is rounded, money by money is not whole: both are left to the daily scan once they move.
    let is_money = |side: &Motion| matches!(side, Motion::Still(Value::Money(_)));
    let moves = |side: &Motion| matches!(side, Motion::Lines { .. });
    let (Some((lines_a, whole_a)), Some((lines_b, whole_b))) = (a.as_lines(), b.as_lines()) else { return Motion::Daily };
    let whole = whole_a && whole_b;
    let pairs = lines_a.iter().flat_map(|x| lines_b.iter().map(move |y| (*x, *y)));
    match op {
        Arithmetic::Add => Motion::lines(pairs.map(|(x, y)| Line { at: x.at + y.at, slope: x.slope + y.slope }).collect(), whole),
        Arithmetic::Subtract => Motion::lines(pairs.map(|(x, y)| Line { at: x.at - y.at, slope: x.slope - y.slope }).collect(), whole),
        Arithmetic::Multiply if moves(&a) && moves(&b) || !whole && (is_money(&a) || is_money(&b)) => Motion::Daily,
        Arithmetic::Multiply => {
            let times = |(x, y): (Line, Line)| Line { at: x.at * y.at, slope: x.slope * y.at + y.slope * x.at };
            Motion::lines(pairs.map(times).collect(), whole)
        }
        // A line by a line is a hyperbola. By zero it is null throughout.
        Arithmetic::Divide if moves(&b) => Motion::Daily,
        Arithmetic::Divide => match lines_b[0].at {
            0.0 => null,
            _ if is_money(&b) => Motion::Daily,
            by => Motion::lines(lines_a.iter().map(|x| Line { at: x.at / by, slope: x.slope / by }).collect(), false),
        },
    }
}

/// The one way that all go, if any goes; an error where they go both ways.
fn one_way(mut ways: impl Iterator<Item = Way>) -> Result<Option<Way>, ()> {
    let Some(first) = ways.next() else { return Ok(None) };
    if ways.all(|way| way == first) { Ok(Some(first)) } else { Err(()) }
}

/// Arithmetic of decimals with a side that goes one way. Correct rounding keeps order, so a sum or a multiple goes one way, too; whole
/// numbers and money may run out of their range on the way, and are left to the daily scan.
fn steered(op: Arithmetic, left: &Motion, right: &Motion) -> Motion {
    let factor = |side: &Motion| match side {
        Motion::Still(Value::Decimal(x)) if *x != 0.0 && x.is_finite() => Some(*x),
        Motion::Still(Value::Int(n)) if *n != 0 => Some(*n as f64),
        _ => None,
    };
    let scaled = |way: Way, by: f64| Motion::OneWay(if by < 0.0 { way.back() } else { way });
    match (op, left, right) {
        (Arithmetic::Add | Arithmetic::Subtract, Motion::OneWay(way), still) if factor(still).is_some() => Motion::OneWay(*way),
        (Arithmetic::Add, still, Motion::OneWay(way)) if factor(still).is_some() => Motion::OneWay(*way),
        (Arithmetic::Subtract, still, Motion::OneWay(way)) if factor(still).is_some() => Motion::OneWay(way.back()),
        (Arithmetic::Multiply, Motion::OneWay(way), still) | (Arithmetic::Multiply, still, Motion::OneWay(way)) => {
            factor(still).map_or(Motion::Daily, |by| scaled(*way, by))
        }
        (Arithmetic::Divide, Motion::OneWay(way), still) => factor(still).map_or(Motion::Daily, |by| scaled(*way, by)),
        _ => Motion::Daily,
    }
}
