//! A condition as a readable sentence in English or Simplified Chinese.
//!
//! Each language has a file of its own, because they differ in more than words: Chinese puts the window first and the filter before the
//! noun, and says 不足 90 天 of days, 低于 of money and 早于 of a date where English says "less than" or "before".

mod en;
mod zh;

use std::borrow::Cow;

use perennial_kernel::Money;

use crate::catalog::{Catalog, Drift, FactKind, Field, Lang, Name};
use crate::tree::{Aggregate, Comparison, Expr, Function, Literal, Operand, Summary};
use crate::value::Type;

/// The condition in words. Names the catalog does not know are shown as they are.
pub fn sentence(expr: &Expr, catalog: &Catalog, lang: Lang) -> String {
    let scope = Scope { catalog, fact: None };
    match lang {
        Lang::En => en::condition(expr, scope),
        Lang::Zh => zh::condition(expr, scope),
    }
}

/// The operand in words.
pub fn operand_phrase(operand: &Operand, catalog: &Catalog, lang: Lang) -> String {
    let scope = Scope { catalog, fact: None };
    match lang {
        Lang::En => en::operand(operand, Shape::Plain, scope),
        Lang::Zh => zh::operand(operand, Shape::Plain, scope),
    }
}

/// Whose names are meant: the member's, or inside a `where` those of one kind of fact.
#[derive(Clone, Copy)]
struct Scope<'a> {
    catalog: &'a Catalog,
    fact: Option<&'a FactKind>,
}

/// What a value is a measure of: decides the words of a comparison and the unit of a number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Plain,
    Days,
    Times,
    Money,
    Day,
}

impl<'a> Scope<'a> {
    fn field(self, name: &str) -> Option<&'a Field> {
        match self.fact {
            Some(kind) => kind.field(name),
            None => self.catalog.field(name),
        }
    }

    fn label(self, name: &str, lang: Lang) -> String {
        said(self.field(name).map(|field| &field.label), name, lang)
    }

    fn kind_label(self, aggregate: &Aggregate, lang: Lang) -> String {
        said(self.catalog.fact(&aggregate.kind).map(|kind| &kind.label), &aggregate.kind, lang)
    }

    fn measure_label(self, aggregate: &Aggregate, lang: Lang) -> String {
        let name = aggregate.measure.as_deref().unwrap_or_default();
        let field = self.catalog.fact(&aggregate.kind).and_then(|kind| kind.field(name));
        said(field.map(|field| &field.label), name, lang)
    }

    fn inside(self, aggregate: &Aggregate) -> Self {
        Self { fact: self.catalog.fact(&aggregate.kind), ..self }
    }

    fn shape(self, operand: &Operand) -> Shape {
        match operand {
            Operand::Field(name) => match self.field(name) {
                Some(Field { ty: Type::Money, .. }) => Shape::Money,
                Some(Field { ty: Type::Day, .. }) => Shape::Day,
                Some(Field { drift: Drift::DaysSince, definition: None, .. }) if self.fact.is_none() => Shape::Days,
                Some(Field { definition: Some(Operand::Call { function: Function::DaysSince, .. }), .. }) => Shape::Days,
                Some(Field { definition: Some(Operand::Aggregate(a)), .. }) if a.function == Summary::Count => Shape::Times,
                _ => Shape::Plain,
            },
            Operand::Aggregate(aggregate) => match aggregate.function {
                Summary::Count => Shape::Times,
                Summary::First | Summary::Last => Shape::Day,
                Summary::Sum | Summary::Average => {
                    let measure = aggregate.measure.as_deref().unwrap_or_default();
                    let field = self.catalog.fact(&aggregate.kind).and_then(|kind| kind.field(measure));
                    if field.is_some_and(|field| field.ty == Type::Money) { Shape::Money } else { Shape::Plain }
                }
            },
            Operand::Call { function: Function::DaysSince, .. } => Shape::Days,
            Operand::Call { function: Function::Today, .. } | Operand::Literal(Literal::Day(_)) => Shape::Day,
            Operand::Literal(_) | Operand::Call { function: Function::Contains, .. } => Shape::Plain,
            Operand::Call { arguments, .. } => self.shape_of(arguments),
            Operand::Negate(inner) => self.shape(inner),
            Operand::Arithmetic { left, right, .. } => match (self.shape(left), self.shape(right)) {
                // Money by money is a share.
                (Shape::Money, Shape::Money) if matches!(operand, Operand::Arithmetic { op: crate::tree::Arithmetic::Divide, .. }) => {
                    Shape::Plain
                }
                (Shape::Money, _) | (_, Shape::Money) => Shape::Money,
                _ => Shape::Plain,
            },
        }
    }

    /// A choice by what it is called; everything else as it is.
    fn called<'b>(self, field: &Operand, value: &'b Operand, lang: Lang) -> Cow<'b, Operand> {
        if let (Operand::Field(name), Operand::Literal(Literal::Text(text))) = (field, value)
            && let Some((_, label)) = self.field(name).and_then(|field| field.choices.iter().find(|(id, _)| id == text))
        {
            return Cow::Owned(Operand::Literal(Literal::Text(label.get(lang).to_owned())));
        }
        Cow::Borrowed(value)
    }

    /// The shape of a comparison: that of the first operand that has one.
    fn shape_of<'b>(self, operands: impl IntoIterator<Item = &'b Operand>) -> Shape {
        operands.into_iter().map(|operand| self.shape(operand)).find(|shape| *shape != Shape::Plain).unwrap_or(Shape::Plain)
    }

    /// A written number of major units with the currency's decimals; `None` when it is not one.
    fn amount(self, literal: &Literal) -> Option<String> {
        let written = match literal {
            Literal::Int(n) => n.to_string(),
            Literal::Decimal(x) => x.to_string(),
            _ => return None,
        };
        self.catalog.currency.parse_amount(&written).map(|money: Money| self.catalog.currency.format(money))
    }
}

fn said(label: Option<&Name>, name: &str, lang: Lang) -> String {
    label.map(|label| label.get(lang)).filter(|text| !text.is_empty()).unwrap_or(name).to_owned()
}

/// How many facts a comparison of a count with a number asks for, where that has plainer words.
enum Quantity {
    Nothing,
    Something,
    Some(Comparison, i64),
}

/// `count(…) >= 3` and its like.
fn quantity<'a>(op: Comparison, left: &'a Operand, right: &Operand) -> Option<(&'a Aggregate, Quantity)> {
    let (Operand::Aggregate(aggregate), Operand::Literal(Literal::Int(n))) = (left, right) else { return None };
    if aggregate.function != Summary::Count {
        return None;
    }
    let quantity = match (op, n) {
        (Comparison::Equal | Comparison::LessOrEqual, 0) | (Comparison::Less, 1) => Quantity::Nothing,
        (Comparison::Greater | Comparison::NotEqual, 0) | (Comparison::GreaterOrEqual, 1) => Quantity::Something,
        _ => Quantity::Some(op, *n),
    };
    Some((aggregate, quantity))
}

/// `last(order) IS NULL` asks whether there ever was one.
fn existence(operand: &Operand) -> Option<&Aggregate> {
    match operand {
        Operand::Aggregate(aggregate) if matches!(aggregate.function, Summary::First | Summary::Last) => Some(aggregate),
        _ => None,
    }
}
