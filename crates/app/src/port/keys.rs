//! The key store: apart from the journal, so that destroying a key destroys what it sealed, in every copy of the journal.

use std::collections::{BTreeMap, BTreeSet};

use perennial_kernel::SubjectId;

use super::PortResult;

/// A subject's data key, wrapped by the master key; the store never sees it open.
pub type WrappedKey = Vec<u8>;

pub trait KeyStore: Send {
    fn load(&mut self, subjects: &BTreeSet<SubjectId>) -> PortResult<BTreeMap<SubjectId, WrappedKey>>;

    /// Keeps new keys, durable when it returns; where a subject has one already, the one that stands is answered.
    fn keep(&mut self, keys: Vec<(SubjectId, WrappedKey)>) -> PortResult<BTreeMap<SubjectId, WrappedKey>>;
}
