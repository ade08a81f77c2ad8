//! What is read: a file on the disk, or bytes that the caller holds in pieces (sealed, say) and opens one at a time.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes that a caller's [`Content`] gives at once.
pub const PIECE_BYTES: usize = 1 << 16;

/// Bytes that lie elsewhere. Read over and over, from any place: a file of orders is read once for its index and once for its orders.
pub trait Content: fmt::Debug + Send + Sync {
    /// All bytes.
    fn total(&self) -> u64;

    /// The bytes from `number` × [`PIECE_BYTES`] on: so many of them, fewer in the last piece.
    fn piece(&self, number: u64) -> io::Result<Vec<u8>>;
}

/// Where the bytes of a file are.
#[derive(Clone, Debug)]
pub enum Input {
    Disk(PathBuf),
    Held(Arc<dyn Content>),
}

impl From<&Path> for Input {
    fn from(path: &Path) -> Self {
        Self::Disk(path.to_owned())
    }
}

impl From<&PathBuf> for Input {
    fn from(path: &PathBuf) -> Self {
        Self::Disk(path.clone())
    }
}

impl From<PathBuf> for Input {
    fn from(path: PathBuf) -> Self {
        Self::Disk(path)
    }
}

impl From<&Self> for Input {
    fn from(input: &Self) -> Self {
        input.clone()
    }
}
