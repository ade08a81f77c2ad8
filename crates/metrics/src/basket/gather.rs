//! Baskets of everyone, items numbered as they come; numbers are settled when parts have been merged.

use std::collections::BTreeMap;

use perennial_kernel::Quantity;

use super::Items;
use crate::metric::Metric;
use crate::period::Period;
use crate::seen::Seen;

#[derive(Clone, Debug, Default)]
pub struct Basket {
    items: Items,
    period: Period,
    numbers: BTreeMap<String, u32>,
    /// Item numbers of all baskets, one basket after the other.
    all: Vec<u32>,
    /// Where each basket ends in `all`.
    ends: Vec<usize>,
}

/// Baskets with their items, numbered in the order of their names.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Baskets {
    pub names: Vec<String>,
    /// Each ascending without repetition; in no particular order among themselves.
    pub baskets: Vec<Vec<u32>>,
}

impl Basket {
    pub fn new(items: Items, period: Period) -> Self {
        Self { items, period, ..Self::default() }
    }

    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.numbers.len() as u32;
        self.numbers.insert(name.to_owned(), number);
        number
    }

    pub fn finish(self) -> Baskets {
        // Names ascend in the map: their places are the new numbers.
        let mut places = vec![0; self.numbers.len()];
        for (place, number) in (0..).zip(self.numbers.values()) {
            places[*number as usize] = place;
        }
        let mut baskets = Vec::with_capacity(self.ends.len());
        let mut from = 0;
        for end in &self.ends {
            let mut basket: Vec<u32> = self.all[from..*end].iter().map(|item| places[*item as usize]).collect();
            basket.sort_unstable();
            baskets.push(basket);
            from = *end;
        }
        Baskets { names: self.numbers.into_keys().collect(), baskets }
    }
}

impl Metric for Basket {
    fn observe(&mut self, seen: &Seen<'_>) {
        for (day, order) in seen.counted_orders() {
            if !self.period.holds(day) {
                continue;
            }
            let from = self.all.len();
            for line in order.lines.iter().filter(|line| line.quantity > Quantity::ZERO) {
                let name = match self.items {
                    Items::Category => line.category.as_deref(),
                    Items::Product => Some(line.sku.as_str()),
                };
                if let Some(name) = name.filter(|name| !name.is_empty()) {
                    let number = self.number(name);
                    self.all.push(number);
                }
            }
            self.all[from..].sort_unstable();
            let mut kept = from;
            for at in from..self.all.len() {
                if kept == from || self.all[kept - 1] != self.all[at] {
                    self.all[kept] = self.all[at];
                    kept += 1;
                }
            }
            self.all.truncate(kept);
            // A basket whose lines name nothing is none: it would lower every support.
            if kept > from {
                self.ends.push(kept);
            }
        }
    }

    fn merge(&mut self, other: Self) {
        let mut places = vec![0; other.numbers.len()];
        for (name, number) in &other.numbers {
            places[*number as usize] = self.number(name);
        }
        let shift = self.all.len();
        self.all.extend(other.all.iter().map(|item| places[*item as usize]));
        self.ends.extend(other.ends.iter().map(|end| end + shift));
    }
}
