//! The value model as a document with versions, and what one of them would change.

use perennial_app::query::value as asked;
use perennial_kernel::{Currency, Instant, Money as Amount};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Money, PolicyVersionRow, Words};

#[derive(Serialize, ToSchema)]
pub struct ValueVersions {
    /// The version in force; null before the first.
    pub active: Option<i64>,
    /// Members are still being decided anew by it, or that was cut short: activating it again goes on.
    pub redeciding: bool,
    /// Active lifecycle models whose stages it decides.
    pub read_by: Vec<ValueReader>,
    /// The latest first.
    pub versions: Vec<ValueVersion>,
}

#[derive(Serialize, ToSchema)]
pub struct ValueReader {
    pub model: String,
    pub name: Words,
}

#[derive(Serialize, ToSchema)]
pub struct ValueVersion {
    pub row: PolicyVersionRow,
    /// bgnbd, mbgnbd, paretonbd, nbd.
    pub model: String,
    pub parameters: Vec<ValueNumber>,
    /// Of Gamma-Gamma; empty where nothing is said of money.
    pub spend: Vec<ValueNumber>,
    /// What time is counted in: day, week or month.
    pub unit: String,
    pub currency: String,
    /// The last day of the purchases it was fitted on.
    pub until: String,
    pub members: u64,
    pub repeaters: u64,
    pub log_likelihood: f64,
}

#[derive(Serialize, ToSchema)]
pub struct ValueNumber {
    pub name: String,
    pub value: f64,
}

impl From<asked::ValueVersions> for ValueVersions {
    fn from(of: asked::ValueVersions) -> Self {
        let reader = |model: perennial_rules::lifecycle::model::Model| ValueReader { name: (&model.name).into(), model: model.id };
        Self {
            active: of.active,
            redeciding: of.redeciding,
            read_by: of.read_by.into_iter().map(reader).collect(),
            versions: of.versions.iter().map(Into::into).collect(),
        }
    }
}

impl From<&asked::ValueVersion> for ValueVersion {
    fn from(of: &asked::ValueVersion) -> Self {
        let numbers = |list: Vec<(&'static str, f64)>| {
            list.into_iter().map(|(name, value)| ValueNumber { name: name.to_owned(), value }).collect::<Vec<_>>()
        };
        let document = &of.document;
        Self {
            row: (&of.version).into(),
            model: document.purchases.kind().as_str().to_owned(),
            parameters: numbers(document.purchases.parameters()),
            spend: numbers(document.spend.map(perennial_rules::value::SpendText::parameters).unwrap_or_default()),
            unit: document.unit.as_str().to_owned(),
            currency: document.currency.clone(),
            until: document.fitted.until.clone(),
            members: document.fitted.members,
            repeaters: document.fitted.repeaters,
            log_likelihood: document.fitted.log_likelihood,
        }
    }
}

#[derive(ToSchema)]
pub struct RefitRequest {
    /// bgnbd, mbgnbd, paretonbd, nbd.
    pub model: String,
    /// A day; today when absent.
    pub until: Option<String>,
    /// day, week (default), month.
    pub unit: Option<String>,
    pub reason: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct ValueVersionSaved {
    pub version: i64,
}

/// What today would be like by a version, beside what it is like by the one in force.
#[derive(Serialize, ToSchema)]
pub struct ValuePreview {
    pub as_of: String,
    pub buyers: u64,
    /// Null while no model is in force.
    pub before: Option<ValueTogether>,
    pub after: ValueTogether,
    pub thresholds: Vec<ValueThreshold>,
    /// By models whose stages read the value model, in the order in which stages are shown.
    pub stages: Vec<ValueStage>,
    /// Members whose stage in some model would be another.
    pub moving: u64,
    pub data_up_to: String,
}

/// Everyone together.
#[derive(Serialize, ToSchema)]
pub struct ValueTogether {
    /// Members expected to be alive.
    pub alive: f64,
    /// Purchases expected in the next 90 days.
    pub purchases: f64,
    /// Spend expected in the next 365 days.
    pub spend: Money,
}

/// A comparison with a field of the value model.
#[derive(Serialize, ToSchema)]
pub struct ValueThreshold {
    pub condition: String,
    /// Lifecycle models and saved lists that use it; empty for one shown for orientation.
    pub used_by: Vec<String>,
    /// Members for whom it holds.
    pub before: u64,
    pub after: u64,
    /// Members for whom it comes to hold, and for whom it ceases to.
    pub come: u64,
    pub go: u64,
}

#[derive(Serialize, ToSchema)]
pub struct ValueStage {
    pub model: String,
    pub stage: String,
    pub before: u64,
    pub after: u64,
}

impl ValuePreview {
    pub fn new(table: asked::ValuePreview, currency: Currency, data_up_to: Instant) -> Self {
        let together = |of: asked::Together| ValueTogether {
            alive: of.alive,
            purchases: of.purchases,
            spend: Money::new(Amount(of.spend.round() as i64), currency),
        };
        let threshold = |of: asked::Threshold| {
            let asked::Threshold { condition, used_by, before, after, come, go } = of;
            ValueThreshold { condition, used_by, before, after, come, go }
        };
        let stage = |of: asked::StageShift| ValueStage { model: of.model, stage: of.stage, before: of.before, after: of.after };
        Self {
            as_of: table.as_of.to_string(),
            buyers: table.buyers,
            before: table.before.map(together),
            after: together(table.after),
            thresholds: table.thresholds.into_iter().map(threshold).collect(),
            stages: table.stages.into_iter().map(stage).collect(),
            moving: table.moving,
            data_up_to: data_up_to.to_string(),
        }
    }
}
