//! One row's cells as typed values. Everything wrong with a row is found, not only the first thing.

use perennial_kernel::{Identity, Instant, Money, Personal, Quantity};

use super::plan::Plan;
use crate::context::Context;
use crate::mapping::{Field, Status, is_given_back};
use crate::notes::{Noted, Notes};
use crate::problem::{Problem, shorten};
use crate::rows::Row;
use crate::value::cell::{self, Cell, is_zero_tailed};
use crate::value::person::{self, Person};
use crate::value::{Kind, amount, time};

/// Problems with the index of their column.
pub type Problems = Vec<(Option<usize>, Problem)>;

#[derive(Clone, Debug, Default)]
pub struct Values {
    pub refund_of: Option<String>,
    pub version: Option<i64>,
    pub paid_at: Option<Instant>,
    pub created_at: Option<Instant>,
    pub cancelled_at: Option<Instant>,
    pub finished_at: Option<Instant>,
    pub refunded_at: Option<Instant>,
    pub status: Option<Status>,
    pub line_id: Option<String>,
    pub given_back: bool,
    pub identities: Vec<Identity>,
    pub personal: Personal,
    pub amount: Option<Money>,
    pub shipping: Option<Money>,
    pub line_paid: Option<Money>,
    pub line_list: Option<Money>,
    pub unit_price: Option<Money>,
    pub discount: Option<Money>,
    pub refunded: Option<Money>,
    pub quantity: Quantity,
    pub sku: Option<String>,
    pub product: Option<String>,
    pub category: Option<String>,
    pub channel: Option<String>,
    pub store: Option<String>,
}

/// Reads one row.
pub fn read(row: &Row, plan: &Plan, rounded: &[usize], context: &Context, notes: &mut Notes) -> Result<Values, Problems> {
    let mut taker = Taker { row, plan, rounded, problems: Vec::new() };
    if let Some(flaw) = row.flaw.clone() {
        return Err(vec![flaw]);
    }
    if let Some(problem) = wrong_count(row, plan) {
        return Err(vec![(None, problem)]);
    }
    let money = |cell: Cell<'_>| amount::money(cell, context.currency);
    let when = |cell: Cell<'_>| time::instant(cell, context);
    let words = |cell: Cell<'_>| Ok(cell::words(cell.text));
    let (identities, personal) = people(&mut taker, notes);
    let quantity = taker.take(Field::Quantity, amount::quantity);
    if quantity.is_none() && plan.has(Field::Quantity) {
        notes.add(Noted::QuantityMissing, row.line, "");
    }
    taker.id(Field::OrderId); // The reader has the id; here it is only checked.
    taker.take(Field::Currency, |cell| amount::same_currency(cell.text, context.currency));
    let values = Values {
        refund_of: taker.id(Field::RefundOf),
        version: taker.take(Field::ModifiedAt, |cell| time::version(cell, context)),
        paid_at: taker.take(Field::PaidAt, when),
        created_at: taker.take(Field::CreatedAt, when),
        cancelled_at: taker.take(Field::CancelledAt, when),
        finished_at: taker.take(Field::FinishedAt, when),
        refunded_at: taker.take(Field::RefundedAt, when),
        status: status(&taker, notes),
        line_id: taker.id(Field::LineId),
        given_back: taker.take(Field::AfterSale, |cell| Ok(is_given_back(cell.text))).unwrap_or_default(),
        identities,
        personal,
        amount: taker.take(Field::Amount, money),
        shipping: taker.take(Field::Shipping, money),
        line_paid: taker.take(Field::LinePaid, money),
        line_list: taker.take(Field::LineList, money),
        unit_price: taker.take(Field::UnitPrice, money),
        discount: taker.take(Field::Discount, money),
        refunded: taker.take(Field::Refunded, money),
        quantity: quantity.unwrap_or(Quantity::pieces(1)),
        sku: taker.id(Field::Sku),
        product: taker.take(Field::Product, words),
        category: taker.take(Field::Category, words),
        channel: taker.take(Field::Channel, words),
        store: taker.take(Field::Store, words),
    };
    if taker.problems.is_empty() { Ok(values) } else { Err(taker.problems) }
}

struct Taker<'a> {
    row: &'a Row,
    plan: &'a Plan,
    rounded: &'a [usize],
    problems: Problems,
}

impl Taker<'_> {
    fn take<T>(&mut self, field: Field, read: impl FnOnce(Cell<'_>) -> Result<T, Problem>) -> Option<T> {
        let (column, cell) = self.plan.cell(self.row, field)?;
        self.keep(column, read(cell))
    }

    fn id(&mut self, field: Field) -> Option<String> {
        let (column, cell) = self.plan.cell(self.row, field)?;
        let cell = self.marked(column, cell);
        self.keep(column, cell::id(cell))
    }

    fn marked<'c>(&self, column: usize, cell: Cell<'c>) -> Cell<'c> {
        let destroyed = self.rounded.contains(&column) && is_zero_tailed(cell.text) == Some(true);
        if destroyed { Cell { kind: Kind::Rounded, ..cell } } else { cell }
    }

    fn keep<T>(&mut self, column: usize, result: Result<T, Problem>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(problem) => {
                self.problems.push((Some(column), problem));
                None
            }
        }
    }
}

fn people(taker: &mut Taker<'_>, notes: &mut Notes) -> (Vec<Identity>, Personal) {
    let mut identities = Vec::new();
    for (kind, column) in &taker.plan.identities {
        let Some(cell) = taker.row.cell(*column) else { continue };
        let cell = taker.marked(*column, cell);
        let noted = match taker.keep(*column, person::identity(kind, cell)) {
            Some(Person::Known(identity)) => {
                identities.push(identity);
                continue;
            }
            None => continue,
            Some(Person::Masked) => Noted::Masked,
            Some(Person::Enciphered) => Noted::Enciphered,
            Some(Person::Unusable) => Noted::Unusable,
        };
        notes.add(noted, taker.row.line, &taker.plan.name(*column));
    }
    let mut personal = Personal::default();
    for (field, name) in [(Field::Name, "name"), (Field::Address, "address")] {
        if let Some((_, cell)) = taker.plan.cell(taker.row, field)
            && !person::is_enciphered(cell.text)
        {
            personal.0.push((name.to_owned(), cell::words(cell.text)));
        }
    }
    (identities, personal)
}

fn status(taker: &Taker<'_>, notes: &mut Notes) -> Option<Status> {
    let (_, cell) = taker.plan.cell(taker.row, Field::Status)?;
    let status = taker.plan.status(cell.text);
    if status.is_none() {
        notes.add(Noted::StatusUnknown, taker.row.line, &shorten(cell.text));
    }
    status
}

/// More columns than the header are taken when they are empty: many exports end lines with a separator.
fn wrong_count(row: &Row, plan: &Plan) -> Option<Problem> {
    let (expected, found) = (plan.names.len(), row.len());
    let surplus = (expected..found).any(|column| !row.raw(column).trim().is_empty());
    if found >= expected && !surplus {
        return None;
    }
    Some(Problem::new(
        if found < expected { "row.too_few_columns" } else { "row.too_many_columns" },
        format!("the row has {found} columns, the header {expected}"),
        format!("该行有 {found} 列，表头有 {expected} 列"),
    ))
}
