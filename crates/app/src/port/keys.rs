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

    /// The wrapped keys of all days there are.
    fn day_keys(&mut self) -> PortResult<Vec<(Day, WrappedKey)>>;

    /// Puts another wrapped key in place of a day's; one that is gone meanwhile does not come back.
    fn replace_day_key(&mut self, day: Day, key: &WrappedKey) -> PortResult<()>;

    /// Wrapped keys of subjects after this one (from the first for `None`), ascending.
    fn after(&mut self, subject: Option<SubjectId>, limit: usize) -> PortResult<Vec<(SubjectId, WrappedKey)>>;

    /// Puts these in place of those held, all or none, durable when it returns. A key that is gone meanwhile does not come back.
    fn replace(&mut self, keys: &[(SubjectId, WrappedKey)]) -> PortResult<()>;

    /// What the brand itself keeps here.
    fn brand(&mut self, name: &str) -> PortResult<Option<Vec<u8>>>;

    fn set_brand(&mut self, name: &str, value: &[u8]) -> PortResult<()>;

    /// As [`Self::set_brand`], unless what is held is the same or comes later in the order of bytes.
    fn raise(&mut self, name: &str, value: &[u8]) -> PortResult<()>;

    /// Destroys the keys of these subjects: durable when it returns, and no byte of them is left in the store's own files.
    fn destroy(&mut self, subjects: &BTreeSet<SubjectId>) -> PortResult<()>;
}
