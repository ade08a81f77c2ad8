//! Products as members buy them (SPEC ME-5): which are bought again and how soon, which first one leads where, who will need which next, and how many of it the coming weeks will take.
//!
//! An *item* is what a line of a quantity above zero names: by category its category; by product its SKU, or its category where it names no
//! SKU. A **purchase of an item** is a day with counted orders that hold it or, where the brand counts each order, one of them. What goes back
//! of an order that still counts makes no purchase of an item undone, because refunds mostly name an amount and no line.

mod again;
mod demand;
mod due;
mod first;

use std::collections::BTreeMap;

use perennial_kernel::{Day, Line, Money, Quantity};

pub use self::again::{ProductRow, Products, ProductsTable};
pub use self::demand::{Demand, DemandPlan, DemandRow, DemandTable, Expected, WEEKS_MAX};
pub use self::due::{Cycle, Cycles, Due, DueItem, DueList, DuePlan, DueRow, DueTable, PRODUCT_WEIGHT, STOPPED_AFTER};
pub use self::first::{FirstCell, FirstProducts, FirstRow, FirstTable};
use crate::basket::Items;
use crate::seen::Seen;

/// More rows than this nobody reads, and a spreadsheet opens badly.
pub const ROWS_MAX: usize = 10_000;

/// A number of a row that members stand behind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ItemCell {
    Buyers,
    /// Bought it at least twice in the period.
    Repeat,
    /// Bought it before the period, too.
    Returning,
}

/// One purchase of one item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Bought<'a> {
    day: Day,
    orders: u64,
    quantity: Quantity,
    money: Money,
    /// The last order in it, by place, and its store.
    order: usize,
    store: Option<&'a str>,
}

/// What a line is followed as; `None` where it names nothing, or nothing was bought of it.
fn item(line: &Line, items: Items) -> Option<&str> {
    let category = || line.category.as_deref().filter(|name| !name.is_empty());
    let named = match items {
        Items::Category => category(),
        Items::Product => Some(line.sku.as_str()).filter(|sku| !sku.is_empty()).or_else(category),
    };
    named.filter(|_| line.quantity > Quantity::ZERO)
}

/// Each item of a member with its purchases, in the order in which they were made.
fn bought<'a>(seen: &Seen<'a>, items: Items) -> BTreeMap<&'a str, Vec<Bought<'a>>> {
    let mut orders = seen.counted_orders();
    orders.sort_by(|(_, a), (_, b)| (a.paid_at, &a.key).cmp(&(b.paid_at, &b.key)));
    let days = seen.counts_days();
    let mut found: BTreeMap<&str, Vec<Bought<'_>>> = BTreeMap::new();
    for (order, (day, content)) in orders.into_iter().enumerate() {
        for line in &content.lines {
            let Some(name) = item(line, items) else { continue };
            let purchases = found.entry(name).or_default();
            match purchases.last_mut() {
                Some(last) if last.order == order || (days && last.day == day) => {
                    last.orders += u64::from(last.order != order);
                    last.quantity.0 = last.quantity.0.saturating_add(line.quantity.0);
                    last.money += line.paid;
                    (last.order, last.store) = (order, content.store.as_deref());
                }
                _ => {
                    let store = content.store.as_deref();
                    purchases.push(Bought { day, orders: 1, quantity: line.quantity, money: line.paid, order, store });
                }
            }
        }
    }
    found
}

/// The sums of an item; made where there are none yet.
fn of_item<'m, T: Default>(found: &'m mut BTreeMap<String, T>, name: &str) -> &'m mut T {
    if !found.contains_key(name) {
        found.insert(name.to_owned(), T::default());
    }
    found.get_mut(name).expect("put there above")
}
