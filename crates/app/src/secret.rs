//! The brand's secrets: blind-index tokens, and the sealing of personal values under a key of each subject.
//!
//! One master key (in its own file, or given by the environment) wraps the brand's ring of keys (index, blobs, audit trail) and one random data
//! key for each subject; all of them are kept wrapped in the key store. Destroying a subject's key destroys what it sealed.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use hmac::{Hmac, Mac};
use perennial_kernel::{Day, Identity, Incoming, OrderKey, Personal, SubjectId};
use sha2::{Digest, Sha256};

use crate::port::journal::{CommandKey, ContentHash, OrderRef, Token};
use crate::port::keys::WrappedKey;
use crate::port::{KeyStore, PortError};
use crate::term::Term;

const NONCE: usize = 12;
/// Sealed bytes are so many more than what they hold: nonce and tag.
pub const SEAL_BYTES: usize = NONCE + 16;
/// Marks an object of which only the key is kept. Doors name objects `order:…`, `member:…`; none begins like this.
const KEYED: &str = "~";
const RING: &[u8] = b"perennial ring v1";

/// The keys derived from the master key.
#[derive(Clone)]
pub struct Secrets {
    index: [u8; 32],
    /// Keyed once by `index`: every fact needs a few tokens, and keying is half of a short one's work.
    indexer: Hmac<Sha256>,
    wrap: [u8; 32],
    blob: [u8; 32],
    audit: [u8; 32],
}

/// The brand's own keys, open: random, made once, kept in the key store wrapped by the master key. So another master key leaves them as they
/// are, and whoever has only the old one opens nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Ring {
    index: [u8; 32],
    blob: [u8; 32],
    audit: [u8; 32],
}

impl Ring {
    /// Under which name the key store keeps it.
    pub const NAME: &'static str = "ring";

    pub fn random() -> Result<Self, getrandom::Error> {
        let mut ring = Self { index: [0; 32], blob: [0; 32], audit: [0; 32] };
        for key in [&mut ring.index, &mut ring.blob, &mut ring.audit] {
            getrandom::fill(key)?;
        }
        Ok(ring)
    }

    /// The keys a brand without a ring has: derived from its first master key.
    pub fn derived(master: &[u8; 32]) -> Self {
        let Secrets { index, blob, audit, .. } = Secrets::from_master(master);
        Self { index, blob, audit }
    }

    pub fn wrap(&self, master: &[u8; 32]) -> Result<Vec<u8>, getrandom::Error> {
        let bytes = [self.index, self.blob, self.audit].concat();
        encrypt(&derive(master, RING), SubjectId::NOBODY, &bytes)
    }

    pub fn open(master: &[u8; 32], wrapped: &[u8]) -> Result<Self, NotOpened> {
        let bytes = decrypt(&derive(master, RING), SubjectId::NOBODY, wrapped)?;
        let key = |at: usize| bytes.get(at..at + 32).and_then(|key| key.try_into().ok()).ok_or(NotOpened);
        Ok(Self { index: key(0)?, blob: key(32)?, audit: key(64)? })
    }
}

/// 32 random bytes from the operating system.
pub fn random_bytes() -> Result<[u8; 32], getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// A subject's data key, open. Lives in memory only.
#[derive(Clone)]
pub struct DataKey([u8; 32]);

/// A day's key, open. Lives in memory only.
#[derive(Clone)]
pub struct DayKey([u8; 32]);

/// Sealed bytes could not be opened: another key, or damage.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotOpened;

impl Secrets {
    pub fn from_master(master: &[u8; 32]) -> Self {
        let ring = Ring {
            index: derive(master, b"perennial index v1"),
            blob: derive(master, b"perennial blob v1"),
            audit: derive(master, b"perennial audit v1"),
        };
        Self::with_ring(master, &ring)
    }

