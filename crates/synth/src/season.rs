//! When people buy clothes: month, weekday, shopping festivals and the Spring Festival; what day a moment of the process falls on;
//! what is taken off that day; and at what hour.

use perennial_kernel::Day;

use crate::places::Channel;
use crate::random::Random;

const MONTHS: [f64; 12] = [1.05, 0.75, 0.95, 1.0, 1.0, 0.9, 0.8, 0.8, 1.1, 1.15, 1.2, 1.15];

/// The first day of the lunar year, 2005–2045, by the Hong Kong Observatory's conversion tables.
/// (Node's ICU puts 2027 and 2030 a day off: their new moons fall within minutes of midnight in Beijing.)
const LUNAR_NEW_YEARS: &str = "2005-02-09 2006-01-29 2007-02-18 2008-02-07 2009-01-26 2010-02-14 2011-02-03 2012-01-23 2013-02-10 2014-01-31 2015-02-19 \
     2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12 2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 \
     2029-02-13 2030-02-03 2031-01-23 2032-02-11 2033-01-31 2034-02-19 2035-02-08 2036-01-28 2037-02-15 2038-02-04 2039-01-24 2040-02-12 2041-02-01 \
     2042-01-22 2043-02-10 2044-01-30 2045-02-17";

/// The first day of the lunar year that begins in `year`; outside the table about the middle of its range.
pub fn lunar_new_year(year: i32) -> Day {
    let known = LUNAR_NEW_YEARS.split_whitespace().filter_map(Day::parse).find(|day| day.ymd().0 == year);
    known.or_else(|| Day::from_ymd(year, 2, 4)).unwrap_or(Day::EARLIEST)
}

/// How much busier than an ordinary day, and the share of orders with something taken off.
fn festival(month: u32, day: u32) -> (f64, f64) {
    match (month, day) {
        (11, 11) => (7.0, 0.95),
        (10, 31) | (11, 1..=3) => (2.0, 0.85),
        (11, 10) => (2.2, 0.9),
        (11, 4..=9) => (1.3, 0.7),
        (6, 18) => (4.5, 0.9),
        (6, 1..=3) => (1.7, 0.75),
        (6, 16..=17) => (1.9, 0.85),
        (12, 12) => (2.2, 0.85),
        (3, 8) => (1.8, 0.8),
        (10, 1..=7) => (1.3, 0.6),
        _ => (1.0, 0.35),
    }
}

/// One day's weight, before the curve is brought to a mean of one.
fn weight(day: Day, lunar_new_year: Day) -> f64 {
    let (_, month, of_month) = day.ymd();
    let weekday = match (day.0 + 3).rem_euclid(7) {
        4 => 1.1,
        5 | 6 => 1.3,
        _ => 0.95,
    };
    let spring = match day - lunar_new_year {
        -21..=-5 => 1.6,
        -4..=6 => 0.45,
        _ => 1.0,
    };
    MONTHS[month as usize - 1] * weekday * spring * festival(month, of_month).0
}

/// How the process's even time maps onto the calendar: `span` moments of mean one per day, more of them on busy days.
#[derive(Clone, Debug)]
pub struct Season {
    first: Day,
    /// The process's time at the end of each day.
    until: Vec<f64>,
}

impl Season {
    pub fn new(first: Day, last: Day) -> Self {
        let mut sum = 0.0;
        let (mut year, mut new_year) = (i32::MIN, first);
        let mut until = Vec::new();
        for number in first.0..=last.0 {
            let day = Day(number);
            if day.ymd().0 != year {
                year = day.ymd().0;
                new_year = lunar_new_year(year);
            }
            sum += weight(day, new_year);
            until.push(sum);
        }
        let scale = until.len() as f64 / sum;
        for time in &mut until {
            *time *= scale;
        }
        Self { first, until }
    }

    /// The length of the history: days, which is also the process's time at its end.
    pub fn span(&self) -> f64 {
        self.until.len() as f64
    }

    /// The day on which the process's `time` falls; `None` after the end.
    pub fn day(&self, time: f64) -> Option<Day> {
        let index = self.until.partition_point(|&until| until <= time);
        if index < self.until.len() { Some(self.first + index as i32) } else { None }
    }
}

/// Percent off the list price on `day`, often nothing.
pub fn percent_off(random: &mut Random, day: Day) -> i64 {
    let (_, month, of_month) = day.ymd();
    let (busier, share) = festival(month, of_month);
    if !random.chance(share) {
        return 0;
    }
    let steps: &[i64] = if busier > 1.5 { &[15, 20, 25, 30, 30, 40, 50] } else { &[5, 10, 10, 12, 15, 20, 30] };
    random.pick(steps)
}

const SHOP_HOURS: [u64; 24] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 30, 50, 60, 60, 75, 85, 80, 70, 70, 90, 85, 45, 0, 0];
const ONLINE_HOURS: [u64; 24] = [30, 14, 6, 3, 2, 3, 8, 18, 32, 45, 58, 58, 60, 55, 50, 52, 52, 48, 50, 65, 92, 105, 95, 62];

/// A plausible local time of an order: shops between ten and ten, screens in the evening, and the first hour of Double 11.
pub fn time_of_day(random: &mut Random, day: Day, channel: Channel) -> (u32, u32, u32) {
    let (_, month, of_month) = day.ymd();
    let hours = if channel == Channel::Store { &SHOP_HOURS } else { &ONLINE_HOURS };
    let hour = if channel != Channel::Store && (month, of_month) == (11, 11) && random.chance(0.3) {
        0
    } else {
        let mut at = random.below(hours.iter().sum());
        hours
            .iter()
            .position(|&weight| {
                let here = at < weight;
                at = at.saturating_sub(weight);
                here
            })
            .unwrap_or(12) as u32
    };
    (hour, random.below(60) as u32, random.below(60) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lunar_new_year_is_a_day_between_21_january_and_20_february() {
        assert_eq!(LUNAR_NEW_YEARS.split_whitespace().filter(|text| Day::parse(text).is_some()).count(), 41);
        for year in 2000..2060 {
            let (got, month, day) = lunar_new_year(year).ymd();
            assert!(got == year && ((month == 1 && day >= 21) || (month == 2 && day <= 20)), "{year}");
        }
    }

    #[test]
    fn double_11_is_the_busiest_day_and_a_day_keeps_its_share_of_time() {
        let (first, last) = (Day::parse("2025-01-01").unwrap(), Day::parse("2025-12-31").unwrap());
        let season = Season::new(first, last);
        assert!((season.span() - 365.0).abs() < 1e-9);
        let mut counts = vec![0; 365];
        for step in 0..36_500 {
            counts[(season.day(f64::from(step) / 100.0).unwrap() - first) as usize] += 1;
        }
        let busiest = (0..365).max_by_key(|&index| counts[index]).unwrap();
        assert_eq!((first + busiest as i32).to_string(), "2025-11-11");
        assert!(counts.iter().all(|&n| n > 0));
        assert_eq!(season.day(365.1), None);
    }
}
