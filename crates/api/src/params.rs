//! What stands in the address: path segments and query parameters, read strictly.

use axum::extract::{FromRequestParts, Path};
use axum::http::StatusCode;
use axum::http::request::Parts;
use perennial_kernel::{Currency, Day, Instant, MemberId, Money};
use serde::de::DeserializeOwned;

use crate::problem::Problem;
use crate::wire::FieldError;

/// Path segments; what cannot be read names nothing.
pub struct Segments<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Segments<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        path.map(|Path(segments)| Self(segments))
            .map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "path.unreadable", "The address is not UTF-8", "地址不是 UTF-8"))
    }
}

/// A segment of a path as it was meant; what is no UTF-8 names nothing.
pub fn decoded(segment: &str) -> String {
    let byte = |digits: &[u8]| std::str::from_utf8(digits).ok().and_then(|text| u8::from_str_radix(text, 16).ok());
    let (bytes, mut plain, mut at) = (segment.as_bytes(), Vec::new(), 0);
    while let Some(first) = bytes.get(at) {
        if let Some(byte) = bytes.get(at + 1..at + 3).filter(|_| *first == b'%').and_then(byte) {
            plain.push(byte);
            at += 3;
        } else {
            plain.push(*first);
            at += 1;
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

/// A member's id out of the path: what is no id is nobody's.
pub fn member(text: &str) -> Result<MemberId, Problem> {
    MemberId::parse(text).ok_or_else(|| perennial_app::query::member::unknown(text).into())
}

/// Query parameters; a problem's pointer is `?name`.
pub struct Query {
    pairs: Vec<(String, String)>,
    asked: Vec<&'static str>,
    errors: Vec<FieldError>,
}

impl Query {
    /// Of the part of an address after the question mark.
    pub fn of(raw: &str) -> Self {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(raw.as_bytes()).into_owned().collect();
        let mut errors = Vec::new();
        for (at, (name, value)) in pairs.iter().enumerate() {
            if name.contains('\u{fffd}') || value.contains('\u{fffd}') {
                errors.push(FieldError::new(&format!("?{name}"), "query.not_utf8", "is not UTF-8", "不是 UTF-8"));
            }
            if pairs[..at].iter().any(|(other, _)| other == name) {
                errors.push(FieldError::new(&format!("?{name}"), "query.twice", "is given twice", "重复出现"));
            }
        }
        Self { pairs, asked: Vec::new(), errors }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self::of(parts.uri.query().unwrap_or_default()))
    }
}

impl Query {
    /// Empty is absent.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        self.asked.push(name);
        self.pairs.iter().find(|(held, value)| held == name && !value.is_empty()).map(|(_, value)| value.clone())
    }

    /// A value of its own kind, with the problem that it is not one.
    pub fn parsed<T>(&mut self, name: &'static str, parse: impl Fn(&str) -> Option<T>, code: &str, en: &str, zh: &str) -> Option<T> {
        let text = self.text(name)?;
        let value = parse(&text);
        if value.is_none() {
            self.errors.push(FieldError::new(&format!("?{name}"), code, en, zh));
        }
        value
    }

    pub fn day(&mut self, name: &'static str) -> Option<Day> {
        self.parsed(name, Day::parse, "day.unreadable", "must be a day such as 2026-11-22", "须为日期，例如 2026-11-22")
    }

    pub fn required_day(&mut self, name: &'static str) -> Day {
        let given = self.pairs.iter().any(|(held, value)| held == name && !value.is_empty());
        if !given {
            self.errors.push(FieldError::new(&format!("?{name}"), "query.missing", "must be given", "必填"));
        }
        self.day(name).unwrap_or(Day(0))
    }

    pub fn instant(&mut self, name: &'static str) -> Option<Instant> {
        let (en, zh) = ("must be an instant such as 2026-11-22T10:00:00Z", "须为时刻，例如 2026-11-22T10:00:00Z");
        self.parsed(name, Instant::parse, "instant.unreadable", en, zh)
    }

    pub fn limit(&mut self, otherwise: usize, most: usize) -> usize {
        let (en, zh) = (format!("must be a number from 1 to {most}"), format!("须为 1 到 {most} 的整数"));
        let read = |text: &str| text.parse().ok().filter(|limit| (1..=most).contains(limit));
        self.parsed("limit", read, "limit.out_of_range", &en, &zh).unwrap_or(otherwise)
    }

    /// A whole number within bounds.
    pub fn number(&mut self, name: &'static str, least: u32, most: u32) -> Option<u32> {
        let (en, zh) = (format!("must be a number from {least} to {most}"), format!("须为 {least} 到 {most} 的整数"));
        let read = |text: &str| text.parse().ok().filter(|number| (least..=most).contains(number));
        self.parsed(name, read, "number.out_of_range", &en, &zh)
    }

    /// The query written out without some of its parameters, which turn pages: what two pages of one answer have in common.
    pub fn key_without(&self, names: &[&str]) -> String {
        let mut pairs: Vec<_> = self.pairs.iter().filter(|(name, _)| !names.contains(&name.as_str())).collect();
        pairs.sort();
        pairs.into_iter().map(|(name, value)| [name, "=", value].concat()).collect::<Vec<_>>().join("\n")
    }

    /// A page's number, from 1.
    pub fn page(&mut self) -> u64 {
        let read = |text: &str| text.parse().ok().filter(|page| (1..=1_000_000).contains(page));
        self.parsed("page", read, "page.out_of_range", "must be a number from 1", "须为从 1 开始的整数").unwrap_or(1)
    }

    /// A whole number within bounds.
    pub fn whole(&mut self, name: &'static str, least: i64, most: i64) -> Option<i64> {
        let (en, zh) = (format!("must be a whole number from {least} to {most}"), format!("须为 {least} 到 {most} 的整数"));
        let read = |text: &str| text.parse().ok().filter(|number| (least..=most).contains(number));
        self.parsed(name, read, "number.out_of_range", &en, &zh)
    }

    /// A number from 0 to 100.
    pub fn percent(&mut self, name: &'static str) -> Option<f64> {
        let read = |text: &str| text.parse().ok().filter(|number| (0.0..=100.0).contains(number));
        self.parsed(name, read, "number.out_of_range", "must be a number from 0 to 100", "须为 0 到 100 之间的数字")
    }

    /// An amount in major units, of the brand's decimals at most.
    pub fn money(&mut self, name: &'static str, currency: Currency) -> Option<Money> {
        let (en, zh) = (format!("must be an amount in {currency} such as 199"), format!("须为 {currency} 金额，例如 199"));
        let read = |text: &str| currency.parse_amount(text).filter(|money| money.0.abs() <= Money::LIMIT.0);
        self.parsed(name, read, "money.unreadable", &en, &zh)
    }

    pub fn one_of<T: Copy>(&mut self, name: &'static str, words: &[(&str, T)]) -> Option<T> {
        let list = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
        let (en, zh) = (format!("must be one of {list}"), format!("须为其中之一：{list}"));
        let read = |text: &str| words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        self.parsed(name, read, "query.unknown_value", &en, &zh)
    }

    /// What only the asker can find wrong with a value.
    pub fn refuse(&mut self, errors: impl IntoIterator<Item = FieldError>) {
        self.errors.extend(errors);
    }

    /// Everything was asked for; what else stands in the query is refused, because most is misspelt.
    pub fn finish(mut self) -> Result<(), Problem> {
        for (name, _) in self.pairs.iter().filter(|(name, _)| !self.asked.contains(&name.as_str())) {
            self.errors.push(FieldError::new(&format!("?{name}"), "query.unknown", "is no parameter of this address", "不是该地址的参数"));
        }
        if self.errors.is_empty() { Ok(()) } else { Err(Problem::fields(StatusCode::UNPROCESSABLE_ENTITY, self.errors)) }
    }
}