    /// The keys of a brand with a ring; data keys are wrapped by the master key itself.
    pub fn with_ring(master: &[u8; 32], ring: &Ring) -> Self {
        let Ring { index, blob, audit } = ring.clone();
        let indexer = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&index).expect("HMAC takes keys of any length");
        Self { index, indexer, wrap: derive(master, b"perennial wrap v1"), blob, audit }
    }

    /// The keys of the brand that this key store is of; `None` where its ring is another master key's.
    pub fn of(master: &[u8; 32], keys: &mut dyn KeyStore) -> Result<Option<Self>, PortError> {
        Ok(match keys.brand(Ring::NAME)? {
            None => Some(Self::from_master(master)),
            Some(wrapped) => Ring::open(master, &wrapped).ok().map(|ring| Self::with_ring(master, &ring)),
        })
    }

    /// 32 random bytes from the operating system, for a new master key.
    pub fn new_master() -> Result<[u8; 32], getrandom::Error> {
        let mut master = [0; 32];
        getrandom::fill(&mut master)?;
        Ok(master)
    }

    /// Seals the audit trail's lines.
    pub(crate) fn audit_key(&self) -> &[u8; 32] {
        &self.audit
    }

    /// The searchable form of an identity.
    pub fn token(&self, identity: &Identity) -> Token {
        Token(self.keyed(&[b"identity", identity.kind.as_str().as_bytes(), identity.value.as_bytes()]))
    }

    /// What finds members besides identities: a normalised name, the last digits of a phone. Never equal to an identity's token.
    pub fn search_token(&self, term: &Term) -> Token {
        Token(self.keyed(&[b"search", term.kind.as_bytes(), term.value.as_bytes()]))
    }

    /// `object` as a source names it, or as [`Self::stored_object`] keeps it.
    pub fn command_key(&self, source: &str, object: &str, version: &str) -> CommandKey {
        if let Some(key) = object.strip_prefix(KEYED).and_then(from_hex) {
            return CommandKey(key);
        }
        CommandKey(self.keyed(&[b"command", source.as_bytes(), object.as_bytes(), version.as_bytes()]))
    }

    /// An object's name as the journal keeps it: a source may have built it from a phone or a card number, then only its key is kept.
    pub fn stored_object(&self, incoming: &Incoming) -> String {
        let values = incoming.identities.iter().map(|identity| &identity.value).chain(incoming.personal.0.iter().map(|(_, value)| value));
        let telling = |value: &String| value.chars().count() >= 2 && incoming.object.to_lowercase().contains(&value.to_lowercase());
        if values.into_iter().any(telling) {
            let CommandKey(key) = self.command_key(&incoming.source, &incoming.object, &incoming.version);
            return format!("{KEYED}{:032x}", u128::from_be_bytes(key));
        }
        incoming.object.clone()
    }

    /// Covers everything a command says and nothing of how it travelled. Keyed, because personal values are in it.
    pub fn content(&self, incoming: &Incoming) -> ContentHash {
        let payload = perennial_rules::payload::encode(&incoming.body);
        let occurred = incoming.occurred_at.0.to_be_bytes();
        let mut parts: Vec<&[u8]> = vec![b"content", incoming.body.kind().as_bytes(), &payload, &occurred];
        for identity in &incoming.identities {
            parts.extend([identity.kind.as_str().as_bytes(), identity.value.as_bytes()]);
        }
        for (field, value) in &incoming.personal.0 {
            parts.extend([field.as_bytes(), value.as_bytes()]);
        }
        ContentHash(self.keyed(&parts))
    }

    /// Length-prefixed parts under HMAC-SHA-256, cut to 128 bits.
    fn keyed(&self, parts: &[&[u8]]) -> [u8; 16] {
        let mut mac = self.indexer.clone();
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        let digest = mac.finalize().into_bytes();
        let mut short = [0; 16];
        short.copy_from_slice(&digest[..16]);
        short
    }

    /// A new data key for a subject, and its wrapped form for the key store.
    pub fn new_data_key(&self, subject: SubjectId) -> Result<(DataKey, WrappedKey), getrandom::Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)?;
        let wrapped = encrypt(&self.wrap, subject, &key)?;
        Ok((DataKey(key), wrapped))
    }

    /// Seals bytes that belong to no subject (bad rows, staged files) for one place, such as `import 3 row 17`: they open there only.
    pub fn seal_blob(&self, place: &str, bytes: &[u8]) -> Result<Vec<u8>, getrandom::Error> {
        encrypt(&derive(&self.blob, place.as_bytes()), SubjectId::NOBODY, bytes)
    }

    pub fn open_blob(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, NotOpened> {
        decrypt(&derive(&self.blob, place.as_bytes()), SubjectId::NOBODY, sealed)
    }

    /// The keyed hash of parts that may hold personal values: to find the same again, not to read it.
    pub fn digest(&self, parts: &[&[u8]]) -> [u8; 16] {
        self.keyed(&[&[b"digest".as_slice()], parts].concat())
    }

    /// A new key for what one day brings that belongs to no subject, and its wrapped form for the key store.
    pub fn new_day_key(&self, day: Day) -> Result<(DayKey, WrappedKey), getrandom::Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)?;
        let wrapped = encrypt(&derive(&self.wrap, &day_name(day)), SubjectId::NOBODY, &key)?;
        Ok((DayKey(key), wrapped))
    }

    pub fn open_day_key(&self, day: Day, wrapped: &[u8]) -> Result<DayKey, NotOpened> {
        let key = decrypt(&derive(&self.wrap, &day_name(day)), SubjectId::NOBODY, wrapped)?;
        Ok(DayKey(key.try_into().map_err(|_| NotOpened)?))
    }

    /// The same key of a day, wrapped by this master key.
    pub fn wrap_day_key(&self, day: Day, key: &DayKey) -> Result<WrappedKey, getrandom::Error> {
        encrypt(&derive(&self.wrap, &day_name(day)), SubjectId::NOBODY, &key.0)
    }

    pub fn wrap(&self, subject: SubjectId, key: &DataKey) -> Result<WrappedKey, getrandom::Error> {
        encrypt(&self.wrap, subject, &key.0)
    }

    pub fn unwrap(&self, subject: SubjectId, wrapped: &[u8]) -> Result<DataKey, NotOpened> {
        let key = decrypt(&self.wrap, subject, wrapped)?;
        Ok(DataKey(key.try_into().map_err(|_| NotOpened)?))
    }
}

