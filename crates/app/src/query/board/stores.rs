//! Where members bought: each set of stores is kept once and rows name it by number, so that a million members cost four bytes each and a
//! look at "members of these stores" is one comparison a row.

use std::collections::BTreeMap;

use super::block::Block;
use super::{Board, Current};
use crate::query::{QueryError, QueryResult};

/// Number 0 is the empty set.
pub struct StoreSets {
    sets: Vec<Vec<String>>,
    numbers: BTreeMap<Vec<String>, u32>,
}

impl Default for StoreSets {
    fn default() -> Self {
        Self { sets: vec![Vec::new()], numbers: BTreeMap::from([(Vec::new(), 0)]) }
    }
}

impl StoreSets {
    /// The number of a set; `stores` ascends.
    pub fn number(&mut self, stores: Vec<String>) -> u32 {
        if let Some(number) = self.numbers.get(&stores) {
            return *number;
        }
        let number = self.sets.len() as u32;
        self.sets.push(stores.clone());
        self.numbers.insert(stores, number);
        number
    }

    pub fn of(&self, number: u32) -> &[String] {
        &self.sets[number as usize]
    }

    /// The numbers that another's sets have here.
    pub fn take_in(&mut self, other: Self) -> Vec<u32> {
        other.sets.into_iter().map(|set| self.number(set)).collect()
    }

    /// By number: whether the set has one of these stores.
    pub fn with_any_of(&self, stores: &[String]) -> Vec<bool> {
        self.sets.iter().map(|set| set.iter().any(|store| stores.contains(store))).collect()
    }
}

impl Board {
    /// Whether the member's purchases name one of these stores.
    pub fn bought_at(&self, member: perennial_kernel::MemberId, stores: &[String]) -> QueryResult<bool> {
        // Whoever is asked for may be part of another member by now.
        let kin = self.shared.house.reader().kin(&[member])?;
        let member = kin.iter().find(|row| row.subject == member).map_or(member, |row| row.member);
        let table: Current<'_> = self.table()?;
        let within = table.stores.with_any_of(stores);
        Ok(table.columns.get(member)?.is_some_and(|(row, _)| within[row.stores as usize]))
    }

    /// Sources of orders, and how far everyone has been read where that is not done yet.
    pub fn sources(&self) -> QueryResult<(Vec<String>, Option<u8>)> {
        match self.table() {
            Ok(table) => Ok((table.sources.iter().cloned().collect(), None)),
            Err(QueryError::Building { percent }) => Ok((Vec::new(), Some(percent))),
            Err(other) => Err(other),
        }
    }

    /// How many members' purchases name one of these stores.
    pub fn members_of(&self, stores: &[String]) -> QueryResult<u64> {
        let table = self.table()?;
        let within = table.stores.with_any_of(stores);
        let count = |found: &mut u64, block: &Block| *found += block.stores().filter(|number| within[*number]).count() as u64;
        Ok(table.columns.fold(|| 0, count, |all, more| *all += more)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_one_number_and_keeps_it_when_sets_are_put_together() {
        let set = |stores: &[&str]| stores.iter().map(|store| (*store).to_owned()).collect::<Vec<_>>();
        let (mut ours, mut theirs) = (StoreSets::default(), StoreSets::default());
        assert_eq!((ours.number(set(&["A"])), ours.number(set(&["A", "B"])), ours.number(set(&["A"]))), (1, 2, 1));
        assert_eq!((theirs.number(set(&["C"])), theirs.number(set(&["A"]))), (1, 2));
        assert_eq!(ours.take_in(theirs), [0, 3, 1]);
        assert_eq!(ours.with_any_of(&set(&["B", "C"])), [false, false, true, true]);
        assert_eq!(ours.with_any_of(&[]), [false; 4]);
    }
}
