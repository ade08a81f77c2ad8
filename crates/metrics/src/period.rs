//! Stretches of days, and the units that time is divided into.

use perennial_kernel::Day;

/// Days from `from` on, before `to`; an end that is left out is open.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Period {
    pub from: Option<Day>,
    /// The first day that no longer belongs to it.
    pub to: Option<Day>,
}

impl Period {
    pub fn new(from: Option<Day>, to: Option<Day>) -> Self {
        Self { from, to }
    }

    pub fn holds(self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day < to)
    }

    /// Whether it ends before it begins.
    pub fn is_backwards(self) -> bool {
        matches!((self.from, self.to), (Some(from), Some(to)) if from > to)
    }
}

/// What time is divided into.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Unit {
    Day,
    /// Monday to Sunday.
    Week,
    #[default]
    Month,
}

impl Unit {
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.as_str() == text)
    }

    /// Its length where a member's own days are counted: 1, 7 or 30.
    pub fn days(self) -> i32 {
        match self {
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 30,
        }
    }

    /// The first day of the calendar's unit around a day.
    pub fn start(self, day: Day) -> Day {
        match self {
            Self::Day => day,
            // Day 0 was a Thursday.
            Self::Week => Day(day.0 - (day.0 + 3).rem_euclid(7)),
            Self::Month => day.month_start(),
        }
    }

    /// Units of the calendar, numbered without gaps.
    pub fn number(self, day: Day) -> i32 {
        match self {
            Self::Day => day.0,
            Self::Week => (day.0 + 3).div_euclid(7),
            Self::Month => {
                let (year, month, _) = day.ymd();
                year * 12 + month as i32 - 1
            }
        }
    }

    /// The last day of the `n`-th unit after the one around a day.
    pub fn end_of_nth(self, day: Day, n: i32) -> Day {
        match self {
            Self::Day => day + n,
            Self::Week => self.start(day) + n.saturating_mul(7).saturating_add(6),
            Self::Month => {
                let month = self.number(day).saturating_add(n);
                let (year, month) = (month.div_euclid(12), month.rem_euclid(12) as u32 + 1);
                Day::from_ymd(year, month, 1).map_or(Day(i32::MAX), Day::month_end)
            }
        }
    }

    /// `1997-03` for months, the first day for days and weeks.
    pub fn name(self, start: Day) -> String {
        match self {
            Self::Day | Self::Week => start.to_string(),
            Self::Month => start.to_string()[..7].to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_the_first() {
        let table = [
            (Unit::Day, "1997-01-05", "1997-01-05", "1997-01-07"),
            // 1997-01-05 was a Sunday.
            (Unit::Week, "1997-01-05", "1996-12-30", "1997-01-19"),
            (Unit::Week, "1997-01-06", "1997-01-06", "1997-01-26"),
            (Unit::Month, "1996-12-31", "1996-12-01", "1997-02-28"),
            (Unit::Month, "1969-12-31", "1969-12-01", "1970-02-28"),
        ];
        for (unit, at, start, second) in table {
            assert_eq!((unit.start(day(at)), unit.end_of_nth(day(at), 2)), (day(start), day(second)), "{at}");
        }
    }

    #[test]
    fn numbers_step_by_one_from_unit_to_unit() {
        for unit in Unit::ALL {
            let mut at = unit.start(day("1995-11-30"));
            for _ in 0..40 {
                let next = unit.end_of_nth(at, 0).next();
                assert_eq!((unit.number(next) - unit.number(at), unit.start(next)), (1, next));
                assert_eq!(unit.number(next - 1), unit.number(at));
                at = next;
            }
        }
    }

    #[test]
    fn a_period_holds_its_first_day_and_not_its_last() {
        let period = Period::new(Some(day("1997-01-01")), Some(day("1998-01-01")));
        assert!(period.holds(day("1997-01-01")) && period.holds(day("1997-12-31")));
        assert!(!period.holds(day("1998-01-01")) && !period.holds(day("1996-12-31")));
        assert!(Period::default().holds(day("1900-01-01")) && !period.is_backwards());
    }
}
