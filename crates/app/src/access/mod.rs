//! Who may ask: users who sign in with a password, their sessions, and API keys. Knows no HTTP.
//!
//! Of a session and of a key only the SHA-256 of its secret is stored: the secrets have 256 random bits, so nothing is won by a slow hash.

mod key;
mod limit;
mod password;
mod session;

use std::sync::Arc;

pub use self::key::{Key, NewKey, Scope};
use self::limit::Limit;
pub use self::password::Owner;
use crate::house::{House, HouseError};
use crate::port::PortError;

/// The first account's name.
pub const OWNER: &str = "owner";

/// Who asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Caller {
    /// Somebody signed in.
    User { name: String, role: String },
    /// A program with an API key.
    Key { name: String, scopes: Vec<Scope> },
}

impl Caller {
    /// As audit rows name the caller.
    pub fn name(&self) -> String {
        match self {
            Self::User { name, .. } => name.clone(),
            Self::Key { name, .. } => format!("key:{name}"),
        }
    }
}

/// Why somebody is not let in, or something about access cannot be done.
#[derive(Debug)]
pub enum AccessError {
    /// Name or password is wrong; which of them is not told.
    Wrong,
    /// Too many failures under this name.
    TooMany {
        retry_after_s: u64,
    },
    /// A name or scope that cannot be used.
    Refused(crate::engine::Refusal),
    Port(PortError),
    Random(getrandom::Error),
}

impl From<PortError> for AccessError {
    fn from(error: PortError) -> Self {
        Self::Port(error)
    }
}

impl From<getrandom::Error> for AccessError {
    fn from(error: getrandom::Error) -> Self {
        Self::Random(error)
    }
}

impl std::fmt::Display for AccessError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Wrong => write!(f, "the name or the password is wrong"),
            Self::TooMany { retry_after_s } => write!(f, "too many failures: try again in {retry_after_s} s"),
            Self::Refused(refusal) => f.write_str(&refusal.en),
            Self::Port(error) => write!(f, "{error}"),
            Self::Random(error) => write!(f, "the operating system gives no random bytes: {error}"),
        }
    }
}

impl std::error::Error for AccessError {}

impl From<AccessError> for HouseError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Port(error) => Self::Port(error),
            other => Self::Port(PortError::Failed(other.to_string())),
        }
    }
}

/// Keeps the door of one brand.
pub struct Access {
    house: Arc<House>,
    failures: Limit,
}

impl Access {
    pub fn new(house: Arc<House>) -> Self {
        Self { house, failures: Limit::default() }
    }
}

/// 256 random bits, as text.
pub(crate) fn new_secret(prefix: &str) -> Result<String, getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().fold(prefix.to_owned(), |text, byte| text + &format!("{byte:02x}")))
}

fn digest(secret: &str) -> Vec<u8> {
    use sha2::Digest;
    sha2::Sha256::digest(secret.as_bytes()).to_vec()
}

/// The store finds a row by its hash; whether it is the one is settled in constant time.
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    use subtle::ConstantTimeEq;
    a.ct_eq(b).into()
}
