//! Contributions by day: the bounded memory of a member's past. Its size grows with the days on which something happened, not with facts.

use perennial_condition::{Contribution, FactFields, Value};
use perennial_kernel::Money;

use crate::order_state::Content;

/// Entries ascending by day, at most one per day, none that is empty. `count` is of orders (or behaviours), `sum` of money in minor units;
/// a day on which only money moved (an unlinked refund) has count 0.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DaySeries {
    entries: Vec<Contribution>,
}

impl DaySeries {
    pub fn from_entries(entries: Vec<Contribution>) -> Self {
        debug_assert!(entries.windows(2).all(|pair| pair[0].day < pair[1].day), "entries ascend by day");
        Self { entries }
    }

    pub fn clear(&mut self) {
        self.entries.clear();
    }

    pub fn entries(&self) -> &[Contribution] {
        &self.entries
    }

    /// Adds; negative numbers take back what was added before. Facts mostly arrive in order, so the end is looked at first.
    pub fn add(&mut self, change: Contribution) {
        if self.entries.last().is_none_or(|last| last.day < change.day) {
            if change.count != 0 || change.sum != 0 {
                self.entries.push(change);
            }
            return;
        }
        let at = self.entries.partition_point(|entry| entry.day < change.day);
        if self.entries.get(at).is_some_and(|entry| entry.day == change.day) {
            let entry = &mut self.entries[at];
            entry.count = entry.count.saturating_add(change.count);
            entry.sum = entry.sum.saturating_add(change.sum);
            if entry.count == 0 && entry.sum == 0 {
                self.entries.remove(at);
            }
        } else if change.count != 0 || change.sum != 0 {
            self.entries.insert(at, change);
        }
    }

    pub fn take_back(&mut self, change: Contribution) {
        self.add(Contribution { day: change.day, count: -change.count, sum: -change.sum });
    }
}

/// A counted order as conditions see one: the fields of fact kind `order`, in the catalog's order.
pub struct OrderFields<'a> {
    pub money: Money,
    pub content: Option<&'a Content>,
}

impl FactFields for OrderFields<'_> {
    fn field(&self, index: usize) -> Value {
        let text = |text: Option<&String>| text.map_or(Value::Null, |text| Value::text(text));
        match index {
            0 => Value::Money(self.money),
            1 => text(self.content.and_then(|content| content.channel.as_ref())),
            2 => text(self.content.and_then(|content| content.store.as_ref())),
            _ => Value::Null,
        }
    }
}

/// A behaviour as conditions see one: the fields of fact kind `behaviour`.
pub struct BehaviourFields<'a> {
    pub name: &'a str,
    pub channel: Option<&'a str>,
}

impl FactFields for BehaviourFields<'_> {
    fn field(&self, index: usize) -> Value {
        match index {
            0 => Value::text(self.name),
            1 => self.channel.map_or(Value::Null, Value::text),
            _ => Value::Null,
        }
    }
}

#[cfg(test)]
mod tests {
    use perennial_kernel::Day;

    use super::*;

    #[test]
    fn what_is_taken_back_leaves_no_trace() {
        let entry = |day, count, sum| Contribution { day: Day(day), count, sum };
        let mut series = DaySeries::default();
        series.add(entry(5, 1, 100));
        let before = series.clone();
        series.add(entry(3, 1, 7));
        series.add(entry(5, 1, 0));
        series.take_back(entry(5, 1, 0));
        series.take_back(entry(3, 1, 7));
        assert_eq!(series, before);
    }
}
