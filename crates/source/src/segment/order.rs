//! Order events: the e-commerce specification's names, read into the same checked orders as the orders API's.

use perennial_kernel::{Incoming, Money, Quantity};
use serde_json::{Map, Value};

use super::money::{Amounts, money, quantity, share};
use super::person::Person;
use super::{Event, Read, text};
use crate::door::check::Check;
use crate::door::{self, AmountInput, CancelInput, FieldProblem, LineInput, OrderInput, RefundInput};
use crate::problem::Problem;
use crate::value::amount::times;

/// What an order event does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deed {
    Complete,
    Update,
    Refund,
    Cancel,
}

impl Deed {
    pub fn of(name: &str) -> Option<Self> {
        let named = |other: &str| name.eq_ignore_ascii_case(other);
        if named("Order Completed") {
            return Some(Self::Complete);
        }
        if named("Order Updated") {
            return Some(Self::Update);
        }
        if named("Order Refunded") {
            return Some(Self::Refund);
        }
        (named("Order Cancelled") || named("Order Canceled")).then_some(Self::Cancel)
    }
}

impl Event<'_> {
    pub(super) fn order(&self, deed: Deed, person: Person, check: &mut Check<'_>) -> Option<Read> {
        let Some(properties) = self.fields.get("properties").and_then(Value::as_object) else {
            check.missing("/properties");
            return None;
        };
        let order_id = text(properties, "order_id").or_else(|| text(properties, "orderId")).unwrap_or_default();
        let read = match deed {
            Deed::Complete | Deed::Update => self.content(deed, order_id, properties, check),
            Deed::Refund => self.refund(order_id, properties, check),
            Deed::Cancel => door::cancel(
                &CancelInput {
                    source: self.reading.context.source.clone(),
                    order_id,
                    cancelled_at: Some(self.at.to_string()),
                    version: self.version(),
                },
                self.reading.context,
            ),
        };
        let mut incoming = match read {
            Ok(incoming) => incoming,
            Err(problems) => {
                for problem in problems {
                    let pointer = pointer(&problem.pointer);
                    if !check.problems.iter().any(|held| held.pointer == pointer) {
                        check.problems.push(FieldProblem { pointer, ..problem });
                    }
                }
                return None;
            }
        };
        if deed != Deed::Refund {
            // Two events about one order may bear the same millisecond: the message names them, their time ranks them.
            let named = format!("{} {}", incoming.version, self.message_id());
            named.trim().clone_into(&mut incoming.version);
        }
        incoming.identities = person.identities;
        incoming.personal = person.personal;
        Some(Read { incoming, timeless: self.timeless, paid_at_assumed: deed == Deed::Update && paid_at(properties).is_none() })
    }

    /// The event's time: of two events about one order the later counts. Without a time of its own, arrival decides.
    fn version(&self) -> Option<String> {
        (!self.timeless).then(|| self.at.0.to_string())
    }

    fn content(
        &self,
        deed: Deed,
        order_id: String,
        properties: &Map<String, Value>,
        check: &mut Check<'_>,
    ) -> Result<Incoming, Vec<FieldProblem>> {
        let context = self.reading.context;
        let mut lines = lines(properties, check);
        let amounts = Amounts::read(check, properties);
        let prices: Option<Vec<Money>> = lines.iter().map(|line| line.price).collect();
        let sum = prices.as_ref().filter(|prices| !prices.is_empty()).map(|prices| prices.iter().copied().sum());
        let goods = amounts.goods(sum, context.currency).unwrap_or_else(|problem| {
            // An amount that could not be read is its own problem, not one that is missing.
            if check.problems.is_empty() {
                check.add("/properties/revenue", problem);
            }
            Money::ZERO
        });
        match prices {
            Some(prices) => {
                for (line, paid) in lines.iter_mut().zip(share(goods, &prices)) {
                    (line.input.paid, line.input.list) = (Some(minor(paid)), line.price.map(minor));
                    line.input.discount = line.price.map(|price| price - paid).filter(|less| *less > Money::ZERO).map(minor);
                }
            }
            // Without prices the lines' money is unknown: the order keeps its amount, and no lines that would not add up to it.
            None => lines.clear(),
        }
        let input = OrderInput {
            source: context.source.clone(),
            order_id,
            version: if deed == Deed::Update { Some(self.at.0.to_string()) } else { self.version() },
            paid_at: paid_at(properties).or_else(|| Some(self.at.to_string())),
            currency: text(properties, "currency"),
            amount: Some(minor(goods)),
            channel: text(properties, "channel").or_else(|| self.channel()),
            store: text(properties, "store").or_else(|| text(properties, "affiliation")),
            lines: lines.into_iter().map(|line| line.input).collect(),
            ..OrderInput::default()
        };
        match deed {
            Deed::Update => door::update(&input, context),
            Deed::Complete | Deed::Refund | Deed::Cancel => door::place(&input, context),
        }
    }

    /// Lines are named by product and not by their place in the order, so a partial refund is its money alone.
    fn refund(&self, order_id: String, properties: &Map<String, Value>, check: &mut Check<'_>) -> Result<Incoming, Vec<FieldProblem>> {
        let names = ["refund_amount", "revenue", "total", "value"];
        let given = names.into_iter().find_map(|name| money(check, &format!("/properties/{name}"), properties.get(name)));
        let lines = lines(properties, check);
        let sum = lines.iter().map(|line| line.price).collect::<Option<Vec<Money>>>().filter(|prices| !prices.is_empty());
        let amount = given.or_else(|| sum.map(|prices| prices.into_iter().sum()));
        let input = RefundInput {
            source: self.reading.context.source.clone(),
            order_id: Some(order_id),
            refund_id: text(properties, "refund_id").unwrap_or_else(|| self.message_id()),
            refunded_at: Some(self.at.to_string()),
            amount: amount.map(minor),
            currency: text(properties, "currency"),
            whole: amount.is_none() && lines.is_empty(),
            ..RefundInput::default()
        };
        door::refund(&input, self.reading.context)
    }
}

