//! What members are worth: RFM, models with their reports, and how well they foretell.

use perennial_app::query::value::{self as asked, Cell, Fitted, FittedSpend, RfmChoices, RfmTable, Within};
use perennial_kernel::{Currency, Day, Instant};
use perennial_value::{Note, Report};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Money, Words};

/// RFM of the buyers of a window that ends today.
#[derive(Serialize, ToSchema)]
pub struct Rfm {
    pub as_of: String,
    /// In days.
    pub window: i32,
    /// Only orders of this channel count; null where all do.
    pub channel: Option<String>,
    /// Only lines of this product category count; null where all do.
    pub category: Option<String>,
    pub buyers: u64,
    pub money: Money,
    pub cuts: RfmCuts,
    pub means: RfmMeans,
    /// The eight classes, in the order in which they are shown.
    pub classes: Vec<RfmClass>,
    /// Quintiles of R by those of F, without cells that nobody is in.
    pub grid: Vec<RfmCell>,
    pub scores: RfmScores,
    pub data_up_to: String,
}

/// High is R at most, F and M at least so much.
#[derive(Serialize, ToSchema)]
pub struct RfmCuts {
    pub r: i64,
    pub f: i64,
    pub m: Money,
}

#[derive(Serialize, ToSchema)]
pub struct RfmMeans {
    pub r: f64,
    pub f: f64,
    /// In major units.
    pub m: f64,
}

