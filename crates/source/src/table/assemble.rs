//! The rows of one order become what happened: placed, cancelled, refunded.

use perennial_kernel::{Body, Cancel, Identity, Incoming, Instant, Line, Money, Order, OrderKey, Personal, Quantity, Refund};

use super::lines;
use super::plan::Plan;
use super::row::{Problems, Values};
use crate::context::Context;
use crate::mapping::{Field, Status};
use crate::problem::Problem;
use crate::value::amount;

/// How an order is named in the source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Name {
    /// The order's id, or the row's key.
    pub id: String,
    /// Rows without an id are their own objects: `row:<digest>#<n>` instead of `order:<id>`.
    pub is_row: bool,
}

impl Name {
    fn object(&self, kind: &str) -> String {
        if self.is_row && kind == "order" { self.id.clone() } else { format!("{kind}:{}", self.id) }
    }
}

/// A problem of one of the rows, by its index.
pub type RowProblems = Vec<(usize, Problems)>;

/// `rows` is not empty; all have the same order id.
pub fn order(name: &Name, rows: &[Values], plan: &Plan, context: &Context) -> Result<Vec<Incoming>, RowProblems> {
    let agreed = Agreed::of(rows, plan)?;
    let amounts = amounts(rows, plan)?;
    let money: Money = amounts.iter().copied().sum();
    amount::within_limit(money, "").map_err(|problem| vec![(0, vec![(plan.column(Field::LinePaid), problem)])])?;
    if money < Money::ZERO {
        return Ok(vec![unlinked_refund(name, rows, money, &agreed, context)]);
    }
    negative_quantity(rows, &amounts, plan)?;
    let lines: Vec<Line> = rows.iter().zip(&amounts).map(|(row, paid)| line(row, *paid)).collect();
    let quantity = Quantity(lines.iter().fold(0_i64, |sum, line| sum.saturating_add(line.quantity.0)));
    let order = Order {
        key: OrderKey { source: context.source.clone(), id: name.id.clone() },
        version: agreed.version,
        paid_at: agreed.paid_at,
        money,
        quantity,
        channel: agreed.channel.clone().or_else(|| plan.channel.clone()),
        store: agreed.store.clone(),
        lines,
    };
    let after = after(name, &agreed, rows, &order, plan, context);
    let mut out = vec![agreed.incoming(name, "order", agreed.at, Body::OrderPlaced(order), context)];
    out.extend(after);
    Ok(out)
}

/// Cancellation and refund, which a file tells in the same row as the order.
fn after(name: &Name, agreed: &Agreed, rows: &[Values], order: &Order, plan: &Plan, context: &Context) -> Vec<Incoming> {
    let key = order.key.clone();
    let modified = if plan.versioned_by_times {
        first(rows, |row| row.finished_at)
    } else {
        agreed.version.filter(|ms| *ms > 100_000_000_000).map(Instant).filter(|_| context.shift_days == 0)
    };
    if agreed.status == Some(Status::Cancelled) {
        let at = first(rows, |row| row.cancelled_at).unwrap_or(agreed.at).max(agreed.at);
        let body = Body::OrderCancelled(Cancel { key, version: agreed.version });
        return vec![agreed.incoming(name, "cancel", at, body, context)];
    }
    let whole = agreed.status == Some(Status::Refunded);
    let refunded_at = first(rows, |row| row.refunded_at).or(modified).unwrap_or(agreed.at).max(agreed.at);
    if plan.has(Field::LineId) && !whole {
        let own = |refund: Refund| Incoming {
            object: format!("refund:{}", refund.id),
            ..agreed.incoming(name, "refund", refunded_at, Body::OrderRefunded(refund), context)
        };
        return lines::given_back(&key, rows, &order.lines).into_iter().map(own).collect();
    }
    let refunded = refunded(rows, plan);
    if refunded <= Money::ZERO && !whole {
        return Vec::new();
    }
    let given = if refunded > Money::ZERO { refunded } else { order.money };
    let refund = Refund { key: Some(key), id: name.id.clone(), money: given, whole: whole || given >= order.money, lines: Vec::new() };
    vec![agreed.incoming(name, "refund", refunded_at, Body::OrderRefunded(refund), context)]
}

