//! What is known of one member and may be changed by hand: base and custom fields, with where each value came from.

mod base;
mod change;
mod known;

pub use base::{base, field};
pub use change::{Change, Named, addressed, identities, record};
pub use known::{Known, Origin, known};
