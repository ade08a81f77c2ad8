//! API keys: for programs, with scopes; the secret is shown once.

use perennial_kernel::Instant;

use super::{Access, AccessError, Caller, digest, new_secret, same};
use crate::engine::Refusal;
use crate::port::desk::SecretRow;

const PURPOSE: &str = "key";
/// What every key's secret begins with, so that leaked ones are found by scanners.
const PREFIX: &str = "prn_";
const NAME_CHARS_MAX: usize = 100;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Scope {
    /// Ask.
    Read,
    /// Record orders.
    Write,
}

impl Scope {
    pub const ALL: [Self; 2] = [Self::Read, Self::Write];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }
}

/// A key as it is listed: without its secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key {
    /// The beginning of the secret's hash.
    pub id: String,
    pub name: String,
    pub scopes: Vec<Scope>,
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
        Ok(row.map(|row| Caller::Key { scopes: scopes(&row.role), name: row.name }))
    }

    pub fn keys(&self) -> Result<Vec<Key>, AccessError> {
        Ok(self.house.desk().secrets(PURPOSE)?.into_iter().map(listed).collect())
    }

    pub fn create_key(&self, by: &str, name: &str, scopes: &[Scope]) -> Result<NewKey, AccessError> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
            let en = format!("a key's name has 1 to {NAME_CHARS_MAX} characters");
            return Err(AccessError::Refused(Refusal {
                code: "key.name", en, zh: format!("密钥名称需为 1 到 {NAME_CHARS_MAX} 个字符")
            }));
        }
        let mut scopes = scopes.to_vec();
        scopes.sort_unstable();
        scopes.dedup();
        let secret = new_secret(PREFIX)?;
        let row = SecretRow {
            purpose: PURPOSE.to_owned(),
            hash: digest(&secret),
            name: name.to_owned(),
            role: scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" "),
            created_at: self.house.now(),
            expires_at: None,
        };
        self.house.desk().add_secret(&row)?;
        let key = listed(row);
        self.house.audit(by, "key_created", &format!("{} {}", key.id, key.name))?;
        Ok(NewKey { key, secret })
    }

    /// Whether there was such a key.
    pub fn delete_key(&self, by: &str, id: &str) -> Result<bool, AccessError> {
        let mut desk = self.house.desk();
        let Some(row) = desk.secrets(PURPOSE)?.into_iter().find(|row| key_id(&row.hash) == id) else { return Ok(false) };
        desk.drop_secret(&row.hash)?;
        drop(desk);
        self.house.audit(by, "key_deleted", &format!("{id} {}", row.name))?;
        Ok(true)
    }
}

fn listed(row: SecretRow) -> Key {
    Key { id: key_id(&row.hash), name: row.name, scopes: scopes(&row.role), created_at: row.created_at }
}

fn scopes(role: &str) -> Vec<Scope> {
    role.split(' ').filter_map(Scope::parse).collect()
}

fn key_id(hash: &[u8]) -> String {
    hash.iter().take(8).fold("k_".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}
