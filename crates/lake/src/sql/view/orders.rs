//! `orders`: each order of a member as the book has it, which is what counts everywhere else.

use std::collections::BTreeMap;

use perennial_kernel::{Body, Day, FactId, Instant, MemberId, Money, Order, OrderKey, Quantity};
use perennial_rules::book::Book;
use perennial_rules::history::History;
use perennial_rules::order_state::{Counted, OrderState};

use super::Source::Clear;
use super::{Basis, Fold, Read, Told};
use crate::sql::cell::{Cell, Kind};
use crate::sql::out::Out;

/// One order, folded from its facts.
pub struct Row<'a> {
    pub member: MemberId,
    pub key: &'a OrderKey,
    pub state: &'a OrderState,
    /// The content of the newest version.
    pub order: &'a Order,
    pub counted: Option<Counted>,
    /// The day of payment in the brand's zone.
    pub day: Option<Day>,
    pub placed_at: Instant,
    /// Among the member's counted orders, from 1.
    pub nth: Option<i64>,
    /// Days since the counted order before.
    pub gap_days: Option<i64>,
}

type Column = Read<for<'a, 'r> fn(&'r Row<'a>) -> Cell<'r>>;

pub const COLUMNS: &[Column] = &[
    ("order_id", Kind::Text, "order id, unique within its source", "订单号，在同一来源内唯一", Clear, |row| {
        row.key.id.as_str().into()
    }),
    ("source", Kind::Text, "the source that sent it", "数据来源", Clear, |row| row.key.source.as_str().into()),
    ("member", Kind::Text, "member id", "会员编号", Clear, |row| row.member.to_string().into()),
    ("placed_at", Kind::Instant, "when it first became known to have been placed", "下单时刻", Clear, |row| row.placed_at.into()),
    ("paid_at", Kind::Instant, "when it was paid; null while unpaid", "支付时刻，未支付为空", Clear, |row| {
        row.order.paid_at.into()
    }),
    ("day", Kind::Day, "day of payment in the brand's time zone", "支付日（品牌时区）", Clear, |row| row.day.into()),
    (
        "status",
        Kind::Text,
        "counted, unpaid, cancelled, refunded (wholly) or empty (of quantity zero)",
        "counted 计次、unpaid 未支付、cancelled 已取消、refunded 全额退款、empty 数量为零",
        Clear,
        |row| row.status().into(),
    ),
    ("counted", Kind::Flag, "whether it counts as a purchase", "是否计次", Clear, |row| row.counted.is_some().into()),
    ("money", Kind::Money, "paid price of its lines, before refunds", "商品实付金额（退款前）", Clear, |row| {
        row.order.money.into()
    }),
    ("refunded", Kind::Money, "what was given back", "已退款金额", Clear, |row| row.refunded().into()),
    ("net", Kind::Money, "paid less given back; zero unless it counts", "实付减退款，不计次的订单为零", Clear, |row| {
        row.counted.map_or(Money::ZERO, |counted| counted.money).into()
    }),
    ("quantity", Kind::Quantity, "sum of its lines' quantities", "商品总数量", Clear, |row| row.order.quantity.into()),
    ("channel", Kind::Text, "channel", "渠道", Clear, |row| row.order.channel.as_deref().into()),
    ("store", Kind::Text, "store", "门店", Clear, |row| row.order.store.as_deref().into()),
    (
        "nth",
        Kind::Int,
        "its number among the member's counted orders, from 1",
        "该会员的第几笔计次订单，从 1 起",
        Clear,
        |row| row.nth.into(),
    ),
    ("gap_days", Kind::Int, "days since the member's counted order before", "距该会员上一笔计次订单的天数", Clear, |row| {
        row.gap_days.into()
    }),
];

impl Row<'_> {
    fn refunded(&self) -> Money {
        self.state.refunds.iter().map(|refund| refund.money).sum()
    }

    fn status(&self) -> &'static str {
        if self.counted.is_some() {
            "counted"
        } else if self.state.cancelled {
            "cancelled"
        } else if self.order.paid_at.is_none() {
            "unpaid"
        } else if self.order.quantity <= Quantity::ZERO {
            "empty"
        } else {
            "refunded"
        }
    }
}

/// Gives the member's orders as of the end of today, by time of payment, unpaid ones last.
pub fn each(basis: &Basis, member: MemberId, history: &History, visit: &mut dyn FnMut(&Row<'_>)) {
    let book = history.book(&basis.reference, basis.until);
    let contents = contents(basis, history);
    let mut rows: Vec<Row<'_>> = book.orders.iter().filter_map(|(key, state)| row(basis, member, &contents, key, state)).collect();
    rows.sort_by_key(|row| (row.order.paid_at.is_none(), row.order.paid_at, row.key));
    let mut before: Option<Day> = None;
    let mut nth = 0;
    for row in &mut rows {
        if let Some(counted) = row.counted {
            nth += 1;
            row.nth = Some(nth);
            row.gap_days = before.map(|before| i64::from(counted.day - before));
            before = Some(counted.day);
        }
    }
    rows.iter().for_each(visit);
}

/// Every version of every order, by the fact that told it, and when an order was first told.
struct Contents<'a> {
    by_fact: BTreeMap<FactId, &'a Order>,
    first: BTreeMap<&'a OrderKey, Instant>,
}

fn contents<'a>(basis: &Basis, history: &'a History) -> Contents<'a> {
    let mut found = Contents { by_fact: BTreeMap::new(), first: BTreeMap::new() };
    for fact in history.facts().iter().take_while(|fact| fact.occurred_at <= basis.until) {
        if let Body::OrderPlaced(order) | Body::OrderUpdated(order) = &fact.body {
            found.by_fact.insert(fact.id, order);
            found.first.entry(&order.key).or_insert(fact.occurred_at);
        }
    }
    found
}

fn row<'a>(basis: &Basis, member: MemberId, contents: &Contents<'a>, key: &'a OrderKey, state: &'a OrderState) -> Option<Row<'a>> {
    // An order of which only a refund is known has nothing to tell yet.
    let order = *contents.by_fact.get(&state.content.as_ref()?.rank.1)?;
    let counted = state.counted(&basis.reference);
    let day = order.paid_at.map(|at| basis.reference.calendar.day(at));
    let placed_at = *contents.first.get(key)?;
    Some(Row { member, key, state, order, counted, day, placed_at, nth: None, gap_days: None })
}

pub struct Orders<'a> {
    basis: &'a Basis,
}

impl<'a> Orders<'a> {
    pub fn new(basis: &'a Basis) -> Self {
        Self { basis }
    }
}

impl Fold for Orders<'_> {
    fn take(&mut self, told: Told<'_>, out: &mut Out) {
        each(self.basis, told.member, told.history, &mut |row| out.row(|column| (COLUMNS[column].5)(row)));
    }
}

/// The first counted order of the book, by time of payment and then by its key.
pub fn first_of<'a>(basis: &Basis, book: &'a Book) -> Option<&'a OrderState> {
    let counted = book.orders.iter().filter(|(_, order)| order.counted(&basis.reference).is_some());
    let first = counted.min_by_key(|(key, order)| (order.content.as_ref().and_then(|content| content.paid_at), *key));
    first.map(|(_, order)| order)
}
