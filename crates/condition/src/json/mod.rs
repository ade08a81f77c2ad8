//! The JSON form, in the shape of react-querybuilder so that a visual builder can show and edit it:
//!
//! ```json
//! { "combinator": "and", "not": false, "rules": [
//!   { "field": "r_days", "operator": "<=", "valueSource": "value", "value": 30 },
//!   { "field": "city", "operator": "in", "valueSource": "value", "value": ["Shanghai", "Suzhou"] },
//!   { "field": "expression", "operator": ">=", "valueSource": "value", "value": 3,
//!     "operand": { "aggregate": "count", "fact": "order", "where": { "combinator": "and", "not": false, "rules": [] },
//!                  "days": 90, "endingDaysAgo": 0 } } ] }
//! ```
//!
//! Beyond react-querybuilder: `operand` in place of a plain field, `valueSource` `expression`, the operators `distinct`, `notDistinct`
//! and `holds`, and operands `{"day"}`, `{"field"}`, `{"aggregate"}`, `{"function","arguments"}`, `{"operator","left","right"}`,
//! `{"negate"}`. What is not understood is refused, never skipped.

mod read;
mod write;

pub(crate) use read::{syntax, syntax_operand};
pub use write::{operand_to_json, to_json};