/// What the rows of an order say about the order as a whole.
struct Agreed {
    at: Instant,
    paid_at: Option<Instant>,
    version: Option<i64>,
    status: Option<Status>,
    identities: Vec<Identity>,
    personal: Personal,
    channel: Option<String>,
    store: Option<String>,
}

impl Agreed {
    fn of(rows: &[Values], plan: &Plan) -> Result<Self, RowProblems> {
        let by_line = plan.has(Field::LineId);
        let status = if by_line { lines::status(rows) } else { rows[0].status };
        for (index, row) in rows.iter().enumerate() {
            if row.status != status && !by_line {
                return Err(differs(index, plan, Field::Status, "status", "状态"));
            }
            if member(row) != member(&rows[0]) && member(row).is_some() && member(&rows[0]).is_some() {
                return Err(differs(index, plan, Field::Number, "member", "会员"));
            }
        }
        // Tills stamp each line: the order is as old as its first.
        let paid = rows.iter().filter_map(|row| row.paid_at).min();
        let created = rows.iter().filter_map(|row| row.created_at).min();
        let Some(at) = paid.or(created) else {
            let column = plan.column(Field::PaidAt).or_else(|| plan.column(Field::CreatedAt));
            return Err(vec![(0, vec![(column, Problem::new("date.missing", "the date is missing", "缺少日期"))])]);
        };
        let paid_at = paid.filter(|_| status != Some(Status::Unpaid));
        let identities = rows.iter().find(|row| !row.identities.is_empty()).map(|row| row.identities.clone()).unwrap_or_default();
        let personal = rows.iter().find(|row| !row.personal.is_empty()).map(|row| row.personal.clone()).unwrap_or_default();
        Ok(Self {
            at,
            paid_at,
            version: if plan.versioned_by_times { lines::version(rows) } else { rows.iter().filter_map(|row| row.version).max() },
            status,
            identities,
            personal,
            channel: first(rows, |row| row.channel.clone()),
            store: first(rows, |row| row.store.clone()),
        })
    }

    fn incoming(&self, name: &Name, kind: &str, at: Instant, body: Body, context: &Context) -> Incoming {
        Incoming {
            source: context.source.clone(),
            object: name.object(kind),
            version: self.version.map(|version| version.to_string()).unwrap_or_default(),
            identities: self.identities.clone(),
            personal: if kind == "order" { self.personal.clone() } else { Personal::default() },
            occurred_at: at,
            body,
        }
    }
}

/// What was paid for each row's line.
fn amounts(rows: &[Values], plan: &Plan) -> Result<Vec<Money>, RowProblems> {
    if plan.has(Field::LinePaid) {
        return each(rows, plan, Field::LinePaid, |row| row.line_paid.map(|paid| without(paid, row.shipping)));
    }
    if !plan.has(Field::Amount) {
        return each(rows, plan, Field::UnitPrice, |row| {
            row.unit_price.map(|price| amount::times(price, row.quantity) - row.discount.unwrap_or_default())
        });
    }
    let Some(total) = first(rows, |row| row.amount) else {
        return Err(vec![(0, vec![missing_amount(plan, Field::Amount)])]);
    };
    if let Some(index) = rows.iter().position(|row| row.amount.is_some_and(|other| other != total)) {
        return Err(differs(
            index,
            plan,
            Field::Amount,
            "amount of the order (map it as the line's amount if it is that)",
            "订单金额（若为行金额请改映射）",
        ));
    }
    let money = without(total, first(rows, |row| row.shipping));
    Ok(spread(money, &rows.iter().map(weight).collect::<Vec<_>>()))
}

/// What was paid without the postage in it; of an order that was never paid nothing is taken off.
fn without(paid: Money, shipping: Option<Money>) -> Money {
    shipping.filter(|shipping| *shipping > Money::ZERO && *shipping <= paid).map_or(paid, |shipping| paid - shipping)
}

