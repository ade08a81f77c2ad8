//! Trying a draft: whom it would move today, and which windows the brand's own data proposes. The backtest is [`super::backtest`]'s.

use perennial_rules::lifecycle::model::Model;

pub use perennial_backtest::backtest::PreviewMove;
pub use perennial_backtest::calibrate::{Coverage, Observed, ProposedWindow};
use perennial_backtest::{Calibration, Pair, Preview};
pub use perennial_backtest::{CalibrationTable, PreviewTable, Span};

use super::everyone::{Counted, Watch, fold_watched};
use super::{QueryResult, models};
use crate::house::House;

/// From the stored model's stages to the draft's, today.
pub fn preview(house: &House, model: &str, draft: &Model, watch: &Watch<'_>) -> QueryResult<Counted<PreviewTable>> {
    let active = models::reference(house, model)?;
    let pair = Pair::new(&active, models::only(&active), draft);
    let today = house.calendar().day(house.now());
    let (preview, data_up_to) = fold_watched(house, watch, || Preview::new(&pair, today))?;
    Ok(Counted { table: preview.finish(), data_up_to })
}

/// Fitted on the first span, checked on the second.
pub fn calibrate(house: &House, [fit, check]: [Span; 2], watch: &Watch<'_>) -> QueryResult<Counted<CalibrationTable>> {
    let reference = house.reference();
    let (calibration, data_up_to) = fold_watched(house, watch, || Calibration::new(&reference, fit, check))?;
    Ok(Counted { table: calibration.finish(), data_up_to })
}
