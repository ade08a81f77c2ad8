//! The hash chain of a lane: each value covers the one before and the stored bytes of one fact together with its effects, so that neither
//! facts nor recorded decisions can be altered, dropped, added or reordered unseen.

use sha2::{Digest, Sha256};

use crate::port::journal::{Chain, StoredEffect, StoredFact};

/// The chain value after `fact` (whose own `chain` is not read) and its effects, ascending by ordinal.
pub fn next(before: Chain, fact: &StoredFact, effects: &[StoredEffect]) -> Chain {
    let mut bytes = Vec::with_capacity(160 + fact.payload.len() + fact.sealed.len());
    bytes.extend_from_slice(&before.0);
    for number in [fact.position.0, fact.recorded_at.0, i64::from(fact.version), fact.subject.0, fact.occurred_at.0] {
        bytes.extend_from_slice(&number.to_be_bytes());
    }
    bytes.extend_from_slice(&fact.import.map_or(-1, |import| import.0).to_be_bytes());
    for part in [
        fact.kind.as_bytes(),
        fact.origin.as_str().as_bytes(),
        fact.source.as_bytes(),
        fact.object.as_bytes(),
        fact.object_version.as_bytes(),
        &fact.payload,
        &fact.sealed,
    ] {
        put(&mut bytes, part);
    }
    bytes.extend_from_slice(&(effects.len() as u32).to_be_bytes());
    for effect in effects {
        bytes.extend_from_slice(&effect.ordinal.to_be_bytes());
        bytes.extend_from_slice(&effect.member.0.to_be_bytes());
        bytes.extend_from_slice(&effect.at.0.to_be_bytes());
        put(&mut bytes, effect.kind.as_bytes());
        put(&mut bytes, &effect.payload);
    }
    Chain(Sha256::digest(&bytes).into())
}

fn put(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend_from_slice(&(part.len() as u32).to_be_bytes());
    bytes.extend_from_slice(part);
}
