//! The lake's files: runs of facts sorted by member, written from the journal by sequence number, merged in the background, read as everyone's
//! history together with what the journal has had since.

mod depot;
mod flat;
mod held;
mod keeper;
mod lake;
mod manifest;
mod merge;
mod rows;
mod run;
mod scan;
mod settle;

pub use self::depot::Depot;
pub use self::flat::decode_only;
pub use self::keeper::Keeper;
pub use self::lake::{Files, Limits};
