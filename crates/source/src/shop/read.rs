//! Reading values out of a platform's JSON by paths. Every problem is found, each with the pointer of the platform's own field.

use perennial_kernel::{Instant, Money, Quantity};
use serde_json::Value;

use crate::context::Context;
use crate::door::FieldProblem;
use crate::problem::Problem;
use crate::value::{Cell, Kind, amount, cell, time};

/// RFC 6901 pointers below some place; the first that says something is taken.
pub type Paths = &'static [&'static str];

/// How a platform writes money.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// `"12.50"`.
    Major,
    /// `1250`.
    Minor,
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct At<'v> {
    value: &'v Value,
    pointer: String,
}

impl<'v> At<'v> {
    pub fn root(value: &'v Value) -> Self {
        Self { value, pointer: String::new() }
    }

    /// What stands below; `null` is nothing.
    pub fn get(&self, path: &str) -> Option<At<'v>> {
        let value = self.value.pointer(path)?;
        (!value.is_null()).then(|| At { value, pointer: format!("{}{path}", self.pointer) })
    }

    pub fn has(&self, path: &str) -> bool {
        self.get(path).is_some()
    }

    /// The members of a list; none when there is no list.
    pub fn items(&self, path: &str) -> Vec<At<'v>> {
        let Some(list) = self.get(path) else { return Vec::new() };
        let items = list.value.as_array().map(Vec::as_slice).unwrap_or_default();
        items.iter().enumerate().map(|(index, value)| At { value, pointer: format!("{}/{index}", list.pointer) }).collect()
    }

    /// A text or a number as text; empty is nothing.
    pub fn plain(&self, paths: &[&str]) -> Option<String> {
        paths.iter().find_map(|path| self.get(path)?.said())
    }

    /// Words for people; never a problem.
    pub fn words(&self, paths: Paths) -> Option<String> {
        self.plain(paths).map(|text| cell::words(&text))
    }

    pub fn flag(&self, path: &str) -> bool {
        self.get(path).is_some_and(|at| at.value.as_bool() == Some(true))
    }

    pub fn is_object(&self) -> bool {
        self.value.is_object()
    }

    pub fn is_number(&self) -> bool {
        self.value.is_number()
    }

    /// The texts of an object by their names.
    pub fn texts(&self) -> Vec<(String, String)> {
        let object = self.value.as_object();
        object.into_iter().flatten().filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
    }

    fn said(&self) -> Option<String> {
        let text = match self.value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        Cell::new(&text, Kind::Text).map(|cell| cell.text.to_owned())
    }
}

/// Reads values and gathers problems.
pub struct Reader<'c> {
    pub context: &'c Context,
    unit: Unit,
    /// What is put behind times that name no offset; empty where they always do or the brand's zone holds.
    offset: &'static str,
    problems: Vec<FieldProblem>,
}

impl<'c> Reader<'c> {
    pub fn new(context: &'c Context, unit: Unit, offset: &'static str) -> Self {
        Self { context, unit, offset, problems: Vec::new() }
    }

    /// What was read, unless something was wrong.
    pub fn finish<T>(self, read: Option<T>) -> Result<T, Vec<FieldProblem>> {
        match read {
            Some(value) if self.problems.is_empty() => Ok(value),
            _ if self.problems.is_empty() => Err(vec![FieldProblem::new("", missing())]),
            _ => Err(self.problems),
        }
    }

    pub fn refuse(&mut self, at: &At<'_>, path: &str, problem: Problem) {
        self.note(FieldProblem::new(format!("{}{path}", at.pointer), problem));
    }

    /// A field is told once, however often it is looked at.
    fn note(&mut self, problem: FieldProblem) {
        if !self.problems.iter().any(|held| held.pointer == problem.pointer) {
            self.problems.push(problem);
        }
    }

