//! What members are worth: RFM, everyone's purchases as summaries, models fitted to them, what those predict, and how well they foretell.

mod buyers;
mod holdout;
mod models;
mod rfm;

pub use buyers::{Buyer, Buyers, Unit, buyers};
pub use holdout::{BINS, Bin, Holdout, Judged, MODELS, Tracked, holdout, split};
pub use models::{Fitted, FittedSpend, Forecast, Models, Terms, fit, fit_spend, forecast, models};
pub use rfm::{CLASSES, Cell, Cut, RfmTable, rfm};
