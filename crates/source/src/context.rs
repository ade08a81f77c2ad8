//! What a reader has to know about the brand; the clock is the caller's.

use perennial_kernel::{Calendar, Currency, Day, Instant};

use crate::problem::Problem;

/// The brand's side of reading: zone, currency, the source's name, today, and by how many days dates are moved.
#[derive(Clone, Debug)]
pub struct Context {
    pub calendar: Calendar,
    pub currency: Currency,
    pub source: String,
    pub today: Day,
    /// Added to every day read; the local time of day stays. Whole weeks keep the weekdays (see [`crate::weeks_to`]).
    pub shift_days: i32,
}

impl Context {
    /// Refuses what lies before 1970 or after tomorrow (clocks and zones differ by less than a day), then shifts.
    pub(crate) fn place(&self, day: Day, ms: i64, shift_days: i32) -> Result<Instant, Problem> {
        let moved = day + shift_days;
        self.check(day, moved)?;
        if ms == 0 {
            return Ok(self.calendar.start(moved));
        }
        let seconds = (ms / 1000) as u32;
        Ok(self.calendar.at(moved, seconds / 3600, seconds / 60 % 60, seconds % 60).plus_ms(ms % 1000))
    }

    /// As [`Self::place`] for an instant given with its offset.
    pub(crate) fn place_instant(&self, instant: Instant, shift_days: i32) -> Result<Instant, Problem> {
        let day = self.calendar.day(instant);
        if shift_days == 0 {
            self.check(day, day)?;
            return Ok(instant);
        }
        self.place(day, self.local_ms(day, instant), shift_days)
    }

    fn check(&self, given: Day, moved: Day) -> Result<(), Problem> {
        if given < Day::EARLIEST || moved < Day::EARLIEST {
            let text = format!("{given} is before 1970-01-01");
            return Err(Problem::new("date.too_early", text, format!("{given} 早于 1970-01-01")));
        }
        if moved > self.today.next() {
            let today = self.today;
            return Err(Problem::new(
                "date.in_future",
                format!("{moved} lies in the future (today is {today})"),
                format!("{moved} 在未来（今天是 {today}）"),
            ));
        }
        Ok(())
    }

    /// Local milliseconds since midnight; on days with a clock change the reading that leads back to the same instant.
    fn local_ms(&self, day: Day, instant: Instant) -> i64 {
        let elapsed = instant.0 - self.calendar.start(day).0;
        let back = |ms: i64| {
            let seconds = (ms / 1000) as u32;
            self.calendar.at(day, seconds / 3600, seconds / 60 % 60, seconds % 60).0 + ms % 1000
        };
        let hour = 3_600_000;
        let candidates = [elapsed, elapsed + hour, elapsed - hour, elapsed + hour / 2, elapsed - hour / 2];
        candidates.into_iter().find(|&ms| (0..86_400_000).contains(&ms) && back(ms) == instant.0).unwrap_or(elapsed.clamp(0, 86_399_999))
    }
}
