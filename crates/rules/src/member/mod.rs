//! OneID: which subjects are one member. Pure: members and conflicts are a function of identity facts, rulings and the identity rules.
//!
//! A **subject** holds facts and is never reassigned: a record's facts go to the subject of its strongest identity. A **member** is a set
//! of subjects, named by the one that was known first. Identities are opaque tokens here.

pub mod family;
pub mod people;
pub mod policy;
pub mod resolve;
pub(crate) mod row;

/// A blind-index token of one identity.
pub type Token = [u8; 16];
