//! What is computed over everyone's histories by a fold: stages as of a day, flows, days, backtests of drafts, calibration.
//!
//! Knows no clock, no randomness, no database: callers stream members to accumulators that merge. Threads are used, and change no result.

pub mod backtest;
pub mod books;
pub mod calibrate;
pub mod cohorts;
mod cursor;
pub mod daily;
pub mod flow;
pub mod fold;
pub mod lives;
pub mod month;
mod past;
pub mod spells;
pub mod stages;
mod steps;
pub mod survival;
pub mod tally;
pub mod times;

pub use backtest::{Backtest, BacktestTable, BadSpan, Pair, Plan, Preview, PreviewTable};
pub use books::{Books, OfBooks};
pub use calibrate::{Calibration, CalibrationTable, Span};
pub use cohorts::{CohortBy, Cohorts, CohortsTable};
pub use daily::{Daily, DailyTable, DayRow, Movement, RecentMove};
pub use flow::{Arrival, Flow, FlowTable, Link};
pub use fold::{Fold, Reads, in_parallel};
pub use lives::{Life, lives, moves};
pub use month::Month;
pub use spells::{Spell, Spells};
pub use stages::Stages;
pub use survival::{Durations, Point};
pub use tally::{StageTable, StagesById};
pub use times::{Times, TimesTable};
