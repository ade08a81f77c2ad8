//! Why and why not: a condition's tree with the values its atoms met and the truth of each part.

use crate::checked::Checked;
use crate::plan::Test;
use crate::row::{Later, Row};
use crate::text::condition_text;
use crate::tree::Expr;
use crate::value::{Truth, Value};

#[derive(Clone, PartialEq, Debug)]
pub struct Trace {
    /// This part of the condition, for its text or sentence.
    pub expr: Expr,
    pub text: String,
    pub truth: Truth,
    /// For an atom: what its operands were, composed ones with their parts after them. Constants are left out.
    pub values: Vec<Observed>,
    /// For AND, OR, NOT: the parts. All are evaluated, also those that could not change the answer.
    pub parts: Vec<Trace>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Observed {
    pub text: String,
    pub value: Value,
}

impl Checked {
    pub fn trace(&self, row: &impl Row) -> Trace {
        let scene = Later::now(row, &self.series);
        let mut atom = 0;
        self.trace_part(&self.expr, &self.test, &scene, &mut atom)
    }

    fn trace_part<R: Row>(&self, expr: &Expr, test: &Test, scene: &Later<'_, R>, atom: &mut usize) -> Trace {
        let parts = match (expr, test) {
            (Expr::And(exprs) | Expr::Or(exprs), Test::And(tests) | Test::Or(tests)) => {
                exprs.iter().zip(tests).map(|(expr, test)| self.trace_part(expr, test, scene, atom)).collect()
            }
            (Expr::Not(expr), Test::Not(test)) => vec![self.trace_part(expr, test, scene, atom)],
            _ => Vec::new(),
        };
        let mut values = Vec::new();
        if !matches!(test, Test::And(_) | Test::Or(_) | Test::Not(_)) {
            let watched = self.watched.get(*atom).map_or(&[][..], Vec::as_slice);
            values.extend(watched.iter().map(|w| Observed { text: w.text.clone(), value: w.step.value(scene) }));
            *atom += 1;
        }
        Trace { expr: expr.clone(), text: condition_text(expr), truth: test.truth(scene), values, parts }
    }
}
