//! What was typed behind `metrics`.

use clap::{Args, Subcommand, ValueEnum};
use perennial_app::query::metrics::CrossGroups;
use perennial_kernel::{Day, Instant};
use perennial_metrics::acquisition::AcquiredBy;
use perennial_metrics::basket::Items;
use perennial_metrics::cohort::{Count, Rows, Start};
use perennial_metrics::simulate::Model;
use perennial_metrics::{GroupBy, Unit, cohort};

use super::{day, instant};

#[derive(Subcommand, Debug)]
pub enum MetricsCommand {
    /// Who buys again, and after how many days
    #[command(after_help = "Example: perennial --data brand metrics repurchase --from 1997-01-01 --to 1998-01-01 --json")]
    Repurchase(PeriodArguments),
    /// What becomes of members who began together
    #[command(after_help = "Example: perennial --data brand metrics cohort --by month --as-of 1998-06-30 --json")]
    Cohort(CohortArguments),
    /// How far first buyers go: to the second, third, fourth purchase
    #[command(after_help = "Example: perennial --data brand metrics funnel --from 1997-01-01 --to 1997-07-01 --as-of 1998-06-30 --json")]
    Funnel(FunnelArguments),
    /// How people become buyers: known, follower, registered, first purchase, by source or channel
    #[command(after_help = "Example: perennial --data brand metrics acquisition --by source --horizon-days 90 --csv")]
    Acquisition(AcquisitionArguments),
    /// Who brings the money: buyers ranked by what they paid
    #[command(after_help = "Example: perennial --data brand metrics pareto --from 1997-01-01 --to 1998-01-01 --csv")]
    Pareto(PeriodArguments),
    /// Which groups of buyers bring the money: by stage, RFM class or channel
    #[command(after_help = "Example: perennial --data brand metrics contribution --by rfm --from 1997-01-01 --to 1998-01-01 --csv")]
    Contribution(ContributionArguments),
    /// Price band, discount band and group against each other
    #[command(after_help = "Example: perennial --data brand metrics cross --by stage --csv")]
    Cross(CrossArguments),
    /// What is bought together: sets of categories or products, and rules between them
    #[command(after_help = "Example: perennial --data brand metrics baskets --items category --support 0.02 --confidence 0.5 --csv")]
    Baskets(BasketArguments),
    /// Which products are bought again: rate and interval of each product or category
    #[command(after_help = "Example: perennial --data brand metrics products --by sku --from 2017-01-01 --to 2018-01-01 --csv")]
    Products(ProductArguments),
    /// Which first product leads where: second purchases and money afterwards, by what the first order held
    #[command(after_help = "Example: perennial --data brand metrics first-product --by category --horizon-days 180 --json")]
    FirstProduct(FirstProductArguments),
    /// Who will need which product again, and when: overdue first, with what it rests on
    #[command(after_help = "Example: perennial --data brand metrics due --by sku --times 3 --ahead 7 --csv")]
    Due(DueArguments),
    /// How many purchases of each product the coming weeks will take, by store, for replenishment
    #[command(after_help = "Example: perennial --data brand metrics demand --by sku --weeks 4 --top 10000 --csv")]
    Demand(DemandArguments),
    /// What more second or third purchases would bring; from the funnel observed where numbers are left out
    #[command(after_help = "Example: perennial --data brand metrics simulate --buyers 10000 --conversions 0.35,0.5,0.58 --values 300,500 \
                            --scenario 0.5,0.5,0.58 --json")]
    Simulate(SimulateArguments),
}

#[derive(Args, Debug)]
pub struct WhenArguments {
    /// As of the end of this day [default: the day of the newest order, refund or behaviour]
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub as_of: Option<Day>,
    /// With what had been recorded by that instant, such as 2026-11-22T10:00:00Z
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub known_at: Option<Instant>,
    /// Answers as CSV on stdout
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
}

#[derive(Args, Debug)]
pub struct PeriodArguments {
    /// The first day of the period [default: from the beginning]
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub from: Option<Day>,
    /// The first day after the period [default: without end]
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub to: Option<Day>,
    #[command(flatten)]
    pub when: WhenArguments,
}

