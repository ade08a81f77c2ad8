//! Money in integer minor units of one currency: a brand keeps its books in one.

use std::fmt;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

/// An amount in minor units (fen, cents). Sums saturate, and the door refuses single amounts above [`Money::LIMIT`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Money(pub i64);

impl Money {
    pub const ZERO: Self = Self(0);
    /// The largest amount (in minor units, either sign) one line or order may carry: ten billion major units at two decimals.
    pub const LIMIT: Self = Self(1_000_000_000_000);
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Money {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Neg for Money {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl std::iter::Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// An ISO 4217 currency and its number of decimals.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Currency {
    code: [u8; 3],
    scale: u8,
}

/// ISO 4217 active codes by decimals; codes not named here are unknown.
const SCALES: &[(u8, &str)] = &[
    (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
    (
        2,
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP \
         CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR \
         KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN \
         PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD \
         TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG",
    ),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
];

impl Currency {
    /// Exactly three capital letters of an active ISO 4217 code.
    pub fn parse(text: &str) -> Option<Self> {
        let code: [u8; 3] = text.as_bytes().try_into().ok()?;
        let (scale, _) = SCALES.iter().find(|(_, codes)| codes.split_whitespace().any(|c| c == text))?;
        Some(Self { code, scale: *scale })
    }

    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or("???")
    }

    /// Decimals of the minor unit: 2 for CNY, 0 for JPY.
    pub fn scale(&self) -> u8 {
        self.scale
    }

    /// Reads a plain decimal of major units (`12.5`, `-3`, `.99`); more decimals than the currency has are refused unless zero.
    pub fn parse_amount(&self, text: &str) -> Option<Money> {
        let text = text.trim();
        let (negative, digits) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() && fraction.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
            return None;
        }
        let scale = usize::from(self.scale);
        let (kept, dropped) = fraction.split_at(fraction.len().min(scale));
        if dropped.bytes().any(|b| b != b'0') {
            return None;
        }
        let mut minor: i64 = 0;
        for digit in whole.bytes().chain(kept.bytes()).chain(std::iter::repeat_n(b'0', scale - kept.len())) {
            minor = minor.checked_mul(10)?.checked_add(i64::from(digit - b'0'))?;
        }
        Some(Money(if negative { -minor } else { minor }))
    }

    /// The amount in major units with all decimals: `212.50`.
    pub fn format(&self, money: Money) -> String {
        let scale = usize::from(self.scale);
        let digits = format!("{:0width$}", money.0.unsigned_abs(), width = scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        let sign = if money.0 < 0 { "-" } else { "" };
        if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_and_written_in_the_currencys_decimals() {
        let cny = Currency::parse("CNY").unwrap();
        for (text, minor) in [("12.5", 1250), ("-3", -300), (".99", 99), ("12.500", 1250), ("0", 0), ("+1.", 100)] {
            assert_eq!(cny.parse_amount(text), Some(Money(minor)), "{text}");
        }
        for text in ["", ".", "1.234", "1,000", "1e3", "--1", "abc", "99999999999999999999"] {
            assert_eq!(cny.parse_amount(text), None, "{text}");
        }
        assert_eq!(cny.format(Money(-5)), "-0.05");
        assert_eq!(Currency::parse("JPY").unwrap().format(Money(120)), "120");
        assert_eq!(Currency::parse("KWD").unwrap().parse_amount("1.5"), Some(Money(1500)));
    }

    #[test]
    fn a_code_that_is_no_currency_is_refused() {
        for text in ["cny", "XXX", "RMB", "", "CNYX"] {
            assert_eq!(Currency::parse(text), None, "{text}");
        }
    }
}
