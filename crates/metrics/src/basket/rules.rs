//! Rules between items of frequent sets.

use std::collections::BTreeMap;

use super::{ItemSet, MILLION};

/// Who holds `from` often holds `to`.
#[derive(Clone, PartialEq, Debug)]
pub struct Rule {
    /// Ascending.
    pub from: Vec<u32>,
    /// Ascending.
    pub to: Vec<u32>,
    /// Baskets that hold all of both.
    pub count: u64,
    /// Baskets that hold `from`.
    pub from_count: u64,
    /// Baskets that hold `to`.
    pub to_count: u64,
}

impl Rule {
    pub fn support(&self, baskets: u64) -> f64 {
        self.count as f64 / baskets as f64
    }

    pub fn confidence(&self) -> f64 {
        self.count as f64 / self.from_count as f64
    }

    pub fn lift(&self, baskets: u64) -> f64 {
        (self.count as f64 * baskets as f64) / (self.from_count as f64 * self.to_count as f64)
    }
}

/// Every division of every set in two, as far as the confidence is at least so many parts of a million. `sets` holds every part of each of its
/// sets, as [`super::frequent`] gives them. By the sets' order, then by `from`.
pub fn rules(sets: &[ItemSet], least_confidence_ppm: u64) -> Vec<Rule> {
    let counts: BTreeMap<&[u32], u64> = sets.iter().map(|set| (set.items.as_slice(), set.count)).collect();
    let mut found = Vec::new();
    for set in sets.iter().filter(|set| set.items.len() > 1) {
        for mask in 1..(1_u32 << set.items.len()) - 1 {
            let side = |inside: bool| -> Vec<u32> {
                let chosen = set.items.iter().enumerate().filter(|(at, _)| (mask >> at & 1 == 1) == inside);
                chosen.map(|(_, item)| *item).collect()
            };
            let from = side(true);
            let Some(from_count) = counts.get(from.as_slice()).copied() else { continue };
            if u128::from(set.count) * u128::from(MILLION) < u128::from(least_confidence_ppm) * u128::from(from_count) {
                continue;
            }
            let to = side(false);
            let Some(to_count) = counts.get(to.as_slice()).copied() else { continue };
            found.push(Rule { from, to, count: set.count, from_count, to_count });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_at_the_threshold_is_kept() {
        let set = |items: &[u32], count| ItemSet { items: items.to_vec(), count };
        let sets = [set(&[0], 10), set(&[1], 3), set(&[0, 1], 3)];
        // 3 of 10 is 0.3 exactly, whatever binary fractions say; 3 of 3 is certain.
        assert_eq!(rules(&sets, 300_000).len(), 2);
        let certain = rules(&sets, 300_001);
        assert_eq!(certain.iter().map(|rule| (rule.from.clone(), rule.to.clone())).collect::<Vec<_>>(), [(vec![1], vec![0])]);
        assert_eq!((certain[0].confidence(), certain[0].lift(20), certain[0].support(20)), (1.0, 2.0, 0.15));
    }
}
