//! What members are worth: RFM, everyone's purchases as summaries, models fitted to them, what those predict, and how well they foretell.

mod buyers;
mod cache;
mod delivered;
mod equity;
mod holdout;
mod kinds;
mod lookalike;
mod models;
mod named;
mod rfm;
mod said;
pub mod sheets;
mod sign;
mod super_users;
mod traits;
mod versions;
mod warning;

pub use buyers::{Buyer, Buyers, Unit, buyers};
pub use cache::ValueAnswers;
pub use delivered::{Balance, DeliveredMonth, DeliveredValue, Rated, SHOWN_FROM, delivered};
pub use equity::{BESIDE, Equity, EquityTerms, Group, Grouping, Movement, ProspectGroup, Prospects, SHRINKAGE, Worth, equity};
pub use holdout::{BINS, Bin, Holdout, Judged, MODELS, Tracked, holdout, split};
pub use kinds::{Bringing, Brought, Kinds, Source, ValueKind, kinds};
pub use lookalike::{AHEAD_DAYS, Learned, LookAlike, LookAlikes, Target, Weight, look_alikes};
pub use models::{Fitted, FittedSpend, Forecast, Forecaster, Models, Ranges, Terms, fit, fit_spend, models};
pub use named::named;
pub use perennial_metrics::rfm::{CLASSES, Cell, Choices as RfmChoices, Cut, RfmCell, RfmPlan, RfmTable, Within};
pub use rfm::{rfm, rfm_choices, rfm_members};
pub use sign::{Action, Sign};
pub use super_users::{
    CLAIMED_MONEY, CLAIMED_MULTIPLE, CLAIMED_ORDINARY, Observed, Passed, Point, SuperTerms, SuperUser, SuperUsers, Test, super_users,
};
pub use traits::{TRAITS, words as trait_words};
pub use versions::{
    StageShift, Threshold, Together, ValuePreview, ValueVersion, ValueVersions, activatable, preview, refit, version, versions,
};
pub use warning::{By, Judgement, Ranking, Warning, Warnings, judgement, warnings};
