//! Money and quantities as people and spreadsheets write them.

use perennial_kernel::{Currency, Money, Quantity};

use super::cell::{Cell, Kind, narrow};
use crate::problem::{Problem, shorten};

/// What currency marks stand for; several where a mark is shared.
const MARKS: &[(&str, &str)] = &[
    ("HK$", "HKD"),
    ("NT$", "TWD"),
    ("US$", "USD"),
    ("人民币", "CNY"),
    ("RMB", "CNY"),
    ("¥", "CNY JPY"),
    ("元", "CNY TWD HKD"),
    ("円", "JPY"),
    ("$", "USD AUD CAD HKD SGD NZD TWD MXN"),
    ("€", "EUR"),
    ("£", "GBP"),
];

/// Reads `¥1,234.50`, `1,234.50元`, `(12.50)`, `１２．５`; refuses a mark of another currency, too many decimals and absurd sizes.
pub fn money(cell: Cell<'_>, currency: Currency) -> Result<Money, Problem> {
    let narrowed = narrow(cell.text);
    let shown = shorten(cell.text);
    let (text, negative) = match narrowed.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => (inner.to_owned(), true),
        None => (narrowed.into_owned(), false),
    };
    let text = without_marks(&text, currency, &shown)?;
    let text = if cell.kind == Kind::Number { fifteen_digits(&text) } else { text };
    let plain = ungroup(&text).ok_or_else(|| unreadable(&shown))?;
    let amount = currency.parse_amount(&plain).ok_or_else(|| explain(&plain, currency, &shown))?;
    within_limit(if negative { -amount } else { amount }, &shown)
}

/// Refuses amounts beyond [`Money::LIMIT`].
pub fn within_limit(amount: Money, shown: &str) -> Result<Money, Problem> {
    if amount > Money::LIMIT || amount < -Money::LIMIT {
        return Err(too_large(shown));
    }
    Ok(amount)
}

/// A currency code must be the brand's: books are kept in one currency.
pub fn same_currency(text: &str, currency: Currency) -> Result<(), Problem> {
    let code = text.trim().to_uppercase();
    let code = match code.as_str() {
        "RMB" | "人民币" | "人民币元" | "元" | "¥" | "￥" => "CNY",
        other => other,
    };
    if code == currency.code() {
        return Ok(());
    }
    let (shown, own) = (shorten(text), currency.code());
    if Currency::parse(code).is_none() {
        return Err(Problem::new(
            "currency.unknown",
            format!("\"{shown}\" is no ISO 4217 currency code"),
            format!("“{shown}” 不是 ISO 4217 币种代码"),
        ));
    }
    Err(other_currency(&shown, own))
}

/// Reads up to three decimals; the sign is kept.
pub fn quantity(cell: Cell<'_>) -> Result<Quantity, Problem> {
    let shown = shorten(cell.text);
    let bad = || {
        Problem::new(
            "quantity.unreadable",
            format!("\"{shown}\" is no quantity with at most three decimals"),
            format!("“{shown}” 不是数量（最多三位小数）"),
        )
    };
    let text = narrow(cell.text);
    let text = if cell.kind == Kind::Number { fifteen_digits(&text) } else { text.into_owned() };
    let plain = ungroup(&text).ok_or_else(bad)?;
    let negative = plain.starts_with('-');
    let digits = plain.trim_start_matches(['-', '+']);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let (kept, dropped) = fraction.split_at(fraction.len().min(3));
    let numeric = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.len() + kept.len() == 0 || !numeric(whole) || !numeric(fraction) || dropped.bytes().any(|b| b != b'0') {
        return Err(bad());
    }
    if whole.trim_start_matches('0').len() > 9 {
        return Err(Problem::new("quantity.too_large", format!("\"{shown}\" is absurdly large"), format!("“{shown}” 数量过大")));
    }
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| bad())? };
    let thousandths: i64 = format!("{kept:0<3}").parse().map_err(|_| bad())?;
    let amount = whole * 1000 + thousandths;
    Ok(Quantity(if negative { -amount } else { amount }))
}

/// Unit price times quantity, half a minor unit rounded up.
pub fn times(unit: Money, quantity: Quantity) -> Money {
    let product = i128::from(unit.0) * i128::from(quantity.0);
    let rounded = (product + if product >= 0 { 500 } else { -500 }) / 1000;
    Money(i64::try_from(rounded).unwrap_or(i64::MAX))
}

fn without_marks(text: &str, currency: Currency, shown: &str) -> Result<String, Problem> {
    let mut text = text.trim().to_owned();
    if text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return Ok(text);
    }
    text = text.replace('\u{ffe5}', "¥");
    for (mark, codes) in MARKS {
        if text.contains(mark) {
            if !codes.split(' ').any(|code| code == currency.code()) {
                return Err(other_currency(shown, currency.code()));
            }
            text = text.replacen(mark, "", 1);
            break;
        }
    }
    let upper = text.to_uppercase();
    if let Some(rest) = upper.strip_prefix(currency.code()).or_else(|| upper.strip_suffix(currency.code())) {
        text = rest.into();
    } else if upper.len() > 3 && upper.is_ascii() {
        let ends = [&upper[..3], &upper[upper.len() - 3..]];
        if ends.iter().any(|code| Currency::parse(code).is_some()) {
            return Err(other_currency(shown, currency.code()));
        }
    }
    Ok(text.chars().filter(|c| *c != ' ').collect())
}

