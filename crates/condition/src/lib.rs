//! The one condition language: a typed tree over a member's fields and windowed aggregates over facts, with a text form (a SQL boolean
//! expression), a JSON form (react-querybuilder's shape), an evaluator with SQL's null logic, explanations, and the days on which time
//! alone can change an answer.
//!
//! Pure: no clock, no randomness, no database, no async. Whatever it is asked is answered from its arguments.
//!
//! Text, tree and plan are three things: `text` and `json` read and write the tree (`Expr`), `check` turns a tree and a catalog into a
//! plan (`Checked`), and everything that answers works on the plan.

mod arithmetic;
pub mod catalog;
mod check;
mod checked;
mod columns;
mod eval;
mod json;
mod motion;
mod plan;
mod problem;
mod row;
mod sentence;
mod series;
mod text;
mod time;
mod trace;
pub mod tree;
mod value;
mod what_if;

pub use catalog::{Catalog, Drift, FactKind, Field, FieldId, Lang, Name};
pub use checked::{
    Checked, CheckedOperand, check, check_operand, from_json, operand_from_json, parse, parse_operand, read, read_json, read_operand,
};
pub use columns::{Column, Columns, Meaning, Numbers};
pub use json::{operand_to_json, to_json};
pub use problem::{Position, Problem};
pub use row::{Ahead, Hypothetical, Row, WhatIf};
pub use sentence::{operand_phrase, sentence};
pub use series::{Contribution, FactFields, Series, SeriesPool, Totals, between};
pub use text::{is_reserved, print, print_operand};
pub use time::Changes;
pub use trace::{Observed, Trace};
pub use tree::{Aggregate, Arithmetic, Comparison, Expr, Function, Literal, Operand, Part, Summary, Window};
pub use value::{Truth, Type, Value};
pub use what_if::{Bounds, Change, what_would_change};
