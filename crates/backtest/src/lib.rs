//! What is computed over everyone's histories by a fold: stages as of a day, flows, days, backtests of drafts, calibration.
//!
//! Knows no clock, no randomness, no database: callers stream members to accumulators that merge. Threads are used, and change no result.

mod cursor;
pub mod daily;
pub mod flow;
pub mod fold;
pub mod lives;
pub mod stages;
mod steps;
pub mod tally;

pub use daily::{Daily, DailyTable, DayRow, Movement, RecentMove};
pub use flow::{Arrival, Flow, FlowTable, Link};
pub use fold::{Fold, in_parallel};
pub use lives::{Life, lives, moves};
pub use stages::Stages;
pub use tally::{StageTable, StagesById};
