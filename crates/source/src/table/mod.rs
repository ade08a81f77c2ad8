//! Orders out of a table of rows: first pass for what lies apart or twice, second pass order by order.

pub mod assemble;
pub mod guess;
pub mod index;
pub mod layout;
pub mod lines;
pub mod plan;
pub mod reader;
pub mod row;

pub use reader::TableReader;
