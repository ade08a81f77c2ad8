//! Taobao and Tmall: the order report (订单报表), CSV in GBK, a row an order.
//!
//! What the buyer paid holds the postage. Titles of all things bought stand in one cell, so an order has one line. Buyers' names are masked in
//! newer reports and then name nobody.

use super::report::Report;
use crate::mapping::{Field, Status};

pub const REPORT: Report = Report {
    platform: "taobao",
    known_by: &["订单编号", "买家会员名", "买家应付货款", "买家实际支付金额", "订单状态", "宝贝标题"],
    columns: &[
        (Field::OrderId, &["订单编号"]),
        (Field::PaidAt, &["订单付款时间", "订单付款时间 "]),
        (Field::CreatedAt, &["订单创建时间"]),
        (Field::FinishedAt, &["确认收货时间", "交易成功时间"]),
        (Field::Status, &["订单状态"]),
        (Field::Amount, &["买家实际支付金额"]),
        (Field::Shipping, &["买家应付邮费"]),
        (Field::Refunded, &["退款金额"]),
        (Field::Product, &["宝贝标题"]),
        (Field::Quantity, &["宝贝总数量"]),
        (Field::Phone, &["联系手机"]),
        (Field::Name, &["收货人姓名"]),
        (Field::Address, &["收货地址"]),
        (Field::Store, &["店铺名称", "店铺Id"]),
    ],
    buyer: Some("买家会员名"),
    statuses: &[
        ("等待买家付款", Status::Unpaid),
        ("买家已付款,等待卖家发货", Status::Paid),
        ("买家已付款，等待卖家发货", Status::Paid),
        ("卖家部分发货", Status::Paid),
        ("卖家已发货,等待买家确认", Status::Paid),
        ("卖家已发货，等待买家确认", Status::Paid),
        ("买家已签收,货到付款专用", Status::Paid),
        ("交易成功", Status::Paid),
        ("交易关闭", Status::Cancelled),
        ("付款以后用户退款成功，交易自动关闭", Status::Refunded),
        ("付款以前，卖家或买家主动关闭交易", Status::Cancelled),
        ("没有创建支付宝交易", Status::Unpaid),
    ],
};
