//! What members are worth: RFM, everyone's purchases as summaries, models fitted to them, what those predict, and how well they foretell.

mod buyers;
mod cache;
mod equity;
mod holdout;
mod kinds;
mod models;
mod named;
mod rfm;
mod said;
pub mod sheets;
mod sign;
mod super_users;
mod versions;
mod warning;

pub use buyers::{Buyer, Buyers, Unit, buyers};
pub use cache::ValueAnswers;
pub use equity::{Equity, EquityTerms, Group, Grouping, Movement, Worth, equity};
pub use holdout::{BINS, Bin, Holdout, Judged, MODELS, Tracked, holdout, split};
pub use kinds::{Bringing, Brought, Kinds, Source, ValueKind, kinds};
pub use models::{Fitted, FittedSpend, Forecast, Models, Terms, fit, fit_spend, forecast, models};
pub use named::named;
pub use rfm::{CLASSES, Cell, Cut, RfmTable, rfm};
pub use sign::{Action, Sign};
pub use super_users::{
    CLAIMED_MONEY, CLAIMED_MULTIPLE, CLAIMED_ORDINARY, Observed, Passed, Point, SuperTerms, SuperUser, SuperUsers, Test, super_users,
};
pub use versions::{
    StageShift, Threshold, Together, ValuePreview, ValueVersion, ValueVersions, activatable, preview, refit, version, versions,
};
pub use warning::{By, Judgement, Ranking, Warning, Warnings, judgement, warnings};
