//! What the HTTP layer fills in: texts as they came.

/// Money as it may come: `{"minor": 1250, "currency": "CNY", "scale": 2}` or `"12.50"`; a JSON number is refused, because it may be a float.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AmountInput {
    Minor { minor: i64, currency: Option<String>, scale: Option<u8> },
    Text(String),
    Number(String),
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MemberInput {
    pub number: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub wechat_union: Option<String>,
    pub wechat_open: Option<String>,
    /// Further identities: kind and value.
    pub other: Vec<(String, String)>,
    pub name: Option<String>,
    pub address: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LineInput {
    pub sku: String,
    pub name: Option<String>,
    pub category: Option<String>,
    /// A decimal with at most three places, as text whatever JSON type it had.
    pub quantity: String,
    /// List price of the whole line.
    pub list: Option<AmountInput>,
    /// What was paid for the whole line.
    pub paid: Option<AmountInput>,
    pub discount: Option<AmountInput>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OrderInput {
    pub source: String,
    pub order_id: String,
    /// Any integer that grows.
    pub version: Option<String>,
    /// Stands for `version` when there is none.
    pub modified_at: Option<String>,
    pub member: MemberInput,
    /// An instant, or a day or local time in the brand's zone; `None` while unpaid.
    pub paid_at: Option<String>,
    /// When it was placed; needed only while unpaid.
    pub placed_at: Option<String>,
    pub currency: Option<String>,
    /// Needed without lines; with lines it must be their sum.
    pub amount: Option<AmountInput>,
    pub channel: Option<String>,
    pub store: Option<String>,
    pub lines: Vec<LineInput>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CancelInput {
    pub source: String,
    pub order_id: String,
    pub cancelled_at: Option<String>,
    pub version: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RefundLineInput {
    /// Index of the line in the order, from 0.
    pub line: u32,
    pub quantity: Option<String>,
    pub amount: Option<AmountInput>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RefundInput {
    pub source: String,
    /// `None` for an unlinked refund.
    pub order_id: Option<String>,
    pub refund_id: String,
    pub refunded_at: Option<String>,
    /// Needed without lines, unless the whole order is given back.
    pub amount: Option<AmountInput>,
    pub currency: Option<String>,
    pub lines: Vec<RefundLineInput>,
    pub whole: bool,
    /// Whose unlinked refund it is; a linked one follows its order.
    pub member: MemberInput,
}
