//! Orders that come over HTTP, checked like those of files. The wire types are the HTTP layer's; these are plain.
//!
//! Every problem is found, each with a JSON pointer to its field.

pub(crate) mod check;
mod input;
mod order;
mod refund;

pub use input::{AmountInput, CancelInput, LineInput, MemberInput, OrderInput, RefundInput, RefundLineInput};
pub use order::{cancel, place, update};
pub use refund::refund;

use perennial_kernel::{Identity, Personal};

use crate::context::Context;
use crate::problem::Problem;

/// Whoever `input` names, strongest identity first, checked alone.
pub fn member(input: &MemberInput, context: &Context) -> Result<(Vec<Identity>, Personal), Vec<FieldProblem>> {
    let mut check = check::Check::new(context);
    let named = check.member(input);
    if check.problems.is_empty() { Ok(named) } else { Err(check.problems) }
}

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
    pub(crate) fn new(pointer: impl Into<String>, problem: Problem) -> Self {
        Self { pointer: pointer.into(), code: problem.code, en: problem.en, zh: problem.zh }
    }
}
