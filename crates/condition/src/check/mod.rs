//! The checker: names resolved against the catalog, types settled, derived fields expanded, series found.
//!
//! Problems name where they stand in the form the condition was read from.

mod operands;
mod types;

use crate::catalog::{Catalog, FactKind, FieldId};
use crate::plan::{Step, Test};
use crate::problem::{PROBLEMS_MAX, Places, Position, Problem};
use crate::series::Series;
use crate::text::operand_text;
use crate::tree::{Comparison, DEPTH_MAX, Expr, NODES_MAX, Node, Operand, size};
use crate::value::{Type, Value};

/// A step with its type; `None` when it can only be null.
#[derive(Clone)]
pub(crate) struct Typed {
    pub step: Step,
    pub ty: Option<Type>,
}

/// An operand whose value a trace shows, by its text.
#[derive(Clone, Debug)]
pub(crate) struct Watched {
    pub text: String,
    pub step: Step,
}

/// Expanding derived fields multiplies; past this many steps a condition is refused.
const STEPS_MAX: usize = 10 * NODES_MAX;
/// Nesting with derived fields expanded.
const EXPANDED_DEPTH_MAX: usize = 4 * DEPTH_MAX;

pub(crate) struct Checker<'a> {
    catalog: &'a Catalog,
    places: Option<&'a Places>,
    path: Vec<usize>,
    problems: Vec<Problem>,
    /// The kind of fact whose `where` is being checked: then names are its fields.
    fact: Option<&'a FactKind>,
    /// Derived fields being expanded, outermost first.
    expanding: Vec<&'a str>,
    depth: usize,
    steps: usize,
    pub fields: Vec<FieldId>,
    pub series: Vec<Series>,
    /// One list per atom outside aggregates, in the order of the text.
    pub watched: Vec<Vec<Watched>>,
}

impl<'a> Checker<'a> {
    pub(crate) fn new(catalog: &'a Catalog, places: Option<&'a Places>) -> Self {
        Self {
            catalog,
            places,
            path: Vec::new(),
            problems: Vec::new(),
            fact: None,
            expanding: Vec::new(),
            depth: 0,
            steps: 0,
            fields: Vec::new(),
            series: Vec::new(),
            watched: Vec::new(),
        }
    }

    /// Problems found, or the finished part.
    pub(crate) fn finish<T>(&mut self, part: Option<T>) -> Result<T, Vec<Problem>> {
        match part {
            Some(part) if self.problems.is_empty() => {
                self.fields.sort_unstable();
                self.fields.dedup();
                Ok(part)
            }
            _ => Err(std::mem::take(&mut self.problems)),
        }
    }

    /// Refuses a tree too large to walk.
    pub(crate) fn bounded(&mut self, root: Node<'_>) -> bool {
        let (depth, nodes) = size(root);
        if depth <= DEPTH_MAX && nodes <= NODES_MAX {
            return true;
        }
        self.refuse("too_large", "more than 64 deep or more than 2,000 parts", "嵌套超过 64 层或超过 2,000 个部分");
        false
    }

    // --- problems ---

    fn position(&self) -> Position {
        match self.places {
            Some(places) => places.find(&self.path).clone(),
            None => Position::Pointer(String::new()),
        }
    }

    fn report(&mut self, problem: Problem) {
        if self.problems.len() < PROBLEMS_MAX {
            self.problems.push(problem);
        }
    }

    fn refuse(&mut self, code: &'static str, en: impl Into<String>, zh: impl Into<String>) {
        let mut problem = Problem::new(code, self.position(), en, zh);
        if let Some(field) = self.expanding.first() {
            problem = problem.field(field);
        }
        self.report(problem);
    }

    /// Checks a part that is child number `step` of the current node. Inside a definition the place stays the field's.
    fn at<T>(&mut self, step: usize, inner: impl FnOnce(&mut Self) -> T) -> T {
        if !self.expanding.is_empty() {
            return inner(self);
        }
        self.path.push(step);
        let result = inner(self);
        self.path.pop();
        result
    }

    // --- conditions ---

    pub(crate) fn condition(&mut self, expr: &'a Expr) -> Option<Test> {
        Some(match expr {
            Expr::And(parts) => Test::And(self.conditions(parts)?),
            Expr::Or(parts) => Test::Or(self.conditions(parts)?),
            Expr::Not(part) => Test::Not(Box::new(self.at(0, |c| c.condition(part))?)),
            atom => {
                // Reserved now, so that lists stand in the order of the text.
                let number = self.watched.len();
                let outside = self.fact.is_none() && self.expanding.is_empty();
                if outside {
                    self.watched.push(Vec::new());
                }
                let test = self.atom(atom)?;
                if outside {
                    self.watched[number] = self.watch(atom);
                }
                test
            }
        })
    }

