//! What is bought together (SPEC ME-5): sets of items that many baskets hold, and rules between them.
//!
//! A *basket* is one counted order of the period with its items: the products, or their categories, of lines with a quantity above zero, each
//! once. **Support** of a set is the number of baskets that hold all of it; of a rule A → B, that of A ∪ B; **confidence** is support of A ∪ B
//! divided by that of A, **lift** confidence divided by the share of baskets that hold B. Thresholds are compared as integers, because a rule
//! that meets one exactly must not be lost by rounding.

mod eclat;
mod gather;
mod rules;

pub use self::eclat::{ItemSet, frequent};
pub use self::gather::{Basket, Baskets};
pub use self::rules::{Rule, rules};

/// What the items of a basket are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Items {
    /// Whole categories, as the shop names them (`GROCERY/ICE`).
    #[default]
    Category,
    Product,
}

impl Items {
    pub const ALL: [Self; 2] = [Self::Category, Self::Product];
    /// As questions about products name them.
    pub const KEYS: [(&'static str, Self); 2] = [("category", Self::Category), ("sku", Self::Product)];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Product => "product",
        }
    }

    /// As [`Self::KEYS`].
    pub fn key(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Product => "sku",
        }
    }
}

/// A share as parts of a million, so that thresholds are compared as integers.
pub const MILLION: u64 = 1_000_000;
/// Larger sets are told apart by nobody, and there are very many of them.
pub const SIZE_MAX: usize = 6;

/// The least number of baskets that is at least so many parts of a million of all.
pub fn support_of(ppm: u64, baskets: u64) -> u64 {
    (u128::from(ppm) * u128::from(baskets)).div_ceil(u128::from(MILLION)).max(1) as u64
}
