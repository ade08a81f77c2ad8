//! `Day` (a calendar day in the brand's zone) and `Instant` (a point of time in UTC): two types, so that neither is taken for the other.

use std::fmt;
use std::ops::{Add, Sub};

/// A calendar day, as days since 1970-01-01 in the proleptic Gregorian calendar. Which instants it covers is the [`crate::Calendar`]'s to say.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Day(pub i32);

impl Day {
    /// The first day a fact may carry: shops did not sell online before, and a spreadsheet's day 0 (1899-12-30) is an error.
    pub const EARLIEST: Self = Self::from_ymd_unchecked(1970, 1, 1);

    /// `None` unless the three name a day of the years 1 to 9999.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || day == 0 || day > days_in_month(year, month) {
            return None;
        }
        Some(Self::from_ymd_unchecked(year, month, day))
    }

    // Howard Hinnant, "chrono-compatible low-level date algorithms", days_from_civil.
    const fn from_ymd_unchecked(year: i32, month: u32, day: u32) -> Self {
        let y = if month <= 2 { year - 1 } else { year };
        let era = y.div_euclid(400);
        let year_of_era = y.rem_euclid(400);
        let shifted = (month as i32 + 9) % 12;
        let day_of_year = (153 * shifted + 2) / 5 + day as i32 - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self(era * 146_097 + day_of_era - 719_468)
    }

    /// Year, month (1–12) and day of the month.
    pub fn ymd(self) -> (i32, u32, u32) {
        // Neri, Schneider, "Euclidean affine functions and their application to calendar algorithms" (2023), figure 12, shifted by 82 eras.
        if !(-12_000_000..1_000_000_000).contains(&self.0) {
            return self.far_ymd();
        }
        let n = 4 * (self.0 + 719_468 + 146_097 * 82) as u32 + 3;
        let (century, n) = (n / 146_097, (n % 146_097) | 3);
        let product = 2_939_745 * u64::from(n);
        let (year_of_century, day_of_year) = ((product >> 32) as u32, (product as u32) / 2_939_745 / 4);
        let month_and_day = 2141 * day_of_year + 197_913;
        let (month, day) = (month_and_day >> 16, (month_and_day & 0xffff) / 2141 + 1);
        let after_new_year = day_of_year >= 306;
        let year = (100 * century + year_of_century) as i32 - 400 * 82 + i32::from(after_new_year);
        (year, if after_new_year { month - 12 } else { month }, day)
    }

    /// As [`Self::ymd`], of any day.
    fn far_ymd(self) -> (i32, u32, u32) {
        let z = self.0 + 719_468;
        let era = z.div_euclid(146_097);
        let day_of_era = z.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = (day_of_year - (153 * shifted + 2) / 5 + 1) as u32;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 } as u32;
        let year = year_of_era + era * 400 + i32::from(month <= 2);
        (year, month, day)
    }

    /// Reads `YYYY-MM-DD`, nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let number = |range: std::ops::Range<usize>| -> Option<u32> {
            let part = text.get(range)?;
            if part.bytes().all(|b| b.is_ascii_digit()) { part.parse().ok() } else { None }
        };
        Self::from_ymd(number(0..4)? as i32, number(5..7)?, number(8..10)?)
    }

    /// The first day of this day's month.
    pub fn month_start(self) -> Self {
        let (year, month, _) = self.ymd();
        Self::from_ymd_unchecked(year, month, 1)
    }

    /// The last day of this day's month.
    pub fn month_end(self) -> Self {
        let (year, month, _) = self.ymd();
        Self::from_ymd_unchecked(year, month, days_in_month(year, month))
    }

    pub fn next(self) -> Self {
        self + 1
    }
}

fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl Add<i32> for Day {
    type Output = Self;
    /// Saturates: a window of absurd length ends at the end of time, not at a wrapped day.
    fn add(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }
}

impl Sub<i32> for Day {
    type Output = Self;
    fn sub(self, days: i32) -> Self {
        Self(self.0.saturating_sub(days))
    }
}

impl Sub for Day {
    type Output = i32;
    /// Days from `other` to `self`.
    fn sub(self, other: Self) -> i32 {
        self.0.saturating_sub(other.0)
    }
}

/// A point of time: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Instant(pub i64);

impl Instant {
    pub const MIN: Self = Self(i64::MIN);
    pub const MAX: Self = Self(i64::MAX);

    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Reads an RFC 3339 instant (`2026-11-22T10:00:00Z`, `…+08:00`, with or without fraction); finer than a millisecond is cut off.
    pub fn parse(text: &str) -> Option<Self> {
        let timestamp: jiff::Timestamp = text.trim().parse().ok()?;
        Some(Self(timestamp.as_millisecond()))
    }
}

impl fmt::Display for Instant {
    /// RFC 3339 in UTC with milliseconds, so that texts sort as instants do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = Day(self.0.div_euclid(86_400_000) as i32);
        let ms = self.0.rem_euclid(86_400_000);
        let (h, m, s, milli) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60, ms % 1000);
        write!(f, "{day}T{h:02}:{m:02}:{s:02}.{milli:03}Z")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_survives_the_round_trip() {
        let first = Day::from_ymd(1800, 1, 1).unwrap();
        let last = Day::from_ymd(2200, 12, 31).unwrap();
        for number in first.0..=last.0 {
            let day = Day(number);
            assert_eq!(Day::parse(&day.to_string()), Some(day));
        }
        assert_eq!(Day::from_ymd(1970, 1, 1), Some(Day(0)));
        assert_eq!(Day::from_ymd(1997, 1, 1).unwrap() - Day::from_ymd(1996, 1, 1).unwrap(), 366);
    }

    #[test]
    fn the_quick_way_to_a_date_is_the_plain_one() {
        let ends = [Day(-12_000_000), Day(999_999_999)].into_iter();
        for day in ends.chain((-720_000..2_940_000).step_by(7).map(Day)) {
            assert_eq!(day.ymd(), day.far_ymd(), "{}", day.0);
        }
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for text in ["1997-02-29", "1997-13-01", "1997-00-10", "1997-1-1", "97-01-01", "1997/01/01", "+997-01-01", ""] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
    }

    #[test]
    fn months_begin_and_end_where_they_should() {
        let day = Day::parse("2000-02-11").unwrap();
        assert_eq!(day.month_start().to_string(), "2000-02-01");
        assert_eq!(day.month_end().to_string(), "2000-02-29");
    }

    #[test]
    fn instants_print_as_they_are_read() {
        let instant = Instant::parse("2026-11-22T18:00:00.123+08:00").unwrap();
        assert_eq!(instant.to_string(), "2026-11-22T10:00:00.123Z");
        assert_eq!(Instant::parse(&instant.to_string()), Some(instant));
        assert_eq!(Instant::parse("2026-11-22"), None);
        assert_eq!(Instant(-1).to_string(), "1969-12-31T23:59:59.999Z");
    }
}
