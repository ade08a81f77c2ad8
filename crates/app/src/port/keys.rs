//! The key store: apart from the journal, so that destroying a key destroys what it sealed, in every copy of the journal.

use std::collections::{BTreeMap, BTreeSet};

use perennial_kernel::{Day, SubjectId};

use super::PortResult;

/// A subject's data key, wrapped by the master key; the store never sees it open.
pub type WrappedKey = Vec<u8>;

pub trait KeyStore: Send {
    fn load(&mut self, subjects: &BTreeSet<SubjectId>) -> PortResult<BTreeMap<SubjectId, WrappedKey>>;

    /// Keeps new keys, durable when it returns; where a subject has one already, the one that stands is answered.
    fn keep(&mut self, keys: Vec<(SubjectId, WrappedKey)>) -> PortResult<BTreeMap<SubjectId, WrappedKey>>;

    /// The key of a day, for what belongs to no subject.
    fn day_key(&mut self, day: Day) -> PortResult<Option<WrappedKey>>;

    /// Keeps a day's key, durable when it returns; where there is one already, the one that stands is answered.
    fn keep_day_key(&mut self, day: Day, key: WrappedKey) -> PortResult<WrappedKey>;

    /// Destroys the keys of all days before this one; says how many.
    fn drop_day_keys(&mut self, before: Day) -> PortResult<u64>;
}
