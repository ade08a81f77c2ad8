//! The brand, its models, and what is counted over everyone.

use perennial_app::query::board::{BrandNow, Overview as Board};
use perennial_app::query::{DayRow, FlowTable, StageTable, backtest};
use perennial_kernel::{Day as KernelDay, Instant};
use perennial_rules::lifecycle::model::Model;
use perennial_rules::reference::Reference;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Stages, Words};

#[derive(Serialize, ToSchema)]
pub struct Brand {
    pub name: String,
    /// IANA name: days are days there.
    pub time_zone: String,
    pub currency: String,
    pub scale: u8,
    pub today: String,
    pub members: u64,
    /// Everything in the journal, the system's own facts included.
    pub facts: u64,
    pub first_purchase_on: Option<String>,
    pub last_purchase_on: Option<String>,
    pub data_up_to: String,
}

impl Brand {
    pub fn new(reference: &Reference, now: &BrandNow) -> Self {
        let brand = &reference.brand;
        Self {
            name: brand.name.clone(),
            time_zone: brand.calendar.zone().to_owned(),
            currency: brand.currency.code().to_owned(),
            scale: brand.currency.scale(),
            today: now.today.to_string(),
            members: now.members,
            facts: now.facts,
            first_purchase_on: super::day(now.first_purchase_on),
            last_purchase_on: super::day(now.last_purchase_on),
            data_up_to: now.data_up_to.to_string(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct LifecycleModel {
    pub id: String,
    pub version: i64,
    /// The one that screens show first.
    pub primary: bool,
    pub name: Words,
    /// In the order of showing, from no relation to ended.
    pub stages: Vec<Stage>,
}

#[derive(Serialize, ToSchema)]
pub struct Stage {
    pub id: String,
    pub group: String,
    pub name: Words,
    pub group_name: Words,
    /// The condition as text; `TRUE` for the catch-all.
    pub when: String,
    pub sentence: Words,
}

impl LifecycleModel {
    pub fn new(model: &Model, primary: bool) -> Self {
        let stages = model.display.iter().map(|at| &model.stages[*at]).map(|stage| Stage {
            id: stage.id.clone(),
            group: stage.group.clone(),
            name: (&stage.name).into(),
            group_name: model
                .groups
                .iter()
                .find(|(id, _)| *id == stage.group)
                .map_or_else(|| Words { en: stage.group.clone(), zh: stage.group.clone() }, |(_, name)| name.into()),
            when: stage.text(&model.catalog),
            sentence: (&stage.sentence(&model.catalog)).into(),
        });
        Self { id: model.id.clone(), version: model.version, primary, name: (&model.name).into(), stages: stages.collect() }
    }
}

/// Members per stage as of the end of a day.
#[derive(Serialize, ToSchema)]
pub struct StageCounts {
    pub as_of: String,
    pub model: String,
    pub members: u64,
    pub members_with_more_than_one_life: u64,
    /// Members with a counted purchase.
    pub buyers: u64,
    pub stages: Stages,
    pub data_up_to: String,
}

impl StageCounts {
    pub fn new(table: StageTable, data_up_to: Instant) -> Self {
        Self {
            as_of: table.as_of.to_string(),
            model: table.model,
            members: table.members,
            members_with_more_than_one_life: table.members_with_more_than_one_life,
            buyers: table.buyers,
            stages: table.stages,
            data_up_to: data_up_to.to_string(),
        }
    }
}

/// From stage to stage between the ends of two days.
#[derive(Serialize, ToSchema)]
pub struct Flow {
    pub from: String,
    pub to: String,
    /// Who stayed is a link, too.
    pub links: Vec<Link>,
    /// Members not yet known at `from`.
    pub arrived: Vec<Arrival>,
    pub data_up_to: String,
}

#[derive(Serialize, ToSchema)]
pub struct Link {
    pub from: String,
    pub to: String,
    pub members: u64,
}

#[derive(Serialize, ToSchema)]
pub struct Arrival {
    pub to: String,
    pub members: u64,
}

impl Flow {
    pub fn new(table: FlowTable, data_up_to: Instant) -> Self {
        Self {
            from: table.from.to_string(),
            to: table.to.to_string(),
            links: table.links.into_iter().map(|link| Link { from: link.from, to: link.to, members: link.members }).collect(),
            arrived: table.arrived.into_iter().map(|one| Arrival { to: one.to, members: one.members }).collect(),
            data_up_to: data_up_to.to_string(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct Daily {
    pub days: Vec<Day>,
    pub data_up_to: String,
}

/// Who came into a stage and who went out on one day, and who is in it at the day's end.
#[derive(Serialize, ToSchema)]
pub struct Day {
    pub day: String,
    #[serde(rename = "in")]
    pub entered: Stages,
    #[serde(rename = "out")]
    pub left: Stages,
    pub members: Stages,
}

impl From<DayRow> for Day {
    fn from(row: DayRow) -> Self {
        Self { day: row.day.to_string(), entered: row.entered, left: row.left, members: row.members }
    }
}

#[derive(ToSchema)]
pub struct BacktestRequest {
    /// A lifecycle model as YAML.
    pub policy: String,
    /// First month.
    #[schema(example = "1997-06")]
    pub from: String,
    /// Last month.
    #[schema(example = "1998-06")]
    pub to: String,
}

#[derive(Serialize, ToSchema)]
pub struct Backtest {
    pub months: Vec<BacktestMonth>,
    pub flows: BacktestFlows,
    /// Stages of the draft nobody stood in at any month's end.
    pub unreached: Vec<String>,
    pub data_up_to: String,
}

#[derive(Serialize, ToSchema)]
pub struct BacktestMonth {
    pub month: String,
    pub active: Stages,
    pub draft: Stages,
}

#[derive(Serialize, ToSchema)]
pub struct BacktestFlows {
    pub active: Vec<MonthFlow>,
    pub draft: Vec<MonthFlow>,
}

/// From the end of the month before to the end of this one.
#[derive(Serialize, ToSchema)]
pub struct MonthFlow {
    pub month: String,
    pub from: String,
    pub to: String,
    pub members: u64,
}

impl Backtest {
    pub fn new(table: backtest::Backtest, data_up_to: Instant) -> Self {
        let flows = |flows: Vec<backtest::MonthFlow>| {
            flows
                .into_iter()
                .map(|flow| MonthFlow { month: month(flow.month), from: flow.from, to: flow.to, members: flow.members })
                .collect()
        };
        Self {
            months: table
                .months
                .into_iter()
                .map(|row| BacktestMonth { month: month(row.month), active: row.active, draft: row.draft })
                .collect(),
            flows: BacktestFlows { active: flows(table.active_flows), draft: flows(table.draft_flows) },
            unreached: table.unreached,
            data_up_to: data_up_to.to_string(),
        }
    }
}

/// `1997-06`.
fn month(day: KernelDay) -> String {
    day.to_string()[..7].to_owned()
}

/// The first screen.
#[derive(Serialize, ToSchema)]
pub struct Overview {
    pub brand: Brand,
    pub stages: StageCounts,
    pub week_ago: WeekAgo,
    /// Of the last seven days, today included.
    pub movements: Vec<Movement>,
    /// The latest moves.
    pub recent: Vec<Recent>,
}

#[derive(Serialize, ToSchema)]
pub struct WeekAgo {
    pub as_of: String,
    pub stages: Stages,
}

#[derive(Serialize, ToSchema)]
pub struct Movement {
    pub day: String,
    /// Null: not known before.
    pub from: Option<String>,
    pub to: String,
    pub members: u64,
}

#[derive(Serialize, ToSchema)]
pub struct Recent {
    pub member: String,
    pub at: String,
    pub from: Option<String>,
    pub to: String,
    /// Masked.
    pub name: Option<String>,
}

impl Overview {
    pub fn new(brand: Brand, board: Board) -> Self {
        Self {
            brand,
            stages: StageCounts::new(board.stages, board.data_up_to),
            week_ago: WeekAgo { as_of: board.week_ago.0.to_string(), stages: board.week_ago.1 },
            movements: board
                .movements
                .into_iter()
                .map(|moved| Movement { day: moved.day.to_string(), from: moved.from, to: moved.to, members: moved.members })
                .collect(),
            recent: board
                .recent
                .into_iter()
                .map(|moved| Recent {
                    member: moved.member.to_string(),
                    at: moved.at.to_string(),
                    from: moved.from,
                    to: moved.to,
                    name: moved.name,
                })
                .collect(),
        }
    }
}