#[derive(Serialize, ToSchema)]
pub struct RfmClass {
    /// important_value, important_develop, important_keep, important_win_back, and the same with general_.
    pub class: String,
    pub high_r: bool,
    pub high_f: bool,
    pub high_m: bool,
    pub members: u64,
    pub money: Money,
    /// Its members, in the condition language; null within a channel or category, where `/metrics/rfm/members` tells them.
    pub condition: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct RfmCell {
    /// 1 to 5, 5 the latest.
    pub r: u8,
    /// 1 to 5, 5 the most.
    pub f: u8,
    pub members: u64,
    pub money: Money,
    pub condition: Option<String>,
}

/// Values behind the scores, ascending by score; a score that no value has is left out. M is in minor units.
#[derive(Serialize, ToSchema)]
pub struct RfmScores {
    pub r: Vec<RfmScore>,
    pub f: Vec<RfmScore>,
    pub m: Vec<RfmScore>,
}

#[derive(Serialize, ToSchema)]
pub struct RfmScore {
    pub score: u8,
    pub from: i64,
    pub to: i64,
}

impl Rfm {
    pub fn new(table: &RfmTable, currency: Currency, data_up_to: Instant) -> Self {
        let money = |amount| Money::new(amount, currency);
        let class = |((id, high), cell): (&(&str, [bool; 3]), &Cell)| RfmClass {
            class: (*id).to_owned(),
            high_r: high[0],
            high_f: high[1],
            high_m: high[2],
            members: cell.members,
            money: money(cell.money),
            condition: cell.condition.clone(),
        };
        let cell = |(r, f, cell): &(u8, u8, Cell)| RfmCell {
            r: *r,
            f: *f,
            members: cell.members,
            money: money(cell.money),
            condition: cell.condition.clone(),
        };
        let scores = |of: &[(u8, i64, i64)]| of.iter().map(|&(score, from, to)| RfmScore { score, from, to }).collect();
        let [r, f, m] = table.cuts;
        let (channel, category) = match table.within.clone() {
            Within::Everything => (None, None),
            Within::Channel(name) => (Some(name), None),
            Within::Category(name) => (None, Some(name)),
        };
        Self {
            as_of: table.as_of.to_string(),
            window: table.window,
            channel,
            category,
            buyers: table.buyers,
            money: money(table.money),
            cuts: RfmCuts { r, f, m: money(perennial_kernel::Money(m)) },
            means: RfmMeans { r: table.means[0], f: table.means[1], m: major(table.means[2], currency) },
            scores: RfmScores { r: scores(&table.bounds[0]), f: scores(&table.bounds[1]), m: scores(&table.bounds[2]) },
            classes: asked::CLASSES.iter().zip(&table.classes).map(class).collect(),
            grid: table.grid.iter().map(cell).collect(),
            data_up_to: data_up_to.to_string(),
        }
    }
}

/// What RFM may be asked within.
#[derive(Serialize, ToSchema)]
pub struct RfmWithin {
    /// Most buyers first, as `categories`.
    pub channels: Vec<RfmChoice>,
    pub categories: Vec<RfmChoice>,
    pub data_up_to: String,
}

#[derive(Serialize, ToSchema)]
pub struct RfmChoice {
    pub name: String,
    /// Who bought something of it within the window.
    pub buyers: u64,
}

impl RfmWithin {
    pub fn new(found: &RfmChoices, data_up_to: Instant) -> Self {
        let choice = |(name, buyers): &(String, u64)| RfmChoice { name: name.clone(), buyers: *buyers };
        Self {
            channels: found.channels.iter().map(choice).collect(),
            categories: found.categories.iter().map(choice).collect(),
            data_up_to: data_up_to.to_string(),
        }
    }
}

fn major(minor: f64, currency: Currency) -> f64 {
    minor / 10_f64.powi(i32::from(currency.scale()))
}

/// Models of purchases and of spend, fitted to everyone who had bought by the end of a day.
#[derive(Serialize, ToSchema)]
pub struct ValueModels {
    pub until: String,
    /// What time is counted in: day, week or month.
    pub unit: String,
    pub models: Vec<ValueFit>,
    pub spend: ValueFit,
    /// Expected worth of a purchase of somebody new, in major units.
    pub expected_spend: f64,
    /// Repeat purchases that each model expects of somebody new within a year, as `models`.
    pub first_year: Vec<f64>,
    /// Members expected to be alive on that day, as `models`.
    pub alive: Vec<f64>,
    pub currency: String,
    pub data_up_to: String,
}

#[derive(Serialize, ToSchema)]
pub struct ValueFit {
    /// bgnbd, mbgnbd, paretonbd, gammagamma.
    pub asked: String,
    /// What stands: nbd where nobody is seen to be lost.
    pub model: String,
    pub n: u64,
    pub repeaters: u64,
    pub params: Vec<ValueParameter>,
    pub log_likelihood: f64,
    pub convergence: ValueConvergence,
    /// Whether a weak prior had to help.
    pub prior: bool,
    pub notes: Vec<ValueNote>,
}

#[derive(Serialize, ToSchema)]
pub struct ValueParameter {
    pub name: String,
    pub value: f64,
    /// Null where the data say nothing of it.
    pub standard_error: Option<f64>,
    /// At 95 %.
    pub low: Option<f64>,
    pub high: Option<f64>,
}

#[derive(Serialize, ToSchema)]
pub struct ValueConvergence {
    pub converged: bool,
    pub starts: usize,
    /// Starts that came to the same maximum.
    pub agreeing: usize,
    pub iterations: usize,
    pub gradient: f64,
}

/// What one must know of a fit.
#[derive(Serialize, ToSchema)]
pub struct ValueNote {
    pub code: String,
    pub text: Words,
}

impl From<&Note> for ValueNote {
    fn from(note: &Note) -> Self {
        let words = note.words();
        Self { code: note.code().to_owned(), text: Words { en: words.en, zh: words.zh } }
    }
}

impl ValueFit {
    pub fn new(asked: &str, model: &str, report: &Report) -> Self {
        let parameter = |parameter: &perennial_value::Parameter| ValueParameter {
            name: parameter.name.to_owned(),
            value: parameter.value,
            standard_error: parameter.error,
            low: parameter.band.map(|band| band.0),
            high: parameter.band.map(|band| band.1),
        };
        let convergence = &report.convergence;
        Self {
            asked: asked.to_owned(),
            model: model.to_owned(),
            n: report.n,
            repeaters: report.repeaters,
            params: report.parameters.iter().map(parameter).collect(),
            log_likelihood: report.log_likelihood,
            convergence: ValueConvergence {
                converged: convergence.converged,
                starts: convergence.starts,
                agreeing: convergence.agreeing,
                iterations: convergence.iterations,
                gradient: convergence.gradient,
            },
            prior: report.with_prior,
            notes: report.notes.iter().map(Into::into).collect(),
        }
    }
}

impl ValueModels {
    pub fn new(fitted: &asked::Models, currency: Currency, data_up_to: Instant) -> Self {
        let year = 365.25 / fitted.unit.days();
        let model = |one: &Fitted| ValueFit::new(one.asked.as_str(), one.fit.kind().as_str(), &one.fit.report);
        let spend: &FittedSpend = &fitted.spend;
        Self {
            until: fitted.until.to_string(),
            unit: fitted.unit.as_str().to_owned(),
            models: fitted.purchases.iter().map(model).collect(),
            spend: ValueFit::new("gammagamma", "gammagamma", &spend.report),
            expected_spend: spend.model.expected_new(),
            first_year: fitted.purchases.iter().map(|one| one.fit.model.expected_new(year)).collect(),
            alive: fitted.alive.clone(),
            currency: currency.code().to_owned(),
            data_up_to: data_up_to.to_string(),
        }
    }
}

/// Models fitted on what was known by one day against what came until another.
#[derive(Serialize, ToSchema)]
pub struct ValueHoldout {
    pub until: String,
    pub to: String,
    pub buyers: u64,
    pub purchases: u64,
    pub returned: u64,
    pub models: Vec<HoldoutModel>,
    pub bins: Vec<HoldoutBin>,
    pub tracking: Vec<HoldoutPoint>,
    pub data_up_to: String,
}

#[derive(Serialize, ToSchema)]
pub struct HoldoutModel {
    pub asked: String,
    pub model: String,
    /// Purchases expected of everyone together.
    pub expected: f64,
    /// Per member.
    pub mean_error: f64,
    pub root_error: f64,
    /// How often the ranking by expected purchases puts one who came back before one who did not; null where all or none came back.
    pub auc_purchases: Option<f64>,
    /// The same by P(alive).
    pub auc_alive: Option<f64>,
}

/// Members with so many repeats by the first day.
#[derive(Serialize, ToSchema)]
pub struct HoldoutBin {
    pub repeats: u32,
    /// Whether more count as well: the last bin.
    pub and_more: bool,
    pub members: u64,
    /// Purchases after it, per member.
    pub actual: f64,
    /// As `models`.
    pub expected: Vec<f64>,
}

/// Repeat purchases since the beginning, by the end of a day.
#[derive(Serialize, ToSchema)]
pub struct HoldoutPoint {
    pub day: String,
    pub actual: u64,
    /// As `models`.
    pub expected: Vec<f64>,
}

impl ValueHoldout {
    pub fn new(table: &asked::Holdout, data_up_to: Instant) -> Self {
        let day = |day: Day| day.to_string();
        let model = |one: &asked::Judged| HoldoutModel {
            asked: one.asked.as_str().to_owned(),
            model: one.model.as_str().to_owned(),
            expected: one.expected,
            mean_error: one.mean_error,
            root_error: one.root_error,
            auc_purchases: one.auc_purchases,
            auc_alive: one.auc_alive,
        };
        let bin = |one: &asked::Bin| HoldoutBin {
            repeats: one.repeats,
            and_more: one.repeats == asked::BINS,
            members: one.members,
            actual: one.actual,
            expected: one.expected.clone(),
        };
        let point = |one: &asked::Tracked| HoldoutPoint { day: day(one.day), actual: one.actual, expected: one.expected.clone() };
        Self {
            until: day(table.until),
            to: day(table.to),
            buyers: table.buyers,
            purchases: table.purchases,
            returned: table.returned,
            models: table.models.iter().map(model).collect(),
            bins: table.bins.iter().map(bin).collect(),
            tracking: table.tracking.iter().map(point).collect(),
            data_up_to: data_up_to.to_string(),
        }
    }
}
