//! `lines`: what an order consists of, with category and list price as they were on that day.

use perennial_kernel::Line;

use super::Source::Clear;
use super::orders::{self, Row as Order};
use super::{Basis, Fold, Read, Told};
use crate::sql::cell::{Cell, Kind};
use crate::sql::out::Out;

pub struct Row<'a> {
    order: &'a Order<'a>,
    /// From 1.
    number: i64,
    line: &'a Line,
}

type Column = Read<for<'a, 'r> fn(&'r Row<'a>) -> Cell<'r>>;

pub const COLUMNS: &[Column] = &[
    ("order_id", Kind::Text, "order id", "订单号", Clear, |row| row.order.key.id.as_str().into()),
    ("source", Kind::Text, "the source that sent it", "数据来源", Clear, |row| row.order.key.source.as_str().into()),
    ("member", Kind::Text, "member id", "会员编号", Clear, |row| row.order.member.to_string().into()),
    ("line", Kind::Int, "number of the line in its order, from 1", "行号，从 1 起", Clear, |row| row.number.into()),
    ("day", Kind::Day, "day of payment in the brand's time zone", "支付日（品牌时区）", Clear, |row| row.order.day.into()),
    ("counted", Kind::Flag, "whether its order counts as a purchase", "所属订单是否计次", Clear, |row| {
        row.order.counted.is_some().into()
    }),
    ("sku", Kind::Text, "product", "商品编码", Clear, |row| row.line.sku.as_str().into()),
    ("name", Kind::Text, "the product's name as it was sold", "售出时的商品名称", Clear, |row| row.line.name.as_deref().into()),
    ("category", Kind::Text, "category as it was on that day", "当时的品类", Clear, |row| row.line.category.as_deref().into()),
    ("quantity", Kind::Quantity, "quantity", "数量", Clear, |row| row.line.quantity.into()),
    ("list", Kind::Money, "list price of the whole line", "整行吊牌价", Clear, |row| row.line.list.into()),
    ("paid", Kind::Money, "what was paid for the whole line, before refunds", "整行实付金额（退款前）", Clear, |row| {
        row.line.paid.into()
    }),
    ("discount", Kind::Money, "discount on the whole line", "整行优惠金额", Clear, |row| row.line.discount.into()),
    ("channel", Kind::Text, "channel", "渠道", Clear, |row| row.order.order.channel.as_deref().into()),
    ("store", Kind::Text, "store", "门店", Clear, |row| row.order.order.store.as_deref().into()),
];

pub struct Lines<'a> {
    basis: &'a Basis,
}

impl<'a> Lines<'a> {
    pub fn new(basis: &'a Basis) -> Self {
        Self { basis }
    }
}

impl Fold for Lines<'_> {
    fn take(&mut self, told: Told<'_>, out: &mut Out) {
        orders::each(self.basis, told.member, told.history, &mut |order| {
            for (number, line) in (1..).zip(&order.order.lines) {
                let row = Row { order, number, line };
                out.row(|column| (COLUMNS[column].5)(&row));
            }
        });
    }
}
