//! Orders as clients send them. These types describe the bodies; they are read field by field, so that every problem is told at once.

use perennial_app::engine::Receipt;
use serde::Serialize;
use utoipa::ToSchema;

/// What was recorded.
#[derive(Serialize, ToSchema)]
pub struct Recorded {
    pub fact: String,
    /// Null for a sale without member.
    pub member: Option<String>,
    pub effects: Vec<String>,
    /// The same had come before, and this is the first answer again.
    pub duplicate: bool,
}

impl Recorded {
    pub fn new(receipt: &Receipt, duplicate: bool) -> Self {
        Self {
            fact: receipt.fact.to_string(),
            member: receipt.member.map(|member| member.to_string()),
            effects: receipt.effects.iter().map(ToString::to_string).collect(),
            duplicate,
        }
    }
}

/// `"12.50"`, or `{"minor": 1250}`; a JSON number is refused, because it may have been a float.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum Amount {
    Text(String),
    Minor(MinorAmount),
}

#[derive(Serialize, ToSchema)]
pub struct MinorAmount {
    pub minor: i64,
    pub currency: Option<String>,
    pub scale: Option<u8>,
}

/// Whose order it is; without any identity an anonymous sale. Further identities by their kind are read, too.
#[derive(ToSchema)]
pub struct OrderMember {
    /// The brand's or shop's own member number.
    pub number: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub wechat_union: Option<String>,
    pub wechat_open: Option<String>,
    pub name: Option<String>,
    pub address: Option<String>,
}

#[derive(ToSchema)]
pub struct OrderLine {
    pub sku: String,
    pub name: Option<String>,
    pub category: Option<String>,
    /// A decimal with at most three places, as number or text.
    pub quantity: String,
    /// List price of the whole line.
    pub list: Option<Amount>,
    /// What was paid for the whole line.
    pub paid: Amount,
    pub discount: Option<Amount>,
}

/// An order. Named once by source and order id: the same again is answered again, other content under the same version is refused.
#[derive(ToSchema)]
pub struct PlaceOrder {
    pub source: String,
    pub order_id: String,
    /// Any integer that grows.
    pub version: Option<i64>,
    /// Stands for `version` where there is none.
    pub modified_at: Option<String>,
    pub member: Option<OrderMember>,
    /// An instant, or a day or local time in the brand's zone; absent while unpaid.
    pub paid_at: Option<String>,
    /// Needed while unpaid.
    pub placed_at: Option<String>,
    /// The brand's own; another is refused.
    pub currency: Option<String>,
    /// Needed without lines; with lines it must be their sum.
    pub amount: Option<Amount>,
    pub channel: Option<String>,
    pub store: Option<String>,
    pub lines: Option<Vec<OrderLine>>,
}

/// The order's whole content again, with `version` or `modified_at`.
#[derive(ToSchema)]
pub struct UpdateOrder {
    pub version: Option<i64>,
    pub modified_at: Option<String>,
    pub member: Option<OrderMember>,
    pub paid_at: Option<String>,
    pub placed_at: Option<String>,
    pub currency: Option<String>,
    pub amount: Option<Amount>,
    pub channel: Option<String>,
    pub store: Option<String>,
    pub lines: Option<Vec<OrderLine>>,
}

#[derive(ToSchema)]
pub struct CancelOrder {
    pub cancelled_at: String,
    pub version: Option<i64>,
}

/// The whole order, an amount of it, or lines of it.
#[derive(ToSchema)]
pub struct RefundOrder {
    pub refund_id: String,
    pub refunded_at: String,
    /// Needed without lines, unless the whole order is given back.
    pub amount: Option<Amount>,
    pub currency: Option<String>,
    pub lines: Option<Vec<RefundedLine>>,
    pub whole: Option<bool>,
}

#[derive(ToSchema)]
pub struct RefundedLine {
    /// Index of the line in the order, from 0.
    pub line: u32,
    pub quantity: Option<String>,
    pub amount: Amount,
}
