//! The bytes of a file, readable from any place by several cursors: on disk, or in memory where they had to be converted.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Debug)]
pub enum Bytes {
    Disk { path: PathBuf, file: File, total: u64 },
    Memory { data: Arc<[u8]>, at: usize },
}

impl Bytes {
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let total = file.metadata()?.len();
        Ok(Self::Disk { path: path.to_owned(), file, total })
    }

    pub fn memory(data: Vec<u8>) -> Self {
        Self::Memory { data: data.into(), at: 0 }
    }

    pub fn total(&self) -> u64 {
        match self {
            Self::Disk { total, .. } => *total,
            Self::Memory { data, .. } => data.len() as u64,
        }
    }

    /// Another cursor, at the beginning.
    pub fn another(&self) -> io::Result<Self> {
        match self {
            Self::Disk { path, .. } => Self::open(path),
            Self::Memory { data, .. } => Ok(Self::Memory { data: Arc::clone(data), at: 0 }),
        }
    }

    pub fn seek(&mut self, position: u64) -> io::Result<()> {
        match self {
            Self::Disk { file, .. } => file.seek(SeekFrom::Start(position)).map(|_| ()),
            Self::Memory { data, at } => {
                *at = usize::try_from(position).unwrap_or(usize::MAX).min(data.len());
                Ok(())
            }
        }
    }
}

impl Read for Bytes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Disk { file, .. } => file.read(buffer),
            Self::Memory { data, at } => {
                let count = buffer.len().min(data.len() - *at);
                buffer[..count].copy_from_slice(&data[*at..*at + count]);
                *at += count;
                Ok(count)
            }
        }
    }
}
