//! Douyin shop (抖店): the order export, CSV in UTF-8 with a byte order mark, a row a sub-order.
//!
//! Long numbers begin with a tab, `-` is nothing, receivers are ciphertext (`##…`, `$$…`). Each sub-order has a status and after-sales of its own;
//! nothing in it tells who the buyer is.

use super::report::Report;
use crate::mapping::{Field, Status};

pub const REPORT: Report = Report {
    platform: "douyin",
    known_by: &["主订单编号", "子订单编号", "选购商品", "订单应付金额", "订单状态"],
    columns: &[
        (Field::OrderId, &["主订单编号"]),
        (Field::LineId, &["子订单编号"]),
        (Field::PaidAt, &["支付完成时间"]),
        (Field::CreatedAt, &["订单提交时间"]),
        (Field::FinishedAt, &["订单完成时间"]),
        (Field::Status, &["订单状态"]),
        (Field::AfterSale, &["售后状态"]),
        (Field::LinePaid, &["订单应付金额"]),
        (Field::Shipping, &["运费"]),
        (Field::UnitPrice, &["商品单价"]),
        (Field::Quantity, &["商品数量"]),
        (Field::Sku, &["商家编码", "商品ID"]),
        (Field::Product, &["选购商品"]),
        (Field::Phone, &["收件人手机号"]),
        (Field::Name, &["收件人"]),
        (Field::Address, &["详细地址"]),
    ],
    buyer: None,
    statuses: &[
        ("待支付", Status::Unpaid),
        ("待确认", Status::Unpaid),
        ("备货中", Status::Paid),
        ("待发货", Status::Paid),
        ("部分发货", Status::Paid),
        ("已发货", Status::Paid),
        ("已完成", Status::Paid),
        ("已关闭", Status::Cancelled),
        ("已取消", Status::Cancelled),
    ],
};
