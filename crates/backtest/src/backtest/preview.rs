//! What activating a draft would move, as of a day: from the active model's stage to the draft's, with members to open one by one.

use std::collections::BTreeMap;

use perennial_kernel::{Day, Instant, MemberId};
use perennial_rules::book::Book;
use perennial_rules::effect::StageId;
use perennial_rules::flat::Flat;
use perennial_rules::history::History;
use perennial_rules::profile::Profile;

use super::Pair;
use crate::fold::{Fold, Reads};

/// So many members are named for each move: those with the lowest ids, which are scrambled counters, so a fixed draw.
pub const SAMPLE_MAX: usize = 20;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PreviewTable {
    pub as_of: Day,
    /// Members known by then.
    pub members: u64,
    /// Members whose stage would be another, by id.
    pub moving: u64,
    /// Moves with anybody in them, the largest first.
    pub moves: Vec<PreviewMove>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PreviewMove {
    /// By the active model.
    pub from: StageId,
    /// By the draft.
    pub to: StageId,
    pub members: u64,
    /// At most [`SAMPLE_MAX`], ascending.
    pub sample: Vec<MemberId>,
}

/// A preview by itself: one look at each member, cheap enough while a draft is written.
#[derive(Clone, Debug)]
pub struct Preview<'a> {
    pair: &'a Pair,
    day: Day,
    until: Instant,
    moves: Moves,
    /// Filled anew for each member that is shown by columns.
    book: Book,
}

impl<'a> Preview<'a> {
    pub fn new(pair: &'a Pair, day: Day) -> Self {
        Self { pair, day, until: pair.reference.calendar.end(day), moves: Moves::new(pair), book: Book::new(&pair.reference) }
    }

    fn look(&mut self, member: MemberId, book: &Book) {
        if book.known_from.is_some() {
            let profile = Profile::of(book, &self.pair.reference, self.day);
            let [active, draft] = self.pair.models().map(|model| model.stage_of(&profile));
            self.moves.note(member, active, draft);
        }
    }

    pub fn finish(&self) -> PreviewTable {
        self.moves.table(self.pair, self.day)
    }
}

impl Fold for Preview<'_> {
    fn take(&mut self, member: MemberId, history: &History) {
        self.look(member, &history.book(&self.pair.reference, self.until));
    }

    fn reads(&self) -> Option<Reads> {
        self.pair.is_about_purchases().then_some(Reads { until: self.until, names: false })
    }

    fn take_flat(&mut self, flat: &Flat<'_>) -> bool {
        let mut book = std::mem::take(&mut self.book);
        book.fill(&self.pair.reference, flat, self.until);
        self.look(flat.member, &book);
        self.book = book;
        true
    }

    fn merge(&mut self, other: Self) {
        self.moves.merge(other.moves);
    }
}

/// Members by the stages the two models put them in, where these differ.
#[derive(Clone, Debug)]
pub(super) struct Moves {
    same: Vec<Option<usize>>,
    members: u64,
    groups: BTreeMap<(usize, usize), Group>,
}

#[derive(Clone, Debug, Default)]
struct Group {
    members: u64,
    /// Ascending; the lowest.
    sample: Vec<MemberId>,
}

impl Group {
    fn keep(&mut self, member: MemberId) {
        if self.sample.len() == SAMPLE_MAX && self.sample.last().is_some_and(|last| *last <= member) {
            return;
        }
        let at = self.sample.partition_point(|held| *held < member);
        self.sample.insert(at, member);
        self.sample.truncate(SAMPLE_MAX);
    }
}

impl Moves {
    pub fn new(pair: &Pair) -> Self {
        Self { same: pair.same_stage(), members: 0, groups: BTreeMap::new() }
    }

    pub fn note(&mut self, member: MemberId, active: usize, draft: usize) {
        self.members += 1;
        if self.same[active] != Some(draft) {
            let group = self.groups.entry((active, draft)).or_default();
            group.members += 1;
            group.keep(member);
        }
    }

    pub fn merge(&mut self, other: Self) {
        self.members += other.members;
        for (key, group) in other.groups {
            let held = self.groups.entry(key).or_default();
            held.members += group.members;
            for member in group.sample {
                held.keep(member);
            }
        }
    }

    pub fn table(&self, pair: &Pair, as_of: Day) -> PreviewTable {
        let [active, draft] = pair.models();
        let mut moves: Vec<PreviewMove> = self
            .groups
            .iter()
            .map(|(&(from, to), group)| PreviewMove {
                from: active.stages[from].id.clone(),
                to: draft.stages[to].id.clone(),
                members: group.members,
                sample: group.sample.clone(),
            })
            .collect();
        // Stable: equal ones stay in the order of the models' stages.
        moves.sort_by_key(|group| std::cmp::Reverse(group.members));
        PreviewTable { as_of, members: self.members, moving: moves.iter().map(|group| group.members).sum(), moves }
    }
}
