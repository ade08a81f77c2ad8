//! What comes in becomes `kernel::Incoming`: files here, and the checks of orders that come over HTTP in [`door`].
//!
//! Knows the kernel only: no store, no rules, no application, no clock (today is an argument).

mod bad_rows;
pub mod catalogue;
mod context;
pub mod door;
mod input;
mod inspect;
mod mapping;
mod notes;
mod preset;
mod problem;
mod reader;
mod rows;
pub mod segment;
pub mod shop;
mod table;
mod value;

pub use bad_rows::{neutral, write_bad_rows};
pub use context::Context;
pub use input::{Content, Input, PIECE_BYTES};
pub use inspect::{Column, Inspection, inspect};
pub use mapping::{Field, Mapping, Status};
pub use preset::Preset;
pub use problem::{BadRow, FileError, Note, Problem};
pub use reader::{Reader, Record, each_part, last_day, open, weeks_to};
