//! Wrapped keys in a file of their own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use perennial_app::port::keys::WrappedKey;
use perennial_app::port::{KeyStore, PortResult};
use perennial_kernel::{Day, SubjectId};

use super::session::{File, Options, Session};
use super::{migrate, read};
use crate::columns::Columns;
use crate::trouble::OrTrouble;
use crate::{columns, schema, sql};

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

    fn day_key(&mut self, day: Day) -> PortResult<Option<WrappedKey>> {
        let keys = self.0.rows(sql::DAY_KEY, [day.0], |row| row.bytes(0).map(<[u8]>::to_vec))?;
        Ok(keys.into_iter().next())
    }

    fn keep_day_key(&mut self, day: Day, key: WrappedKey) -> PortResult<WrappedKey> {
        self.0.run(sql::KEEP_DAY_KEY, (day.0, &key))?;
        Ok(self.day_key(day)?.unwrap_or(key))
    }

    fn drop_day_keys(&mut self, before: Day) -> PortResult<u64> {
        self.0.run(sql::DROP_DAY_KEYS, [before.0]).map(|keys| keys as u64)
    }

    fn day_keys(&mut self) -> PortResult<Vec<(Day, WrappedKey)>> {
        let sql = "SELECT day, key FROM day_keys ORDER BY day";
        self.0.rows(sql, [], |row| Ok((Day(Columns::int(row, 0)? as i32), row.bytes(1)?.to_vec())))
    }

    fn replace_day_key(&mut self, day: Day, key: &WrappedKey) -> PortResult<()> {
        self.0.run("UPDATE day_keys SET key = $1 WHERE day = $2", (key, day.0)).map(drop)
    }

    fn after(&mut self, subject: Option<SubjectId>, limit: usize) -> PortResult<Vec<(SubjectId, WrappedKey)>> {
        let sql = "SELECT subject, key FROM keys WHERE subject > $1 ORDER BY subject LIMIT $2";
        self.0.rows(sql, (subject.map_or(i64::MIN, |subject| subject.0), sql::limit(limit)), |row| columns::state(row))
    }

    fn replace(&mut self, keys: &[(SubjectId, WrappedKey)]) -> PortResult<()> {
        let tx = self.0.begin()?;
        let mut update = self.0.statement("UPDATE keys SET key = $1 WHERE subject = $2")?;
        for (subject, key) in keys {
            update.execute((key, subject.0)).or_trouble()?;
        }
        drop(update);
        tx.commit()
    }

    fn brand(&mut self, name: &str) -> PortResult<Option<Vec<u8>>> {
        let rows = self.0.rows("SELECT value FROM brand WHERE name = $1", [name], |row| columns::blob(row))?;
        Ok(rows.into_iter().next())
    }

    fn set_brand(&mut self, name: &str, value: &[u8]) -> PortResult<()> {
        self.0.run(sql::SET_BRAND, (name, value)).map(drop)
    }

    fn raise(&mut self, name: &str, value: &[u8]) -> PortResult<()> {
        self.0.run(sql::RAISE_BRAND, (name, value)).map(drop)
    }

    fn destroy(&mut self, subjects: &BTreeSet<SubjectId>) -> PortResult<()> {
        let tx = self.0.begin()?;
        let mut delete = self.0.statement("DELETE FROM keys WHERE subject = $1")?;
        for subject in subjects {
            delete.execute((subject.0,)).or_trouble()?;
        }
        drop(delete);
        tx.commit()?;
        self.0.empty_log()
    }
}