fn each(rows: &[Values], plan: &Plan, field: Field, value: impl Fn(&Values) -> Option<Money>) -> Result<Vec<Money>, RowProblems> {
    let missing: RowProblems = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| value(row).is_none())
        .map(|(index, _)| (index, vec![missing_amount(plan, field)]))
        .collect();
    if missing.is_empty() { Ok(rows.iter().filter_map(value).collect()) } else { Err(missing) }
}

/// Divides an order's amount over its lines by weight; what rounding leaves goes to the first lines, so that the sum is exact.
fn spread(total: Money, weights: &[i64]) -> Vec<Money> {
    let even = weights.iter().all(|weight| *weight == 0);
    let weight = |index: usize| if even { 1 } else { i128::from(weights[index]) };
    let sum: i128 = (0..weights.len()).map(weight).sum();
    let mut shares: Vec<i64> = (0..weights.len()).map(|index| (i128::from(total.0) * weight(index) / sum) as i64).collect();
    let mut rest = total.0 - shares.iter().sum::<i64>();
    for share in &mut shares {
        let step = rest.signum();
        *share += step;
        rest -= step;
    }
    shares.into_iter().map(Money).collect()
}

/// A line's share of the order's amount: its list price, else its quantity.
fn weight(row: &Values) -> i64 {
    let list = row.line_list.or_else(|| row.unit_price.map(|price| amount::times(price, row.quantity)));
    list.map_or(row.quantity.0, |money| money.0).max(0)
}

/// The refunded amount: the order's where rows repeat it, else the sum of the lines'.
fn refunded(rows: &[Values], plan: &Plan) -> Money {
    let all: Vec<Money> = rows.iter().filter_map(|row| row.refunded).collect();
    let repeated = !plan.has(Field::LinePaid) && all.windows(2).all(|pair| pair[0] == pair[1]);
    if repeated { all.first().copied().unwrap_or_default() } else { all.into_iter().sum() }
}

fn unlinked_refund(name: &Name, rows: &[Values], money: Money, agreed: &Agreed, context: &Context) -> Incoming {
    let of = first(rows, |row| row.refund_of.clone());
    let key = of.map(|id| OrderKey { source: context.source.clone(), id });
    let refund = Refund { key, id: name.id.clone(), money: -money, whole: false, lines: Vec::new() };
    let kind = if name.is_row { "order" } else { "refund" };
    agreed.incoming(name, kind, agreed.at, Body::OrderRefunded(refund), context)
}

/// A return has negative money; negative pieces for positive money are a mistake.
fn negative_quantity(rows: &[Values], amounts: &[Money], plan: &Plan) -> Result<(), RowProblems> {
    let bad = |(row, paid): (&Values, &Money)| row.quantity < Quantity::ZERO && *paid > Money::ZERO;
    let Some(index) = rows.iter().zip(amounts).position(bad) else { return Ok(()) };
    let problem = Problem::new("quantity.negative", "a sale with positive money has a negative quantity", "金额为正的销售数量为负");
    Err(vec![(index, vec![(plan.column(Field::Quantity), problem)])])
}

fn line(row: &Values, paid: Money) -> Line {
    let list = row.line_list.or_else(|| row.unit_price.map(|price| amount::times(price, row.quantity)));
    Line {
        sku: row.sku.clone().unwrap_or_default(),
        name: row.product.clone(),
        category: row.category.clone(),
        quantity: row.quantity,
        list,
        paid,
        discount: row.discount,
    }
}

fn first<T>(rows: &[Values], value: impl Fn(&Values) -> Option<T>) -> Option<T> {
    rows.iter().find_map(value)
}

fn member(row: &Values) -> Option<&Identity> {
    row.identities.first()
}

fn missing_amount(plan: &Plan, field: Field) -> (Option<usize>, Problem) {
    (plan.column(field), Problem::new("money.missing", "the amount is missing", "缺少金额"))
}

fn differs(index: usize, plan: &Plan, field: Field, en: &str, zh: &str) -> RowProblems {
    let text = format!("rows of one order differ in the {en}");
    vec![(index, vec![(plan.column(field), Problem::new("order.rows_differ", text, format!("同一订单的各行{zh}不一致")))])]
}
