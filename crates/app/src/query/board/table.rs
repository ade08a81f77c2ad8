//! The rows of everyone, ascending by member, with what was moved lately.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use perennial_backtest::{Fold, Reads};
use perennial_kernel::{Day, Instant, MemberId, SubjectId};
use perennial_rules::book::Book;
use perennial_rules::flat::Flat;
use perennial_rules::history::History;

use super::row::{Found, Moved, Row, View};
use super::stores::StoreSets;
use crate::house::House;

pub struct Table {
    pub view: View,
    pub rows: Vec<Row>,
    /// One stage for each model, row by row.
    stages: Vec<u8>,
    pub moves: BTreeMap<MemberId, Vec<Moved>>,
    /// Every source whose orders somebody has: an order id alone does not say its source.
    pub sources: BTreeSet<String>,
    pub stores: StoreSets,
    pub data_up_to: Instant,
}

impl Table {
    fn width(&self) -> usize {
        self.view.reference.models().len()
    }

    /// The stage, by index, of the row at `at` in the model at `model`.
    pub fn stage(&self, at: usize, model: usize) -> u8 {
        self.stages[at * self.width() + model]
    }

    pub fn find(&self, member: MemberId) -> Option<usize> {
        self.rows.binary_search_by_key(&member, |row| row.member).ok()
    }

    pub fn due_by(&self, day: Day) -> BTreeSet<SubjectId> {
        self.rows.iter().filter(|row| row.due_by(day)).map(|row| row.member).collect()
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

    /// Puts these members' rows in place of those held; `found` ascends by member.
    pub fn apply(&mut self, found: Vec<(MemberId, Option<Found>)>) {
        let (mut new, mut gone) = (Vec::new(), BTreeSet::new());
        let width = self.width();
        for (member, found) in found {
            match (self.find(member), found) {
                (Some(at), Some(found)) => {
                    self.rows[at] = found.row.at_stores(self.stores.number(found.stores));
                    self.stages[at * width..(at + 1) * width].copy_from_slice(&found.stages);
                    self.note(member, found.moves, found.sources);
                }
                (None, Some(found)) => new.push(found),
                (Some(_), None) => {
                    gone.insert(member);
                }
                (None, None) => {}
            }
        }
        if !new.is_empty() || !gone.is_empty() {
            self.rebuild(new, &gone);
        }
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

    /// One pass that merges new rows in and leaves gone ones out.
    fn rebuild(&mut self, new: Vec<Found>, gone: &BTreeSet<MemberId>) {
        let width = self.width();
        let mut rows = Vec::with_capacity(self.rows.len() + new.len());
        let mut stages = Vec::with_capacity((self.rows.len() + new.len()) * width);
        let (old_rows, old_stages) = (std::mem::take(&mut self.rows), std::mem::take(&mut self.stages));
        let mut new = new.into_iter().peekable();
        for (at, row) in old_rows.into_iter().enumerate() {
            while let Some(found) = new.next_if(|found| found.row.member < row.member) {
                self.push(&mut rows, &mut stages, found);
            }
            if gone.contains(&row.member) {
                self.moves.remove(&row.member);
                continue;
            }
            rows.push(row);
            stages.extend_from_slice(&old_stages[at * width..(at + 1) * width]);
        }
        for found in new {
            self.push(&mut rows, &mut stages, found);
        }
        (self.rows, self.stages) = (rows, stages);
    }

    fn push(&mut self, rows: &mut Vec<Row>, stages: &mut Vec<u8>, found: Found) {
        rows.push(found.row.at_stores(self.stores.number(found.stores)));
        stages.extend_from_slice(&found.stages);
        self.note(found.row.member, found.moves, found.sources);
    }
}

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

    pub fn into_table(self, data_up_to: Instant) -> Table {
        let width = self.view.reference.models().len();
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        order.sort_unstable_by_key(|at| self.rows[*at].member);
        let rows = order.iter().map(|at| self.rows[*at]).collect();
        let stages = order.iter().flat_map(|at| self.stages[at * width..(at + 1) * width].iter().copied()).collect();
        let Self { view, moves, sources, stores, .. } = self;
        Table { view: view.clone(), rows, stages, moves, sources, stores, data_up_to }
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
