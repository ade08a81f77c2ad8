//! Frequent sets by Eclat (Zaki 2000) on projected bitsets: for each item, in ascending order of frequency, the baskets that hold it are numbered
//! anew and each more frequent item becomes a bitset over them, so that sets shrink before they are intersected. Items are first counted, then
//! pairs; nothing infrequent is ever intersected.

use super::{Baskets, SIZE_MAX};

/// A set of items, ascending, and how many baskets hold all of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ItemSet {
    pub items: Vec<u32>,
    pub count: u64,
}

/// All sets of up to `size` items that at least `least` baskets hold, by size and then by items. `least` is at least 1.
pub fn frequent(baskets: &Baskets, least: u64, size: usize) -> Vec<ItemSet> {
    let (least, size) = (least.max(1), size.min(SIZE_MAX));
    let ranked = Ranked::new(baskets, least);
    let mut found: Vec<ItemSet> = ranked.items.iter().map(|(item, count)| ItemSet { items: vec![*item], count: *count }).collect();
    if size == 0 {
        return Vec::new();
    }
    if size > 1 {
        for first in 0..ranked.items.len() {
            ranked.from(first, least, size, &mut found);
        }
    }
    for set in &mut found {
        set.items.sort_unstable();
    }
    found.sort_unstable_by(|a, b| a.items.len().cmp(&b.items.len()).then_with(|| a.items.cmp(&b.items)));
    found
}

/// Frequent items by ascending frequency, and baskets as ascending ranks.
struct Ranked {
    items: Vec<(u32, u64)>,
    baskets: Vec<Vec<u32>>,
    /// For each rank the baskets that hold it.
    holding: Vec<Vec<u32>>,
}

impl Ranked {
    fn new(baskets: &Baskets, least: u64) -> Self {
        let mut counts = vec![0_u64; baskets.names.len()];
        for item in baskets.baskets.iter().flatten() {
            counts[*item as usize] += 1;
        }
        let mut items: Vec<(u32, u64)> = (0..).zip(counts.iter().copied()).filter(|(_, count)| *count >= least).collect();
        items.sort_unstable_by_key(|(item, count)| (*count, *item));
        let mut rank = vec![u32::MAX; counts.len()];
        for (at, (item, _)) in (0..).zip(&items) {
            rank[*item as usize] = at;
        }
        let mut holding: Vec<Vec<u32>> = items.iter().map(|(_, count)| Vec::with_capacity(*count as usize)).collect();
        let mut ranked = Vec::new();
        for basket in &baskets.baskets {
            let mut ranks: Vec<u32> = basket.iter().map(|item| rank[*item as usize]).filter(|rank| *rank != u32::MAX).collect();
            if ranks.len() < 2 {
                continue;
            }
            ranks.sort_unstable();
            for rank in &ranks {
                holding[*rank as usize].push(ranked.len() as u32);
            }
            ranked.push(ranks);
        }
        Self { items, baskets: ranked, holding }
    }

    /// Every frequent set whose least frequent item is `first`.
    fn from(&self, first: usize, least: u64, size: usize, found: &mut Vec<ItemSet>) {
        let holding = &self.holding[first];
        if (holding.len() as u64) < least {
            return;
        }
        let later = |basket: &u32| {
            let ranks = &self.baskets[*basket as usize];
            &ranks[ranks.partition_point(|rank| *rank as usize <= first)..]
        };
        let mut pairs = vec![0_u64; self.items.len() - first];
        for rank in holding.iter().flat_map(later) {
            pairs[*rank as usize - first] += 1;
        }
        let words = holding.len().div_ceil(64);
        let mut place = vec![usize::MAX; pairs.len()];
        let mut class = Vec::new();
        for (at, count) in pairs.iter().enumerate().filter(|(_, count)| **count >= least) {
            found.push(ItemSet { items: vec![self.items[first].0, self.items[first + at].0], count: *count });
            place[at] = class.len();
            class.push(Member { rank: first + at, bits: vec![0; words] });
        }
        if size < 3 || class.len() < 2 {
            return;
        }
        for (at, basket) in holding.iter().enumerate() {
            for rank in later(basket) {
                let place = place[*rank as usize - first];
                if place != usize::MAX {
                    class[place].bits[at / 64] |= 1 << (at % 64);
                }
            }
        }
        let mut prefix = vec![self.items[first].0];
        self.deeper(&mut prefix, &class, least, size, found);
    }

    fn deeper(&self, prefix: &mut Vec<u32>, class: &[Member], least: u64, size: usize, found: &mut Vec<ItemSet>) {
        for (at, member) in class.iter().enumerate() {
            prefix.push(self.items[member.rank].0);
            let mut next = Vec::new();
            for other in &class[at + 1..] {
                let count = shared(&member.bits, &other.bits);
                if count < least {
                    continue;
                }
                let items = prefix.iter().copied().chain([self.items[other.rank].0]).collect::<Vec<_>>();
                let is_full = items.len() >= size;
                found.push(ItemSet { items, count });
                if !is_full {
                    let bits = member.bits.iter().zip(&other.bits).map(|(a, b)| a & b).collect();
                    next.push(Member { rank: other.rank, bits });
                }
            }
            if next.len() > 1 {
                self.deeper(prefix, &next, least, size, found);
            }
            prefix.pop();
        }
    }
}

/// An item of a class, and which baskets of the first item hold all of the prefix and it.
struct Member {
    rank: usize,
    bits: Vec<u64>,
}

fn shared(a: &[u64], b: &[u64]) -> u64 {
    a.iter().zip(b).map(|(a, b)| u64::from((a & b).count_ones())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_a_small_shop_by_hand() {
        let names = ["beer", "bread", "milk"].map(str::to_owned).to_vec();
        let baskets = Baskets { names, baskets: vec![vec![0, 1, 2], vec![1, 2], vec![1, 2], vec![0], vec![0, 1]] };
        let told = |least, size| -> Vec<(Vec<u32>, u64)> {
            frequent(&baskets, least, size).into_iter().map(|set| (set.items, set.count)).collect()
        };
        let pairs = vec![(vec![0], 3), (vec![1], 4), (vec![2], 3), (vec![0, 1], 2), (vec![1, 2], 3)];
        assert_eq!(told(2, 3), pairs);
        assert_eq!(told(1, 3)[5..], [(vec![1, 2], 3), (vec![0, 1, 2], 1)]);
        assert_eq!((told(4, 3), told(2, 1).len(), told(9, 3).len()), (vec![(vec![1], 4)], 3, 0));
    }
}
