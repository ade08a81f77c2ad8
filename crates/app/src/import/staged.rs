//! Uploaded files on this node's disk until their import is over: sealed piece by piece under a key of their own, so that no personal value
//! stands in clear, and readable from any place, as an import needs it.
//!
//! The key lies in the desk, sealed; with the job's row it is destroyed, and what may be left of the file opens no more.

use std::collections::VecDeque;
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use perennial_source::{Content, PIECE_BYTES};
use sha2::{Digest, Sha256};

use crate::secret::{DataKey, SEAL_BYTES, Secrets};

/// The file that names this node.
const NODE: &str = "node";
/// Pieces of one file held open in memory.
const HELD_MAX: usize = 64;
const SEALED_PIECE_BYTES: u64 = (PIECE_BYTES + SEAL_BYTES) as u64;

/// The folder of staged files.
#[derive(Clone, Debug)]
pub struct Staging {
    folder: PathBuf,
    /// This node's name, so that it knows its own files among those of others.
    pub node: String,
    /// There are no other nodes: every job is this one's, also after a restore under another name.
    pub alone: bool,
}

impl Staging {
    /// Opens the folder, and makes it where there is none.
    pub fn open(folder: &Path, alone: bool) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let path = folder.join(NODE);
        let held = std::fs::read_to_string(&path).unwrap_or_default();
        let node = if held.trim().is_empty() {
            let name = random_name()?;
            std::fs::write(&path, &name)?;
            name
        } else {
            held.trim().to_owned()
        };
        Ok(Self { folder: folder.to_owned(), node, alone })
    }

    /// Begins a file.
    pub fn begin(&self, secrets: &Secrets) -> io::Result<Upload> {
        let name = random_name()?;
        let (key, sealed_key) = secrets.new_file_key(&place(&name)).map_err(io::Error::other)?;
        let path = self.folder.join(&name);
        let file = File::options().create_new(true).write(true).open(&path)?;
        let held = Vec::with_capacity(PIECE_BYTES);
        Ok(Upload { name, path, file, key, sealed_key, held, pieces: 0, bytes: 0, digest: Sha256::new(), kept: false })
    }

    /// A staged file, to be read.
    pub fn content(&self, secrets: &Secrets, name: &str, sealed_key: &[u8], bytes: u64) -> io::Result<SealedFile> {
        let file = File::open(self.folder.join(name))?;
        let key = secrets.file_key(&place(name), sealed_key);
        let key =
            key.map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "the staged file's key does not open with this master key"))?;
        Ok(SealedFile { file: Mutex::new(file), key, bytes, held: Mutex::default() })
    }

    pub fn remove(&self, name: &str) {
        if !name.is_empty() {
            let _ = std::fs::remove_file(self.folder.join(name));
        }
    }

    /// Removes what no job names: an upload that a kill cut short, or a file whose row went first.
    pub fn sweep(&self, named: &[String]) -> io::Result<()> {
        for entry in std::fs::read_dir(&self.folder)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name != NODE && !named.contains(&name) {
                self.remove(&name);
            }
        }
        Ok(())
    }
}

pub(super) fn place(name: &str) -> String {
    format!("staged {name}")
}

fn random_name() -> io::Result<String> {
    let mut bytes = [0; 12];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}")))
}

/// A file on its way in; gone again unless it is [`Upload::finish`]ed and kept.
pub struct Upload {
    pub name: String,
    path: PathBuf,
    file: File,
    key: DataKey,
    pub sealed_key: Vec<u8>,
    held: Vec<u8>,
    pieces: i64,
    pub bytes: u64,
    digest: Sha256,
    kept: bool,
}

