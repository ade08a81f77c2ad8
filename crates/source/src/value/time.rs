//! Days and times in the spellings shops use, read in the brand's zone.

use perennial_kernel::{Day, Instant};

use super::cell::{Cell, Kind, narrow};
use crate::context::Context;
use crate::problem::{Problem, shorten};

/// A day with a local time of day, or an instant that brought its own offset.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum When {
    /// Milliseconds since local midnight; 0 means the start of the day.
    Local(Day, i64),
    At(Instant),
}

/// Reads a date or time and places it: a day without time is the day's first instant; `shift_days` applies.
pub fn instant(cell: Cell<'_>, context: &Context) -> Result<Instant, Problem> {
    shifted(cell, context, context.shift_days)
}

fn shifted(cell: Cell<'_>, context: &Context, shift_days: i32) -> Result<Instant, Problem> {
    match read(cell)? {
        When::Local(day, ms) => context.place(day, ms, shift_days),
        When::At(instant) => context.place_instant(instant, shift_days),
    }
}

/// A version: any integer as it stands, or a modified time as milliseconds since 1970 (never shifted: it is a number, not a day).
pub fn version(cell: Cell<'_>, context: &Context) -> Result<i64, Problem> {
    let digits = cell.text.bytes().all(|b| b.is_ascii_digit());
    if digits
        && cell.text.len() != 8
        && cell.text.len() != 14
        && cell.kind != Kind::Rounded
        && let Ok(number) = cell.text.parse()
    {
        return Ok(number);
    }
    shifted(cell, context, 0).map(|at| at.0)
}

fn read(cell: Cell<'_>) -> Result<When, Problem> {
    let text = narrow(cell.text);
    let shown = shorten(cell.text);
    let text = text.trim();
    if text.len() > 64 {
        return Err(unreadable(&shown));
    }
    if matches!(text.len(), 8 | 10 | 12 | 13 | 14) && text.bytes().all(|b| b.is_ascii_digit()) {
        return digits_only(text).ok_or_else(|| no_such_day(&shown));
    }
    if cell.kind == Kind::Number {
        return serial(text).ok_or_else(|| unreadable(&shown));
    }
    let (day, rest) = date_part(text, &shown)?;
    let Some((ms, rest)) = time_part(rest) else { return Err(unreadable(&shown)) };
    let rest = rest.trim();
    if rest.is_empty() {
        return Ok(When::Local(day, ms));
    }
    let minutes = offset_minutes(rest).ok_or_else(|| unreadable(&shown))?;
    Ok(When::At(Instant(i64::from(day.0) * 86_400_000 + ms - minutes * 60_000)))
}

/// `20260102`, `202601021530`, `20260102153000`, and seconds or milliseconds since 1970; `None` for no such day or time.
fn digits_only(text: &str) -> Option<When> {
    let number = |from: usize, to: usize| text[from..to].parse::<i64>().unwrap_or(-1);
    if text.len() == 10 {
        return Some(When::At(Instant(number(0, 10) * 1000)));
    }
    if text.len() == 13 {
        return Some(When::At(Instant(number(0, 13))));
    }
    let second = if text.len() == 14 { number(12, 14) } else { 0 };
    let (hour, minute) = if text.len() >= 12 { (number(8, 10), number(10, 12)) } else { (0, 0) };
    let day = Day::from_ymd(number(0, 4) as i32, number(4, 6) as u32, number(6, 8) as u32)?;
    Some(When::Local(day, clock(hour, minute, second)?))
}

/// An Excel serial: days since 1899-12-30 with the time as fraction, rounded to the second.
fn serial(text: &str) -> Option<When> {
    let value: f64 = text.parse().ok()?;
    if !(1.0..3_000_000.0).contains(&value) {
        return None;
    }
    let seconds = (value * 86_400.0).round() as i64;
    Some(When::Local(Day((seconds.div_euclid(86_400) - 25_569) as i32), seconds.rem_euclid(86_400) * 1000))
}

