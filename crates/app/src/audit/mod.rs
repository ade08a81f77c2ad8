//! Audit: whether the journal and the audit trail are whole, whether recorded decisions follow from facts, and whether snapshots are what
//! facts make.

pub mod chain;
pub mod doctor;
pub mod replay;
pub mod trail;

pub use chain::{Broken, StartError, check_at_start, verify_lane};
pub use doctor::{Report, examine, examine_trail, rebuild};
pub use replay::{Difference, Rebuilt, Replayed, replay};
pub use trail::TrailState;
