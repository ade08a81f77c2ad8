//! Taking fields out of a JSON object by name and type; every problem is gathered with its pointer.

use std::cell::RefCell;

use axum::http::StatusCode;
use perennial_app::query::orders::AmountInput;
use serde_json::{Map, Value};

use crate::body::escaped;
use crate::problem::Problem;
use crate::wire::FieldError;

/// The problems of one body, gathered.
#[derive(Default)]
pub struct Problems(RefCell<Vec<FieldError>>);

impl Problems {
    pub fn add(&self, pointer: &str, code: &str, en: &str, zh: &str) {
        self.0.borrow_mut().push(FieldError::new(pointer, code, en, zh));
    }

    pub fn extend(&self, more: impl IntoIterator<Item = FieldError>) {
        // A field of the wrong type is read as missing: its first problem is the one to mend.
        let mut held = self.0.borrow_mut();
        for error in more {
            if !held.iter().any(|other| other.pointer == error.pointer) {
                held.push(error);
            }
        }
    }

    pub fn finish(self) -> Result<(), Problem> {
        let errors = self.0.into_inner();
        if errors.is_empty() { Ok(()) } else { Err(Problem::fields(StatusCode::UNPROCESSABLE_ENTITY, errors)) }
    }

    fn wrong_type(&self, pointer: &str, wanted: (&str, &str), value: &Value) {
        let (found, found_zh) = match value {
            Value::Null => ("null", "null"),
            Value::Bool(_) => ("a boolean", "布尔值"),
            Value::Number(_) => ("a number", "数字"),
            Value::String(_) => ("a text", "文本"),
            Value::Array(_) => ("a list", "列表"),
            Value::Object(_) => ("an object", "对象"),
        };
        self.add(pointer, "field.type", &format!("must be {}, not {found}", wanted.0), &format!("须为{}，而不是{found_zh}", wanted.1));
    }
}

/// One object of a body.
pub struct Fields<'a> {
    object: &'a Map<String, Value>,
    pointer: String,
    problems: &'a Problems,
    read: RefCell<Vec<&'a str>>,
}

const TEXT: (&str, &str) = ("a text", "文本");

impl<'a> Fields<'a> {
    /// The body itself; anything but an object is refused at once.
    pub fn root(value: &'a Value, problems: &'a Problems) -> Result<Self, Problem> {
        match value {
            Value::Object(object) => Ok(Self { object, pointer: String::new(), problems, read: RefCell::default() }),
            _ => Err(Problem::field(StatusCode::UNPROCESSABLE_ENTITY, "", "field.type", "the body must be an object", "请求体须为对象")),
        }
    }

    pub fn at(&self, name: &str) -> String {
        format!("{}/{}", self.pointer, escaped(name))
    }

