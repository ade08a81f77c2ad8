//! Audit: whether the journal is whole, whether its recorded decisions follow from its facts, and whether snapshots are what facts make.

pub mod chain;
pub mod doctor;
pub mod replay;

pub use chain::{Broken, StartError, check_at_start, verify_lane};
pub use doctor::{Report, examine, rebuild};
pub use replay::{Difference, Rebuilt, Replayed, replay};
