//! What a backup says about itself.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use perennial_app::port::journal::{Chain, LaneHead};
use perennial_kernel::{Lane, Seq};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::place::hex;

pub const NAME: &str = "manifest.json";
/// Raised when the entries change their meaning.
pub const FORMAT: u32 = 1;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    pub program: String,
    pub brand: String,
    pub created_at: String,
    pub heads: Vec<Head>,
    /// Without the manifest itself, in the order of the file.
    pub entries: Vec<Entry>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Entry {
    pub name: String,
    pub bytes: u64,
    pub sha256: String,
}

/// Where a lane of the copy stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Head {
    pub lane: u16,
    pub seq: u64,
    pub subjects: u64,
    pub chain: String,
}

impl Head {
    pub fn of(head: &LaneHead) -> Self {
        Self { lane: head.lane.0, seq: head.seq.0, subjects: head.subjects, chain: hex(&head.chain.0) }
    }

    /// Whether this is where the lane stands.
    pub fn is(&self, head: &LaneHead) -> bool {
        *self == Self::of(head)
    }
}

/// The witness of a copy.
pub fn witness(heads: &[LaneHead]) -> Vec<LaneHead> {
    let root = LaneHead { lane: Lane(0), seq: Seq(0), subjects: 0, chain: Chain::ROOT };
    if heads.is_empty() { vec![root] } else { heads.to_vec() }
}

/// Length and SHA-256 of a file.
pub fn measure(name: &str, path: &Path) -> std::io::Result<Entry> {
    let mut reader = Summed::new(File::open(path)?);
    std::io::copy(&mut reader, &mut std::io::sink())?;
    let (bytes, sha256) = reader.finish();
    Ok(Entry { name: name.to_owned(), bytes, sha256 })
}

/// Sums what is read through it.
pub struct Summed<R> {
    inner: R,
    hash: Sha256,
    bytes: u64,
}

impl<R: Read> Summed<R> {
    pub fn new(inner: R) -> Self {
        Self { inner, hash: Sha256::new(), bytes: 0 }
    }

    pub fn finish(self) -> (u64, String) {
        (self.bytes, hex(&self.hash.finalize()))
    }
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hash.update(&buffer[..read]);
        self.bytes += read as u64;
        Ok(read)
    }
}
