//! Reading, checking and evaluating: the crate's front door.

use serde_json::Value as Json;

use crate::catalog::{Catalog, FieldId};
use crate::check::{Checker, Watched};
use crate::json;
use crate::plan::{Step, Test};
use crate::problem::{Places, Problem};
use crate::row::{Later, Row};
use crate::series::{Series, SeriesPool};
use crate::text;
use crate::tree::{Expr, Node, Operand};
use crate::value::{Truth, Type, Value};

/// Reads and checks the text form; problems carry byte offsets.
pub fn parse(text: &str, catalog: &Catalog) -> Result<Expr, Vec<Problem>> {
    let (expr, places) = text::syntax(text).map_err(|problem| vec![*problem])?;
    check_at(&expr, catalog, Some(&places)).map(|_| expr)
}

/// Reads and checks the text form of an operand, such as a policy's named value.
pub fn parse_operand(text: &str, catalog: &Catalog) -> Result<Operand, Vec<Problem>> {
    let (operand, places) = text::syntax_operand(text).map_err(|problem| vec![*problem])?;
    check_operand_at(&operand, catalog, Some(&places)).map(|_| operand)
}

/// Reads the text form without a catalog: names are not looked up and types not settled. [`check`] must follow.
pub fn read(text: &str) -> Result<Expr, Vec<Problem>> {
    text::syntax(text).map(|(expr, _)| expr).map_err(|problem| vec![*problem])
}

/// As [`read`], for an operand.
pub fn read_operand(text: &str) -> Result<Operand, Vec<Problem>> {
    text::syntax_operand(text).map(|(operand, _)| operand).map_err(|problem| vec![*problem])
}

/// Reads and checks the JSON form; problems carry JSON pointers.
pub fn from_json(json: &Json, catalog: &Catalog) -> Result<Expr, Vec<Problem>> {
    let (expr, places) = json::syntax(json).map_err(|problem| vec![*problem])?;
    check_at(&expr, catalog, Some(&places)).map(|_| expr)
}

/// As [`from_json`], for an operand.
pub fn operand_from_json(json: &Json, catalog: &Catalog) -> Result<Operand, Vec<Problem>> {
    let (operand, places) = json::syntax_operand(json).map_err(|problem| vec![*problem])?;
    check_operand_at(&operand, catalog, Some(&places)).map(|_| operand)
}

/// Reads the JSON form without a catalog. [`check`] must follow.
pub fn read_json(json: &Json) -> Result<Expr, Vec<Problem>> {
    json::syntax(json).map(|(expr, _)| expr).map_err(|problem| vec![*problem])
}

/// Resolves and types a tree. Problems carry pointers into its JSON form.
pub fn check(expr: &Expr, catalog: &Catalog) -> Result<Checked, Vec<Problem>> {
    check_at(expr, catalog, None).or_else(|problems| {
        // Places are worked out only when something is wrong. A tree that does not survive its JSON form keeps the first answer.
        let places = if bounded(Node::Expr(expr)) { json::syntax(&json::to_json(expr)).ok() } else { None };
        match places {
            Some((again, places)) if again == *expr => check_at(expr, catalog, Some(&places)),
            _ => Err(problems),
        }
    })
}

/// As [`check`], for an operand.
pub fn check_operand(operand: &Operand, catalog: &Catalog) -> Result<CheckedOperand, Vec<Problem>> {
    check_operand_at(operand, catalog, None).or_else(|problems| {
        let places = if bounded(Node::Operand(operand)) { json::syntax_operand(&json::operand_to_json(operand)).ok() } else { None };
        match places {
            Some((again, places)) if again == *operand => check_operand_at(operand, catalog, Some(&places)),
            _ => Err(problems),
        }
    })
}

fn bounded(root: Node<'_>) -> bool {
    let (depth, nodes) = crate::tree::size(root);
    depth <= crate::tree::DEPTH_MAX && nodes <= crate::tree::NODES_MAX
}

fn check_at(expr: &Expr, catalog: &Catalog, places: Option<&Places>) -> Result<Checked, Vec<Problem>> {
    let mut checker = Checker::new(catalog, places);
    let test = if checker.bounded(Node::Expr(expr)) { checker.condition(expr) } else { None };
    let test = checker.finish(test)?;
    let kinds = catalog.facts.iter().map(|kind| kind.name.clone()).collect();
    let drifts_freely = crate::time::reads_free_drift(&test);
    Ok(Checked { expr: expr.clone(), test, drifts_freely, fields: checker.fields, series: checker.series, watched: checker.watched, kinds })
}

fn check_operand_at(operand: &Operand, catalog: &Catalog, places: Option<&Places>) -> Result<CheckedOperand, Vec<Problem>> {
    let mut checker = Checker::new(catalog, places);
    let typed = if checker.bounded(Node::Operand(operand)) { checker.operand(operand) } else { None };
    let typed = checker.finish(typed)?;
    let (fields, series) = (checker.fields, checker.series);
    Ok(CheckedOperand { operand: operand.clone(), step: typed.step, ty: typed.ty, fields, series })
}

/// A condition ready to be evaluated.
#[derive(Clone, Debug)]
pub struct Checked {
    pub(crate) expr: Expr,
    pub(crate) test: Test,
    /// Whether it reads a field of [`crate::Drift::Daily`].
    pub(crate) drifts_freely: bool,
    pub(crate) fields: Vec<FieldId>,
    pub(crate) series: Vec<Series>,
    /// What a trace shows, one list per atom in the order of the text.
    pub(crate) watched: Vec<Vec<Watched>>,
    /// The catalog's kinds of fact: what could happen to change the answer.
    pub(crate) kinds: Vec<String>,
}

impl Checked {
    /// The tree it was checked from.
    pub fn expr(&self) -> &Expr {
        &self.expr
    }

    /// The answer as of the row's day.
    pub fn eval(&self, row: &impl Row) -> Truth {
        self.test.truth(&Later::now(row, &self.series))
    }

    /// True members only: unknown selects nobody.
    pub fn selects(&self, row: &impl Row) -> bool {
        self.eval(row).selects()
    }

    /// The plain fields read, definitions expanded, ascending and distinct.
    pub fn fields(&self) -> &[FieldId] {
        &self.fields
    }

    /// The distinct series read.
    pub fn series(&self) -> &[Series] {
        &self.series
    }

    /// Registers the series in a pool shared with other conditions; their `slot` is then the pool's.
    pub fn share(&mut self, pool: &mut SeriesPool) {
        share(&mut self.series, pool);
    }
}

/// An operand ready to be evaluated.
#[derive(Clone, Debug)]
pub struct CheckedOperand {
    pub(crate) operand: Operand,
    pub(crate) step: Step,
    pub(crate) ty: Option<Type>,
    pub(crate) fields: Vec<FieldId>,
    pub(crate) series: Vec<Series>,
}

impl CheckedOperand {
    pub fn operand(&self) -> &Operand {
        &self.operand
    }

    /// `None` when it can only be null.
    pub fn ty(&self) -> Option<Type> {
        self.ty
    }

    pub fn value(&self, row: &impl Row) -> Value {
        self.step.value(&Later::now(row, &self.series))
    }

    /// The plain fields read, ascending and distinct.
    pub fn fields(&self) -> &[FieldId] {
        &self.fields
    }

    pub fn series(&self) -> &[Series] {
        &self.series
    }

    /// As [`Checked::share`].
    pub fn share(&mut self, pool: &mut SeriesPool) {
        share(&mut self.series, pool);
    }
}

fn share(series: &mut [Series], pool: &mut SeriesPool) {
    for one in series {
        one.slot = pool.add(one);
    }
}