    /// The value; null is the same as absent.
    fn get(&self, name: &'static str) -> Option<&'a Value> {
        self.read.borrow_mut().push(name);
        self.object.get(name).filter(|value| !value.is_null())
    }

    fn wrong<T>(&self, name: &str, wanted: (&str, &str), value: &Value) -> Option<T> {
        self.problems.wrong_type(&self.at(name), wanted, value);
        None
    }

    fn missing(&self, name: &str) {
        self.problems.add(&self.at(name), "field.missing", "must be given", "必填");
    }

    pub fn text(&self, name: &'static str) -> Option<String> {
        match self.get(name)? {
            Value::String(text) => Some(text.clone()),
            other => self.wrong(name, TEXT, other),
        }
    }

    /// The value as it stands; null is the same as absent.
    pub fn value(&self, name: &'static str) -> Option<&'a Value> {
        self.get(name)
    }

    pub fn required_text(&self, name: &'static str) -> String {
        let text = self.text(name);
        if text.is_none() && self.object.get(name).is_none_or(Value::is_null) {
            self.missing(name);
        }
        text.unwrap_or_default()
    }

    /// A number, or a text that holds one, as it was written.
    pub fn number(&self, name: &'static str) -> Option<String> {
        match self.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            other => self.wrong(name, ("a number", "数字"), other),
        }
    }

    /// A finite number, written as one.
    pub fn decimal(&self, name: &'static str) -> Option<f64> {
        let value = self.get(name)?;
        value.as_f64().filter(|number| number.is_finite()).or_else(|| self.wrong(name, ("a number", "数字"), value))
    }

    pub fn decimals(&self, name: &'static str) -> Option<Vec<f64>> {
        let value = self.get(name)?;
        let Value::Array(list) = value else { return self.wrong(name, ("a list", "列表"), value) };
        let read = |(at, value): (usize, &Value)| {
            value.as_f64().filter(|number| number.is_finite()).unwrap_or_else(|| {
                self.problems.wrong_type(&format!("{}/{at}", self.at(name)), ("a number", "数字"), value);
                0.0
            })
        };
        Some(list.iter().enumerate().map(read).collect())
    }

    pub fn flag(&self, name: &'static str) -> bool {
        match self.get(name) {
            None => false,
            Some(Value::Bool(flag)) => *flag,
            Some(other) => self.wrong(name, ("true or false", "布尔值"), other).unwrap_or_default(),
        }
    }

    /// As [`Self::flag`], where absent is something else than false.
    pub fn maybe_flag(&self, name: &'static str) -> Option<bool> {
        match self.get(name)? {
            Value::Bool(flag) => Some(*flag),
            other => self.wrong(name, ("true or false", "布尔值"), other),
        }
    }

    /// Whether the object has the field, and not as null.
    pub fn has(&self, name: &'static str) -> bool {
        self.get(name).is_some()
    }

    /// A place in a list.
    pub fn index(&self, name: &'static str) -> u32 {
        let Some(value) = self.get(name) else {
            self.missing(name);
            return 0;
        };
        match value.as_u64().and_then(|index| u32::try_from(index).ok()) {
            Some(index) => index,
            None => self.wrong(name, ("a whole number from 0", "从 0 开始的整数"), value).unwrap_or_default(),
        }
    }

    pub fn amount(&self, name: &'static str) -> Option<AmountInput> {
        match self.get(name)? {
            Value::String(text) => Some(AmountInput::Text(text.clone())),
            Value::Number(number) => Some(AmountInput::Number(number.to_string())),
            Value::Object(object) => {
                let inner = self.inside(self.at(name), object);
                let minor = inner.get("minor");
                let amount = AmountInput::Minor {
                    minor: minor.and_then(Value::as_i64).unwrap_or_default(),
                    currency: inner.text("currency"),
                    scale: inner.number("scale").and_then(|text| text.parse().ok()),
                };
                match minor {
                    None => inner.missing("minor"),
                    Some(value) if value.as_i64().is_none() => {
                        inner.wrong::<()>("minor", ("a whole number", "整数"), value);
                    }
                    Some(_) => {}
                }
                inner.close();
                Some(amount)
            }
            other => self.wrong(name, ("a text such as \"12.50\" or {\"minor\": 1250}", "文本（如 \"12.50\"）或 {\"minor\": 1250}"), other),
        }
    }

    fn inside(&self, pointer: String, object: &'a Map<String, Value>) -> Self {
        Self { object, pointer, problems: self.problems, read: RefCell::default() }
    }

    pub fn object(&self, name: &'static str) -> Option<Self> {
        match self.get(name)? {
            Value::Object(object) => Some(self.inside(self.at(name), object)),
            other => self.wrong(name, ("an object", "对象"), other),
        }
    }

    pub fn objects(&self, name: &'static str) -> Vec<Self> {
        let list = match self.get(name) {
            None => return Vec::new(),
            Some(Value::Array(list)) => list,
            Some(other) => {
                self.wrong::<()>(name, ("a list", "列表"), other);
                return Vec::new();
            }
        };
        let mut objects = Vec::with_capacity(list.len());
        for (at, value) in list.iter().enumerate() {
            let pointer = format!("{}/{at}", self.at(name));
            match value {
                Value::Object(object) => objects.push(self.inside(pointer, object)),
                other => self.problems.wrong_type(&pointer, ("an object", "对象"), other),
            }
        }
        objects
    }

    pub fn texts(&self, name: &'static str) -> Vec<(String, String)> {
        match self.get(name) {
            None => Vec::new(),
            Some(Value::Array(list)) => {
                let mut texts = Vec::new();
                for (at, value) in list.iter().enumerate() {
                    let pointer = format!("{}/{at}", self.at(name));
                    match value {
                        Value::String(text) => texts.push((pointer, text.clone())),
                        other => self.problems.wrong_type(&pointer, TEXT, other),
                    }
                }
                texts
            }
            Some(other) => {
                self.wrong::<()>(name, ("a list", "列表"), other);
                Vec::new()
            }
        }
    }

    /// The fields not asked for so far, all texts.
    pub fn other_texts(&self) -> Vec<(String, String)> {
        let mut others = Vec::new();
        for (name, value) in self.object {
            if self.read.borrow().contains(&name.as_str()) || value.is_null() {
                continue;
            }
            match value {
                Value::String(text) => others.push((name.clone(), text.clone())),
                other => {
                    self.wrong::<()>(name, TEXT, other);
                }
            }
        }
        others
    }

    /// Fields nobody asked for are refused: most are misspelt.
    pub fn close(&self) {
        for name in self.object.keys().filter(|name| !self.read.borrow().contains(&name.as_str())) {
            self.problems.add(&self.at(name), "field.unknown", "is no field of this object", "不是该对象的字段");
        }
    }
}
