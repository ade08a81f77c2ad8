//! What columns say of everyone at once is what the evaluator says of each member.

use perennial_condition::{Column, Columns, FieldId, Meaning, Numbers, Value, check, parse};
use perennial_kernel::{Day, Money};
use proptest::prelude::*;

use crate::members::{FIELD_COUNT, Member, catalog, today};
use crate::random::{Dice, Taste, member, typed};

/// More than one stride.
const ROWS: usize = 1100;
/// Fields that are columns here, by place in the catalog: `r_days`, `f_total`, `f_life`, `m_total`, `registered_on`.
const HELD: [usize; 5] = [0, 1, 2, 3, 6];

struct Everyone {
    last: Vec<i32>,
    f_total: Vec<i64>,
    f_life: Vec<i32>,
    money: Vec<i64>,
    registered: Vec<i32>,
}

impl Everyone {
    fn of(members: &[Member]) -> Self {
        let whole = |at: usize, missing: i64| {
            let number = move |member: &Member| match &member.values[at] {
                Value::Int(number) => *number,
                Value::Money(money) => money.0,
                Value::Day(day) => i64::from(day.0),
                _ => missing,
            };
            members.iter().map(number)
        };
        let never = i64::from(i32::MAX);
        let last = whole(0, never).map(|days| if days == never { i32::MAX } else { today().0 - days as i32 });
        Self {
            last: last.collect(),
            f_total: whole(1, i64::MIN).collect(),
            f_life: whole(2, i64::from(i32::MIN)).map(|number| number as i32).collect(),
            money: whole(3, i64::MAX).collect(),
            registered: whole(6, never).map(|day| day as i32).collect(),
        }
    }
}

impl Columns for Everyone {
    fn today(&self) -> Day {
        today()
    }

    fn rows(&self) -> usize {
        self.last.len()
    }

    fn column(&self, id: FieldId) -> Option<Column<'_>> {
        let never = Some(i64::from(i32::MAX));
        let (numbers, meaning, missing) = match id.0 {
            0 => (Numbers::I32(&self.last), Meaning::DaysSince, never),
            1 => (Numbers::I64(&self.f_total), Meaning::Int, Some(i64::MIN)),
            2 => (Numbers::I32(&self.f_life), Meaning::Int, Some(i64::from(i32::MIN))),
            3 => (Numbers::I64(&self.money), Meaning::Money, Some(i64::MAX)),
            6 => (Numbers::I32(&self.registered), Meaning::Day, never),
            _ => return None,
        };
        Some(Column { numbers, meaning, missing })
    }
}

/// Members who are known by what the columns hold and nothing else.
fn members(bytes: &[u8]) -> Vec<Member> {
    let drawn = |part: &[u8]| {
        let mut member = member(&mut Dice::new(part));
        for at in (0..FIELD_COUNT).filter(|at| !HELD.contains(at)) {
            member.values[at] = Value::Null;
        }
        member
    };
    let drawn: Vec<Member> = bytes.chunks(20).map(drawn).collect();
    drawn.iter().cycle().take(ROWS).cloned().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn everyone_at_once_is_everyone_one_by_one(
        tree in proptest::collection::vec(any::<u8>(), 0..80),
        people in proptest::collection::vec(any::<u8>(), 20..600),
    ) {
        let catalog = catalog();
        let expr = typed(&mut Dice::new(&tree), 3, Taste { aggregates: false, sql: false, daily: false });
        let checked = check(&expr, &catalog).unwrap();
        let members = members(&people);
        let wanted: Vec<usize> = (0..ROWS).filter(|at| checked.selects(&members[*at])).collect();
        let columns = Everyone::of(&members);
        let mut found = Vec::new();
        checked.select(&columns, &mut |at| found.push(at));
        prop_assert_eq!(&found, &wanted, "{:?}", expr);
        prop_assert_eq!(checked.count(&columns), wanted.len());
    }
}

#[test]
fn bounds_beyond_a_columns_numbers_are_bounds() {
    let catalog = catalog();
    let known = |f_life: i64| Member::unknown().set("f_life", Value::Int(f_life)).set("m_total", Value::Money(Money(5)));
    let columns = Everyone::of(&[known(0), known(7), Member::unknown()]);
    for (text, wanted) in [
        ("f_life > -1", &[0, 1][..]),
        ("f_life >= 5000000000", &[]),
        ("f_life < 5000000000", &[0, 1]),
        ("f_life BETWEEN -3 AND 5000000000", &[0, 1]),
        ("NOT f_life BETWEEN 5000000000 AND 6000000000", &[0, 1]),
        ("f_life BETWEEN 7 AND 3", &[]),
        ("r_days < -9000000000", &[]),
        ("f_life IS NULL", &[2]),
        ("f_life IN (7, 9) OR m_total IS NULL", &[1, 2]),
        ("7 = f_life", &[1]),
        ("3 < f_life", &[1]),
    ] {
        let checked = check(&parse(text, &catalog).unwrap(), &catalog).unwrap();
        let mut found = Vec::new();
        checked.select(&columns, &mut |at| found.push(at));
        assert_eq!(found, wanted, "{text}");
    }
}
