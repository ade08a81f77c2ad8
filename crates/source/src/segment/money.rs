//! What an order of the e-commerce specification cost: its fields say it several times over, and not all senders mean the same by them.

use perennial_kernel::{Currency, Money, Quantity};
use serde_json::{Map, Value};

use crate::door::check::Check;
use crate::problem::Problem;
use crate::value::amount;
use crate::value::cell::{Cell, Kind};

/// Amounts as they are given; `None` where nothing is.
pub struct Amounts {
    /// `revenue`, else `subtotal`.
    pub stated: Option<Money>,
    pub total: Option<Money>,
    pub shipping: Money,
    pub tax: Money,
    pub discount: Money,
}

impl Amounts {
    pub fn read(check: &mut Check<'_>, properties: &Map<String, Value>) -> Self {
        let mut of = |name: &str| money(check, &format!("/properties/{name}"), properties.get(name));
        let stated = of("revenue").or_else(|| of("subtotal"));
        let (total, shipping, tax, discount) = (of("total").or_else(|| of("value")), of("shipping"), of("tax"), of("discount"));
        let or_nothing = Option::unwrap_or_default;
        Self { stated, total, shipping: or_nothing(shipping), tax: or_nothing(tax), discount: or_nothing(discount) }
    }

    /// The order's money (paid for the goods, without shipping and tax), by its lines at their prices and by what is stated. Where both are
    /// given they must tell one story: prices before or after the discount, revenue with or without shipping and tax.
    pub fn goods(&self, lines: Option<Money>, currency: Currency) -> Result<Money, Problem> {
        let on_top = self.shipping + self.tax;
        let stated = self.stated.or_else(|| self.total.map(|total| total - on_top));
        let (lines, stated) = match (lines, stated) {
            (None, None) => return Err(Problem::new("field.missing", "must be given", "必填")),
            (None, Some(stated)) => return Ok(stated),
            (Some(lines), None) => return Ok(lines - self.discount),
            (Some(lines), Some(stated)) => (lines, stated),
        };
        for goods in [lines - self.discount, lines] {
            if stated == goods || stated == goods + on_top {
                return Ok(goods);
            }
        }
        if self.discount == Money::ZERO && stated < lines && stated >= Money::ZERO {
            return Ok(stated);
        }
        let text = |money: Money| currency.format(money);
        let (lines, discount, stated) = (text(lines), text(self.discount), text(stated));
        Err(Problem::new(
            "order.amount_differs",
            format!("the lines add up to {lines} with a discount of {discount}, which does not make {stated}"),
            format!("各行合计 {lines}、优惠 {discount}，与 {stated} 不符"),
        ))
    }
}

/// A number, or a text that holds one. JSON numbers are taken here: the specification says they are numbers.
pub fn money(check: &mut Check<'_>, pointer: &str, value: Option<&Value>) -> Option<Money> {
    let currency = check.context.currency;
    let read = match value? {
        Value::Null => return None,
        Value::Number(number) => amount::money(Cell { text: &number.to_string(), kind: Kind::Number }, currency),
        Value::String(text) => amount::money(Cell::new(text, Kind::Text)?, currency),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => Err(Problem::new("field.type", "must be a number", "须为数字")),
    };
    match read {
        Ok(money) if money < Money::ZERO => {
            check.add(pointer, Problem::new("number.negative", "must not be negative", "不能为负"));
            None
        }
        Ok(money) => Some(money),
        Err(problem) => {
            check.add(pointer, problem);
            None
        }
    }
}

/// One piece where nothing is said.
pub fn quantity(check: &mut Check<'_>, pointer: &str, value: Option<&Value>) -> Quantity {
    match value {
        None | Some(Value::Null) => Quantity::pieces(1),
        Some(Value::Number(number)) => check.quantity(pointer, &number.to_string()),
        Some(Value::String(text)) => check.quantity(pointer, text),
        Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => {
            check.add(pointer, Problem::new("field.type", "must be a number", "须为数字"));
            Quantity::ZERO
        }
    }
}

/// Shares out `paid` over lines in proportion to their prices; what is left over by rounding goes to the largest remainders, the first first.
pub fn share(paid: Money, prices: &[Money]) -> Vec<Money> {
    let whole: i128 = prices.iter().map(|price| i128::from(price.0)).sum();
    if whole <= 0 {
        let mut shares = vec![Money::ZERO; prices.len()];
        if let Some(first) = shares.first_mut() {
            *first = paid;
        }
        return shares;
    }
    let exact = |price: &Money| i128::from(price.0) * i128::from(paid.0);
    let mut shares: Vec<Money> = prices.iter().map(|price| Money((exact(price) / whole) as i64)).collect();
    let mut left = paid - shares.iter().copied().sum();
    let mut order: Vec<usize> = (0..prices.len()).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(exact(&prices[at]) % whole));
    for at in order {
        if left <= Money::ZERO {
            break;
        }
        shares[at] += Money(1);
        left -= Money(1);
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amounts(stated: Option<i64>, total: Option<i64>, shipping: i64, discount: i64) -> Amounts {
        Amounts {
            stated: stated.map(Money),
            total: total.map(Money),
            shipping: Money(shipping),
            tax: Money::ZERO,
            discount: Money(discount),
        }
    }

    #[test]
    fn an_orders_money_is_found_however_it_is_told() {
        let cny = Currency::parse("CNY").unwrap();
        let goods = |amounts: Amounts, lines: Option<i64>| amounts.goods(lines.map(Money), cny).map(|money| money.0).map_err(|p| p.code);
        // (revenue or subtotal, total, shipping, discount), lines → money
        for (given, lines, expected) in [
            (amounts(Some(100), None, 0, 0), None, Ok(100)),
            (amounts(None, Some(110), 10, 0), None, Ok(100)),
            (amounts(None, None, 10, 20), Some(100), Ok(80)),
            (amounts(Some(80), None, 10, 20), Some(100), Ok(80)),
            (amounts(Some(90), None, 10, 20), Some(100), Ok(80)),
            (amounts(Some(100), None, 10, 20), Some(100), Ok(100)),
            (amounts(None, Some(110), 10, 0), Some(100), Ok(100)),
            (amounts(Some(70), None, 0, 0), Some(100), Ok(70)),
            (amounts(Some(130), None, 10, 0), Some(100), Err("order.amount_differs")),
            (amounts(Some(70), None, 0, 20), Some(100), Err("order.amount_differs")),
            (amounts(None, None, 0, 0), None, Err("field.missing")),
        ] {
            assert_eq!(goods(given, lines), expected);
        }
    }

    #[test]
    fn shares_add_up_to_what_was_paid() {
        let shares = |paid, prices: &[i64]| -> Vec<i64> {
            let prices: Vec<Money> = prices.iter().copied().map(Money).collect();
            share(Money(paid), &prices).iter().map(|share| share.0).collect()
        };
        assert_eq!(shares(100, &[100, 100, 100]), [34, 33, 33]);
        assert_eq!(shares(100, &[1, 2]), [33, 67]);
        assert_eq!(shares(0, &[5, 5]), [0, 0]);
        assert_eq!(shares(7, &[0, 0]), [7, 0]);
        assert_eq!(shares(7, &[]), [0_i64; 0]);
        for paid in 0..50 {
            assert_eq!(shares(paid, &[3, 50, 7, 11]).iter().sum::<i64>(), paid);
        }
    }
}
