//! Who may ask: users who sign in with a password and a second factor, their sessions, and API keys. Knows no HTTP.
//!
//! Of a session, a key and a recovery code only the SHA-256 is stored: they are long and random, so nothing is won by a slow hash.

mod caller;
mod factor;
mod key;
mod limit;
mod password;
mod role;
mod session;
mod user;
mod wire;

use std::sync::Arc;

pub use self::caller::{Caller, Due};
pub use self::factor::{Enrolment, Requirement};
pub use self::key::{Key, NewKey};
use self::limit::Limit;
pub use self::password::Owner;
pub use self::role::{Need, Role, Scope};
pub use self::session::{Session, SignIn};
pub use self::user::{NewUser, User, UserChange};
pub use self::wire::Credential;
use crate::engine::Refusal;
use crate::house::{House, HouseError};
use crate::port::PortError;

/// The first account's name.
pub const OWNER: &str = "owner";

/// Why somebody is not let in, or something about access cannot be done.
#[derive(Debug)]
pub enum AccessError {
    /// Name or password is wrong; which of them is not told.
    Wrong,
    /// The password is right, and this account has a second factor.
    CodeNeeded,
    /// The second factor's code is wrong, used up or out of time.
    CodeWrong,
    /// Too many failures under this name.
    TooMany {
        retry_after_s: u64,
    },
    /// A name, scope or state that does not permit it.
    Refused(Refusal),
    /// There is nothing of that name.
    NotFound(Refusal),
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
            Self::CodeNeeded => write!(f, "the code of the second factor is needed"),
            Self::CodeWrong => write!(f, "the code of the second factor is wrong"),
            Self::TooMany { retry_after_s } => write!(f, "too many failures: try again in {retry_after_s} s"),
            Self::Refused(refusal) | Self::NotFound(refusal) => f.write_str(&refusal.en),
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

fn refused(code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> AccessError {
    AccessError::Refused(Refusal { code, en: en.into(), zh: zh.into() })
}

fn not_found(code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> AccessError {
    AccessError::NotFound(Refusal { code, en: en.into(), zh: zh.into() })
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

/// The beginning of a stored hash, by which a key or a session is named.
fn short_id(prefix: &str, hash: &[u8]) -> String {
    hash.iter().take(8).fold(prefix.to_owned(), |text, byte| text + &format!("{byte:02x}"))
}

/// The store finds a row by its hash; whether it is the one is settled in constant time.
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    use subtle::ConstantTimeEq;
    a.ct_eq(b).into()
}