impl Secrets {
    /// A new key for one staged file, and its sealed form: opens in this place only.
    pub fn new_file_key(&self, place: &str) -> Result<(DataKey, Vec<u8>), getrandom::Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)?;
        let sealed = self.seal_blob(place, &key)?;
        Ok((DataKey(key), sealed))
    }

    pub fn file_key(&self, place: &str, sealed: &[u8]) -> Result<DataKey, NotOpened> {
        let key = self.open_blob(place, sealed)?;
        Ok(DataKey(key.try_into().map_err(|_| NotOpened)?))
    }
}

impl std::fmt::Debug for DataKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DataKey(…)")
    }
}

impl DataKey {
    /// Seals one piece of a file. Its number is bound in, so that pieces cannot change places.
    pub fn seal_piece(&self, number: i64, bytes: &[u8]) -> Result<Vec<u8>, getrandom::Error> {
        encrypt(&self.0, SubjectId(number), bytes)
    }

    pub fn open_piece(&self, number: i64, sealed: &[u8]) -> Result<Vec<u8>, NotOpened> {
        decrypt(&self.0, SubjectId(number), sealed)
    }

    /// Seals personal values; empty ones give empty bytes.
    pub fn seal(&self, subject: SubjectId, personal: &Personal) -> Result<Vec<u8>, getrandom::Error> {
        if personal.is_empty() {
            return Ok(Vec::new());
        }
        let text = serde_json::to_vec(&personal.0).expect("pairs of strings always serialise");
        encrypt(&self.0, subject, &text)
    }

    pub fn open(&self, subject: SubjectId, sealed: &[u8]) -> Result<Personal, NotOpened> {
        if sealed.is_empty() {
            return Ok(Personal::default());
        }
        let text = decrypt(&self.0, subject, sealed)?;
        serde_json::from_slice(&text).map(Personal).map_err(|_| NotOpened)
    }
}

impl DayKey {
    /// Seals bytes for one place: they open there only.
    pub fn seal(&self, place: &str, bytes: &[u8]) -> Result<Vec<u8>, getrandom::Error> {
        encrypt(&derive(&self.0, place.as_bytes()), SubjectId::NOBODY, bytes)
    }

    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, NotOpened> {
        decrypt(&derive(&self.0, place.as_bytes()), SubjectId::NOBODY, sealed)
    }
}

fn day_name(day: Day) -> Vec<u8> {
    [b"day ".as_slice(), &day.0.to_be_bytes()].concat()
}

/// An order's row key: order numbers are no personal values, so the hash needs no key.
pub fn order_ref(key: &OrderKey) -> OrderRef {
    let mut hash = Sha256::new();
    hash.update((key.source.len() as u64).to_be_bytes());
    hash.update(key.source.as_bytes());
    hash.update(key.id.as_bytes());
    let mut short = [0; 16];
    short.copy_from_slice(&hash.finalize()[..16]);
    OrderRef(short)
}

fn from_hex(text: &str) -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    if text.len() != 32 {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

fn derive(master: &[u8; 32], purpose: &[u8]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(master).expect("HMAC takes keys of any length");
    mac.update(purpose);
    mac.finalize().into_bytes().into()
}

/// AES-256-GCM with a random nonce in front; the subject is bound in, so that sealed bytes cannot be moved to another.
fn encrypt(key: &[u8; 32], subject: SubjectId, text: &[u8]) -> Result<Vec<u8>, getrandom::Error> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce)?;
    let cipher = Aes256Gcm::new(&Key::<Aes256Gcm>::from(*key));
    let aad = subject.0.to_be_bytes();
    let sealed = cipher.encrypt(&Nonce::from(nonce), Payload { msg: text, aad: &aad }).expect("texts are far below AES-GCM's length limit");
    Ok([nonce.as_slice(), &sealed].concat())
}

fn decrypt(key: &[u8; 32], subject: SubjectId, sealed: &[u8]) -> Result<Vec<u8>, NotOpened> {
    let (nonce, text) = sealed.split_at_checked(NONCE).ok_or(NotOpened)?;
    let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| NotOpened)?;
    let cipher = Aes256Gcm::new(&Key::<Aes256Gcm>::from(*key));
    let aad = subject.0.to_be_bytes();
    cipher.decrypt(&Nonce::from(nonce), Payload { msg: text, aad: &aad }).map_err(|_| NotOpened)
}

#[cfg(test)]
mod tests;
