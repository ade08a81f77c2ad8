//! Prospects: members who are known and have yet to buy. What they are worth = P(first purchase within 12 months | source, relation) × the mean
//! value of new buyers.
//!
//! P is estimated from members who were prospects 365 days before the second day, by the source of their first record and the nearest relation
//! reached by then: who of them had bought by the second day. Small groups are drawn to all together: P = (bought + 20 · P(all)) / (tried + 20).
//! It serves both days, so that a difference is the members', never the estimate's.

use std::collections::BTreeMap;

use perennial_kernel::{Money, Relation};
use perennial_rules::value::whole;

/// As if so many more members of a group had been seen to behave like all together.
pub const SHRINKAGE: f64 = 20.0;

/// Prospects of one source who have come as near.
#[derive(Clone, PartialEq, Debug)]
pub struct ProspectGroup {
    /// Of the first record about them.
    pub source: String,
    /// The nearest that was reached; `None` for those known by what they do alone.
    pub relation: Option<Relation>,
    /// Those who were prospects 365 days before the second day, and those of them who have bought since.
    pub tried: u64,
    pub bought: u64,
    /// `None` where nobody at all has been known for long enough.
    pub probability: Option<f64>,
    /// On the first day and on the second.
    pub members: [u64; 2],
    pub value: [Money; 2],
}

#[derive(Clone, PartialEq, Debug)]
pub struct Prospects {
    pub tried: u64,
    pub bought: u64,
    /// Of all groups together.
    pub probability: Option<f64>,
    /// Members who first bought in the 365 days that end with the second day, and the mean value of their purchases ahead on that day.
    pub new_buyers: u64,
    pub mean: Option<Money>,
    pub members: [u64; 2],
    pub value: [Money; 2],
    /// Worth most on the second day first.
    pub groups: Vec<ProspectGroup>,
}

#[derive(Clone, Copy, Default)]
pub struct Seen {
    pub tried: u64,
    pub bought: u64,
    pub members: [u64; 2],
}

/// What a pass over everyone finds.
#[derive(Default)]
pub struct Known {
    pub groups: BTreeMap<(String, Option<Relation>), Seen>,
    pub new_buyers: u64,
    /// Of the new buyers' value on the second day.
    pub sum: i128,
}

impl Known {
    pub fn of(&mut self, source: &str, relation: Option<Relation>) -> &mut Seen {
        self.groups.entry((source.to_owned(), relation)).or_default()
    }

    pub fn merge(&mut self, other: Self) {
        self.new_buyers += other.new_buyers;
        self.sum += other.sum;
        for (key, seen) in other.groups {
            let own = self.groups.entry(key).or_default();
            own.tried += seen.tried;
            own.bought += seen.bought;
            (0..2).for_each(|day| own.members[day] += seen.members[day]);
        }
    }

    pub fn finish(self) -> Prospects {
        let (tried, bought) = self.groups.values().fold((0, 0), |sum, seen| (sum.0 + seen.tried, sum.1 + seen.bought));
        let all = (tried > 0).then(|| bought as f64 / tried as f64);
        let mean = (self.new_buyers > 0).then(|| self.sum as f64 / self.new_buyers as f64);
        let group = |((source, relation), seen): ((String, Option<Relation>), Seen)| {
            let probability = all.map(|all| (seen.bought as f64 + SHRINKAGE * all) / (seen.tried as f64 + SHRINKAGE));
            // One by one in whole minor units, so that every sum is exact.
            let each = whole(probability.unwrap_or(0.0) * mean.unwrap_or(0.0));
            let value = seen.members.map(|members| Money(each.0.saturating_mul(i64::try_from(members).unwrap_or(i64::MAX))));
            ProspectGroup { source, relation, tried: seen.tried, bought: seen.bought, probability, members: seen.members, value }
        };
        let mut groups: Vec<ProspectGroup> = self.groups.into_iter().map(group).collect();
        groups.sort_by_key(|group| std::cmp::Reverse((group.value[1], group.members[1])));
        Prospects {
            tried,
            bought,
            probability: all,
            new_buyers: self.new_buyers,
            mean: mean.map(whole),
            members: [0, 1].map(|day| groups.iter().map(|group| group.members[day]).sum()),
            value: [0, 1].map(|day| groups.iter().map(|group| group.value[day]).sum()),
            groups,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(groups: &[(&str, Option<Relation>, Seen)], new_buyers: u64, sum: i128) -> Known {
        let groups = groups.iter().map(|(source, relation, seen)| (((*source).to_owned(), *relation), *seen)).collect();
        Known { groups, new_buyers, sum }
    }

    #[test]
    fn small_groups_are_drawn_to_all_together() {
        let app = Seen { tried: 80, bought: 40, members: [10, 20] };
        let fair = Seen { tried: 0, bought: 0, members: [0, 3] };
        let told = known(&[("app", Some(Relation::Registered), app), ("fair", None, fair)], 4, 40_000).finish();
        // 40 / 80 of all; of the app (40 + 20 · 0.5) / (80 + 20); of the fair, of whom nothing is known, that of all.
        assert_eq!((told.probability, told.mean), (Some(0.5), Some(Money(10_000))));
        assert_eq!(told.groups[0].value, [Money(50_000), Money(100_000)]);
        assert_eq!((told.groups[1].probability, told.groups[1].value), (Some(0.5), [Money(0), Money(15_000)]));
        assert_eq!((told.members, told.value), ([10, 23], [Money(50_000), Money(115_000)]));
        let twenty = Seen { tried: 20, bought: 0, members: [0, 1] };
        let told = known(&[("app", None, app), ("fair", None, twenty)], 4, 40_000).finish();
        assert_eq!(told.groups[1].probability, Some(0.2), "(0 + 20 · 0.4) / (20 + 20)");
    }

    #[test]
    fn where_nothing_can_be_estimated_nothing_is_said() {
        let seen = Seen { tried: 0, bought: 0, members: [1, 2] };
        let told = known(&[("app", None, seen)], 4, 40_000).finish();
        assert_eq!((told.probability, told.groups[0].probability, told.value), (None, None, [Money(0); 2]));
        let told = known(&[("app", None, Seen { tried: 5, bought: 2, ..seen })], 0, 0).finish();
        assert_eq!((told.mean, told.value), (None, [Money(0); 2]));
        assert_eq!(Known::default().finish().members, [0, 0]);
    }
}