    /// All parts are checked even when one fails, so that all problems are told at once.
    fn conditions(&mut self, parts: &'a [Expr]) -> Option<Vec<Test>> {
        let checked: Vec<Option<Test>> = parts.iter().enumerate().map(|(i, part)| self.at(i, |c| c.condition(part))).collect();
        checked.into_iter().collect()
    }

    fn atom(&mut self, atom: &'a Expr) -> Option<Test> {
        match atom {
            Expr::And(_) | Expr::Or(_) | Expr::Not(_) => self.condition(atom),
            Expr::Holds(operand) => {
                let typed = self.at(0, |c| c.operand(operand))?;
                if typed.ty.is_some_and(|ty| ty != Type::Bool) {
                    let text = operand_text(operand);
                    self.at(0, |c| c.wrong_type("not_a_condition", &text, typed.ty, &[Type::Bool]));
                    return None;
                }
                Some(Test::Holds(typed.step))
            }
            Expr::Compare { op, left, right } => {
                if matches!(op, Comparison::Equal | Comparison::NotEqual) {
                    self.one_of_its_choices(0, left, std::slice::from_ref(right))?;
                }
                let [left, right] = self.alike([left, right])?;
                Some(Test::Compare { op: *op, left, right })
            }
            Expr::Distinct { left, right, negated } => {
                let [left, right] = self.alike([left, right])?;
                Some(Test::Distinct { left, right, negated: *negated })
            }
            Expr::Between { value, low, high, negated } => {
                let [value, low, high] = self.alike([value, low, high])?;
                Some(Test::Between { value, low, high, negated: *negated })
            }
            Expr::In { value, list, negated } => self.in_list(value, list, *negated),
            Expr::Null { value, negated } => {
                let value = self.at(0, |c| c.operand(value))?.step;
                Some(Test::Null { value, negated: *negated })
            }
            Expr::Like { value, part, text, negated } => {
                let typed = self.at(0, |c| c.operand(value))?;
                if typed.ty.is_some_and(|ty| ty != Type::Text) {
                    let shown = operand_text(value);
                    self.at(0, |c| c.wrong_type("type_mismatch", &shown, typed.ty, &[Type::Text]));
                    return None;
                }
                Some(Test::Like { value: typed.step, part: *part, text: text.as_str().into(), negated: *negated })
            }
        }
    }

    fn alike<const N: usize>(&mut self, operands: [&'a Operand; N]) -> Option<[Step; N]> {
        let typed = self.operands(0, operands.iter().copied())?;
        let (typed, _) = self.agree(0, typed, false)?;
        let steps: Vec<Step> = typed.into_iter().map(|typed| typed.step).collect();
        steps.try_into().ok()
    }

    fn in_list(&mut self, value: &'a Operand, list: &'a [Operand], negated: bool) -> Option<Test> {
        if list.is_empty() {
            self.refuse("empty", "an IN list needs at least one entry", "IN 列表至少需要一项");
            return None;
        }
        let typed = self.operands(0, std::iter::once(value).chain(list))?;
        self.one_of_its_choices(0, value, list)?;
        let (typed, _) = self.agree(0, typed, false)?;
        let mut steps = typed.into_iter().map(|typed| typed.step);
        let value = steps.next()?;
        let (mut constants, mut has_null, mut others) = (Vec::new(), false, Vec::new());
        for step in steps {
            match step {
                Step::Const(Value::Null) => has_null = true,
                Step::Const(value) => constants.push(value),
                other => others.push(other),
            }
        }
        constants.sort_by(|a, b| a.order(b).unwrap_or(std::cmp::Ordering::Equal));
        Some(Test::In { value, constants, has_null, others, negated })
    }

    /// What a trace of this atom shows: its operands, and the fields and aggregates inside composed ones.
    fn watch(&mut self, atom: &'a Expr) -> Vec<Watched> {
        let mut texts = Vec::new();
        let mut open: Vec<Node<'a>> = Node::Expr(atom).children().into_iter().rev().collect();
        while let Some(node) = open.pop() {
            let Node::Operand(operand) = node else { continue };
            if !matches!(operand, Operand::Literal(_)) && !texts.iter().any(|(known, _)| *known == operand) {
                texts.push((operand, operand_text(operand)));
            }
            if !matches!(operand, Operand::Aggregate(_)) {
                open.extend(node.children().into_iter().rev());
            }
        }
        // They were checked before, so this finds no new problem, field or series.
        texts.into_iter().filter_map(|(operand, text)| Some(Watched { text, step: self.operand(operand)?.step })).collect()
    }
}