    fn keep<T>(&mut self, pointer: &str, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.note(FieldProblem::new(pointer, problem))).ok()
    }

    /// Notes that the first path must be given where the value is not, without a second word where it could not be read.
    fn required<T>(&mut self, at: &At<'_>, paths: Paths, before: usize, value: Option<T>) -> Option<T> {
        if value.is_none() && self.problems.len() == before {
            self.refuse(at, paths.first().copied().unwrap_or_default(), missing());
        }
        value
    }

    /// The first that says something, with its text. What is neither text nor number is refused.
    fn first<'v>(&mut self, at: &At<'v>, paths: Paths) -> Option<(At<'v>, String)> {
        for path in paths {
            let Some(found) = at.get(path) else { continue };
            if let Some(text) = found.said() {
                return Some((found, text));
            }
            if !matches!(found.value, Value::String(_)) {
                let problem = Problem::new("field.type", "must be a text or a number", "须为文本或数字");
                self.problems.push(FieldProblem::new(found.pointer, problem));
                return None;
            }
        }
        None
    }

    /// A name of an object.
    pub fn id(&mut self, at: &At<'_>, paths: Paths) -> Option<String> {
        let before = self.problems.len();
        let id = self.optional_id(at, paths);
        self.required(at, paths, before, id)
    }

    pub fn optional_id(&mut self, at: &At<'_>, paths: Paths) -> Option<String> {
        let (found, text) = self.first(at, paths)?;
        self.keep(&found.pointer, cell::id(Cell::text(&text)))
    }

    pub fn instant(&mut self, at: &At<'_>, paths: Paths) -> Option<Instant> {
        let before = self.problems.len();
        let instant = self.optional_instant(at, paths);
        self.required(at, paths, before, instant)
    }

    /// A time; 0 and `0000-00-00 …` are how platforms write "not yet".
    pub fn optional_instant(&mut self, at: &At<'_>, paths: Paths) -> Option<Instant> {
        let (found, mut text) = self.first(at, paths)?;
        if text == "0" || text.starts_with("0000-") || text.starts_with("1970-01-01") {
            return None;
        }
        let names_offset = text.ends_with(['Z', 'z']) || text.get(10..).is_some_and(|rest| rest.contains(['+', '-']));
        if text.contains(['-', '/']) && !names_offset {
            text.push_str(self.offset);
        }
        let context = self.context;
        self.keep(&found.pointer, time::instant(Cell::text(&text), context))
    }

    pub fn money(&mut self, at: &At<'_>, paths: Paths) -> Option<Money> {
        let before = self.problems.len();
        let money = self.optional_money(at, paths);
        self.required(at, paths, before, money)
    }

    pub fn optional_money(&mut self, at: &At<'_>, paths: Paths) -> Option<Money> {
        let (found, text) = self.first(at, paths)?;
        let money = match self.unit {
            Unit::Major => amount::money(Cell::text(&text), self.context.currency),
            Unit::Minor => minor(&text),
        };
        self.keep(&found.pointer, money)
    }

    pub fn quantity(&mut self, at: &At<'_>, paths: Paths) -> Option<Quantity> {
        let before = self.problems.len();
        let read = match self.first(at, paths) {
            Some((found, text)) => self.keep(&found.pointer, amount::quantity(Cell::text(&text))),
            None => None,
        };
        self.required(at, paths, before, read)
    }

    /// The brand keeps its books in one currency.
    pub fn currency(&mut self, at: &At<'_>, paths: Paths) {
        if let Some((found, text)) = self.first(at, paths) {
            let currency = self.context.currency;
            self.keep(&found.pointer, amount::same_currency(&text, currency));
        }
    }
}

fn minor(text: &str) -> Result<Money, Problem> {
    let shown = crate::problem::shorten(text);
    let amount = text.parse().map_err(|_| {
        Problem::new(
            "money.unreadable",
            format!("\"{shown}\" is no whole number of minor units"),
            format!("“{shown}” 不是以分为单位的整数"),
        )
    })?;
    amount::within_limit(Money(amount), &shown)
}

fn missing() -> Problem {
    Problem::new("field.missing", "must be given", "必填")
}
