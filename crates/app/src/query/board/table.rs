//! The columns of everyone, with what was moved lately.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use perennial_backtest::{Fold, Reads};
use perennial_kernel::{Day, Instant, MemberId, SubjectId};
use perennial_rules::book::Book;
use perennial_rules::flat::Flat;
use perennial_rules::history::History;

use super::block::Block;
use super::columns::{Change, ProfileColumns, Room};
use super::row::{Found, Moved, Row, View};
use super::stores::StoreSets;
use crate::house::House;
use crate::port::PortResult;

pub struct Table {
    pub view: View,
    pub columns: ProfileColumns,
    pub moves: BTreeMap<MemberId, Vec<Moved>>,
    /// Every source whose orders somebody has: an order id alone does not say its source.
    pub sources: BTreeSet<String>,
    pub stores: StoreSets,
    pub data_up_to: Instant,
}

impl Table {
    pub fn due_by(&self, day: Day) -> PortResult<BTreeSet<SubjectId>> {
        let due = |found: &mut BTreeSet<SubjectId>, block: &Block| found.extend(block.due_by(day));
        self.columns.fold(BTreeSet::new, due, BTreeSet::extend)
    }

    /// Another day has begun: moves that are a week old go.
    pub fn turn_to(&mut self, house: &House) {
        self.view.turn_to(house.now());
        let since = self.view.since;
        self.moves.retain(|_, moves| {
            moves.retain(|moved| moved.at > since);
            !moves.is_empty()
        });
    }

    /// Puts these members' rows in place of those held; `found` ascends by member. After an error the table is to be made anew.
    pub fn apply(&mut self, found: Vec<(MemberId, Option<Found>)>) -> PortResult<()> {
        let mut changes = Vec::with_capacity(found.len());
        for (member, found) in found {
            let Some(found) = found else {
                self.moves.remove(&member);
                changes.push((member, Change::Remove));
                continue;
            };
            let row = found.row.at_stores(self.stores.number(found.stores));
            self.note(member, found.moves, found.sources);
            changes.push((member, Change::Put(row, found.stages)));
        }
        self.columns.apply(changes)
    }

    fn note(&mut self, member: MemberId, moves: Vec<Moved>, sources: Vec<String>) {
        if moves.is_empty() {
            self.moves.remove(&member);
        } else {
            self.moves.insert(member, moves);
        }
        for source in sources {
            if !self.sources.contains(&source) {
                self.sources.insert(source);
            }
        }
    }

    /// Members of whom the two say different things, or one says nothing: the columns' rows with their stores, and the moves.
    pub fn differing(&self, other: &Self) -> PortResult<Vec<MemberId>> {
        let mut theirs: BTreeMap<MemberId, Told> = BTreeMap::new();
        other.columns.each(&mut |block| theirs.extend((0..block.len()).map(|at| other.told(block, at))))?;
        let mut differing = Vec::new();
        self.columns.each(&mut |block| {
            for at in 0..block.len() {
                let (member, ours) = self.told(block, at);
                if theirs.remove(&member).as_ref() != Some(&ours) {
                    differing.push(member);
                }
            }
        })?;
        differing.extend(theirs.into_keys());
        Ok(differing)
    }

    /// Whether the columns hold of the member what was found; `None` for nothing.
    pub fn agrees(&self, member: MemberId, found: Option<&Found>) -> PortResult<bool> {
        let held = self.columns.get(member)?;
        Ok(match (held, found) {
            (None, None) => true,
            (Some((row, stages)), Some(found)) => {
                let moves = self.moves.get(&member).map_or(&[][..], Vec::as_slice);
                row.at_stores(0) == found.row
                    && stages == found.stages
                    && self.stores.of(row.stores) == found.stores
                    && moves == found.moves
            }
            _ => false,
        })
    }

    fn told(&self, block: &Block, at: usize) -> (MemberId, Told) {
        let row = block.row(at);
        let stages = (0..self.view.reference.models().len()).map(|model| block.stage(at, model)).collect();
        let stores = self.stores.of(row.stores).to_vec();
        (row.member, (row.at_stores(0), stages, stores, self.moves.get(&row.member).cloned().unwrap_or_default()))
    }
}

/// All that is held of a member, whatever numbers its sets of stores have.
type Told = (Row, Vec<u8>, Vec<String>, Vec<Moved>);

/// Gathers rows while everyone is read.
pub struct Gathered<'a> {
    view: &'a View,
    done: &'a AtomicU64,
    rows: Vec<Row>,
    stages: Vec<u8>,
    moves: BTreeMap<MemberId, Vec<Moved>>,
    sources: BTreeSet<String>,
    stores: StoreSets,
    /// Filled anew for each member that is shown by columns.
    book: Book,
}

impl<'a> Gathered<'a> {
    pub fn new(view: &'a View, done: &'a AtomicU64) -> Self {
        Self {
            view,
            done,
            rows: Vec::new(),
            stages: Vec::new(),
            moves: BTreeMap::new(),
            sources: BTreeSet::new(),
            stores: StoreSets::default(),
            book: Book::new(&view.reference),
        }
    }

