//! Evaluation with SQL's three-valued logic: a null operand makes a comparison unknown, and unknown passes through NOT.

use perennial_kernel::{Day, Money};

use crate::arithmetic::{combine, days_between, negate, to_decimal, to_money};
use crate::catalog::{Drift, FieldId};
use crate::plan::{Step, Test};
use crate::series::Totals;
use crate::tree::{Part, Summary};
use crate::value::{Truth, Value};

/// What a condition is evaluated against: a member as of a day, or one fact.
pub(crate) trait Scene {
    fn today(&self) -> Day;
    fn field(&self, id: FieldId, drift: Drift) -> Value;
    /// Of the days from `first` to `last`, both included.
    fn totals(&self, series: usize, first: Day, last: Day) -> Totals;
}

impl Test {
    pub(crate) fn truth(&self, scene: &impl Scene) -> Truth {
        match self {
            Self::And(parts) => all(parts, scene, Truth::False),
            Self::Or(parts) => all(parts, scene, Truth::True),
            Self::Not(part) => part.truth(scene).negate(),
            Self::Holds(value) => match value.value(scene) {
                Value::Bool(answer) => answer.into(),
                _ => Truth::Unknown,
            },
            Self::Compare { op, left, right } => {
                let (mut a, mut b) = (Value::Null, Value::Null);
                Truth::of(left.look(scene, &mut a).order(right.look(scene, &mut b)).map(|order| op.accepts(order)))
            }
            Self::Between { value, low, high, negated } => {
                let value = value.value(scene);
                let above = Truth::of(value.order(low.look(scene, &mut Value::Null)).map(std::cmp::Ordering::is_ge));
                if above == Truth::False {
                    return Truth::False.negate_if(*negated);
                }
                let below = Truth::of(value.order(high.look(scene, &mut Value::Null)).map(std::cmp::Ordering::is_le));
                above.and(below).negate_if(*negated)
            }
            Self::In { value, constants, has_null, others, negated } => {
                member_of(&value.value(scene), constants, *has_null, others, scene).negate_if(*negated)
            }
            Self::Null { value, negated } => Truth::from(value.value(scene).is_null() != *negated),
            Self::Distinct { left, right, negated } => {
                let (left, right) = (left.value(scene), right.value(scene));
                let distinct = if left.is_null() || right.is_null() {
                    left.is_null() != right.is_null()
                } else {
                    left.order(&right) != Some(std::cmp::Ordering::Equal)
                };
                Truth::from(distinct != *negated)
            }
            Self::Like { value, part, text, negated } => match value.value(scene) {
                Value::Text(value) => Truth::from(has(&value, *part, text) != *negated),
                _ => Truth::Unknown,
            },
        }
    }
}

fn has(value: &str, part: Part, text: &str) -> bool {
    match part {
        Part::Start => value.starts_with(text),
        Part::End => value.ends_with(text),
        Part::Anywhere => value.contains(text),
    }
}

/// AND ends at the first false, OR at the first true; both are unknown when they did not end and met an unknown.
fn all(parts: &[Test], scene: &impl Scene, ends: Truth) -> Truth {
    let mut answer = ends.negate();
    for part in parts {
        let truth = part.truth(scene);
        if truth == ends {
            return ends;
        }
        if truth == Truth::Unknown {
            answer = Truth::Unknown;
        }
    }
    answer
}

fn member_of(value: &Value, constants: &[Value], has_null: bool, others: &[Step], scene: &impl Scene) -> Truth {
    if value.is_null() {
        return Truth::Unknown;
    }
    let found = constants.binary_search_by(|constant| constant.order(value).unwrap_or(std::cmp::Ordering::Less)).is_ok();
    if found {
        return Truth::True;
    }
    let mut answer = if has_null { Truth::Unknown } else { Truth::False };
    for other in others {
        match other.value(scene).order(value) {
            Some(std::cmp::Ordering::Equal) => return Truth::True,
            Some(_) => {}
            None => answer = Truth::Unknown,
        }
    }
    answer
}

impl Step {
    /// The value without a copy where it is a constant; `room` holds it otherwise.
    fn look<'a>(&'a self, scene: &impl Scene, room: &'a mut Value) -> &'a Value {
        if let Self::Const(value) = self {
            return value;
        }
        *room = self.value(scene);
        room
    }

    pub(crate) fn value(&self, scene: &impl Scene) -> Value {
        match self {
            Self::Const(value) => value.clone(),
            Self::Field { id, drift } => match scene.field(*id, *drift) {
                Value::Decimal(x) if !x.is_finite() => Value::Null,
                value => value,
            },
            Self::Aggregate { series, function, window, money } => {
                // What lies after today is never inside.
                let (first, last) = window.map_or((Day(i32::MIN), scene.today()), |window| window.range(scene.today()));
                summary(*function, &scene.totals(*series, first, last), *money)
            }
            Self::Today => Value::Day(scene.today()),
            Self::DaysSince(inner) => days_between(&inner.value(scene), scene.today()),
            Self::Negate(inner) => negate(inner.value(scene)),
            Self::Arithmetic { op, left, right } => combine(*op, left.value(scene), right.value(scene)),
            Self::ToMoney { inner, minor_per_major } => to_money(inner.value(scene), *minor_per_major),
            Self::ToDecimal(inner) => to_decimal(inner.value(scene)),
            Self::Greatest(list) => extreme(list, scene, std::cmp::Ordering::Greater),
            Self::Least(list) => extreme(list, scene, std::cmp::Ordering::Less),
            Self::Contains(several, one) => match (several.value(scene), one.value(scene)) {
                (Value::Choices(several), Value::Text(one)) => Value::Bool(several.iter().any(|held| **held == *one)),
                _ => Value::Null,
            },
            Self::Coalesce(list) => list.iter().map(|step| step.value(scene)).find(|value| !value.is_null()).unwrap_or(Value::Null),
        }
    }
}

fn extreme(list: &[Step], scene: &impl Scene, wanted: std::cmp::Ordering) -> Value {
    let mut best = Value::Null;
    for (index, step) in list.iter().enumerate() {
        let value = step.value(scene);
        if value.is_null() {
            return Value::Null;
        }
        if index == 0 || value.order(&best) == Some(wanted) {
            best = value;
        }
    }
    best
}

/// Sums too large for 64 bits are null.
fn summary(function: Summary, inside: &Totals, money: bool) -> Value {
    let whole = |n: i128| i64::try_from(n).map_or(Value::Null, Value::Int);
    let day = |day: Option<Day>| day.map_or(Value::Null, Value::Day);
    let Totals { count, sum, first, last } = *inside;
    match function {
        Summary::Count => whole(count),
        Summary::Sum if money => i64::try_from(sum).map_or(Value::Null, |sum| Value::Money(Money(sum))),
        Summary::Sum => whole(sum),
        Summary::Average if count == 0 => Value::Null,
        Summary::Average if money => {
            i64::try_from(sum).map_or(Value::Null, |sum| combine(crate::tree::Arithmetic::Divide, Value::Money(Money(sum)), whole(count)))
        }
        Summary::Average => Value::Decimal(sum as f64 / count as f64),
        Summary::First => day(first),
        Summary::Last => day(last),
    }
}