#[derive(Args, Debug)]
pub struct CohortArguments {
    /// The unit of cohorts and of the columns after day 0
    #[arg(long, value_name = "UNIT", default_value = "month", value_parser = unit)]
    pub by: Unit,
    /// Units by the calendar, or each member's own stretches of 1, 7 or 30 days
    #[arg(long, value_name = "HOW", default_value = "calendar", value_parser = count)]
    pub count: Count,
    /// Active in the n-th unit (classic), in it or later (rolling)
    #[arg(long, value_enum, default_value_t = Retention::Classic)]
    pub retention: Retention,
    /// How many units after day 0
    #[arg(long, value_name = "N", default_value_t = 12)]
    pub periods: u32,
    /// Stretches of units instead, such as 1-7,8-14,15-30
    #[arg(long, value_name = "LIST", value_parser = brackets, conflicts_with_all = ["retention", "periods"])]
    pub brackets: Option<Brackets>,
    /// What counts as active: buy, any, or the name of a behaviour
    #[arg(long, value_name = "NAME", default_value = "buy")]
    pub behaviour: String,
    /// What day 0 is: first_purchase or registration
    #[arg(long, value_name = "WHAT", default_value = "first_purchase", value_parser = start)]
    pub start: Start,
    /// Rows by time, or by the channel or store of the first order
    #[arg(long, value_name = "WHAT", default_value = "time", value_parser = rows)]
    pub rows: Rows,
    #[command(flatten)]
    pub period: PeriodArguments,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Retention {
    Classic,
    Rolling,
}

/// Columns as typed.
#[derive(Clone, Debug)]
pub struct Brackets(pub Vec<cohort::Column>);

#[derive(Args, Debug)]
pub struct FunnelArguments {
    /// How many days each member is followed after the first purchase
    #[arg(long, value_name = "N", default_value_t = 365)]
    pub horizon_days: i32,
    #[command(flatten)]
    pub period: PeriodArguments,
}

#[derive(Args, Debug)]
pub struct AcquisitionArguments {
    /// By everyone, source (of the first record) or channel (of the first behaviour or order that names one)
    #[arg(long, value_name = "WHAT", default_value = "everyone", value_parser = acquired)]
    pub by: AcquiredBy,
    /// How many days each member is followed after becoming known
    #[arg(long, value_name = "N", default_value_t = 365)]
    pub horizon_days: i32,
    #[command(flatten)]
    pub period: PeriodArguments,
}

#[derive(Args, Debug)]
pub struct ContributionArguments {
    /// By stage, rfm or channel
    #[arg(long, value_name = "WHAT", default_value = "stage", value_parser = group)]
    pub by: GroupBy,
    #[command(flatten)]
    pub period: PeriodArguments,
}

#[derive(Args, Debug)]
pub struct CrossArguments {
    /// By everyone, channel (of the order), stage or rfm (class among the period's buyers)
    #[arg(long, value_name = "WHAT", default_value = "everyone", value_parser = cross_groups)]
    pub by: CrossGroups,
    #[command(flatten)]
    pub period: PeriodArguments,
}

#[derive(Args, Debug)]
pub struct BasketArguments {
    /// What baskets hold: category or product
    #[arg(long, value_name = "WHAT", default_value = "category", value_parser = items)]
    pub items: Items,
    /// Sets that at least this share of baskets holds
    #[arg(long, value_name = "SHARE", default_value_t = 0.01)]
    pub support: f64,
    /// Rules that hold for at least this share
    #[arg(long, value_name = "SHARE", default_value_t = 0.3)]
    pub confidence: f64,
    /// The most items of a set
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub size: usize,
    #[command(flatten)]
    pub period: PeriodArguments,
}

#[derive(Args, Debug)]
pub struct ProductArguments {
    /// By category, or by sku
    #[arg(long, value_name = "WHAT", default_value = "category", value_parser = followed)]
    pub by: Items,
    /// The first so many items by members
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub top: usize,
    #[command(flatten)]
    pub period: PeriodArguments,
}

#[derive(Args, Debug)]
pub struct FirstProductArguments {
    /// How many days each member is followed after the first purchase
    #[arg(long, value_name = "N", default_value_t = 365)]
    pub horizon_days: i32,
    #[command(flatten)]
    pub products: ProductArguments,
}

#[derive(Args, Debug)]
pub struct DueArguments {
    /// By category, or by sku
    #[arg(long, value_name = "WHAT", default_value = "category", value_parser = followed)]
    pub by: Items,
    /// Only this product or category
    #[arg(long, value_name = "NAME")]
    pub item: Option<String>,
    /// Of members who bought it at least so often
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub times: u32,
    /// Of items that all members together bought again at least so often
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub least: u64,
    /// What begins to fall due within so many days is told beforehand
    #[arg(long, value_name = "DAYS", default_value_t = 14, value_parser = clap::value_parser!(i32).range(0..=365))]
    pub ahead: i32,
    /// The first so many rows
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub top: usize,
    #[command(flatten)]
    pub when: WhenArguments,
}

#[derive(Args, Debug)]
pub struct DemandArguments {
    /// By category, or by sku
    #[arg(long, value_name = "WHAT", default_value = "category", value_parser = followed)]
    pub by: Items,
    /// Only this product or category
    #[arg(long, value_name = "NAME")]
    pub item: Option<String>,
    /// So many weeks, from the day after the answer's
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=12))]
    pub weeks: u32,
    /// Of items that all members together bought again at least so often
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub least: u64,
    /// The first so many rows of an item and a store
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub top: usize,
    #[command(flatten)]
    pub when: WhenArguments,
}

