//! A condition over everyone at once: members lie in columns, and each clause is answered for a thousand of them before the next is looked at.
//!
//! Truths are bytes, false 0, unknown 1, true 2, so that AND is the smaller, OR the greater and NOT what is left to 2 (Kleene's logic, which is
//! SQL's). What the columns cannot answer clause by clause is answered member by member by the evaluator itself.

use std::borrow::Cow;

use perennial_kernel::{Day, Money};

use crate::catalog::FieldId;
use crate::checked::Checked;
use crate::plan::{Step, Test};
use crate::row::{Later, Row};
use crate::series::{Contribution, Series};
use crate::tree::Comparison;
use crate::value::{Truth, Value};

/// Members looked at together: their truths stay in the nearest cache.
const STRIDE: usize = 1024;
/// An IN list of so many whole numbers is so many comparisons; a longer one is looked up member by member.
const LIST_MAX: usize = 8;

const FALSE: u8 = 0;
const UNKNOWN: u8 = 1;
const TRUE: u8 = 2;

/// A column: one whole number a member.
#[derive(Clone, Copy, Debug)]
pub enum Numbers<'a> {
    I64(&'a [i64]),
    I32(&'a [i32]),
}

/// What a column's numbers say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Meaning {
    Int,
    /// In minor units.
    Money,
    /// As [`Day`].
    Day,
    /// The field is the whole days from this day until today.
    DaysSince,
}

#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    pub numbers: Numbers<'a>,
    pub meaning: Meaning,
    /// The number that stands for null, if one does.
    pub missing: Option<i64>,
}

/// Members as columns of one length.
pub trait Columns {
    fn today(&self) -> Day;
    fn rows(&self) -> usize;
    /// `None` of a field that is no column: it is null for everyone.
    fn column(&self, id: FieldId) -> Option<Column<'_>>;
}

impl Numbers<'_> {
    fn at(self, at: usize) -> i64 {
        match self {
            Self::I64(numbers) => numbers[at],
            Self::I32(numbers) => i64::from(numbers[at]),
        }
    }
}

impl Column<'_> {
    fn value(self, at: usize, today: Day) -> Value {
        let number = self.numbers.at(at);
        if self.missing == Some(number) {
            return Value::Null;
        }
        match self.meaning {
            Meaning::Int => Value::Int(number),
            Meaning::Money => Value::Money(Money(number)),
            Meaning::Day => Value::Day(Day(number as i32)),
            Meaning::DaysSince => Value::Int(i64::from(today.0) - number),
        }
    }
}

impl Checked {
    /// Calls `see` with the place of each member for whom the condition is true, ascending. The columns answer every plain field; a condition
    /// that reads series is not for them.
    pub fn select(&self, columns: &impl Columns, see: &mut impl FnMut(usize)) {
        let plan = plan(&self.test, columns);
        let mut truths = [FALSE; STRIDE];
        let mut spare = Vec::new();
        for from in (0..columns.rows()).step_by(STRIDE) {
            let truths = &mut truths[..STRIDE.min(columns.rows() - from)];
            answer(&plan, columns, from, truths, &mut spare);
            for (at, truth) in truths.iter().enumerate() {
                if *truth == TRUE {
                    see(from + at);
                }
            }
        }
    }

    /// How many members the condition is true for.
    pub fn count(&self, columns: &impl Columns) -> usize {
        let plan = plan(&self.test, columns);
        let mut truths = [FALSE; STRIDE];
        let (mut spare, mut count) = (Vec::new(), 0);
        for from in (0..columns.rows()).step_by(STRIDE) {
            let truths = &mut truths[..STRIDE.min(columns.rows() - from)];
            answer(&plan, columns, from, truths, &mut spare);
            // Two for each that is true; at most 2048 here, so that 32 bits hold it in as many lanes as there are.
            let twos: u32 = truths.iter().map(|truth| u32::from(*truth & TRUE)).sum();
            count += (twos / 2) as usize;
        }
        count
    }
}

