//! The audit trail as a chain: each line carries an HMAC over the seal before it and its own words, under a key of the brand that stands in no
//! database. How far the trail has come is kept in the key store, so that lines cut off at the end are missed.

use hmac::{Hmac, Mac};
use perennial_kernel::Instant;
use sha2::Sha256;

use crate::port::trail::AuditRow;
use crate::port::{Desk, KeyStore, PortError};
use crate::secret::Secrets;

/// Under this name the key store keeps the last line's id and seal.
const WITNESS: &str = "trail";
const CHUNK: usize = 2000;
/// Others may take the next id so often before we give up.
const ATTEMPTS_MAX: usize = 50;

/// What is to be written down.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    pub at: Instant,
    pub who: &'a str,
    pub what: &'a str,
    /// A member's id, or empty.
    pub about: &'a str,
    pub detail: &'a str,
}

/// What a look at the whole trail found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TrailState {
    pub lines: u64,
    /// The first line that is not as it was written, and why.
    pub broken: Option<(i64, &'static str)>,
}

/// Adds a line to the end, whoever else adds one meanwhile.
pub fn append(desk: &mut dyn Desk, secrets: &Secrets, line: Line<'_>) -> Result<AuditRow, PortError> {
    for _ in 0..ATTEMPTS_MAX {
        let last = desk.audit(1)?.pop();
        let (id, before) = last.map_or((1, Vec::new()), |last| (last.id + 1, last.seal));
        let mut row = AuditRow {
            id,
            at: line.at,
            who: line.who.to_owned(),
            what: line.what.to_owned(),
            about: line.about.to_owned(),
            detail: line.detail.to_owned(),
            seal: Vec::new(),
        };
        row.seal = seal(secrets, &before, &row);
        if desk.add_audit(&row)? {
            return Ok(row);
        }
    }
    Err(PortError::Transient("the audit trail is written by too many at once".to_owned()))
}

/// Notes how far the trail has come; an earlier line never replaces a later one.
pub fn witness(keys: &mut dyn KeyStore, row: &AuditRow) -> Result<(), PortError> {
    keys.raise(WITNESS, &[&row.id.to_be_bytes(), row.seal.as_slice()].concat())
}

/// As [`witness`], also where an earlier line is the last: for the copy of a trail.
pub fn witness_anew(keys: &mut dyn KeyStore, row: &AuditRow) -> Result<(), PortError> {
    keys.set_brand(WITNESS, &[&row.id.to_be_bytes(), row.seal.as_slice()].concat())
}

/// Recomputes every seal, and compares the end with the witness.
pub fn verify(desk: &mut dyn Desk, keys: &mut dyn KeyStore, secrets: &Secrets) -> Result<TrailState, PortError> {
    // Read first: lines added while we read are beyond it.
    let witness = keys.brand(WITNESS)?.and_then(|bytes| {
        let (id, seal) = bytes.split_first_chunk::<8>()?;
        Some((i64::from_be_bytes(*id), seal.to_vec()))
    });
    let mut state = TrailState::default();
    let mut before = Vec::new();
    loop {
        let rows = desk.audit_after(state.lines as i64, CHUNK)?;
        let Some(last) = rows.last() else { break };
        let end = last.id;
        for row in &rows {
            let due = state.lines as i64 + 1;
            if row.id != due {
                state.broken = Some((due, "it is missing"));
            } else if seal(secrets, &before, row) != row.seal {
                state.broken = Some((due, "it is not as it was written"));
            } else if witness.as_ref().is_some_and(|(id, seal)| *id == due && *seal != row.seal) {
                state.broken = Some((due, "the key store vouches for another line"));
            }
            if state.broken.is_some() {
                return Ok(state);
            }
            state.lines += 1;
            before.clone_from(&row.seal);
        }
        debug_assert_eq!(end, state.lines as i64);
    }
    match witness {
        Some((id, _)) if id > state.lines as i64 => state.broken = Some((state.lines as i64 + 1, "it is missing")),
        None if state.lines > 0 => state.broken = Some((1, "nothing vouches for the end of the trail")),
        Some(_) | None => {}
    }
    Ok(state)
}

fn seal(secrets: &Secrets, before: &[u8], row: &AuditRow) -> Vec<u8> {
    let (id, at) = (row.id.to_be_bytes(), row.at.0.to_be_bytes());
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(secrets.audit_key()).expect("HMAC takes keys of any length");
    for part in [before, &id, &at, row.who.as_bytes(), row.what.as_bytes(), row.about.as_bytes(), row.detail.as_bytes()] {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}
