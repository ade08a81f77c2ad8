//! Contributions by day: the bounded memory of a member's past. Its size grows with the days on which something happened, not with facts.

use perennial_kernel::{Day, Money};

/// What one day holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DayEntry {
    pub day: Day,
    /// Orders (or behaviours) that count on this day; zero where only money moved (an unlinked refund).
    pub count: u32,
    pub money: Money,
}

/// Entries ascending by day, at most one per day, none that is empty.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DaySeries {
    entries: Vec<DayEntry>,
}

impl DaySeries {
    pub fn from_entries(entries: Vec<DayEntry>) -> Self {
        debug_assert!(entries.windows(2).all(|pair| pair[0].day < pair[1].day), "entries ascend by day");
        Self { entries }
    }

    pub fn entries(&self) -> &[DayEntry] {
        &self.entries
    }

    pub fn add(&mut self, day: Day, count: u32, money: Money) {
        let at = self.place_of(day);
        if self.entries.get(at).is_some_and(|entry| entry.day == day) {
            let entry = &mut self.entries[at];
            entry.count += count;
            entry.money += money;
            self.drop_if_empty(at);
        } else if count > 0 || money != Money::ZERO {
            self.entries.insert(at, DayEntry { day, count, money });
        }
    }

    /// Takes back what [`Self::add`] had added.
    pub fn remove(&mut self, day: Day, count: u32, money: Money) {
        let at = self.place_of(day);
        if self.entries.get(at).is_some_and(|entry| entry.day == day) {
            let entry = &mut self.entries[at];
            entry.count = entry.count.saturating_sub(count);
            entry.money -= money;
            self.drop_if_empty(at);
        } else if money != Money::ZERO {
            self.entries.insert(at, DayEntry { day, count: 0, money: -money });
        }
    }

    fn drop_if_empty(&mut self, at: usize) {
        if self.entries[at].count == 0 && self.entries[at].money == Money::ZERO {
            self.entries.remove(at);
        }
    }

    /// Facts mostly arrive in order: look at the end first.
    fn place_of(&self, day: Day) -> usize {
        match self.entries.last() {
            None => 0,
            Some(last) if last.day < day => self.entries.len(),
            Some(_) => self.entries.partition_point(|entry| entry.day < day),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_back_leaves_no_trace() {
        let mut series = DaySeries::default();
        series.add(Day(5), 1, Money(100));
        let before = series.clone();
        series.add(Day(3), 1, Money(7));
        series.add(Day(5), 1, Money(0));
        series.remove(Day(5), 1, Money(0));
        series.remove(Day(3), 1, Money(7));
        assert_eq!(series, before);
    }
}