enum Plan<'a> {
    All(Vec<Plan<'a>>),
    Any(Vec<Plan<'a>>),
    Not(Box<Plan<'a>>),
    /// Whether the number lies from `low` to `high`, both included.
    Within {
        numbers: Numbers<'a>,
        missing: Option<i64>,
        low: i64,
        high: i64,
    },
    Missing {
        numbers: Numbers<'a>,
        missing: Option<i64>,
    },
    Each(&'a Test),
}

fn plan<'a>(test: &'a Test, columns: &'a impl Columns) -> Plan<'a> {
    let parts = |parts: &'a [Test]| parts.iter().map(|part| plan(part, columns)).collect();
    let clause = match test {
        Test::And(all) => Some(Plan::All(parts(all))),
        Test::Or(any) => Some(Plan::Any(parts(any))),
        Test::Not(part) => Some(Plan::Not(Box::new(plan(part, columns)))),
        Test::Compare { op, left, right } => compare(*op, left, right, columns).or_else(|| compare(mirrored(*op), right, left, columns)),
        Test::Between { value, low, high, negated } => column(value, columns).and_then(|held| {
            let (low, high) = (whole(low, held.meaning)?, whole(high, held.meaning)?);
            Some(within(held, low, high, columns.today(), *negated))
        }),
        Test::In { value, constants, has_null: false, others, negated } if others.is_empty() && constants.len() <= LIST_MAX => {
            column(value, columns).and_then(|held| {
                let one = |constant: &Value| {
                    let number = number(constant, held.meaning)?;
                    Some(within(held, number, number, columns.today(), false))
                };
                Some(negated_if(*negated, Plan::Any(constants.iter().map(one).collect::<Option<_>>()?)))
            })
        }
        Test::Null { value, negated } => {
            column(value, columns).map(|Column { numbers, missing, .. }| negated_if(*negated, Plan::Missing { numbers, missing }))
        }
        _ => None,
    };
    clause.unwrap_or(Plan::Each(test))
}

fn negated_if(negated: bool, plan: Plan<'_>) -> Plan<'_> {
    if negated { Plan::Not(Box::new(plan)) } else { plan }
}

fn column<'a>(step: &Step, columns: &'a impl Columns) -> Option<Column<'a>> {
    match step {
        Step::Field { id, .. } => columns.column(*id),
        _ => None,
    }
}

fn whole(step: &Step, meaning: Meaning) -> Option<i64> {
    match step {
        Step::Const(value) => number(value, meaning),
        _ => None,
    }
}

/// A constant as a number of the column's kind; `None` of another kind, also of null and of fractions.
fn number(value: &Value, meaning: Meaning) -> Option<i64> {
    match (value, meaning) {
        (Value::Int(number), Meaning::Int | Meaning::DaysSince) => Some(*number),
        (Value::Money(money), Meaning::Money) => Some(money.0),
        (Value::Day(day), Meaning::Day) => Some(i64::from(day.0)),
        _ => None,
    }
}

fn mirrored(op: Comparison) -> Comparison {
    match op {
        Comparison::Equal | Comparison::NotEqual => op,
        Comparison::Less => Comparison::Greater,
        Comparison::LessOrEqual => Comparison::GreaterOrEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterOrEqual => Comparison::LessOrEqual,
    }
}

fn compare<'a>(op: Comparison, left: &Step, right: &Step, columns: &'a impl Columns) -> Option<Plan<'a>> {
    let held = column(left, columns)?;
    let number = whole(right, held.meaning)?;
    let today = columns.today();
    Some(match op {
        Comparison::Equal => within(held, number, number, today, false),
        Comparison::NotEqual => within(held, number, number, today, true),
        // Not below is at least: a null is neither.
        Comparison::Less => within(held, number, i64::MAX, today, true),
        Comparison::GreaterOrEqual => within(held, number, i64::MAX, today, false),
        Comparison::LessOrEqual => within(held, i64::MIN, number, today, false),
        Comparison::Greater => within(held, i64::MIN, number, today, true),
    })
}

