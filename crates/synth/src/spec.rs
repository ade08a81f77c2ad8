//! What to make.

use std::fmt;

use perennial_kernel::{Calendar, Currency, Day};

/// A brand to make. Two equal specs give equal bytes.
#[derive(Clone, PartialEq, Debug)]
pub struct Spec {
    /// How many people; a little over two thirds of them buy at least once.
    pub members: u64,
    /// How many years of history, up to and including `end`.
    pub years: u32,
    pub seed: u64,
    /// The last day; nothing happens after its end.
    pub end: Day,
    pub calendar: Calendar,
    pub currency: Currency,
    /// The source that the records name, and the one that orders are unique in.
    pub source: String,
    /// Multiplies how often members buy, leaving how long they stay as it was. At 1.0 about two thirds of a year's buyers buy exactly once in it,
    /// and over three years there are about 1.7 orders per member (2.4 per buyer; CDNOW has 3.0); [`Spec::MANY_ORDERS`] gives ten per member.
    pub purchase_rate: f64,
}

/// Why a spec cannot be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Problem {
    /// No members, or more than there are made-up phone numbers.
    Members,
    /// Not 1 to 20 years, or they begin before the first day a fact may carry.
    Years,
    /// Not a number in 0.01 to 100.
    PurchaseRate,
}

impl Spec {
    /// As many members as there are made-up phone numbers.
    pub const MEMBERS_MAX: u64 = 100_000_000;
    pub const YEARS_MAX: u32 = 20;
    /// The `purchase_rate` at which three years bring about ten orders per member (measured by a test).
    pub const MANY_ORDERS: f64 = 10.5;

    /// The first day of the history.
    ///
    /// # Errors
    /// The first thing wrong with the spec.
    pub fn first_day(&self) -> Result<Day, Problem> {
        if self.members == 0 || self.members > Self::MEMBERS_MAX {
            return Err(Problem::Members);
        }
        if !(0.01..=100.0).contains(&self.purchase_rate) {
            return Err(Problem::PurchaseRate);
        }
        if self.years == 0 || self.years > Self::YEARS_MAX {
            return Err(Problem::Years);
        }
        let (year, month, day) = self.end.ymd();
        let before = year - self.years as i32;
        // 29 February has no like in most years.
        let anniversary = Day::from_ymd(before, month, day).or_else(|| Day::from_ymd(before, month, 28)).ok_or(Problem::Years)?;
        if anniversary < Day::EARLIEST { Err(Problem::Years) } else { Ok(anniversary.next()) }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Members => write!(f, "members must be 1 to {}", Spec::MEMBERS_MAX),
            Self::Years => write!(f, "years must be 1 to {} and begin after {}", Spec::YEARS_MAX, Day::EARLIEST),
            Self::PurchaseRate => write!(f, "the purchase rate must be 0.01 to 100"),
        }
    }
}

impl std::error::Error for Problem {}