impl Upload {
    pub fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        self.digest.update(bytes);
        self.bytes += bytes.len() as u64;
        while !bytes.is_empty() {
            let (now, rest) = bytes.split_at(bytes.len().min(PIECE_BYTES - self.held.len()));
            self.held.extend_from_slice(now);
            bytes = rest;
            if self.held.len() == PIECE_BYTES {
                self.seal()?;
            }
        }
        Ok(())
    }

    fn seal(&mut self) -> io::Result<()> {
        let sealed = self.key.seal_piece(self.pieces, &self.held).map_err(io::Error::other)?;
        self.file.write_all(&sealed)?;
        self.pieces += 1;
        self.held.clear();
        Ok(())
    }

    /// Everything has come; it is on the disk when this returns. Answers the SHA-256 of what was uploaded.
    pub fn finish(&mut self) -> io::Result<Vec<u8>> {
        if !self.held.is_empty() {
            self.seal()?;
        }
        self.file.sync_all()?;
        Ok(self.digest.clone().finalize().to_vec())
    }

    /// A row names it now.
    pub fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if !self.kept {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// A staged file, opened piece by piece.
pub struct SealedFile {
    file: Mutex<File>,
    key: DataKey,
    bytes: u64,
    /// Opened last: an import reads a file several times, and orders whose rows lie apart here and there.
    held: Mutex<VecDeque<(u64, Vec<u8>)>>,
}

impl fmt::Debug for SealedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedFile").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

impl SealedFile {
    pub(super) fn key(&self) -> &DataKey {
        &self.key
    }
}

impl Content for SealedFile {
    fn total(&self) -> u64 {
        self.bytes
    }

    fn piece(&self, number: u64) -> io::Result<Vec<u8>> {
        let mut held = self.held.lock().expect("no thread panics while holding this lock");
        if let Some((_, bytes)) = held.iter().find(|(other, _)| *other == number) {
            return Ok(bytes.clone());
        }
        let from = number * PIECE_BYTES as u64;
        let length = self.bytes.saturating_sub(from).min(PIECE_BYTES as u64) as usize;
        let mut sealed = vec![0; length + SEAL_BYTES];
        let mut file = self.file.lock().expect("no thread panics while holding this lock");
        file.seek(SeekFrom::Start(number * SEALED_PIECE_BYTES))?;
        file.read_exact(&mut sealed)?;
        drop(file);
        let damaged = |_| io::Error::new(io::ErrorKind::InvalidData, "the staged file is damaged");
        let bytes = self.key.open_piece(number as i64, &sealed).map_err(damaged)?;
        if held.len() == HELD_MAX {
            held.pop_front();
        }
        held.push_back((number, bytes.clone()));
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn staged(content: &[u8]) -> (tempfile::TempDir, Staging, Secrets, Upload) {
        let folder = tempfile::tempdir().unwrap();
        let staging = Staging::open(folder.path(), true).unwrap();
        let secrets = Secrets::from_master(&[7; 32]);
        let mut upload = staging.begin(&secrets).unwrap();
        for part in content.chunks(1000) {
            upload.write(part).unwrap();
        }
        upload.finish().unwrap();
        (folder, staging, secrets, upload)
    }

    #[test]
    fn a_staged_file_comes_back_whole_and_does_not_stand_in_clear() {
        let content: Vec<u8> = (0..200_000_u32).flat_map(|n| format!("19900{n:06},").into_bytes()).collect();
        let (folder, staging, secrets, upload) = staged(&content);
        let read = staging.content(&secrets, &upload.name, &upload.sealed_key, upload.bytes).unwrap();
        let pieces = content.len().div_ceil(PIECE_BYTES) as u64;
        let back: Vec<u8> = (0..pieces).rev().map(|number| read.piece(number).unwrap()).rev().collect::<Vec<_>>().concat();
        assert!(back == content);
        let sealed = std::fs::read(folder.path().join(&upload.name)).unwrap();
        assert!(memchr::memmem::find(&sealed, b"19900000042").is_none());
        let other = Secrets::from_master(&[8; 32]);
        assert!(staging.content(&other, &upload.name, &upload.sealed_key, upload.bytes).is_err());
    }

    #[test]
    fn a_piece_that_was_changed_or_moved_is_not_read() {
        let (folder, staging, secrets, upload) = staged(&vec![7; 3 * PIECE_BYTES]);
        let path = folder.path().join(&upload.name);
        let mut sealed = std::fs::read(&path).unwrap();
        let length = SEALED_PIECE_BYTES as usize;
        sealed.copy_within(length..2 * length, 0);
        sealed[2 * length + 100] ^= 1;
        std::fs::write(&path, &sealed).unwrap();
        let read = staging.content(&secrets, &upload.name, &upload.sealed_key, upload.bytes).unwrap();
        assert!(read.piece(0).is_err() && read.piece(1).is_ok() && read.piece(2).is_err());
    }

    #[test]
    fn an_upload_that_is_not_kept_leaves_nothing_and_a_sweep_spares_what_is_named() {
        let (folder, staging, _, upload) = staged(b"a");
        let (name, count) = (upload.name.clone(), || std::fs::read_dir(folder.path()).unwrap().count());
        drop(upload);
        assert_eq!(count(), 1, "the node's name stays");
        std::fs::write(folder.path().join("left"), b"x").unwrap();
        std::fs::write(folder.path().join(&name), b"x").unwrap();
        staging.sweep(std::slice::from_ref(&name)).unwrap();
        assert!(folder.path().join(&name).exists() && !folder.path().join("left").exists());
        assert_eq!(Staging::open(folder.path(), true).unwrap().node, staging.node);
    }
}