#[derive(Args, Debug)]
pub struct SimulateArguments {
    /// step: each order number has a value of its own; bucket: the value depends on how often a member buys in the end
    #[arg(long, value_name = "MODEL", default_value = "step", value_parser = model)]
    pub model: Model,
    /// Members who make their first order [default: as observed]
    #[arg(long, value_name = "N")]
    pub buyers: Option<f64>,
    /// Shares that go on to the second, third, … order; the last for every later one [default: as observed]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub conversions: Option<Vec<f64>>,
    /// Order values in major units; the last for every later one [default: as observed]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub values: Option<Vec<f64>>,
    /// One-time buyers carried over from before
    #[arg(long, value_name = "N", default_value_t = 0.0)]
    pub carried_over: f64,
    /// Other conversions to compare with; may be given several times
    #[arg(long, value_name = "LIST")]
    pub scenario: Vec<String>,
    #[command(flatten)]
    pub funnel: FunnelArguments,
}

/// One of a few words.
fn word<T: Copy>(text: &str, all: &[T], name: fn(T) -> &'static str) -> Result<T, String> {
    let found = all.iter().copied().find(|one| name(*one) == text);
    found.ok_or_else(|| format!("one of {}", all.iter().map(|one| name(*one)).collect::<Vec<_>>().join(", ")))
}

fn unit(text: &str) -> Result<Unit, String> {
    word(text, &Unit::ALL, Unit::as_str)
}

fn count(text: &str) -> Result<Count, String> {
    word(text, &Count::ALL, Count::as_str)
}

fn start(text: &str) -> Result<Start, String> {
    word(text, &Start::ALL, Start::as_str)
}

fn rows(text: &str) -> Result<Rows, String> {
    word(text, &Rows::ALL, Rows::as_str)
}

fn items(text: &str) -> Result<Items, String> {
    word(text, &Items::ALL, Items::as_str)
}

fn acquired(text: &str) -> Result<AcquiredBy, String> {
    word(text, &AcquiredBy::ALL, AcquiredBy::as_str)
}

fn group(text: &str) -> Result<GroupBy, String> {
    word(text, &GroupBy::ALL, GroupBy::as_str)
}

fn cross_groups(text: &str) -> Result<CrossGroups, String> {
    word(text, &CrossGroups::ALL, CrossGroups::as_str)
}

fn followed(text: &str) -> Result<Items, String> {
    word(text, &Items::ALL, Items::key)
}

fn model(text: &str) -> Result<Model, String> {
    word(text, &[Model::Step, Model::Bucket], Model::as_str)
}

fn brackets(text: &str) -> Result<Brackets, String> {
    cohort::brackets(text).map(Brackets).ok_or_else(|| "stretches of units are written 1-7,8-14,15-30".to_owned())
}
