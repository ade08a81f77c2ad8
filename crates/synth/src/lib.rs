//! Synthetic brands: the whole history of a Chinese fashion brand's members from a seed, member by member.
//!
//! Same seed, same bytes, anywhere: the generator is our own and pinned ([`random`]), logarithms and powers come from
//! `libm`, sums run in a fixed order, and no clock, file, environment or hash order is read. A member's history depends on the
//! [`Spec`]'s other fields and the member's index only, so members can be made in any order, and a larger brand with the same
//! seed begins with the smaller one's members.
//!
//! Nobody in it exists: see [`contact`] for why its phones and addresses reach no one.

#![forbid(unsafe_code)]

mod basket;
pub mod catalogue;
pub mod contact;
mod history;
mod names;
mod orders;
mod person;
pub mod places;
mod purchases;
pub mod random;
pub mod sample;
pub mod season;
mod spec;
pub mod text;

pub use history::Brand;
pub use spec::{Problem, Spec};
