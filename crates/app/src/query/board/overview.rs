//! What the first screen shows: the brand in figures, members per stage now and a week ago, who moved in between.

use std::collections::BTreeMap;

use perennial_backtest::{StageTable, StagesById};
use perennial_kernel::{Day, Instant, MemberId};
use perennial_rules::effect::StageId;

use super::block::{Block, STAGES_MAX};
use super::row::MOVES_DAYS;
use super::{Board, Table};
use crate::house::House;
use crate::query::{QueryResult, person};

/// At most this many latest moves are told one by one.
const RECENT_MAX: usize = 20;

/// The brand in figures.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BrandNow {
    pub today: Day,
    pub members: u64,
    pub facts: u64,
    pub first_purchase_on: Option<Day>,
    pub last_purchase_on: Option<Day>,
    pub data_up_to: Instant,
}

#[derive(Clone, Debug)]
pub struct Overview {
    pub stages: StageTable,
    pub week_ago: (Day, StagesById),
    pub movements: Vec<StageMove>,
    pub recent: Vec<RecentMove>,
    pub data_up_to: Instant,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StageMove {
    pub day: Day,
    /// `None`: not known before.
    pub from: Option<StageId>,
    pub to: StageId,
    pub members: u64,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecentMove {
    pub member: MemberId,
    /// Masked.
    pub name: Option<String>,
    pub at: Instant,
    pub from: Option<StageId>,
    pub to: StageId,
}

impl Board {
    /// Answers also while the board is being read: then members are those ever seen, and the days are unknown.
    pub fn brand(&self) -> QueryResult<BrandNow> {
        let house = self.house();
        let (facts, seen) = ever(house)?;
        let Ok(table) = self.table() else {
            let now = house.now();
            let today = house.calendar().day(now);
            return Ok(BrandNow { today, members: seen, facts, first_purchase_on: None, last_purchase_on: None, data_up_to: now });
        };
        let days = |found: &mut (Option<Day>, Option<Day>), block: &Block| {
            found.0 = found.0.into_iter().chain(block.first_day()).min();
            found.1 = found.1.max(block.last_day());
        };
        let (first, last) = table.columns.fold(Default::default, days, |all, more| {
            all.0 = all.0.into_iter().chain(more.0).min();
            all.1 = all.1.max(more.1);
        })?;
        Ok(BrandNow {
            today: table.view.today,
            members: table.columns.len() as u64,
            facts,
            first_purchase_on: first,
            last_purchase_on: last,
            data_up_to: table.data_up_to,
        })
    }

    /// Members per stage today; `None` for a model the board does not hold.
    pub fn stages_today(&self, model: &str) -> QueryResult<Option<(StageTable, Instant)>> {
        let table = self.table()?;
        let model = table.view.reference.models().iter().position(|held| held.id == model);
        model.map(|model| Ok((count(&table, model)?, table.data_up_to))).transpose()
    }

    pub fn overview(&self) -> QueryResult<Overview> {
        let (mut overview, members) = {
            let table = self.table()?;
            let overview = Overview {
                stages: count(&table, table.view.primary)?,
                week_ago: (table.view.today - MOVES_DAYS, week_ago(&table)?),
                movements: movements(&table),
                recent: recent(&table),
                data_up_to: table.data_up_to,
            };
            let members: Vec<MemberId> = overview.recent.iter().map(|moved| moved.member).collect();
            (overview, members)
        };
        let people = person::people(self.house(), &members)?;
        for moved in &mut overview.recent {
            moved.name = people.get(&moved.member).and_then(|person| person.name.clone());
        }
        Ok(overview)
    }
}

/// Facts in the journal, and subjects ever seen.
fn ever(house: &House) -> QueryResult<(u64, u64)> {
    let heads = house.reader().heads()?;
    Ok((heads.iter().map(|head| head.seq.0).sum(), heads.iter().map(|head| head.subjects).sum()))
}

/// Members by stage, buyers, members in a second life or a later one.
type Counts = (ByStage, u64, u64);

fn add(all: &mut ByStage, more: &ByStage) {
    all.iter_mut().zip(more).for_each(|(all, more)| *all += more);
}

/// Members of each stage, by its index.
type ByStage = [u64; STAGES_MAX];

fn count(table: &Table, model: usize) -> QueryResult<StageTable> {
    let held = &table.view.reference.models()[model];
    let count = |found: &mut Counts, block: &Block| {
        block.count_stages(model, &mut found.0);
        found.1 += block.buyers() as u64;
        found.2 += block.lived_again() as u64;
    };
    let (counts, buyers, lived_again) = table.columns.fold(
        || ([0; STAGES_MAX], 0, 0),
        count,
        |all: &mut Counts, more| {
            add(&mut all.0, &more.0);
            (all.1, all.2) = (all.1 + more.1, all.2 + more.2);
        },
    )?;
    Ok(StageTable {
        as_of: table.view.today,
        model: held.id.clone(),
        version: held.version,
        members: table.columns.len() as u64,
        buyers,
        members_with_more_than_one_life: lived_again,
        stages: held.stages.iter().zip(counts).map(|(stage, count)| (stage.id.clone(), count)).collect(),
    })
}

/// Before the moves of the week, who moved stood where the first of them begins.
fn week_ago(table: &Table) -> QueryResult<StagesById> {
    let model = table.view.primary();
    let count = |found: &mut ByStage, block: &Block| {
        block.count_stages(table.view.primary, found);
        let Some(last) = block.last_member() else { return };
        for (member, moves) in table.moves.range(block.member(0)..=last) {
            let (Ok(at), Some(first)) = (block.place(*member), moves.first()) else { continue };
            found[usize::from(block.stage(at, table.view.primary))] -= 1;
            if let Some(from) = first.from {
                found[usize::from(from)] += 1;
            }
        }
    };
    let counts = table.columns.fold(|| [0; STAGES_MAX], count, |all, more| add(all, &more))?;
    Ok(model.stages.iter().zip(counts).map(|(stage, count)| (stage.id.clone(), count)).collect())
}

fn movements(table: &Table) -> Vec<StageMove> {
    let calendar = &table.view.reference.calendar;
    let mut moved: BTreeMap<(Day, Option<u8>, u8), u64> = BTreeMap::new();
    for moves in table.moves.values() {
        for one in moves {
            *moved.entry((calendar.day(one.at), one.from, one.to)).or_default() += 1;
        }
    }
    let row = |((day, from, to), members): ((Day, Option<u8>, u8), u64)| StageMove {
        day,
        from: from.map(|stage| id(table, stage)),
        to: id(table, to),
        members,
    };
    moved.into_iter().map(row).collect()
}

fn recent(table: &Table) -> Vec<RecentMove> {
    let mut all: Vec<_> = table.moves.iter().flat_map(|(member, moves)| moves.iter().map(move |moved| (*member, *moved))).collect();
    all.sort_unstable_by_key(|(member, moved)| (std::cmp::Reverse(moved.at), *member));
    all.truncate(RECENT_MAX);
    let told = |(member, moved): (MemberId, super::row::Moved)| RecentMove {
        member,
        name: None,
        at: moved.at,
        from: moved.from.map(|stage| id(table, stage)),
        to: id(table, moved.to),
    };
    all.into_iter().map(told).collect()
}

fn id(table: &Table, stage: u8) -> StageId {
    table.view.primary().stages[usize::from(stage)].id.clone()
}
