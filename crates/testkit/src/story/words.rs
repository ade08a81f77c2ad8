//! A line's words, taken one by one; a problem says which was wanted.

use perennial_kernel::{Calendar, Currency, Day, Instant, Money};

#[derive(Clone, Debug)]
pub struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    pub fn of(text: &'a str) -> Self {
        Self { rest: text.trim() }
    }

    pub fn peek(&self) -> Option<&'a str> {
        self.rest.split_whitespace().next()
    }

    pub fn next(&mut self) -> Option<&'a str> {
        let word = self.peek()?;
        self.rest = self.rest[word.len()..].trim_start();
        Some(word)
    }

    /// Everything left.
    pub fn rest(&mut self) -> &'a str {
        std::mem::take(&mut self.rest)
    }

    pub fn want(&mut self, what: &str) -> Result<&'a str, String> {
        self.next().ok_or_else(|| format!("{what} is missing"))
    }

    /// Takes the word if it is this one.
    pub fn take(&mut self, word: &str) -> bool {
        let there = self.peek() == Some(word);
        if there {
            self.next();
        }
        there
    }

    pub fn number<T: std::str::FromStr>(&mut self, what: &str) -> Result<T, String> {
        let word = self.want(what)?;
        word.parse().map_err(|_| format!("{what} must be a number, not {word}"))
    }

    pub fn day(&mut self) -> Result<Day, String> {
        let word = self.want("a day")?;
        Day::parse(word).ok_or_else(|| format!("a day is written 2026-01-31, not {word}"))
    }

    pub fn amount(&mut self, currency: Currency) -> Result<Money, String> {
        let word = self.want("an amount")?;
        currency.parse_amount(word).ok_or_else(|| format!("an amount of {currency} is wanted, not {word}"))
    }

    /// A day and, where one follows, a time of day (hours and minutes).
    pub fn moment(&mut self) -> Result<Moment, String> {
        let day = self.day()?;
        let time = self.peek().and_then(|word| {
            let (hour, minute) = word.split_once(':')?;
            let (hour, minute) = (hour.parse().ok()?, minute.parse().ok()?);
            (hour < 24 && minute < 60).then_some((hour, minute))
        });
        if time.is_some() {
            self.next();
        }
        Ok(Moment { day, time })
    }

    pub fn end(&self) -> Result<(), String> {
        if self.rest.is_empty() { Ok(()) } else { Err(format!("not understood: {}", self.rest)) }
    }
}

/// A day, and a time of day where one was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    pub day: Day,
    pub time: Option<(u32, u32)>,
}

impl Moment {
    pub fn at(self, calendar: &Calendar) -> Option<Instant> {
        self.time.map(|(hour, minute)| calendar.at(self.day, hour, minute, 0))
    }

    pub fn or_noon(self, calendar: &Calendar) -> Instant {
        self.at(calendar).unwrap_or_else(|| calendar.at(self.day, 12, 0, 0))
    }

    pub fn or_start(self, calendar: &Calendar) -> Instant {
        self.at(calendar).unwrap_or_else(|| calendar.start(self.day))
    }

    /// A day alone stands for every instant of it.
    pub fn covers(self, instant: Instant, calendar: &Calendar) -> bool {
        match self.at(calendar) {
            Some(at) => instant.0 / 60_000 == at.0 / 60_000,
            None => calendar.day(instant) == self.day,
        }
    }
}