    pub fn into_table(self, room: Room, data_up_to: Instant) -> PortResult<Table> {
        let width = self.view.reference.models().len();
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        order.sort_unstable_by_key(|at| self.rows[*at].member);
        let rows = order.iter().map(|at| (self.rows[*at], &self.stages[at * width..(at + 1) * width]));
        let columns = ProfileColumns::new(room, width, rows)?;
        let Self { view, moves, sources, stores, .. } = self;
        Ok(Table { view: view.clone(), columns, moves, sources, stores, data_up_to })
    }
}

impl Fold for Gathered<'_> {
    fn take(&mut self, member: MemberId, history: &History) {
        self.done.fetch_add(1, Ordering::Relaxed);
        let found = self.view.evaluate(member, history);
        self.keep(found);
    }

    fn reads(&self) -> Option<Reads> {
        self.view.is_about_purchases().then(|| self.view.reads())
    }

    fn take_flat(&mut self, flat: &Flat<'_>) -> bool {
        let Ok(found) = self.view.evaluate_flat(flat, &mut self.book) else { return false };
        self.done.fetch_add(1, Ordering::Relaxed);
        self.keep(found);
        true
    }

    fn merge(&mut self, other: Self) {
        let numbers = self.stores.take_in(other.stores);
        self.rows.extend(other.rows.into_iter().map(|row| row.at_stores(numbers[row.stores as usize])));
        self.stages.extend(other.stages);
        self.moves.extend(other.moves);
        self.sources.extend(other.sources);
    }
}

impl Gathered<'_> {
    fn keep(&mut self, found: Option<Found>) {
        let Some(found) = found else { return };
        let member = found.row.member;
        self.rows.push(found.row.at_stores(self.stores.number(found.stores)));
        self.stages.extend(found.stages);
        if !found.moves.is_empty() {
            self.moves.insert(member, found.moves);
        }
        for source in found.sources {
            if !self.sources.contains(&source) {
                self.sources.insert(source);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use perennial_kernel::{Body, Calendar, Fact, FactId, Lane, Money, Order, OrderKey, Origin, Position, Quantity, Seq};
    use perennial_rules::lifecycle::model::Model;
    use perennial_rules::reference::Reference;

    use super::*;
    use crate::policy::{BrandDocument, CountingText, PRIMARY};

    fn reference() -> Arc<Reference> {
        let document = BrandDocument {
            name: "Test".into(),
            time_zone: "Asia/Shanghai".into(),
            currency: "CNY".into(),
            life_gap_days: 180,
            counting: CountingText::Days,
        };
        let brand = document.compile().unwrap();
        let model = Model::shipped(PRIMARY, 1, brand.currency).unwrap();
        Arc::new(Reference::new(brand, vec![model]))
    }

    fn bought(member: i64, at: Instant, money: i64) -> History {
        let order = Order {
            key: OrderKey { source: "pos".into(), id: format!("o{member}") },
            version: None,
            paid_at: Some(at),
            money: Money(money),
            quantity: Quantity::pieces(1),
            channel: None,
            store: Some(format!("S{}", member % 2)),
            lines: Vec::new(),
        };
        let id = FactId { recorded_at: at, position: Position::new(Lane(0), Seq(member.unsigned_abs())) };
        let subject = SubjectId(member);
        History::new(vec![Fact { id, subject, occurred_at: at, origin: Origin::Live, import: None, body: Body::OrderPlaced(order) }])
    }

    /// What the audit would tell if columns were wrong.
    #[test]
    fn whoever_is_held_otherwise_than_found_is_told() {
        let now = Instant::parse("2026-11-28T04:00:00Z").unwrap();
        let view = View::at(reference(), 0, now);
        let done = AtomicU64::new(0);
        let day = |days: i64| Instant(now.0 - days * 86_400_000);
        let lives: BTreeMap<i64, History> = (1..=5).map(|member| (member, bought(member, day(member * 40), 1000 * member))).collect();
        let table = |from: i64| {
            let mut gathered = Gathered::new(&view, &done);
            // Numbers of stores depend on who comes first.
            for step in 0..5 {
                let member = (from + step) % 5 + 1;
                gathered.take(SubjectId(member), &lives[&member]);
            }
            gathered.into_table(Room::default(), now).unwrap()
        };
        let (mut held, anew) = (table(0), table(3));
        assert!(held.differing(&anew).unwrap().is_empty());
        let found = |member: i64, money: i64| view.evaluate(SubjectId(member), &bought(member, day(member * 40), money)).unwrap();
        held.apply(vec![(SubjectId(2), Some(found(2, 1))), (SubjectId(4), None), (SubjectId(9), Some(found(9, 5)))]).unwrap();
        let mut differing = held.differing(&anew).unwrap();
        differing.sort_unstable();
        assert_eq!(differing, [2, 4, 9].map(SubjectId));
        assert!(!held.agrees(SubjectId(2), Some(&found(2, 2000))).unwrap() && held.agrees(SubjectId(1), Some(&found(1, 1000))).unwrap());
        assert!(!held.agrees(SubjectId(4), Some(&found(4, 4000))).unwrap() && !held.agrees(SubjectId(9), None).unwrap());
        held.apply(vec![(SubjectId(2), Some(found(2, 2000))), (SubjectId(4), Some(found(4, 4000))), (SubjectId(9), None)]).unwrap();
        assert!(held.differing(&anew).unwrap().is_empty());
        assert_eq!(held.due_by(Calendar::for_zone("Asia/Shanghai").unwrap().day(now) + 4000).unwrap().len(), 5);
    }
}
