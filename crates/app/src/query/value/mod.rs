//! What members are worth: everyone's purchases as summaries, models fitted to them, and what those predict.

mod buyers;
mod models;

pub use buyers::{Buyer, Buyers, Unit, buyers};
pub use models::{Fitted, FittedSpend, Forecast, Terms, fit, fit_spend, forecast};
