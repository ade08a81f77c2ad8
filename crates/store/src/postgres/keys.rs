//! Wrapped keys in a schema and on a connection of their own.

use std::collections::{BTreeMap, BTreeSet};

use perennial_app::port::keys::WrappedKey;
use perennial_app::port::{KeyStore, PortResult};
use perennial_kernel::{Day, SubjectId};

use super::link::{Link, Purpose, Server};
use super::{Options, migrate, read};
use crate::columns::Columns;
use crate::{columns, schema, sql};

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

    fn day_key(&mut self, day: Day) -> PortResult<Option<WrappedKey>> {
        let day = i64::from(day.0);
        let keys = self.0.again_if_lost(|session| session.all(sql::DAY_KEY, &[&day], |row| row.bytes(0).map(<[u8]>::to_vec)))?;
        Ok(keys.into_iter().next())
    }

    fn keep_day_key(&mut self, day: Day, key: WrappedKey) -> PortResult<WrappedKey> {
        let number = i64::from(day.0);
        self.0.again_if_lost(|session| session.run(sql::KEEP_DAY_KEY, &[&number, &key]))?;
        Ok(self.day_key(day)?.unwrap_or(key))
    }

    fn drop_day_keys(&mut self, before: Day) -> PortResult<u64> {
        let before = i64::from(before.0);
        self.0.again_if_lost(|session| session.run(sql::DROP_DAY_KEYS, &[&before]))
    }

    fn day_keys(&mut self) -> PortResult<Vec<(Day, WrappedKey)>> {
        let sql = "SELECT day, key FROM day_keys ORDER BY day";
        self.0.again_if_lost(|session| session.all(sql, &[], |row| Ok((Day(row.int(0)? as i32), row.bytes(1)?.to_vec()))))
    }

    fn replace_day_key(&mut self, day: Day, key: &WrappedKey) -> PortResult<()> {
        let number = i64::from(day.0);
        self.0.again_if_lost(|session| session.run("UPDATE day_keys SET key = $1 WHERE day = $2", &[key, &number])).map(drop)
    }

    fn after(&mut self, subject: Option<SubjectId>, limit: usize) -> PortResult<Vec<(SubjectId, WrappedKey)>> {
        let sql = "SELECT subject, key FROM keys WHERE subject > $1 ORDER BY subject LIMIT $2";
        let (after, limit) = (subject.map_or(i64::MIN, |subject| subject.0), sql::limit(limit));
        let rows = self.0.again_if_lost(|session| session.rows(sql, &[&after, &limit]))?;
        rows.iter().map(columns::state).collect()
    }

    fn replace(&mut self, keys: &[(SubjectId, WrappedKey)]) -> PortResult<()> {
        let sql =
            "UPDATE keys SET key = new.key FROM UNNEST($1::BIGINT[], $2::BYTEA[]) AS new (subject, key) WHERE keys.subject = new.subject";
        let subjects: Vec<i64> = keys.iter().map(|(subject, _)| subject.0).collect();
        let wrapped: Vec<&[u8]> = keys.iter().map(|(_, key)| key.as_slice()).collect();
        self.0.session()?.run(sql, &[&subjects, &wrapped]).map(drop)
    }

    fn brand(&mut self, name: &str) -> PortResult<Option<Vec<u8>>> {
        let rows = self.0.again_if_lost(|session| session.rows("SELECT value FROM brand WHERE name = $1", &[&name]))?;
        rows.first().map(|row| columns::blob(row)).transpose()
    }

    fn set_brand(&mut self, name: &str, value: &[u8]) -> PortResult<()> {
        self.0.again_if_lost(|session| session.run(sql::SET_BRAND, &[&name, &value])).map(drop)
    }

    fn raise(&mut self, name: &str, value: &[u8]) -> PortResult<()> {
        self.0.again_if_lost(|session| session.run(sql::RAISE_BRAND, &[&name, &value])).map(drop)
    }

    fn destroy(&mut self, subjects: &BTreeSet<SubjectId>) -> PortResult<()> {
        let subjects: Vec<i64> = subjects.iter().map(|subject| subject.0).collect();
        self.0.again_if_lost(|session| {
            session.run("DELETE FROM keys WHERE subject = ANY($1::BIGINT[])", &[&subjects])?;
            session.rewrite("VACUUM FULL keys")
        })
    }
}
