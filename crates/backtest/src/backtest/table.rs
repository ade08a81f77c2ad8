//! What a backtest says.

use perennial_kernel::Money;
use perennial_rules::effect::StageId;
use perennial_rules::lifecycle::model::Model;

use super::fold::Side;
use super::{Pair, PreviewTable};
use crate::month::Month;
use crate::tally::{StagesById, by_id};

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BacktestTable {
    pub active: SideTable,
    pub draft: SideTable,
    /// Members whose stage differs at the end of the last month, and how: the preview of activation as of that day.
    pub differing: PreviewTable,
}

/// What one of the models made of the months.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SideTable {
    /// As of the end of the day before the first month.
    pub opening: StagesById,
    pub months: Vec<MonthRow>,
    /// By month, in the model's order of showing; who stayed is there, too.
    pub flows: Vec<MonthlyFlow>,
    pub revenue: Vec<MonthlyRevenue>,
    /// Stages nobody was seen in: at the opening, at the end of a month, or right after an event within.
    pub unreached: Vec<StageId>,
    /// Stages somebody stood in at the beginning of a month, and nobody had left by the end of one.
    pub never_left: Vec<StageId>,
}

/// Members per stage at the end of a month: those of the month before, less what flowed out, with what flowed in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MonthRow {
    pub month: Month,
    pub members: StagesById,
}

/// From the stage at the end of the month before to that at the end of the month.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MonthlyFlow {
    pub month: Month,
    /// `None`: not known when the month began.
    pub from: Option<StageId>,
    pub to: StageId,
    pub members: u64,
}

/// Money of counted orders paid in the month, by the member's stage when the month began. Less all refunds up to the end of the last
/// month; a refund that names no order counts in the month in which it was paid back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MonthlyRevenue {
    pub month: Month,
    /// `None`: not known when the month began.
    pub stage: Option<StageId>,
    pub money: Money,
}

pub(super) fn table(pair: &Pair, months: &[Month], sides: &[Side; 2], differing: PreviewTable) -> BacktestTable {
    let [active, draft] = pair.models();
    BacktestTable { active: side_table(active, months, &sides[0]), draft: side_table(draft, months, &sides[1]), differing }
}

fn side_table(model: &Model, months: &[Month], side: &Side) -> SideTable {
    let id = |stage: &usize| model.stages.get(*stage).map(|stage| stage.id.clone());
    let befores = || model.display.iter().copied().chain([side.stages]);
    let mut rows = Vec::new();
    let mut flows = Vec::new();
    let mut revenue = Vec::new();
    for (at, &month) in months.iter().enumerate() {
        let ends = |after: usize| (0..=side.stages).map(|before| side.flow(at, before, after)).sum();
        let members: Vec<u64> = (0..side.stages).map(ends).collect();
        rows.push(MonthRow { month, members: by_id(model, &members) });
        for before in befores() {
            for &after in &model.display {
                let members = side.flow(at, before, after);
                if members > 0 {
                    flows.push(MonthlyFlow { month, from: id(&before), to: model.stages[after].id.clone(), members });
                }
            }
            let money = side.revenue[at * (side.stages + 1) + before];
            if money != 0 {
                let money = Money(i64::try_from(money).unwrap_or(if money < 0 { i64::MIN } else { i64::MAX }));
                revenue.push(MonthlyRevenue { month, stage: id(&before), money });
            }
        }
    }
    let stayed = |stage: &usize| {
        let stood = (0..months.len()).any(|month| side.flow(month, *stage, *stage) > 0);
        let gone = (0..months.len()).any(|month| (0..side.stages).any(|after| after != *stage && side.flow(month, *stage, after) > 0));
        stood && !gone
    };
    SideTable {
        opening: by_id(model, &side.opening),
        months: rows,
        flows,
        revenue,
        unreached: model.display.iter().filter(|stage| !side.reached[**stage]).filter_map(id).collect(),
        never_left: model.display.iter().filter(|stage| stayed(stage)).filter_map(id).collect(),
    }
}
