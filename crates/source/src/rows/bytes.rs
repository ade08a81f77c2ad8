//! The bytes of a file, readable from any place by several cursors: on disk, held by the caller, or in memory where they had to be converted.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;

use crate::input::{Content, Input, PIECE_BYTES};

#[derive(Debug)]
pub enum Bytes {
    Disk { path: PathBuf, file: File, total: u64 },
    Held { content: Arc<dyn Content>, at: u64, piece: Option<(u64, Vec<u8>)> },
    Memory { data: Arc<[u8]>, at: usize },
}

impl Bytes {
    pub fn open(input: &Input) -> io::Result<Self> {
        match input {
            Input::Disk(path) => {
                let file = File::open(path)?;
                let total = file.metadata()?.len();
                Ok(Self::Disk { path: path.clone(), file, total })
            }
            Input::Held(content) => Ok(Self::Held { content: Arc::clone(content), at: 0, piece: None }),
        }
    }

    pub fn memory(data: Vec<u8>) -> Self {
        Self::Memory { data: data.into(), at: 0 }
    }

    pub fn total(&self) -> u64 {
        match self {
            Self::Disk { total, .. } => *total,
            Self::Held { content, .. } => content.total(),
            Self::Memory { data, .. } => data.len() as u64,
        }
    }

    /// Another cursor, at the beginning.
    pub fn another(&self) -> io::Result<Self> {
        match self {
            Self::Disk { path, .. } => Self::open(&Input::Disk(path.clone())),
            Self::Held { content, .. } => Self::open(&Input::Held(Arc::clone(content))),
            Self::Memory { data, .. } => Ok(Self::Memory { data: Arc::clone(data), at: 0 }),
        }
    }

    pub fn seek(&mut self, position: u64) -> io::Result<()> {
        match self {
            Self::Disk { file, .. } => file.seek(SeekFrom::Start(position)).map(|_| ()),
            Self::Held { content, at, .. } => {
                *at = position.min(content.total());
                Ok(())
            }
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
            Self::Held { content, at, piece } => {
                if *at >= content.total() || buffer.is_empty() {
                    return Ok(0);
                }
                let (number, from) = (*at / PIECE_BYTES as u64, (*at % PIECE_BYTES as u64) as usize);
                if piece.as_ref().is_none_or(|(held, _)| *held != number) {
                    *piece = Some((number, content.piece(number)?));
                }
                let held = piece.as_ref().map_or(&[][..], |(_, bytes)| bytes.as_slice());
                let rest = held.get(from..).filter(|rest| !rest.is_empty());
                let rest = rest.ok_or_else(|| io::Error::new(io::ErrorKind::UnexpectedEof, "a piece is shorter than it was"))?;
                let count = buffer.len().min(rest.len());
                buffer[..count].copy_from_slice(&rest[..count]);
                *at += count as u64;
                Ok(count)
            }
            Self::Memory { data, at } => {
                let count = buffer.len().min(data.len() - *at);
                buffer[..count].copy_from_slice(&data[*at..*at + count]);
                *at += count;
                Ok(count)
            }
        }
    }
}
