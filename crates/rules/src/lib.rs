//! What decides: pure functions from a member's history and versioned policies to profiles, decisions and explanations.
//!
//! Knows no clock, no randomness, no database, no async: time, chance and order are arguments.

pub mod book;
pub mod codec;
pub mod consent;
pub mod correction;
pub mod effect;
pub mod effect_row;
pub mod fields;
pub mod flat;
pub mod history;
pub mod lifecycle;
pub mod member;
pub mod order_state;
pub mod payload;
pub mod profile;
pub mod program;
pub mod reference;
pub mod series;
pub mod signal;
pub mod state;
pub mod value;
