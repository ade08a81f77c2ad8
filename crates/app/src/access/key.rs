//! API keys: for programs, with scopes; the secret is shown once.

use perennial_kernel::Instant;

use super::{Access, AccessError, Caller, Scope, digest, new_secret, refused, same, short_id};
use crate::port::desk::SecretRow;

const PURPOSE: &str = "key";
/// What every key's secret begins with, so that leaked ones are found by scanners.
pub(super) const PREFIX: &str = "prn_";
const ID: &str = "k_";
const NAME_CHARS_MAX: usize = 100;

/// A key as it is listed: without its secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key {
    /// The beginning of the secret's hash.
    pub id: String,
    pub name: String,
    pub scopes: Vec<Scope>,
    /// The one source it records for.
    pub source: Option<String>,
    pub created_at: Instant,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewKey {
    pub key: Key,
    /// Shown now and never again.
    pub secret: String,
}

impl Access {
    /// Who a key's secret belongs to.
    pub fn key(&self, secret: &str) -> Result<Option<Caller>, AccessError> {
        let hash = digest(secret);
        let now = self.house.now();
        let row = self.house.desk().secret(&hash)?;
        let row = row.filter(|row| row.purpose == PURPOSE && same(&row.hash, &hash) && row.expires_at.is_none_or(|at| at > now));
        Ok(row.map(listed).map(|Key { id, name, scopes, source, .. }| Caller::Key { name, id, scopes, source }))
    }

    pub fn keys(&self) -> Result<Vec<Key>, AccessError> {
        Ok(self.house.desk().secrets(PURPOSE)?.into_iter().map(listed).collect())
    }

    pub fn create_key(&self, by: &str, name: &str, scopes: &[Scope]) -> Result<NewKey, AccessError> {
        self.create_key_for(by, name, scopes, None)
    }

    /// As [`Self::create_key`]; with a source the key records for that source and does nothing else.
    pub fn create_key_for(&self, by: &str, name: &str, scopes: &[Scope], source: Option<&str>) -> Result<NewKey, AccessError> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
            let en = format!("a key's name has 1 to {NAME_CHARS_MAX} characters");
            return Err(refused("key.name", en, format!("密钥名称需为 1 到 {NAME_CHARS_MAX} 个字符")));
        }
        let source = source.map(str::trim).filter(|source| !source.is_empty());
        if source.is_some_and(|source| source.chars().count() > NAME_CHARS_MAX || source.chars().any(char::is_control)) {
            let en = format!("a source's name has 1 to {NAME_CHARS_MAX} characters");
            return Err(refused("key.source", en, format!("数据来源名称需为 1 到 {NAME_CHARS_MAX} 个字符")));
        }
        let mut scopes = scopes.to_vec();
        scopes.sort_unstable();
        scopes.dedup();
        if source.is_some() && scopes != [Scope::Write] {
            let zh = "绑定数据来源的密钥只能有 write 权限";
            return Err(refused("key.source_scope", "a key bound to a source has the scope write alone", zh));
        }
        let secret = new_secret(PREFIX)?;
        let row = SecretRow {
            purpose: PURPOSE.to_owned(),
            hash: digest(&secret),
            name: name.to_owned(),
            role: scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" "),
            created_at: self.house.now(),
            expires_at: None,
            source: source.unwrap_or_default().to_owned(),
            agent: String::new(),
        };
        self.house.desk().add_secret(&row)?;
        let detail = [short_id(ID, &row.hash), row.name.clone(), row.role.clone(), row.source.clone()].join(" ");
        self.house.audit(by, "key_created", detail.trim_end())?;
        Ok(NewKey { key: listed(row), secret })
    }

    /// Whether there was such a key.
    pub fn delete_key(&self, by: &str, id: &str) -> Result<bool, AccessError> {
        let mut desk = self.house.desk();
        let Some(row) = desk.secrets(PURPOSE)?.into_iter().find(|row| short_id(ID, &row.hash) == id) else { return Ok(false) };
        desk.drop_secret(&row.hash)?;
        drop(desk);
        self.house.audit(by, "key_deleted", &format!("{id} {}", row.name))?;
        Ok(true)
    }
}

fn listed(row: SecretRow) -> Key {
    Key {
        id: short_id(ID, &row.hash),
        name: row.name,
        scopes: row.role.split(' ').filter_map(Scope::parse).collect(),
        source: Some(row.source).filter(|source| !source.is_empty()),
        created_at: row.created_at,
    }
}