/// Takes out commas that stand where thousands are grouped; `None` for a comma anywhere else.
fn ungroup(text: &str) -> Option<String> {
    let text = text.replace('，', ",");
    if !text.contains(',') {
        return Some(text);
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut groups = whole.trim_start_matches(['-', '+']).split(',');
    let first = groups.next()?;
    if first.is_empty() || first.len() > 3 || fraction.contains(',') || !groups.all(|group| group.len() == 3) {
        return None;
    }
    Some(text.replace(',', ""))
}

/// A spreadsheet shows 15 significant digits; what a float has beyond them (`0.30000000000000004`) is not the person's.
fn fifteen_digits(text: &str) -> String {
    match text.parse::<f64>() {
        Ok(value) if text.len() > 15 && value.is_finite() => {
            let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
            format!("{rounded}")
        }
        _ => text.to_owned(),
    }
}

fn explain(plain: &str, currency: Currency, shown: &str) -> Problem {
    let digits = plain.trim_start_matches(['-', '+']);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if digits.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return unreadable(shown);
    }
    if fraction.len() > usize::from(currency.scale()) && fraction[usize::from(currency.scale())..].bytes().any(|b| b != b'0') {
        let (code, scale) = (currency.code(), currency.scale());
        return Problem::new(
            "money.decimals",
            format!("\"{shown}\" has more decimals than {code} has ({scale})"),
            format!("“{shown}” 的小数位多于 {code} 的 {scale} 位"),
        );
    }
    too_large(shown)
}

fn too_large(shown: &str) -> Problem {
    Problem::new("money.too_large", format!("\"{shown}\" is beyond the largest amount taken"), format!("“{shown}” 超出允许的最大金额"))
}

fn unreadable(shown: &str) -> Problem {
    Problem::new("money.unreadable", format!("\"{shown}\" is no amount of money"), format!("“{shown}” 不是金额"))
}

fn other_currency(shown: &str, own: &str) -> Problem {
    Problem::new(
        "currency.other",
        format!("\"{shown}\" is in another currency: this brand keeps its books in {own}"),
        format!("“{shown}” 是其他币种；本品牌以 {own} 记账"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cny(text: &str) -> Result<i64, &'static str> {
        money(Cell::text(text), Currency::parse("CNY").unwrap()).map(|m| m.0).map_err(|p| p.code)
    }

    #[test]
    fn money_is_read_however_it_is_written() {
        for (text, minor) in [
            ("¥1,234.50", 123_450),
            ("￥1,234.50", 123_450),
            ("1,234.50元", 123_450),
            ("１２．５０", 1250),
            ("RMB 12", 1200),
            ("CNY12.5", 1250),
            ("-¥3", -300),
            ("(12.50)", -1250),
            ("1,234,567", 123_456_700),
            ("0.00", 0),
        ] {
            assert_eq!(cny(text), Ok(minor), "{text}");
        }
    }

    #[test]
    fn money_that_is_none_is_refused_by_its_own_reason() {
        for (text, code) in [
            ("abc", "money.unreadable"),
            ("1,23", "money.unreadable"),
            ("1.234,50", "money.unreadable"),
            ("1.234", "money.decimals"),
            ("$5", "currency.other"),
            ("€5", "currency.other"),
            ("USD 5", "currency.other"),
            ("10000000000.01", "money.too_large"),
            ("99999999999999999999999", "money.too_large"),
            ("1e3", "money.unreadable"),
        ] {
            assert_eq!(cny(text), Err(code), "{text}");
        }
        assert_eq!(same_currency("人民币", Currency::parse("CNY").unwrap()), Ok(()));
        assert_eq!(same_currency("USD", Currency::parse("CNY").unwrap()).unwrap_err().code, "currency.other");
        assert_eq!(same_currency("ABC", Currency::parse("CNY").unwrap()).unwrap_err().code, "currency.unknown");
    }

    #[test]
    fn a_float_of_a_spreadsheet_is_what_the_person_saw() {
        let cell = Cell { text: "0.30000000000000004", kind: Kind::Number };
        assert_eq!(money(cell, Currency::parse("CNY").unwrap()), Ok(Money(30)));
    }

    #[test]
    fn quantities_have_three_decimals() {
        let read = |text| quantity(Cell::text(text)).map(|q| q.0).map_err(|p| p.code);
        for (text, thousandths) in [("1", 1000), ("0.5", 500), ("-2", -2000), ("1,000", 1_000_000), ("1.2340", 1234), ("０", 0)] {
            assert_eq!(read(text), Ok(thousandths), "{text}");
        }
        assert_eq!(read("1.2345"), Err("quantity.unreadable"));
        assert_eq!(read("10000000000"), Err("quantity.too_large"));
        assert_eq!(read("two"), Err("quantity.unreadable"));
        assert_eq!(times(Money(333), Quantity(1500)), Money(500));
    }
}