fn date_part<'a>(text: &'a str, shown: &str) -> Result<(Day, &'a str), Problem> {
    let (first, rest) = leading_number(text).ok_or_else(|| unreadable(shown))?;
    let mut chars = rest.chars();
    let separator = chars.next().filter(|c| matches!(c, '-' | '/' | '.' | '年')).ok_or_else(|| unreadable(shown))?;
    if first.len() != 4 {
        return Err(Problem::new(
            "date.ambiguous",
            format!("\"{shown}\" does not begin with a four-digit year, so day and month cannot be told apart"),
            format!("“{shown}” 不以四位年份开头，无法分辨日和月"),
        ));
    }
    let (month, rest) = leading_number(chars.as_str()).ok_or_else(|| unreadable(shown))?;
    let mut chars = rest.chars();
    let expected = if separator == '年' { '月' } else { separator };
    if chars.next() != Some(expected) {
        return Err(unreadable(shown));
    }
    let (day, rest) = leading_number(chars.as_str()).ok_or_else(|| unreadable(shown))?;
    let rest = if separator == '年' { rest.strip_prefix('日').unwrap_or(rest) } else { rest };
    let number = |part: &str| part.parse::<u32>().unwrap_or(0);
    let day = Day::from_ymd(number(first) as i32, number(month), number(day)).ok_or_else(|| no_such_day(shown))?;
    Ok((day, rest))
}

/// The time of day in milliseconds and what follows it; midnight when there is none.
fn time_part(text: &str) -> Option<(i64, &str)> {
    let text = text.trim_start_matches(['T', 't']).trim_start();
    let (text, before_noon) = match text {
        _ if text.starts_with("上午") => (text["上午".len()..].trim_start(), Some(true)),
        _ if text.starts_with("下午") => (text["下午".len()..].trim_start(), Some(false)),
        _ => (text, None),
    };
    let Some((hour, rest)) = leading_number(text) else { return Some((0, text)) };
    let rest = rest.strip_prefix([':', '时', '点'])?;
    let (minute, mut rest) = leading_number(rest)?;
    rest = rest.strip_prefix('分').unwrap_or(rest);
    let (mut second, mut milli) = (0, 0);
    let seconds = rest.strip_prefix(':').unwrap_or(rest);
    if let Some((part, after)) = leading_number(seconds) {
        second = part.parse().ok()?;
        rest = after.strip_prefix('秒').unwrap_or(after);
        if let Some((fraction, after)) = rest.strip_prefix(['.', ',']).and_then(leading_number) {
            milli = format!("{fraction:0<3}")[..3].parse().ok()?;
            rest = after;
        }
    }
    let (hour, rest) = twelve_hours(hour.parse().ok()?, before_noon, rest)?;
    Some((clock(hour, minute.parse().ok()?, second)? + milli, rest))
}

fn twelve_hours(hour: i64, before_noon: Option<bool>, rest: &str) -> Option<(i64, &str)> {
    let trimmed = rest.trim_start();
    let mark = trimmed.get(..2).map(str::to_ascii_uppercase);
    let (before_noon, rest) = match (before_noon, mark.as_deref()) {
        (None, Some("AM")) => (Some(true), &trimmed[2..]),
        (None, Some("PM")) => (Some(false), &trimmed[2..]),
        (known, _) => (known, rest),
    };
    match before_noon {
        None => Some((hour, rest)),
        Some(_) if hour > 12 => None,
        Some(true) => Some((hour % 12, rest)),
        Some(false) => Some((hour % 12 + 12, rest)),
    }
}

