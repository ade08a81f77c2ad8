//! What becomes of an order: paid at once or later, cancelled, given back whole or in part, or never paid at all.

use perennial_kernel::{Body, Cancel, Instant, Line, Money, Order, OrderKey, Quantity, Refund, RefundLine};

use crate::basket;
use crate::history::Story;
use crate::places::Channel;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;

/// A purchase at `paid_at`, the member's `ordinal`-th, and what follows from it.
pub(crate) fn buy(story: &mut Story, ordinal: usize, paid_at: Instant, channel: Channel) {
    let order = draw(story, ordinal, paid_at, channel, "");
    let mut version = 1;
    let object = format!("order:{}", order.key.id);
    if channel != Channel::Store && story.random.chance(0.03) {
        // Placed first, paid some minutes later: two versions of one order.
        let placed_at = paid_at.plus_ms(-MINUTE_MS * (2 + story.random.below(24) as i64));
        story.tell(placed_at, object.clone(), version, Body::OrderPlaced(Order { paid_at: None, ..order.clone() }));
        version += 1;
        story.tell(paid_at, object.clone(), version, Body::OrderUpdated(Order { version: Some(version), ..order.clone() }));
    } else {
        story.tell(paid_at, object.clone(), version, Body::OrderPlaced(order.clone()));
    }
    if channel != Channel::Store && story.random.chance(0.02) {
        abandon(story, ordinal, paid_at, channel);
    }
    let (cancelled, whole, part) = if channel == Channel::Store { (0.0, 0.01, 0.03) } else { (0.015, 0.055, 0.105) };
    let fate = story.random.unit();
    if fate < cancelled {
        let at = paid_at.plus_ms(MINUTE_MS * (5 + story.random.below(36 * 60) as i64));
        version += 1;
        story.tell(at, object, version, Body::OrderCancelled(Cancel { key: order.key, version: Some(version) }));
    } else if fate < part {
        let at = paid_at.plus_ms(DAY_MS * (2 + story.random.below(16) as i64) + MINUTE_MS * story.random.below(240) as i64);
        let refund = if fate < whole { whole_refund(&order) } else { part_refund(story, &order) };
        story.tell(at, format!("refund:{}", refund.id), 0, Body::OrderRefunded(refund));
    }
}

fn draw(story: &mut Story, ordinal: usize, at: Instant, channel: Channel, suffix: &str) -> Order {
    let brand = story.brand;
    let day = brand.spec.calendar.day(at);
    let lines = basket::fill(&mut story.random, &brand.catalogue, &story.person, day, brand.unit);
    let (year, month, of_month) = day.ymd();
    let id = format!("{}{:02}{month:02}{of_month:02}-{:08}-{ordinal:02}{suffix}", channel.prefix(), year % 100, story.index);
    let store = (channel == Channel::Store).then(|| story.shop().to_owned());
    Order {
        key: OrderKey { source: brand.spec.source.clone(), id },
        version: Some(1),
        paid_at: Some(at),
        money: lines.iter().map(|line| line.paid).sum(),
        quantity: Quantity(lines.iter().map(|line| line.quantity.0).sum()),
        channel: Some(channel.as_str().to_owned()),
        store,
        lines,
    }
}

/// Another order, never paid and closed by the shop after half an hour.
fn abandon(story: &mut Story, ordinal: usize, near: Instant, channel: Channel) {
    let at = near.plus_ms(DAY_MS * (1 + story.random.below(9) as i64) + MINUTE_MS * story.random.below(90) as i64);
    let order = Order { paid_at: None, ..draw(story, ordinal, at, channel, "X") };
    let (key, object) = (order.key.clone(), format!("order:{}", order.key.id));
    story.tell(at, object.clone(), 1, Body::OrderPlaced(order));
    story.tell(at.plus_ms(30 * MINUTE_MS), object, 2, Body::OrderCancelled(Cancel { key, version: Some(2) }));
}

fn whole_refund(order: &Order) -> Refund {
    let lines = (0..).zip(&order.lines).map(|(line, sold)| RefundLine { line, quantity: sold.quantity, money: sold.paid }).collect();
    Refund { key: Some(order.key.clone()), id: format!("R-{}", order.key.id), money: order.money, whole: true, lines }
}

/// One of several lines, one of two pieces, or some money back for a fault the member can live with.
fn part_refund(story: &mut Story, order: &Order) -> Refund {
    let at = story.random.below(order.lines.len() as u64) as usize;
    let sold: &Line = &order.lines[at];
    let (quantity, money) = if order.lines.len() > 1 {
        (sold.quantity, sold.paid)
    } else if sold.quantity.0 > 1000 {
        (Quantity::pieces(1), Money(sold.paid.0 * 1000 / sold.quantity.0))
    } else {
        (Quantity::ZERO, Money(sold.paid.0 * (10 + story.random.below(21) as i64) / 100))
    };
    let lines = vec![RefundLine { line: at as u32, quantity, money }];
    Refund { key: Some(order.key.clone()), id: format!("R-{}", order.key.id), money, whole: false, lines }
}
