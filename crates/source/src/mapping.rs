//! Which column says what: a document the caller saves (JSON or YAML) and hands back for the next file of the same shape.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What a column can mean.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub enum Field {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl Field {
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

fields! {
    OrderId = "order_id",
    /// A part of an order with a status and a refund of its own: marketplaces call it sub-order.
    LineId = "line_id",
    /// A version number or modified time; the larger one wins.
    ModifiedAt = "modified_at",
    PaidAt = "paid_at",
    CreatedAt = "created_at",
    CancelledAt = "cancelled_at",
    /// When the buyer had it and the sale was final.
    FinishedAt = "finished_at",
    Status = "status",
    /// The after-sales status of a row: a finished refund gives the row's line back.
    AfterSale = "after_sale",
    /// The brand's or shop's own member number.
    Number = "number",
    Phone = "phone",
    Email = "email",
    WechatUnion = "wechat_union",
    WechatOpen = "wechat_open",
    Name = "name",
    Address = "address",
    /// What was paid for the whole order, the same on each of its rows.
    Amount = "amount",
    /// Postage within the amount, which is no part of an order's money.
    Shipping = "shipping",
    /// What was paid for this row's line.
    LinePaid = "line_paid",
    /// List price of the whole line.
    LineList = "line_list",
    /// List price of one piece.
    UnitPrice = "unit_price",
    /// Discount of the whole line.
    Discount = "discount",
    Quantity = "quantity",
    Sku = "sku",
    Product = "product",
    Category = "category",
    Currency = "currency",
    Channel = "channel",
    Store = "store",
    /// Money given back of the whole order so far.
    Refunded = "refunded",
    RefundedAt = "refunded_at",
    /// The order that a row of negative money gives back.
    RefundOf = "refund_of",
}

impl Field {
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.as_str() == text)
    }
}

/// What a status says about an order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Paid,
    Unpaid,
    Cancelled,
    /// Everything was given back.
    Refunded,
}

/// A saved mapping. Columns are named as the header names them; without a header they are `1`, `2`, ….
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mapping {
    pub columns: BTreeMap<Field, String>,
    /// Further identities by kind: `taobao: 买家会员名`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub identities: BTreeMap<String, String>,
    /// Words of the status column beyond those known.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub statuses: BTreeMap<String, Status>,
    /// Whether the latest of an order's times is its version: for exports without a modified time, which come again and again.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub versioned_by_times: bool,
    /// Written into orders when no column says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Overrides what is detected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// The header's line from 1; 0 when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
}

impl Mapping {
    /// Fields without which no order can be read, and which are not mapped.
    pub fn missing(&self) -> Vec<Field> {
        let has = |field| self.columns.contains_key(&field);
        let mut missing = Vec::new();
        if !has(Field::PaidAt) && !has(Field::CreatedAt) {
            missing.push(Field::PaidAt);
        }
        if !has(Field::Amount) && !has(Field::LinePaid) && !has(Field::UnitPrice) {
            missing.push(Field::Amount);
        }
        missing
    }
}

/// Whether an after-sales status says that the money of the row went back.
pub fn is_given_back(word: &str) -> bool {
    let word = word.trim();
    !word.starts_with("部分") && (word.contains("退款成功") || word.starts_with("已退款") || word.eq_ignore_ascii_case("refunded"))
}

/// The status words known in advance.
pub fn known_status(word: &str) -> Option<Status> {
    let word = word.trim().to_lowercase();
    let starts = |words: &[&str]| words.iter().any(|known| word.starts_with(known));
    let is = |words: &[&str]| words.contains(&word.as_str());
    if starts(&["已取消", "取消", "交易关闭", "已关闭", "订单关闭", "cancel", "void"]) || is(&["关闭", "closed", "trade_closed"])
    {
        return Some(Status::Cancelled);
    }
    if starts(&["等待买家付款", "待付款", "待支付", "未付款", "未支付", "unpaid", "pending", "awaiting payment", "wait_buyer_pay"])
    {
        return Some(Status::Unpaid);
    }
    if starts(&["已退款", "退款成功", "全额退款"]) || is(&["refunded"]) {
        return Some(Status::Refunded);
    }
    let paid = [
        "已付款",
        "已支付",
        "买家已付款",
        "待发货",
        "已发货",
        "卖家已发货",
        "卖家部分发货",
        "部分发货",
        "备货中",
        "交易成功",
        "已完成",
        "完成",
        "已签收",
        "paid",
        "complete",
        "completed",
        "shipped",
        "fulfilled",
        "delivered",
        "processing",
        "finished",
        "success",
        "trade_finished",
    ];
    if paid.iter().any(|known| word == *known || word.starts_with(&format!("{known},")) || word.starts_with(&format!("{known}，"))) {
        return Some(Status::Paid);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_one_name() {
        for &field in Field::ALL {
            assert_eq!(Field::parse(field.as_str()), Some(field));
        }
    }

    #[test]
    fn platform_status_words_are_known() {
        for (word, status) in [
            ("交易关闭", Some(Status::Cancelled)),
            ("Cancelled", Some(Status::Cancelled)),
            ("等待买家付款", Some(Status::Unpaid)),
            ("买家已付款,等待卖家发货", Some(Status::Paid)),
            ("卖家已发货，等待买家确认", Some(Status::Paid)),
            ("交易成功", Some(Status::Paid)),
            ("已退款", Some(Status::Refunded)),
            ("on the moon", None),
        ] {
            assert_eq!(known_status(word), status, "{word}");
        }
    }
}
