//! Key rotation: a new master key, under which everything the old one wrapped is wrapped anew.
//!
//! What the master key wraps stands in the key store alone: the brand's ring, the keys of days, one data key per subject. All are wrapped anew,
//! one by one, and each opens under exactly one of the two keys at any moment: so a rotation that was cut short is finished by running it again with the
//! same pair. What the wrapped keys themselves seal (facts, bad rows, second factors, tokens, the audit trail) is not touched.

use perennial_kernel::SubjectId;

use crate::port::keys::WrappedKey;
use crate::port::{KeyStore, PortError};
use crate::secret::{Ring, Secrets};

/// Keys wrapped anew in one transaction.
const CHUNK: usize = 1000;

/// Why a rotation stopped; what was done stays done.
#[derive(Debug)]
pub enum RotateError {
    Port(PortError),
    Random(getrandom::Error),
    /// Something opens under neither key: it was of another master key, or is damaged.
    Strange(String),
}

impl From<PortError> for RotateError {
    fn from(error: PortError) -> Self {
        Self::Port(error)
    }
}

impl From<getrandom::Error> for RotateError {
    fn from(error: getrandom::Error) -> Self {
        Self::Random(error)
    }
}

impl std::fmt::Display for RotateError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Port(error) => write!(f, "{error}"),
            Self::Random(error) => write!(f, "the operating system gives no random bytes: {error}"),
            Self::Strange(what) => write!(f, "{what} opens neither under the old master key nor under the new one"),
        }
    }
}

impl std::error::Error for RotateError {}

/// Wraps everything anew; answers how many data keys that were (those done by an earlier, interrupted run not counted).
pub fn rotate(keys: &mut dyn KeyStore, old: &[u8; 32], new: &[u8; 32]) -> Result<u64, RotateError> {
    ring(keys, old, new)?;
    let (before, after) = (Secrets::from_master(old), Secrets::from_master(new));
    let (mut last, mut count) = (None, days(keys, &before, &after)?);
    loop {
        let chunk = keys.after(last, CHUNK)?;
        let Some((end, _)) = chunk.last() else { return Ok(count) };
        last = Some(*end);
        let mut anew: Vec<(SubjectId, WrappedKey)> = Vec::new();
        for (subject, wrapped) in chunk {
            if after.unwrap(subject, &wrapped).is_ok() {
                continue;
            }
            let key = before.unwrap(subject, &wrapped).map_err(|_| RotateError::Strange(format!("the key of {subject}")))?;
            anew.push((subject, after.wrap(subject, &key)?));
        }
        count += anew.len() as u64;
        if !anew.is_empty() {
            keys.replace(&anew)?;
        }
    }
}

/// Keys of days, at most some dozens.
fn days(keys: &mut dyn KeyStore, before: &Secrets, after: &Secrets) -> Result<u64, RotateError> {
    let mut count = 0;
    for (day, wrapped) in keys.day_keys()? {
        if after.open_day_key(day, &wrapped).is_ok() {
            continue;
        }
        let key = before.open_day_key(day, &wrapped).map_err(|_| RotateError::Strange(format!("the key of {day}")))?;
        keys.replace_day_key(day, &after.wrap_day_key(day, &key)?)?;
        count += 1;
    }
    Ok(count)
}

/// The brand's ring first: whoever opens it with the new key has begun. A brand from before there were rings gets one with the keys it has.
fn ring(keys: &mut dyn KeyStore, old: &[u8; 32], new: &[u8; 32]) -> Result<(), RotateError> {
    let held = keys.brand(Ring::NAME)?;
    let ring = match held {
        Some(wrapped) if Ring::open(new, &wrapped).is_ok() => return Ok(()),
        Some(wrapped) => Ring::open(old, &wrapped).map_err(|_| RotateError::Strange("the brand's ring of keys".to_owned()))?,
        None => Ring::derived(old),
    };
    keys.set_brand(Ring::NAME, &ring.wrap(new)?)?;
    Ok(())
}
