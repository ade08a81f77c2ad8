//! Wrapped keys in a file of their own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use perennial_app::port::keys::WrappedKey;
use perennial_app::port::{KeyStore, PortResult};
use perennial_kernel::SubjectId;

use super::session::{File, Options, Session};
use super::{migrate, read};
use crate::schema;
use crate::trouble::OrTrouble;

pub struct SqliteKeys(Session);

impl SqliteKeys {
    /// Opens the file, and makes it when there is none.
    pub fn open(path: impl AsRef<Path>) -> PortResult<Self> {
        Self::open_with(path, &Options { cache_mib: 16, ..Options::default() })
    }

    pub fn open_with(path: impl AsRef<Path>, options: &Options) -> PortResult<Self> {
        let mut session = Session::open(path.as_ref(), options, File::Made)?;
        migrate::migrate(&mut session, schema::KEYS, migrate::KEYS_FILE)?;
        Ok(Self(session))
    }
}

impl KeyStore for SqliteKeys {
    fn load(&mut self, subjects: &BTreeSet<SubjectId>) -> PortResult<BTreeMap<SubjectId, WrappedKey>> {
        read::keys(&self.0, subjects.iter())
    }

    fn keep(&mut self, mut keys: Vec<(SubjectId, WrappedKey)>) -> PortResult<BTreeMap<SubjectId, WrappedKey>> {
        keys.sort_by_key(|(subject, _)| *subject);
        let tx = self.0.begin()?;
        let mut insert = self.0.statement("INSERT INTO keys (subject, key) VALUES ($1, $2) ON CONFLICT (subject) DO NOTHING")?;
        for (subject, key) in &keys {
            insert.execute((subject.0, key)).or_trouble()?;
        }
        let standing = read::keys(&self.0, keys.iter().map(|(subject, _)| subject))?;
        tx.commit()?;
        Ok(standing)
    }
}
