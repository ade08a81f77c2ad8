//! Wire types: what goes over HTTP, in JSON, described by OpenAPI. Rules and rows have types of their own.

mod access;
mod acquisition;
mod audit;
mod catalogue;
mod condition;
mod consent;
mod cross;
mod dashboard;
mod dead_letter;
mod delivered;
mod demand;
mod everyone;
mod health;
mod import;
mod job;
mod join;
mod list;
mod look_alikes;
mod member;
mod metrics;
mod order;
mod people;
mod policy;
mod product;
mod profile;
mod setup;
mod simulation;
mod source;
mod sql;
mod timeline;
mod times;
mod value;
mod value_model;
mod view;
mod warning;
mod worth;

use std::collections::BTreeMap;

use perennial_condition::{Name, Value};
use perennial_kernel::Currency;
use serde::Serialize;
use utoipa::ToSchema;

pub use access::*;
pub use acquisition::*;
pub use audit::*;
pub use catalogue::*;
pub use condition::*;
pub use consent::*;
pub use cross::*;
pub use dashboard::*;
pub use dead_letter::*;
pub use delivered::*;
pub use demand::*;
pub use everyone::*;
pub use health::*;
pub use import::*;
pub use job::*;
pub use join::*;
pub use list::*;
pub use look_alikes::*;
pub use member::*;
pub use metrics::*;
pub use order::*;
pub use people::*;
pub use policy::*;
pub use product::*;
pub use profile::*;
pub use setup::*;
pub use simulation::*;
pub use source::*;
pub use sql::*;
pub use timeline::*;
pub use times::*;
pub use value::*;
pub use value_model::*;
pub use view::*;
pub use warning::*;
pub use worth::*;

/// Why a request was not answered (RFC 9457).
#[derive(Serialize, ToSchema)]
pub struct Problem {
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    /// Stable and translatable: `order.amount_negative`.
    pub code: String,
    pub detail: String,
    pub detail_zh: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// With `board_building` and `selection_building`: how far members have been read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<u8>,
}

/// What is wrong with one field.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct FieldError {
    /// RFC 6901 into the body (`/lines/0/quantity`), or `?name` for a parameter of the query.
    pub pointer: String,
    pub code: String,
    pub detail: String,
    pub detail_zh: String,
    /// Where in the text it is, for conditions and SQL: in UTF-16 units, as browsers count.
    pub offset: Option<usize>,
    pub length: Option<usize>,
    /// Names that exist and are close to the one written, nearest first.
    pub near: Vec<String>,
}

impl FieldError {
    pub fn of(problem: &perennial_app::policy::PolicyProblem) -> Self {
        Self::new(&problem.pointer, problem.code, &problem.en, &problem.zh)
    }

    pub fn new(pointer: &str, code: &str, en: &str, zh: &str) -> Self {
        let (pointer, code) = (pointer.to_owned(), code.to_owned());
        Self { pointer, code, detail: en.to_owned(), detail_zh: zh.to_owned(), offset: None, length: None, near: Vec::new() }
    }
}

/// The same in both languages.
#[derive(Serialize, ToSchema)]
pub struct Words {
    pub en: String,
    pub zh: String,
}

impl From<&Name> for Words {
    fn from(name: &Name) -> Self {
        Self { en: name.en.clone(), zh: name.zh.clone() }
    }
}

/// An amount in integer minor units.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"minor": 21250, "currency": "CNY", "scale": 2}))]
pub struct Money {
    pub minor: i64,
    pub currency: String,
    /// Decimals of the currency.
    pub scale: u8,
}

impl Money {
    pub fn new(money: perennial_kernel::Money, currency: Currency) -> Self {
        Self { minor: money.0, currency: currency.code().to_owned(), scale: currency.scale() }
    }
}

/// A profile value as JSON: money as an object, days as texts.
pub fn value(value: &Value, currency: Currency) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(flag) => (*flag).into(),
        Value::Int(number) => (*number).into(),
        Value::Decimal(number) => (*number).into(),
        Value::Money(money) => serde_json::json!(Money::new(*money, currency)),
        Value::Text(text) => text.to_string().into(),
        Value::Day(day) => day.to_string().into(),
        Value::Choices(list) => list.to_vec().into(),
    }
}

pub fn day(day: Option<perennial_kernel::Day>) -> Option<String> {
    day.map(|day| day.to_string())
}

/// Is the server well.
#[derive(Serialize, ToSchema)]
pub struct Health {
    /// `ok`.
    pub status: String,
    pub version: String,
    pub store: String,
}

/// Members by stage id.
pub type Stages = BTreeMap<String, u64>;
