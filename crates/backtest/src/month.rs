//! Calendar months, for spans of them.

use std::fmt;

use perennial_kernel::Day;

/// A month of the calendar, held by its first day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Month(Day);

impl Month {
    pub fn of(day: Day) -> Self {
        Self(day.month_start())
    }

    /// Reads `YYYY-MM`, nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        Day::parse(&format!("{text}-01")).map(Self)
    }

    pub fn first(self) -> Day {
        self.0
    }

    pub fn last(self) -> Day {
        self.0.month_end()
    }

    pub fn next(self) -> Self {
        Self(self.last().next())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, _) = self.0.ymd();
        write!(f, "{year:04}-{month:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_follow_each_other_and_print_as_they_are_read() {
        let mut month = Month::parse("1999-11").unwrap();
        let mut seen = Vec::new();
        for _ in 0..4 {
            seen.push(month.to_string());
            month = month.next();
        }
        assert_eq!(seen, ["1999-11", "1999-12", "2000-01", "2000-02"]);
        assert_eq!(Month::of(Day::parse("2000-02-29").unwrap()).last().to_string(), "2000-02-29");
        for text in ["1999-13", "1999-1", "1999", "1999-01-01"] {
            assert_eq!(Month::parse(text), None, "{text}");
        }
    }
}
