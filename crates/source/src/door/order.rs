//! Placing, updating and cancelling.

use perennial_kernel::{Body, Cancel, Incoming, Line, Money, Order, OrderKey, Personal, Quantity};

use super::FieldProblem;
use super::check::Check;
use super::input::{CancelInput, LineInput, OrderInput};
use crate::context::Context;
use crate::problem::Problem;
use crate::value::amount;

const LINES_MAX: usize = 1_000;

/// `POST /orders`. The source is the input's, not the context's.
pub fn place(input: &OrderInput, context: &Context) -> Result<Incoming, Vec<FieldProblem>> {
    build(input, context, Body::OrderPlaced, false)
}

/// `PUT /orders/{source}/{order_id}`: the order's whole content again, with a version or modified time.
pub fn update(input: &OrderInput, context: &Context) -> Result<Incoming, Vec<FieldProblem>> {
    build(input, context, Body::OrderUpdated, true)
}

/// `POST /orders/{source}/{order_id}/cancel`. The member is the order's; the engine finds it by the key.
pub fn cancel(input: &CancelInput, context: &Context) -> Result<Incoming, Vec<FieldProblem>> {
    let mut check = Check::new(context);
    let source = check.id("/source", &input.source);
    let id = check.id("/order_id", &input.order_id);
    let version = check.version(input.version.as_ref(), None);
    let at = check.instant("/cancelled_at", input.cancelled_at.as_ref());
    if input.cancelled_at.is_none() {
        check.missing("/cancelled_at");
    }
    match at {
        Some(at) if check.problems.is_empty() => Ok(Incoming {
            source: source.clone(),
            object: format!("cancel:{id}"),
            version: version_text(version),
            identities: Vec::new(),
            personal: Personal::default(),
            occurred_at: at,
            body: Body::OrderCancelled(Cancel { key: OrderKey { source, id }, version }),
        }),
        _ => Err(check.problems),
    }
}

pub fn version_text(version: Option<i64>) -> String {
    version.map(|version| version.to_string()).unwrap_or_default()
}

fn build(input: &OrderInput, context: &Context, body: fn(Order) -> Body, versioned: bool) -> Result<Incoming, Vec<FieldProblem>> {
    let mut check = Check::new(context);
    let source = check.id("/source", &input.source);
    let id = check.id("/order_id", &input.order_id);
    let version = check.version(input.version.as_ref(), input.modified_at.as_ref());
    if versioned && input.version.is_none() && input.modified_at.is_none() {
        check.missing("/version");
    }
    let (identities, personal) = check.member(&input.member);
    let paid_at = check.instant("/paid_at", input.paid_at.as_ref());
    let placed_at = check.instant("/placed_at", input.placed_at.as_ref());
    if input.paid_at.is_none() && input.placed_at.is_none() {
        check.missing("/paid_at");
    }
    check.currency("/currency", input.currency.as_ref());
    let amount = check.money("/amount", input.amount.as_ref());
    let lines = lines(&mut check, &input.lines);
    let money = total(&mut check, input, amount, &lines);
    let channel = check.words("/channel", input.channel.as_ref());
    let store = check.words("/store", input.store.as_ref());
    let quantity = Quantity(lines.iter().fold(0_i64, |sum, line| sum.saturating_add(line.quantity.0)));
    // An order without lines is one piece of something: quantity zero would never count.
    let quantity = if lines.is_empty() { Quantity::pieces(1) } else { quantity };
    match paid_at.or(placed_at) {
        Some(at) if check.problems.is_empty() => {
            let key = OrderKey { source: source.clone(), id: id.clone() };
            let order = Order { key, version, paid_at, money, quantity, channel, store, lines };
            let (object, version) = (format!("order:{id}"), version_text(version));
            Ok(Incoming { source, object, version, identities, personal, occurred_at: at, body: body(order) })
        }
        _ => Err(check.problems),
    }
}

fn lines(check: &mut Check<'_>, inputs: &[LineInput]) -> Vec<Line> {
    if inputs.len() > LINES_MAX {
        check.add("/lines", Problem::new("order.too_many_lines", "has more than 1,000 lines", "超过 1000 行"));
        return Vec::new();
    }
    inputs.iter().enumerate().map(|(index, input)| line(check, index, input)).collect()
}

fn line(check: &mut Check<'_>, index: usize, input: &LineInput) -> Line {
    let at = |field: &str| format!("/lines/{index}/{field}");
    let quantity = check.quantity(&at("quantity"), &input.quantity);
    let paid = check.money(&at("paid"), input.paid.as_ref());
    if input.paid.is_none() {
        check.missing(&at("paid"));
    }
    let list = check.money(&at("list"), input.list.as_ref());
    check.not_negative(&at("list"), list.filter(|_| quantity >= Quantity::ZERO));
    let discount = check.money(&at("discount"), input.discount.as_ref());
    if quantity < Quantity::ZERO && paid.is_some_and(|paid| paid > Money::ZERO) {
        let problem = Problem::new("number.negative", "a line with positive money has a negative quantity", "金额为正的行数量为负");
        check.add(&at("quantity"), problem);
    }
    Line {
        sku: check.id(&at("sku"), &input.sku),
        name: check.words(&at("name"), input.name.as_ref()),
        category: check.words(&at("category"), input.category.as_ref()),
        quantity,
        list,
        paid: paid.unwrap_or_default(),
        discount,
    }
}

/// The lines' sum, which a given amount must equal; without lines the amount.
fn total(check: &mut Check<'_>, input: &OrderInput, given: Option<Money>, lines: &[Line]) -> Money {
    let sum: Money = lines.iter().map(|line| line.paid).sum();
    let money = if lines.is_empty() { given.unwrap_or_default() } else { sum };
    if lines.is_empty() && input.amount.is_none() {
        check.missing("/amount");
    }
    if let Err(problem) = amount::within_limit(money, &money.0.to_string()) {
        check.add("/lines", problem);
    }
    if given.is_some_and(|given| given != money) && check.problems.is_empty() {
        let text = check.context.currency.format(money);
        let problem = Problem::new("order.amount_differs", format!("the lines add up to {text}"), format!("各行合计为 {text}"));
        check.add("/amount", problem);
    }
    if money < Money::ZERO {
        let pointer = if lines.is_empty() { "/amount" } else { "/lines" };
        let problem =
            Problem::new("order.amount_negative", "an order's money is not negative; send a refund", "订单金额不能为负；请发送退款");
        check.add(pointer, problem);
    }
    money
}
