//! Policies as documents with versions, what trying one shows, and how two differ.

use perennial_app::port::policies::PolicyNote;
use perennial_app::query::policies as asked;
use perennial_app::query::trial::{CalibrationTable, Coverage, Observed, PreviewMove, PreviewTable, ProposedWindow};
use perennial_condition::{Name, to_json};
use perennial_kernel::Instant;
use perennial_rules::lifecycle::model::Model;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Backtest, FieldError, Job, Words};

#[derive(Serialize, ToSchema)]
pub struct Policy {
    /// The model's id.
    pub id: String,
    pub name: Words,
    pub active: Option<i64>,
    /// Everybody is still being decided anew by the active version, or that was cut short: activating it again goes on.
    pub redeciding: bool,
    /// The latest first.
    pub versions: Vec<PolicyVersionRow>,
}

#[derive(Serialize, ToSchema)]
pub struct PolicyVersionRow {
    pub version: i64,
    /// `draft`, `active`, `retired`, `withdrawn`.
    pub state: String,
    pub author: String,
    pub reason: String,
    pub created_at: String,
    pub notes: Vec<PolicyNoteRow>,
}

/// What somebody did with a version.
#[derive(Serialize, ToSchema)]
pub struct PolicyNoteRow {
    /// `activated`, `withdrawn`.
    pub what: String,
    pub who: String,
    pub reason: String,
    pub at: String,
}

impl From<asked::Policy> for Policy {
    fn from(policy: asked::Policy) -> Self {
        Self {
            id: policy.id,
            name: (&policy.name).into(),
            active: policy.active,
            redeciding: policy.redeciding,
            versions: policy.versions.iter().map(Into::into).collect(),
        }
    }
}

impl From<&asked::Version> for PolicyVersionRow {
    fn from(version: &asked::Version) -> Self {
        let note = |note: &PolicyNote| PolicyNoteRow {
            what: note.what.clone(),
            who: note.who.clone(),
            reason: note.reason.clone(),
            at: note.at.to_string(),
        };
        Self {
            version: version.row.version,
            state: version.state.as_str().to_owned(),
            author: version.row.author.clone(),
            reason: version.row.reason.clone(),
            created_at: version.row.created_at.to_string(),
            notes: version.notes.iter().map(note).collect(),
        }
    }
}

/// One version, as text and as tree.
#[derive(Serialize, ToSchema)]
pub struct PolicyVersion {
    pub id: String,
    pub version: PolicyVersionRow,
    pub yaml: String,
    /// The document as JSON: `id`, `name`, `groups`, `let`, `stages` with `id`, `group`, `name`, `when`, and `display`.
    #[schema(value_type = Object)]
    pub document: Value,
    pub stages: Vec<StageRule>,
}

#[derive(Serialize, ToSchema)]
pub struct StageRule {
    pub id: String,
    /// Null on the catch-all.
    pub when: Option<String>,
    #[schema(value_type = Option<Object>)]
    pub tree: Option<Value>,
    pub sentence: Words,
}

impl PolicyVersion {
    pub fn new(version: &asked::Version, model: &Model) -> Self {
        Self {
            id: model.id.clone(),
            version: version.into(),
            yaml: version.row.body.clone(),
            document: serde_json::to_value(&model.document).unwrap_or_default(),
            stages: rules(model),
        }
    }
}

fn rules(model: &Model) -> Vec<StageRule> {
    let rule = |stage: &perennial_rules::lifecycle::model::Stage| StageRule {
        id: stage.id.clone(),
        when: stage.when.as_ref().map(|_| stage.text(&model.catalog)),
        tree: stage.when.as_ref().map(|when| to_json(when.expr())),
        sentence: (&stage.sentence(&model.catalog)).into(),
    };
    model.stages.iter().map(rule).collect()
}

#[derive(ToSchema)]
pub struct PolicyDraft {
    /// The document as JSON. Either this or `yaml`.
    #[schema(value_type = Option<Object>)]
    pub document: Option<Value>,
    pub yaml: Option<String>,
    /// Why, for those who come after.
    pub reason: Option<String>,
}

/// A draft as the program understands it; or what is wrong with it.
#[derive(Serialize, ToSchema)]
pub struct CheckedPolicy {
    pub yaml: Option<String>,
    #[schema(value_type = Option<Object>)]
    pub document: Option<Value>,
    pub stages: Vec<StageRule>,
    /// Pointers into the document: `/stages/3/when`.
    pub problems: Vec<FieldError>,
}

impl CheckedPolicy {
    pub fn sound(model: &Model) -> Self {
        let document = serde_json::to_value(&model.document).ok();
        Self { yaml: Some(model.document.to_yaml()), document, stages: rules(model), problems: Vec::new() }
    }

    pub fn wrong(problems: Vec<FieldError>) -> Self {
        Self { yaml: None, document: None, stages: Vec::new(), problems }
    }
}

#[derive(Serialize, ToSchema)]
pub struct VersionSaved {
    pub id: String,
    pub version: i64,
}

#[derive(ToSchema)]
pub struct ActivationRequest {
    /// Why, for those who come after.
    pub reason: String,
}

