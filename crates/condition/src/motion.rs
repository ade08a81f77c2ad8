//! How an operand moves when only time passes, between two days on which no fact enters or leaves a window.
//!
//! An operand then either stands still, or is one of a few straight lines over days, or may be anything each day. Straight lines are
//! enough: a comparison can only change where two of them cross, also through GREATEST and LEAST, which pick among them.

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
    Daily,
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
            Self::Still(_) | Self::Daily => return None,
        };
        Some((vec![Line { at, slope: 0.0 }], whole))
    }
}

/// How `step` moves from the scene's day on, as long as no fact enters or leaves a window.
pub(crate) fn motion(step: &Step, scene: &impl Scene) -> Motion {
    let moving = |at: i64| Motion::lines(vec![Line { at: at as f64, slope: 1.0 }], true);
    match step {
        Step::Const(_) | Step::Aggregate { .. } => Motion::Still(step.value(scene)),
        Step::Field { drift, .. } => match (drift, step.value(scene)) {
            (Drift::Fixed, value) | (Drift::DaysSince, value @ Value::Null) => Motion::Still(value),
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
            Motion::Daily => Motion::Daily,
        },
        Step::Negate(inner) => match motion(inner, scene) {
            Motion::Still(value) => Motion::Still(negate(value)),
            moving => moving.map(|line| Line { at: -line.at, slope: -line.slope }, true),
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

fn extreme(step: &Step, list: &[Step], scene: &impl Scene) -> Motion {
    let parts: Vec<Motion> = list.iter().map(|part| motion(part, scene)).collect();
    if parts.iter().all(|part| matches!(part, Motion::Still(_))) {
        return Motion::Still(step.value(scene));
    }
    if parts.contains(&Motion::Still(Value::Null)) {
        return Motion::Still(Value::Null);
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
