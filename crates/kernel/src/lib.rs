//! The vocabulary everything else is written in: days, instants, money, ids, the fact envelope and the brand calendar.
//!
//! Knows nothing: no clock, no randomness, no database, no serialisation, no policy.

pub mod base32;
pub mod calendar;
pub mod day;
pub mod fact;
pub mod id;
pub mod identity;
pub mod incoming;
pub mod money;
pub mod order;
pub mod survey;

pub use calendar::Calendar;
pub use day::{Day, Instant};
pub use fact::{Attribute, Body, Fact, Membership, Origin, Relation, Ruling};
pub use id::{EffectId, FactId, ImportId, Lane, MemberId, Position, Seq, SubjectId};
pub use identity::{Identity, IdentityKind};
pub use incoming::{Incoming, Personal};
pub use money::{Currency, Money};
pub use order::{Cancel, Line, Order, OrderKey, Quantity, Refund, RefundLine};
pub use survey::{Aspect, Scores};
