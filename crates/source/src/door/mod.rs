//! Orders that come over HTTP, checked like those of files. The wire types are the HTTP layer's; these are plain.
//!
//! Every problem is found, each with a JSON pointer to its field.

mod check;
mod input;
mod order;
mod refund;

pub use input::{AmountInput, CancelInput, LineInput, MemberInput, OrderInput, RefundInput, RefundLineInput};
pub use order::{cancel, place, update};
pub use refund::refund;

use crate::problem::Problem;

/// A problem with one field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldProblem {
    /// RFC 6901: `/lines/0/quantity`.
    pub pointer: String,
    pub code: &'static str,
    pub en: String,
    pub zh: String,
}

impl FieldProblem {
    fn new(pointer: impl Into<String>, problem: Problem) -> Self {
        Self { pointer: pointer.into(), code: problem.code, en: problem.en, zh: problem.zh }
    }
}
