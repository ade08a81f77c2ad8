//! What decides: pure functions from a member's history and versioned policies to profiles, decisions and explanations.
//!
//! Knows no clock, no randomness, no database, no async: time, chance and order are arguments.

pub mod effect;
pub mod effect_row;
pub mod payload;
pub mod series;