fn within(held: Column<'_>, low: i64, high: i64, today: Day, negated: bool) -> Plan<'_> {
    let Column { numbers, meaning, missing } = held;
    let (low, high) = match meaning {
        // Few days since are a late day.
        Meaning::DaysSince => {
            let day = |days: i64| i64::from(today.0).saturating_sub(days);
            (day(high), day(low))
        }
        Meaning::Int | Meaning::Money | Meaning::Day => (low, high),
    };
    negated_if(negated, Plan::Within { numbers, missing, low, high })
}

fn answer(plan: &Plan<'_>, columns: &impl Columns, from: usize, truths: &mut [u8], spare: &mut Vec<[u8; STRIDE]>) {
    match plan {
        Plan::All(parts) => together(parts, columns, from, truths, spare, TRUE, u8::min),
        Plan::Any(parts) => together(parts, columns, from, truths, spare, FALSE, u8::max),
        Plan::Not(part) => {
            answer(part, columns, from, truths, spare);
            for truth in truths {
                *truth = TRUE - *truth;
            }
        }
        Plan::Within { numbers, missing, low, high } => {
            let to = from + truths.len();
            match numbers {
                Numbers::I64(numbers) => lies_within(&numbers[from..to], *missing, (*low, *high), truths),
                Numbers::I32(numbers) => lies_within(&numbers[from..to], *missing, (*low, *high), truths),
            }
        }
        Plan::Missing { numbers, missing } => {
            for (at, truth) in truths.iter_mut().enumerate() {
                *truth = if *missing == Some(numbers.at(from + at)) { TRUE } else { FALSE };
            }
        }
        Plan::Each(test) => {
            for (at, truth) in truths.iter_mut().enumerate() {
                let row = Member { columns, at: from + at };
                *truth = match test.truth(&Later::now(&row, &[])) {
                    Truth::True => TRUE,
                    Truth::Unknown => UNKNOWN,
                    Truth::False => FALSE,
                };
            }
        }
    }
}

fn together(
    parts: &[Plan<'_>],
    columns: &impl Columns,
    from: usize,
    truths: &mut [u8],
    spare: &mut Vec<[u8; STRIDE]>,
    start: u8,
    put: impl Fn(u8, u8) -> u8 + Copy,
) {
    truths.fill(start);
    let mut room = spare.pop().unwrap_or([FALSE; STRIDE]);
    for part in parts {
        let new = &mut room[..truths.len()];
        answer(part, columns, from, new, spare);
        truths.iter_mut().zip(new).for_each(|(held, new)| *held = put(*held, *new));
    }
    spare.push(room);
}

/// Without a branch, so that a processor does many at once.
#[expect(clippy::needless_bitwise_bool, reason = "a lazy operator is a branch")]
fn lies_within<T>(numbers: &[T], missing: Option<i64>, range: (i64, i64), truths: &mut [u8])
where
    T: Copy + Ord + TryFrom<i64> + Into<i64> + Bounded,
{
    let (low, high) = range;
    let empty = low > high || high < T::LEAST.into() || low > T::MOST.into();
    // An empty range stays one when its ends are numbers of the column's width.
    let (low, high) = if empty { (T::MOST, T::LEAST) } else { (narrow(low), narrow(high)) };
    match missing.and_then(|missing| T::try_from(missing).ok()) {
        None => {
            for (number, truth) in numbers.iter().zip(truths) {
                *truth = u8::from((*number >= low) & (*number <= high)) * TRUE;
            }
        }
        Some(missing) => {
            for (number, truth) in numbers.iter().zip(truths) {
                let inside = u8::from((*number >= low) & (*number <= high)) * TRUE;
                *truth = if *number == missing { UNKNOWN } else { inside };
            }
        }
    }
}

trait Bounded: Sized {
    const LEAST: Self;
    const MOST: Self;
}

impl Bounded for i64 {
    const LEAST: Self = Self::MIN;
    const MOST: Self = Self::MAX;
}

impl Bounded for i32 {
    const LEAST: Self = Self::MIN;
    const MOST: Self = Self::MAX;
}

/// The nearest number of the column's width.
fn narrow<T: TryFrom<i64> + Bounded>(number: i64) -> T {
    T::try_from(number).unwrap_or(if number < 0 { T::LEAST } else { T::MOST })
}

/// One member of the columns, as a row.
struct Member<'a, C> {
    columns: &'a C,
    at: usize,
}

impl<C: Columns> Row for Member<'_, C> {
    fn today(&self) -> Day {
        self.columns.today()
    }

    fn field(&self, id: FieldId) -> Value {
        self.columns.column(id).map_or(Value::Null, |column| column.value(self.at, self.columns.today()))
    }

    fn series(&self, _: &Series) -> Cow<'_, [Contribution]> {
        Cow::Borrowed(&[])
    }
}
