//! Refunds: of a whole order, of an amount, of lines; with or without a known order.

use perennial_kernel::{Body, Incoming, Money, OrderKey, Refund, RefundLine};

use super::FieldProblem;
use super::check::Check;
use super::input::RefundInput;
use crate::context::Context;
use crate::problem::Problem;

const LINES_MAX: usize = 1_000;

/// `POST /orders/{source}/{order_id}/refunds`.
///
/// The money is the lines' sum, which a given amount must equal; a whole refund may leave it out, and the order's own money counts.
pub fn refund(input: &RefundInput, context: &Context) -> Result<Incoming, Vec<FieldProblem>> {
    let mut check = Check::new(context);
    let source = check.id("/source", &input.source);
    let order = input.order_id.as_ref().map(|id| check.id("/order_id", id));
    let id = check.id("/refund_id", &input.refund_id);
    let at = check.instant("/refunded_at", input.refunded_at.as_ref());
    if input.refunded_at.is_none() {
        check.missing("/refunded_at");
    }
    check.currency("/currency", input.currency.as_ref());
    let (identities, personal) = check.member(&input.member);
    let amount = check.money("/amount", input.amount.as_ref());
    check.not_negative("/amount", amount);
    let lines = lines(&mut check, input);
    let money = total(&mut check, input, amount, &lines);
    if input.order_id.is_none() && (input.whole || !lines.is_empty()) {
        let problem = Problem::new("refund.unlinked", "without an order only an amount can be refunded", "没有订单时只能按金额退款");
        check.add(if input.whole { "/whole" } else { "/lines" }, problem);
    }
    match at {
        Some(at) if check.problems.is_empty() => {
            let key = order.map(|id| OrderKey { source: source.clone(), id });
            let object = format!("refund:{id}");
            let body = Body::OrderRefunded(Refund { key, id, money, whole: input.whole, lines });
            Ok(Incoming { source, object, version: String::new(), identities, personal, occurred_at: at, body })
        }
        _ => Err(check.problems),
    }
}

fn lines(check: &mut Check<'_>, input: &RefundInput) -> Vec<RefundLine> {
    if input.lines.len() > LINES_MAX {
        check.add("/lines", Problem::new("order.too_many_lines", "has more than 1,000 lines", "超过 1000 行"));
        return Vec::new();
    }
    let mut lines: Vec<RefundLine> = Vec::new();
    for (index, line) in input.lines.iter().enumerate() {
        let at = |field: &str| format!("/lines/{index}/{field}");
        let quantity = line.quantity.as_ref().map(|text| check.quantity(&at("quantity"), text)).unwrap_or_default();
        check.not_negative(&at("quantity"), Some(Money(quantity.0)));
        let money = check.money(&at("amount"), line.amount.as_ref());
        check.not_negative(&at("amount"), money);
        if line.amount.is_none() {
            check.missing(&at("amount"));
        }
        if lines.iter().any(|other| other.line == line.line) {
            check.add(&at("line"), Problem::new("refund.line_twice", "the line is named twice", "同一行出现两次"));
        }
        lines.push(RefundLine { line: line.line, quantity, money: money.unwrap_or_default() });
    }
    lines
}

fn total(check: &mut Check<'_>, input: &RefundInput, given: Option<Money>, lines: &[RefundLine]) -> Money {
    let sum: Money = lines.iter().map(|line| line.money).sum();
    if lines.is_empty() {
        if input.amount.is_none() && !input.whole {
            check.missing("/amount");
        }
        if !input.whole && given == Some(Money::ZERO) {
            check.add("/amount", Problem::new("refund.nothing", "nothing is given back", "退款金额为零"));
        }
        return given.unwrap_or_default();
    }
    if given.is_some_and(|given| given != sum) && check.problems.is_empty() {
        let text = check.context.currency.format(sum);
        let problem = Problem::new("order.amount_differs", format!("the lines add up to {text}"), format!("各行合计为 {text}"));
        check.add("/amount", problem);
    }
    sum
}