/// Minutes east of UTC.
fn offset_minutes(text: &str) -> Option<i64> {
    if matches!(text, "Z" | "z" | "UTC") {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = text[1..].chars().filter(|c| *c != ':').collect();
    if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let hours: i64 = digits[..2].parse().ok()?;
    let minutes: i64 = if digits.len() == 4 { digits[2..].parse().ok()? } else { 0 };
    if hours > 18 || minutes > 59 { None } else { Some(sign * (hours * 60 + minutes)) }
}

fn clock(hour: i64, minute: i64, second: i64) -> Option<i64> {
    let fits = (0..24).contains(&hour) && (0..60).contains(&minute) && (0..=60).contains(&second);
    if fits { Some(hour * 3_600_000 + minute * 60_000 + second.min(59) * 1000) } else { None }
}

fn leading_number(text: &str) -> Option<(&str, &str)> {
    let end = text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    if end == 0 || end > 9 { None } else { Some(text.split_at(end)) }
}

fn unreadable(shown: &str) -> Problem {
    Problem::new("date.unreadable", format!("\"{shown}\" is no date that can be read"), format!("“{shown}” 不是可识别的日期"))
}

fn no_such_day(shown: &str) -> Problem {
    Problem::new("date.no_such_day", format!("\"{shown}\" is no day of the calendar"), format!("“{shown}” 不是存在的日期"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use perennial_kernel::{Calendar, Currency};

    fn context(shift_days: i32) -> Context {
        Context {
            calendar: Calendar::for_zone("Asia/Shanghai").unwrap(),
            currency: Currency::parse("CNY").unwrap(),
            source: "test".to_owned(),
            today: Day::parse("2026-11-22").unwrap(),
            shift_days,
        }
    }

    fn check(text: &str, kind: Kind, expected: &str) {
        let got = instant(Cell { text, kind }, &context(0)).map_or_else(|problem| problem.code.to_owned(), |at| at.to_string());
        assert_eq!(got, expected, "{text}");
    }

    #[test]
    fn a_day_is_read_in_all_its_spellings() {
        for text in
            ["2026-01-02", "2026/1/2", "2026.01.02", "2026年1月2日", "20260102", "２０２６－０１－０２", "2026-01-02T00:00:00+08:00"]
        {
            check(text, Kind::Text, "2026-01-01T16:00:00.000Z");
        }
        check("46024", Kind::Number, "2026-01-01T16:00:00.000Z");
        check("20260102", Kind::Number, "2026-01-01T16:00:00.000Z");
    }

    #[test]
    fn a_time_is_read_in_all_its_spellings() {
        for text in [
            "2026-01-02 15:04:05",
            "2026/1/2 15:4:5",
            "2026-01-02T15:04:05",
            "2026-01-02T07:04:05Z",
            "2026-01-02T02:04:05-05:00",
            "2026年1月2日 15时04分05秒",
            "2026年1月2日下午3:04:05",
            "2026-01-02 3:04:05 PM",
            "20260102150405",
            "1767337445",
            "1767337445000",
        ] {
            check(text, Kind::Text, "2026-01-02T07:04:05.000Z");
        }
        check("2026-01-02 15:04:05.25", Kind::Text, "2026-01-02T07:04:05.250Z");
        check("46024.627835648", Kind::Number, "2026-01-02T07:04:05.000Z");
    }

    #[test]
    fn dates_that_are_none_are_refused_by_their_own_reason() {
        for (text, code) in [
            ("1969-12-31", "date.too_early"),
            ("0001-01-01", "date.too_early"),
            ("2026-11-24", "date.in_future"),
            ("9999-12-31", "date.in_future"),
            ("2026-02-30", "date.no_such_day"),
            ("20261301", "date.no_such_day"),
            ("01/02/2026", "date.ambiguous"),
            ("26-01-02", "date.ambiguous"),
            ("yesterday", "date.unreadable"),
            ("2026-01-02 25:00", "date.unreadable"),
            ("46024", "date.unreadable"),
            ("2026-01-02 12:00 somewhere", "date.unreadable"),
        ] {
            check(text, Kind::Text, code);
        }
        check("2026-11-23", Kind::Text, "2026-11-22T16:00:00.000Z");
    }

    #[test]
    fn a_shift_keeps_the_local_time_of_day_over_clock_changes() {
        let new_york = Context { calendar: Calendar::for_zone("America/New_York").unwrap(), shift_days: 7, ..context(0) };
        for text in ["2026-03-04 12:30:00", "2026-03-04T12:30:00-05:00"] {
            let at = instant(Cell::text(text), &new_york).unwrap();
            assert_eq!(at.to_string(), "2026-03-11T16:30:00.000Z", "{text}");
        }
        // From the day of the change itself, before and after it.
        for (text, moved) in [("2026-03-08T01:30:00-05:00", "2026-03-15T05:30"), ("2026-03-08T05:30:00-04:00", "2026-03-15T09:30")] {
            assert!(instant(Cell::text(text), &new_york).unwrap().to_string().starts_with(moved), "{text}");
        }
    }
}
