//! Text becomes a value once, here; files and the HTTP door share these.

pub mod amount;
pub mod cell;
pub mod person;
pub mod time;

pub use cell::{Cell, Kind};
