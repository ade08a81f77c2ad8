//! The brand's calendar: which instants make up a day in its time zone.
//!
//! The zone's transitions are laid out once as a table, because a scan over everyone asks for the day of every fact.

use crate::{Day, Instant};

/// The days of one IANA time zone (tz data is compiled in).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    zone: String,
    /// (from instant in ms, offset in ms), ascending; the first stands for all time before.
    offsets: Vec<(i64, i64)>,
    /// For each stretch of 2^32 ms (50 days) from [`FIRST`] on, the place of the offset in force when it begins.
    places: Vec<u16>,
}

/// 1900-01-01, in ms: no transition in the table is earlier.
const FIRST: i64 = -2_208_988_800_000;
const STRETCHES: i64 = 1620;

impl Calendar {
    /// `None` when the zone's name is not in the IANA database.
    pub fn for_zone(name: &str) -> Option<Self> {
        let zone = jiff::tz::TimeZone::get(name).ok()?;
        let from: jiff::Timestamp = "1900-01-01T00:00:00Z".parse().ok()?;
        let until: jiff::Timestamp = "2120-01-01T00:00:00Z".parse().ok()?;
        let mut offsets = vec![(i64::MIN, offset_ms(zone.to_offset(from)))];
        for transition in zone.following(from).take_while(|t| t.timestamp() < until) {
            offsets.push((transition.timestamp().as_millisecond(), offset_ms(transition.offset())));
        }
        Some(Self::new(zone.iana_name().unwrap_or(name), offsets))
    }

    pub fn utc() -> Self {
        Self::new("UTC", vec![(i64::MIN, 0)])
    }

    fn new(zone: &str, offsets: Vec<(i64, i64)>) -> Self {
        let place = |stretch: i64| offsets.partition_point(|&(from, _)| from <= FIRST + (stretch << 32)).saturating_sub(1) as u16;
        let places = (0..STRETCHES).map(place).collect();
        Self { zone: zone.to_owned(), offsets, places }
    }

    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// The calendar day in which `instant` lies.
    pub fn day(&self, instant: Instant) -> Day {
        Day(instant.0.saturating_add(self.offset_at(instant)).div_euclid(86_400_000) as i32)
    }

    /// The first instant of `day`; where clocks skip midnight, the first instant that exists; of a skipped day, the next day's.
    pub fn start(&self, day: Day) -> Instant {
        let midnight = i64::from(day.0) * 86_400_000;
        // Offsets lie within a day of UTC: the candidates are the midnights by each offset in force around that day.
        let from = self.offsets.partition_point(|&(from, _)| from <= midnight - 2 * 86_400_000).saturating_sub(1);
        let mut earliest = i64::MAX;
        for (index, &(since, offset)) in self.offsets.iter().enumerate().skip(from) {
            if since > midnight + 2 * 86_400_000 {
                break;
            }
            let until = self.offsets.get(index + 1).map_or(i64::MAX, |&(next, _)| next);
            let start = (midnight - offset).max(since);
            if start < until && self.day(Instant(start)) == day {
                earliest = earliest.min(start);
            }
        }
        // A day the zone skipped begins, and ends, where the next one begins.
        if earliest == i64::MAX && day.0 < i32::MAX { self.start(day.next()) } else { Instant(earliest) }
    }

    /// The last millisecond of `day`.
    pub fn end(&self, day: Day) -> Instant {
        Instant(self.start(day.next()).0 - 1)
    }

    /// The instant at `h:m:s` local time of `day`; in a gap, that much after the day's start.
    pub fn at(&self, day: Day, hour: u32, minute: u32, second: u32) -> Instant {
        let ms = i64::from(hour) * 3_600_000 + i64::from(minute) * 60_000 + i64::from(second) * 1000;
        let local = i64::from(day.0) * 86_400_000 + ms;
        let guess = local - self.offset_at(self.start(day).plus_ms(ms));
        let settled = local - self.offset_at(Instant(guess));
        Instant(settled).clamp(self.start(day), self.end(day))
    }

    fn offset_at(&self, instant: Instant) -> i64 {
        let stretch = (instant.0.saturating_sub(FIRST) >> 32).clamp(0, STRETCHES - 1);
        let mut at = usize::from(self.places[stretch as usize]);
        while self.offsets.get(at + 1).is_some_and(|&(from, _)| from <= instant.0) {
            at += 1;
        }
        self.offsets[at].1
    }
}

fn offset_ms(offset: jiff::tz::Offset) -> i64 {
    i64::from(offset.seconds()) * 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_day_starts_where_the_day_before_ends() {
        for zone in ["America/New_York", "Asia/Shanghai", "Africa/Cairo", "America/Sao_Paulo", "Pacific/Apia", "UTC"] {
            let calendar = Calendar::for_zone(zone).unwrap();
            for number in (Day::parse("1995-01-01").unwrap().0)..(Day::parse("2030-01-01").unwrap().0) {
                let day = Day(number);
                let start = calendar.start(day);
                if zone == "Pacific/Apia" && day.to_string() == "2011-12-30" {
                    continue; // Samoa skipped that day when it crossed the date line.
                }
                assert_eq!(calendar.day(start), day, "{zone} {day}");
                assert!(calendar.day(start.plus_ms(-1)) < day, "{zone} {day}");
            }
        }
    }

    #[test]
    fn a_day_is_23_hours_when_clocks_go_forward() {
        let calendar = Calendar::for_zone("America/New_York").unwrap();
        let day = Day::parse("1997-04-06").unwrap();
        assert_eq!(calendar.start(day.next()).0 - calendar.start(day).0, 23 * 3_600_000);
        assert_eq!(calendar.at(day, 12, 0, 0), Instant::parse("1997-04-06T12:00:00-04:00").unwrap());
        assert_eq!(calendar.at(day, 1, 0, 0), Instant::parse("1997-04-06T01:00:00-05:00").unwrap());
    }

    #[test]
    fn a_skipped_day_begins_where_the_next_one_does() {
        let calendar = Calendar::for_zone("Pacific/Apia").unwrap();
        let skipped = Day::parse("2011-12-30").unwrap();
        assert_eq!(calendar.start(skipped), calendar.start(skipped.next()));
        assert_eq!(calendar.day(calendar.end(skipped)), skipped - 1);
    }

    #[test]
    fn the_offset_of_any_instant_is_that_of_the_last_transition_before_it() {
        for zone in ["America/New_York", "Asia/Shanghai", "Africa/Casablanca", "Pacific/Apia", "UTC"] {
            let calendar = Calendar::for_zone(zone).unwrap();
            let around = calendar.offsets.iter().flat_map(|(from, _)| [-1, 0, 1].map(|ms| from.saturating_add(ms)));
            let far = [i64::MIN, i64::MAX, FIRST - 1, FIRST, FIRST + (STRETCHES << 32)];
            for at in around.chain(far).chain((-70..90).map(|years| years * 31_556_952_123)) {
                let expected = calendar.offsets.iter().rev().find(|(from, _)| *from <= at).unwrap().1;
                assert_eq!(calendar.offset_at(Instant(at)), expected, "{zone} {at}");
            }
        }
    }

    #[test]
    fn an_unknown_zone_is_refused() {
        assert!(Calendar::for_zone("Asia/Atlantis").is_none());
    }
}
