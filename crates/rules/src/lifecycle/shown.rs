//! What a condition reads, as the texts one would write: fields and aggregates, once each, in the order of the condition.

use perennial_condition::{Catalog, Expr, Operand, print_operand};

/// The fields and aggregates an expression reads.
pub fn shown(expr: &Expr, catalog: &Catalog) -> Vec<String> {
    let mut texts = Vec::new();
    of_expr(expr, &mut |operand| {
        let text = print_operand(operand, catalog);
        if !texts.contains(&text) {
            texts.push(text);
        }
    });
    texts
}

fn of_expr(expr: &Expr, see: &mut impl FnMut(&Operand)) {
    match expr {
        Expr::And(parts) | Expr::Or(parts) => {
            for part in parts {
                of_expr(part, see);
            }
        }
        Expr::Not(part) => of_expr(part, see),
        Expr::Holds(operand) => of_operand(operand, see),
        Expr::Compare { left, right, .. } | Expr::Distinct { left, right, .. } => {
            of_operand(left, see);
            of_operand(right, see);
        }
        Expr::Between { value, low, high, .. } => {
            for operand in [value, low, high] {
                of_operand(operand, see);
            }
        }
        Expr::In { value, list, .. } => {
            of_operand(value, see);
            for operand in list {
                of_operand(operand, see);
            }
        }
        Expr::Null { value, .. } | Expr::Like { value, .. } => of_operand(value, see),
    }
}

fn of_operand(operand: &Operand, see: &mut impl FnMut(&Operand)) {
    match operand {
        Operand::Field(_) | Operand::Aggregate(_) => see(operand),
        Operand::Literal(_) => {}
        Operand::Negate(inner) => of_operand(inner, see),
        Operand::Arithmetic { left, right, .. } => {
            of_operand(left, see);
            of_operand(right, see);
        }
        Operand::Call { arguments, .. } => {
            for argument in arguments {
                of_operand(argument, see);
            }
        }
    }
}
