//! Wrapped keys in a schema and on a connection of their own.

use std::collections::{BTreeMap, BTreeSet};

use perennial_app::port::keys::WrappedKey;
use perennial_app::port::{KeyStore, PortResult};
use perennial_kernel::SubjectId;

use super::link::{Link, Purpose, Server};
use super::{Options, migrate, read};
use crate::schema;

const KEEP: &str = "INSERT INTO keys (subject, key) SELECT * FROM UNNEST($1::BIGINT[], $2::BYTEA[]) ON CONFLICT (subject) DO NOTHING";

pub struct PostgresKeys(Link);

impl PostgresKeys {
    /// Connects, and makes the table when there is none.
    pub fn connect(url: &str) -> PortResult<Self> {
        let mut link = Link::new(Server::new(url, schema::POSTGRES_KEYS_SCHEMA, &Options::default())?, Purpose::Write);
        migrate::migrate(link.session()?, schema::POSTGRES_KEYS_SCHEMA, schema::KEYS)?;
        Ok(Self(link))
    }
}

impl KeyStore for PostgresKeys {
    fn load(&mut self, subjects: &BTreeSet<SubjectId>) -> PortResult<BTreeMap<SubjectId, WrappedKey>> {
        self.0.again_if_lost(|session| read::keys(session, subjects.iter()))
    }

    /// Keeping a key twice keeps the first, so a keep whose answer was lost may come again.
    fn keep(&mut self, mut keys: Vec<(SubjectId, WrappedKey)>) -> PortResult<BTreeMap<SubjectId, WrappedKey>> {
        if keys.is_empty() {
            return Ok(BTreeMap::new());
        }
        keys.sort_by_key(|(subject, _)| *subject);
        let subjects: Vec<i64> = keys.iter().map(|(subject, _)| subject.0).collect();
        let wrapped: Vec<&[u8]> = keys.iter().map(|(_, key)| key.as_slice()).collect();
        self.0.again_if_lost(|session| {
            session.run(KEEP, &[&subjects, &wrapped])?;
            read::keys(session, keys.iter().map(|(subject, _)| subject))
        })
    }
}