fn paid_at(properties: &Map<String, Value>) -> Option<String> {
    text(properties, "paid_at")
}

struct PricedLine {
    input: LineInput,
    /// Price of the whole line.
    price: Option<Money>,
}

fn lines(properties: &Map<String, Value>, check: &mut Check<'_>) -> Vec<PricedLine> {
    let products = match properties.get("products") {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::Array(products)) => products,
        Some(_) => {
            check.add("/properties/products", Problem::new("field.type", "must be a list", "须为列表"));
            return Vec::new();
        }
    };
    let mut lines = Vec::with_capacity(products.len());
    for (index, product) in products.iter().enumerate() {
        let at = |field: &str| format!("/properties/products/{index}/{field}");
        let Some(product) = product.as_object() else {
            check.add(&format!("/properties/products/{index}"), Problem::new("field.type", "must be an object", "须为对象"));
            continue;
        };
        let quantity: Quantity = quantity(check, &at("quantity"), product.get("quantity"));
        let unit = money(check, &at("price"), product.get("price"));
        let sku = ["sku", "product_id", "id"].into_iter().find_map(|name| text(product, name));
        let input = LineInput {
            sku: sku.unwrap_or_default(),
            name: text(product, "name"),
            category: text(product, "category"),
            quantity: decimal(quantity),
            ..LineInput::default()
        };
        lines.push(PricedLine { input, price: unit.map(|unit| times(unit, quantity)) });
    }
    lines
}

fn minor(money: Money) -> AmountInput {
    AmountInput::Minor { minor: money.0, currency: None, scale: None }
}

fn decimal(quantity: Quantity) -> String {
    let sign = if quantity.0 < 0 { "-" } else { "" };
    format!("{sign}{}.{:03}", quantity.0.abs() / 1000, quantity.0.abs() % 1000)
}

/// From a pointer into an order of the orders API to one into the event.
fn pointer(of_order: &str) -> String {
    match of_order {
        "/paid_at" | "/placed_at" | "/cancelled_at" | "/refunded_at" | "/version" => "/timestamp".to_owned(),
        "/amount" | "/lines" => "/properties/revenue".to_owned(),
        "/store" => "/properties/affiliation".to_owned(),
        other => match other.strip_prefix("/lines/") {
            Some(rest) => format!("/properties/products/{}", rest.replace("/paid", "/price").replace("/list", "/price")),
            None => format!("/properties{other}"),
        },
    }
}