/// One difference between two versions.
#[derive(Serialize, ToSchema)]
pub struct PolicyChange {
    /// `added`, `removed`, `changed`, `moved`.
    pub how: String,
    /// `condition`, `name`, `group`, `stage`, `definition`, `order`, `display`.
    pub what: String,
    /// The stage, group or definition; empty for the model itself.
    pub id: String,
    pub name: Words,
    pub before: Option<Written>,
    pub after: Option<Written>,
}

/// As written; a condition also as a sentence.
#[derive(Serialize, ToSchema)]
pub struct Written {
    pub text: String,
    pub sentence: Option<Words>,
}

impl From<asked::Change> for PolicyChange {
    fn from(change: asked::Change) -> Self {
        let written = |(text, sentence): (String, Option<Name>)| Written { text, sentence: sentence.as_ref().map(Into::into) };
        Self {
            how: change.how.as_str().to_owned(),
            what: change.what.to_owned(),
            id: change.id,
            name: (&change.name).into(),
            before: change.before.map(written),
            after: change.after.map(written),
        }
    }
}

#[derive(ToSchema)]
pub struct TrialRequest {
    /// `preview`, `backtest` or `calibrate`.
    pub kind: String,
    /// The draft as JSON, or as YAML; not for calibration.
    #[schema(value_type = Option<Object>)]
    pub document: Option<Value>,
    pub yaml: Option<String>,
    /// First and last month of a backtest.
    #[schema(example = "1997-06")]
    pub from: Option<String>,
    pub to: Option<String>,
    /// A calibration is fitted on this year and checked on the next; without it, on the last two years up to today.
    pub year: Option<i32>,
}

/// A trial, and what it showed once it is done: one of the three.
#[derive(Serialize, ToSchema)]
pub struct Trial {
    pub job: Job,
    #[schema(value_type = Option<PolicyPreview>)]
    pub preview: Option<Value>,
    #[schema(value_type = Option<Backtest>)]
    pub backtest: Option<Value>,
    #[schema(value_type = Option<Calibration>)]
    pub calibration: Option<Value>,
}

/// Whom activating a draft would move today.
#[derive(Serialize, ToSchema)]
pub struct PolicyPreview {
    pub as_of: String,
    pub members: u64,
    pub moving: u64,
    /// The largest first.
    pub moves: Vec<PreviewedMove>,
    pub data_up_to: String,
}

#[derive(Serialize, ToSchema)]
pub struct PreviewedMove {
    pub from: String,
    pub to: String,
    pub members: u64,
    /// At most twenty of them.
    pub sample: Vec<String>,
}

impl PolicyPreview {
    pub fn new(table: PreviewTable, data_up_to: Instant) -> Self {
        let step = |step: PreviewMove| PreviewedMove {
            from: step.from,
            to: step.to,
            members: step.members,
            sample: step.sample.iter().map(ToString::to_string).collect(),
        };
        Self {
            as_of: table.as_of.to_string(),
            members: table.members,
            moving: table.moving,
            moves: table.moves.into_iter().map(step).collect(),
            data_up_to: data_up_to.to_string(),
        }
    }
}

/// Windows proposed from the brand's own repurchase intervals.
#[derive(Serialize, ToSchema)]
pub struct Calibration {
    pub fit: CalibrationSpan,
    pub check: CalibrationSpan,
    /// Not one window could be measured: the proposal is the shipped model.
    pub too_little_data: bool,
    pub windows: Vec<CalibratedWindow>,
    pub notes: Vec<Words>,
    /// The proposed RF model as a document.
    #[schema(value_type = Object)]
    pub document: Value,
}

#[derive(Serialize, ToSchema)]
pub struct CalibrationSpan {
    pub from: String,
    pub to: String,
    pub buyers: u64,
}

#[derive(Serialize, ToSchema)]
pub struct CalibratedWindow {
    pub window: String,
    pub shipped: i32,
    pub days: i32,
    pub reason: Words,
    /// Share of intervals that lie within, in the span fitted and in the one checked; null for windows that follow from others.
    pub fit: Option<f64>,
    pub check: Option<f64>,
    /// Intervals it was measured on.
    pub intervals: Option<u64>,
}

impl Calibration {
    pub fn new(table: &CalibrationTable) -> Self {
        let span = |observed: &Observed| CalibrationSpan {
            from: observed.span.from.to_string(),
            to: observed.span.to.to_string(),
            buyers: observed.buyers,
        };
        let share = |coverage: &Coverage| (coverage.intervals > 0).then(|| coverage.intervals_within as f64 / coverage.intervals as f64);
        let window = |one: &ProposedWindow| CalibratedWindow {
            window: one.window.as_str().to_owned(),
            shipped: one.shipped,
            days: one.days,
            reason: (&one.reason).into(),
            fit: one.fit.as_ref().and_then(share),
            check: one.check.as_ref().and_then(share),
            intervals: one.measured.map(|measured| measured.intervals),
        };
        Self {
            fit: span(&table.fit),
            check: span(&table.check),
            too_little_data: table.proposal.too_little_data,
            windows: table.proposal.windows.iter().map(window).collect(),
            notes: table.proposal.notes.iter().map(Into::into).collect(),
            document: serde_json::to_value(&table.proposal.rf).unwrap_or_default(),
        }
    }
}
